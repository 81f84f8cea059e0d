// Extended sequence numbers: from the 32 bits on the wire to the 64-bit number (RFC 4303 A2.2).
//
// RFC 4303 A2.2, with Bl = Tl - W + 1:
//   "Under Case A (Figure 1): If Seql >= Bl […], then Seqh = Th      If Seql <  Bl […], then Seqh = Th + 1
//    Under Case B (Figure 2): If Seql >= Bl […], then Seqh = Th - 1  If Seql <  Bl […], then Seqh = Th"
//
//   case A: the window lies in one subspace       case B: the window spans two
//     --0-----[====T*********0****)-----0--         --0----------[==0==T**********)-----0--
//             B     Th         Th+1                              B      Th
//              Th                                               Th-1
//     = the window   * numbers to come   0 a subspace begins   [ ) holds 2^32 numbers, each low half once
//
// Both cases say one thing: of all numbers with this low half it is the first at or right of the left edge B.
//
// Resynchronisation after 2^32 or more lost packets (RFC 4303 A3) is not done here: it needs trial verification, and so a cipher.
#pragma once

#include <cstdint>

namespace esplanade {
inline namespace v0 {

/// The 64-bit number of a packet with wire number `low` (host order) on an ESN SA whose window of `window_packets` has the right edge `highest`.
/// What it says is a guess until the ICV, which covers the high half, verified.
/// Returns 0, which a `window` refuses, when there is no such number: the high half would be -1 (case B with Th = 0) or 2^32 (case A with Th = 2^32 - 1).
/// `window_packets`: 0 counts as 1; RFC 4303 A2 allows at most 2^31. Without ESN the number is the wire number itself: do not call this.
[[nodiscard]] constexpr std::uint64_t infer_number(std::uint32_t low, std::uint64_t highest, std::uint32_t window_packets) noexcept {
  const std::uint64_t reach = window_packets == 0 ? 0 : window_packets - 1;  // T - B
  const std::uint64_t left = highest - reach;                                // B, modulo 2^64
  const std::uint64_t number = left + static_cast<std::uint32_t>(low - static_cast<std::uint32_t>(left));
  // While B lies below 0 the sum has to wrap to be a number; afterwards it must not.
  const bool left_below_zero = highest < reach;
  const bool wrapped = number < left;
  return left_below_zero == wrapped ? number : 0;
}

}  // namespace v0
}  // namespace esplanade
