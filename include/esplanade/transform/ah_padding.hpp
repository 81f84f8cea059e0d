// AH padding policies: of what its header is a multiple.
#pragma once

#include <esplanade/net/protocol.hpp>

#include <concepts>

namespace esplanade {
inline namespace v0 {

// AH padding policies
//   Available            ah_padding_by_family: 4 octets over IPv4, 8 over IPv6.
//                        ah_padding_to_8: 8 octets over both.
//   When to use          ah_padding_by_family (RFC 4302 3.3.3.2.1); ah_padding_to_8 with a Linux peer whose SAs do not have the
//                        flag align4, for that is what it does and expects by default.
//   Not provided, because
//     either, per packet RFC 4302 3.3.3.2.1: padding beyond the least is prohibited, and a length that a packet may choose
//                        is a length that somebody believes.

struct ah_padding_by_family {
  static constexpr const char* name = "ah_padding_by_family";
  /// What the header is a multiple of.
  [[nodiscard]] static constexpr std::size_t alignment(family outer) noexcept { return outer == family::ipv4 ? 4 : 8; }
};
struct ah_padding_to_8 {
  static constexpr const char* name = "ah_padding_to_8";
  [[nodiscard]] static constexpr std::size_t alignment(family) noexcept { return 8; }
};

/// An AH padding policy.
///   Shape    A::alignment(family)   4 or 8, by the family of the header in front of AH
///   Models   ah_padding_by_family, ah_padding_to_8
template <class A>
concept AhPaddingPolicy = requires(family f) {
  { A::alignment(f) } noexcept -> std::same_as<std::size_t>;
};

}  // namespace v0
}  // namespace esplanade
