// Congestion marks across a tunnel: RFC 6040, which updates RFC 4301 5.1.2.
#pragma once

#include <esplanade/base/octets.hpp>

namespace esplanade {
inline namespace v0 {

/// The two low bits of the traffic class (RFC 3168).
enum class ecn : std::uint8_t { not_ect = 0, ect_1 = 1, ect_0 = 2, ce = 3 };

[[nodiscard]] constexpr ecn ecn_of(octet traffic_class) noexcept { return static_cast<ecn>(traffic_class & 3); }
[[nodiscard]] constexpr octet with_ecn(octet traffic_class, ecn mark) noexcept {
  return static_cast<octet>((traffic_class & 0xfc) | static_cast<octet>(mark));
}

/// How a tunnel's start marks the outer header (RFC 6040 4.1).
enum class ecn_mode : std::uint8_t {
  normal,         ///< with the inner mark
  compatibility,  ///< Not-ECT, for an end that does not understand ECN
};

/// RFC 6040 4.1, figure 3.
[[nodiscard]] constexpr ecn ecn_encapsulated(ecn inner, ecn_mode how = ecn_mode::normal) noexcept { return how == ecn_mode::normal ? inner : ecn::not_ect; }

/// What decapsulation makes of the two marks: RFC 6040 4.2, figure 4.
struct ecn_decapsulated {
  ecn mark = ecn::not_ect;
  bool drop = false;  ///< outer CE over Not-ECT: congestion that the sender could not be told of
};
[[nodiscard]] constexpr ecn_decapsulated ecn_decapsulate(ecn inner, ecn outer) noexcept {
  if (outer == ecn::ce) return inner == ecn::not_ect ? ecn_decapsulated{inner, true} : ecn_decapsulated{ecn::ce, false};
  if (inner == ecn::ect_0 && outer == ecn::ect_1) return {ecn::ect_1, false};
  return {inner, false};
}

/// What RFC 6040 4.2 says of two marks that arrive together: whether any start of a tunnel can have made them.
enum class ecn_report : std::uint8_t {
  usual,
  unused,     ///< "(!)": currently unused, possibly dangerous
  dangerous,  ///< "(!!!)": currently unused, always potentially dangerous
};
[[nodiscard]] constexpr ecn_report ecn_reported(ecn inner, ecn outer) noexcept {
  if (inner == ecn::not_ect) return outer == ecn::not_ect ? ecn_report::usual : ecn_report::dangerous;
  if (inner == ecn::ect_1 && outer == ecn::ect_0) return ecn_report::unused;
  return inner == ecn::ce && outer == ecn::ect_1 ? ecn_report::dangerous : ecn_report::usual;
}

}  // namespace v0
}  // namespace esplanade
