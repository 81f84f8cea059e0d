// What is known of a packet at a point of a list: the facts that order rules speak of.
#pragma once

#include <cstdint>

namespace esplanade {
inline namespace v0 {

/// Facts about a packet and the SA it is under. All but the user facts are security facts: only our transform stages, or
/// stages that the profile names as trusted, may give them.
enum class fact : std::uint32_t {
  none = 0,
  sa_selected = 1u << 0,        ///< an SA is found (inbound) or chosen (outbound)
  sequence_leased = 1u << 1,    ///< outbound: a number is leased and not yet sealed with
  trailer_written = 1u << 2,    ///< outbound: padding and trailer stand behind the payload, not yet sealed
  sealed = 1u << 3,             ///< outbound: encrypted, ICV written (ESP)
  header_written = 1u << 4,     ///< outbound: the outer IP header is right
  replay_checked = 1u << 5,     ///< inbound: the filter let the number pass
  authenticated = 1u << 6,      ///< inbound: the ICV matches, the text is plaintext (ESP)
  replay_updated = 1u << 7,     ///< inbound: the number is recorded, and was new
  trailer_removed = 1u << 8,    ///< inbound: padding is verified and gone
  header_removed = 1u << 9,     ///< inbound: the inner packet stands at the front
  selectors_checked = 1u << 10, ///< inbound: the SA may carry this packet
  lifetime_checked = 1u << 11,  ///< the packet is counted against its SA's limits, and lies within them
  resynchronised = 1u << 12,    ///< inbound: the number was looked for under further high halves, where that was due
  ah_header_written = 1u << 13, ///< outbound: AH stands in its place, but for its ICV
  ah_sealed = 1u << 14,         ///< outbound: the ICV of AH is written
  ah_authenticated = 1u << 15,  ///< inbound: the ICV of AH matches
  traffic_padded = 1u << 16,    ///< outbound: the length says no more than the policy lets it (RFC 4303 2.7)
  framed = 1u << 17,            ///< host, outbound: header, trailer and number stand in the frame and words beside it name the SA for a device; or it is sealed (ESP)
  ah_framed = 1u << 18,         ///< host, outbound: likewise (AH)
  device_sealed = 1u << 19,     ///< device, outbound: IV, ciphertext and ICV are filled in (ESP)
  device_ah_sealed = 1u << 20,  ///< device, outbound: the ICV of AH is filled in
  device_opened = 1u << 21,     ///< device, inbound: the ICV was checked where that could be, and the result is noted (ESP)
  device_ah_opened = 1u << 22,  ///< device, inbound: likewise (AH)
  device_result = 1u << 23,     ///< host, inbound: what a device says of the packet came with it, and does not contradict itself
  user_0 = 1u << 24, user_1 = 1u << 25, user_2 = 1u << 26, user_3 = 1u << 27,
  user_4 = 1u << 28, user_5 = 1u << 29, user_6 = 1u << 30, user_7 = 1u << 31,
};

[[nodiscard]] constexpr fact operator|(fact a, fact b) noexcept { return static_cast<fact>(static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b)); }
[[nodiscard]] constexpr fact operator&(fact a, fact b) noexcept { return static_cast<fact>(static_cast<std::uint32_t>(a) & static_cast<std::uint32_t>(b)); }
[[nodiscard]] constexpr fact without(fact a, fact b) noexcept { return static_cast<fact>(static_cast<std::uint32_t>(a) & ~static_cast<std::uint32_t>(b)); }
[[nodiscard]] constexpr bool holds(fact all, fact wanted) noexcept { return (all & wanted) == wanted; }

inline constexpr fact user_facts = static_cast<fact>(0xff00'0000u);
/// What ends with an SA: the next SA of a bundle starts without it.
inline constexpr fact sa_facts = static_cast<fact>(0x00ff'ffffu);

}  // namespace v0
}  // namespace esplanade
