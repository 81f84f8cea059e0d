// Padding policies: how much is written, and what is verified.
#pragma once

#include <esplanade/net/esp.hpp>

#include <concepts>

namespace esplanade {
inline namespace v0 {

// Padding policies
//   Available            padding_verified: the least padding; the receiver verifies its octets.
//                        padding_ignored: the least padding; the receiver verifies only the pad length.
//   When to use          padding_verified unless a peer sends other octets.
//   Not provided, because
//     random padding     RFC 4303 2.4: the octets are 1, 2, 3 … unless the cipher says otherwise; none here does.

/// RFC 4303 2.4: "When this padding scheme is employed, the receiver SHOULD inspect the Padding field.".
struct padding_verified {
  static constexpr const char* name = "padding_verified";
  static constexpr bool verifies = true;
  /// Pad octets behind `payload` octets so that the text is a multiple of `alignment`.
  [[nodiscard]] static ESPLANADE_INLINE constexpr std::size_t octets(std::size_t payload, std::size_t alignment) noexcept { return esp_padding(payload, alignment); }
};
struct padding_ignored : padding_verified {
  static constexpr const char* name = "padding_ignored";
  static constexpr bool verifies = false;
};

/// A padding policy.
///   Shape    P::verifies                    whether the receiver inspects the pad octets
///            P::octets(payload, alignment)  pad octets; at most 255, and payload + pad + 2 a multiple of alignment
///   Models   padding_verified, padding_ignored, testing::fixed_padding
template <class P>
concept PaddingPolicy = requires(std::size_t n) {
  { P::verifies } -> std::convertible_to<bool>;
  { P::octets(n, n) } noexcept -> std::same_as<std::size_t>;
};

}  // namespace v0
}  // namespace esplanade
