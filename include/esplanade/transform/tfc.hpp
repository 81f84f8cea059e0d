// Traffic flow confidentiality: padding behind the inner packet, so that a length says little (RFC 4303 2.7).
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace esplanade {
inline namespace v0 {

// Traffic padding policies (alias tfc)
//   Available            no_tfc: none. tfc_to_size<N>: shorter packets become N octets long. tfc_multiple<N>: lengths are rounded
//                        up. tfc_to_mtu<N>: every packet becomes what fills a path of N octets.
//   When to use          tfc_to_mtu hides all and costs most; tfc_multiple leaves log2(lengths/N) bits; tfc_to_size hides the small
//                        ones, of which there are most. Together with dummy packets they hide how much is said, too.
//   Not provided, because
//     random lengths     they average out: who watches for long sees the mean.
//     transport mode     the receiver finds the end of the padding by the inner packet's length, and there is no inner packet.

struct no_tfc {
  static constexpr const char* name = "no_tfc";
};
template <std::size_t Octets> struct tfc_to_size {
  static constexpr const char* name = "tfc_to_size";
  static constexpr std::size_t path = SIZE_MAX;
  [[nodiscard]] static constexpr std::size_t padded(std::size_t inner, std::size_t most) noexcept { return inner >= Octets ? inner : Octets < most ? Octets : most; }
};
template <std::size_t Step> struct tfc_multiple {
  static_assert(Step >= 2, "rounding lengths up to a multiple of less than 2 hides nothing: name 2 or more");
  static constexpr const char* name = "tfc_multiple";
  static constexpr std::size_t path = SIZE_MAX;
  [[nodiscard]] static constexpr std::size_t padded(std::size_t inner, std::size_t most) noexcept {
    const std::size_t up = (inner + Step - 1) / Step * Step;  // a constant divisor: no division is left of it
    return up < most ? up : most;
  }
};
template <std::size_t Path> struct tfc_to_mtu {
  static constexpr const char* name = "tfc_to_mtu";
  static constexpr std::size_t path = Path;
  [[nodiscard]] static constexpr std::size_t padded(std::size_t, std::size_t most) noexcept { return most; }
};

/// A traffic padding policy.
///   Shape    T::path                  octets that the path carries; SIZE_MAX when the policy does not ask
///            T::padded(inner, most)   octets of the inner packet with its padding; `most` is what still fits the path, and a
///                                     packet that is longer already stays as it is
///   Cost     octets on the wire
///   Models   tfc_to_size, tfc_multiple, tfc_to_mtu
template <class T>
concept TfcPolicy = requires(std::size_t n) {
  { T::path } -> std::convertible_to<std::size_t>;
  { T::padded(n, n) } noexcept -> std::same_as<std::size_t>;
};

}  // namespace v0
}  // namespace esplanade
