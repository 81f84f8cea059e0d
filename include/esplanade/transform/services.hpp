// What stages find beside their packets when the profile asks for it: the time, a place for events, how far each packet
// came, and the options that came with it. What the profile does not ask for takes no room and no code.
#pragma once

#include <esplanade/buffer/packet_options.hpp>
#include <esplanade/sa/policies.hpp>
#include <esplanade/transform/policies.hpp>

namespace esplanade {
inline namespace v0 {
namespace detail {

/// The second at which a burst began.
template <bool Kept> struct burst_time {
  std::uint64_t now = 0;
};
template <> struct burst_time<false> {
  static constexpr std::uint64_t now = 0;
};

/// The lane's ring for events.
template <class Sink, bool Kept> struct audit_link {
  Sink* sink = nullptr;
};
template <class Sink> struct audit_link<Sink, false> {};

/// The stage that each slot reached last.
template <bool Kept, std::size_t Slots> struct reached_stages {
  std::uint16_t at[Slots]{};
  ESPLANADE_INLINE void mark(std::size_t i, std::size_t stage) noexcept { at[i] = static_cast<std::uint16_t>(stage); }
};
template <std::size_t Slots> struct reached_stages<false, Slots> {
  ESPLANADE_INLINE void mark(std::size_t, std::size_t) const noexcept {}
};

/// Packets a lane has traced.
template <bool Kept> struct packet_count {
  std::uint64_t packets = 0;
};
template <> struct packet_count<false> {};

/// The overrides of each slot.
template <bool Kept, std::size_t Slots> struct given_options {
  packet_options of[Slots]{};
};
template <std::size_t Slots> struct given_options<false, Slots> {};

/// What stood between IP and ESP of each slot at its current level.
struct wrapped_slot {
  encapsulation kind = encapsulation::none;
  std::uint8_t octets = 0;
  std::uint16_t port = 0;  // destination, with UDP
};
template <bool Kept, std::size_t Slots> struct wrapped_slots {
  wrapped_slot of[Slots]{};
};
template <std::size_t Slots> struct wrapped_slots<false, Slots> {};

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
