// An SA made again out of its snapshot, beyond all numbers that can have been used since.
//
//     sent before the snapshot        since            from here on
//     |--------------------------S|.................|──────►           outbound: S, and as many as can have been sent since
//                                 `- the snapshot
//     |--------------------------S|.................|======W======|──►  inbound: the window begins where nothing can have been
//                                                                       accepted yet; what comes late from before is refused
#pragma once

#include <esplanade/sa/snapshot.hpp>

namespace esplanade {
inline namespace v0 {

/// What can have happened between a snapshot and the crash; more is safe, less is not. Whoever saves every second and sends
/// at most a million packets a second says two million.
struct since_snapshot {
  std::uint64_t packets = 0;  ///< sent, or accepted
  std::uint64_t octets = 0;   ///< that count against a lifetime
};

namespace detail {
[[nodiscard]] constexpr std::uint64_t sum_or_most(std::uint64_t a, std::uint64_t b) noexcept { return a > ~b ? ~std::uint64_t{0} : a + b; }
// What was used counts against the limits that are still to come. False when a hard one is reached.
[[nodiscard]] constexpr bool shorten(std::uint64_t& soft, std::uint64_t& hard, std::uint64_t used) noexcept {
  if (hard != 0 && hard <= used) return false;
  if (hard != 0) hard -= used;
  if (soft != 0) soft = soft > used ? soft - used : 1;  // reached: the next packet says so again
  return true;
}
}  // namespace detail

/// Makes the parameters of an SA of type `Sa` out of its snapshot, so that add() continues it: no number that can have been
/// used is used again, and no packet that can have been accepted is accepted again.
///   Shape    `p` brings key and salt, its encapsulation with ports, addresses behind a NAT and inside, and the original lifetime limits
///            if there are any; where it already names an SPI or a
///            suite, the snapshot has to agree. All else is written. Selectors come from the snapshot
///   Cost     up to since.packets numbers of the peer's are refused that were never accepted; `p` is written whole or not at all
///   Errors   those of read_snapshot; invalid_value: the other direction, another SA; no_space: the jump leaves no number, or a hard limit
///            of the lifetime is reached
template <class Sa> [[nodiscard]] result<void> restore(const_octets from, sa_parameters& p, const since_snapshot& since) noexcept {
  using sa_type = association_t<Sa>;
  constexpr bool is_outbound = std::is_same_v<typename sa_type::direction, outbound_direction>;
  auto read = read_snapshot(from);
  if (!read) return read.why();
  const sa_state& s = *read;
  if (s.outbound != is_outbound) return fault{fault_kind::invalid_value, "direction", "the snapshot is of an SA of the other direction", is_outbound ? "one of an outbound SA" : "one of an inbound SA"};
  if (p.spi != 0 && p.spi != s.spi) return fault{fault_kind::invalid_value, "spi", "the snapshot is of another SA", "the snapshot of this SA, or an SPI of 0"};
  if (!(p.suite == suite_sizes{}) && !(p.suite == s.suite)) return fault{fault_kind::invalid_value, "suite", "the snapshot is of an SA with another suite", "the snapshot of this SA, or no suite"};
  const std::uint64_t last = s.esn ? sequence_last_64 : sequence_last_32;
  std::uint64_t jump = since.packets;
  if constexpr (!is_outbound) jump = jump > last - sa_type::window_type::packets ? last : jump + sa_type::window_type::packets;
  if (jump >= last - s.highest) return fault{fault_kind::no_space, "highest", "behind the jump no number is left", "fewer packets since, or a new SA"};
  lifetime_limits limits = p.lifetime;
  if (!detail::shorten(limits.soft.packets, limits.hard.packets, detail::sum_or_most(s.packets, since.packets)))
    return fault{fault_kind::no_space, "lifetime.hard.packets", "the SA is over", "a new SA"};
  if (!detail::shorten(limits.soft.octets, limits.hard.octets, detail::sum_or_most(s.octets, since.octets)))
    return fault{fault_kind::no_space, "lifetime.hard.octets", "the SA is over", "a new SA"};
  p.spi = s.spi;
  p.suite = s.suite;
  p.mode = s.mode;
  p.esn = s.esn;
  p.source = s.source;
  p.destination = s.destination;
  p.selector = s.selector;
  if constexpr (is_outbound) p.hop_limit = s.hop_limit;
  p.sequence_start = s.highest + jump;
  p.lifetime = limits;
  return {};
}

/// Lets the counters of a restored SA go on where those of the snapshot ended. Before its first packet.
///   Errors   those of read_snapshot; invalid_value: not the snapshot of this SA
template <class Record> [[nodiscard]] result<void> resume_counters(const_octets from, Record& record) noexcept {
  auto& sa = association(record);
  constexpr bool is_outbound = std::is_same_v<typename std::remove_cvref_t<decltype(sa)>::direction, outbound_direction>;
  auto read = read_snapshot(from);
  if (!read) return read.why();
  const sa_state& s = *read;
  if (s.outbound != is_outbound || s.spi != sa.core().spi) return fault{fault_kind::invalid_value, "spi", "the snapshot is of another SA", "the snapshot that this SA was restored from"};
  sa.traffic(0).packets.add(s.packets);
  sa.traffic(0).octets.add(s.octets);
  if constexpr (is_outbound) {
    sa.drops().sequence_exhausted.add(s.drops[0]);
    sa.drops().other.add(s.drops[1]);
  } else {
    sa.drops().replayed.add(s.drops[0]);
    sa.drops().too_old.add(s.drops[1]);
    sa.drops().icv_mismatch.add(s.drops[2]);
    sa.drops().other.add(s.drops[3]);
  }
  return {};
}

}  // namespace v0
}  // namespace esplanade
