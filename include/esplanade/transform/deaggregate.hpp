// IP-TFS, receiving: payloads become the inner packets that they carry (RFC 9347 2.5)
//
//   inbound<P>(find_sa, check_replay, esp_open, update_replay, remove_trailer, open_payload, deaggregate{&tunnels})
#pragma once

#include <esplanade/transform/check_selectors.hpp>
#include <esplanade/transform/deaggregation.hpp>

namespace esplanade {
inline namespace v0 {

/// Takes outer header and ESP away from an AGGFRAG payload.
///   Errors   bad_next_header: something else, which has no place under such an SA (RFC 9347 2.3); a transport-mode SA
struct open_payload_stage final : detail::transform_stage {
  static constexpr const char* name = "open_payload";
  static constexpr const char* because = "the AGGFRAG payload comes to the front (RFC 9347 6.1)";
  static constexpr fact needs = fact::sa_selected | fact::authenticated | fact::trailer_removed;
  static constexpr fact gives = fact::header_removed;
  static constexpr fact excludes = fact::header_removed;

  template <class Context> ESPLANADE_INLINE verdict operator()(Context& c, std::size_t i) const noexcept {
    using config = typename Context::profile;
    auto& s = c.state[i];
    const auto& sa = c.sa(i).core();
    if (s.next_header != aggfrag_protocol || !is_tunnel<config>(sa)) return verdict::bad_next_header;
    const std::size_t head = s.esp_at + esp_header_octets + iv_octets<config>(sa);
    packet_traits<typename Context::packet_type>::advance(c.packet(i), head);
    s.length -= static_cast<std::uint32_t>(head);
    s.payload = s.length;
    return verdict::forwarded;
  }
};
inline constexpr open_payload_stage open_payload{};

/// The receiving ends of up to `Tunnels` SAs; when there are more, the one that was idle longest begins anew.
///   Threads  one lane
template <Packet P, std::size_t Tunnels = 8, std::size_t Window = 4> class aggregate_receivers {
 public:
  using receiver = deaggregation<P, Window>;
  /// `patience` in ticks of the stage's clock: how long what is missing is waited for; 0: until the window has moved by.
  explicit aggregate_receivers(std::uint64_t patience = 0) noexcept {
    for (entry& one : entries_) one.end.patience(patience);
  }
  /// Of the SA with this record and SPI. Records are compared and never looked into.
  template <class Pool> [[nodiscard]] receiver& of(const void* record, std::uint32_t spi, Pool& pool) noexcept {
    entry* oldest = &entries_[0];
    for (entry& one : entries_) {
      if (one.record == record && one.spi == spi) {
        one.used = ++uses_;
        return one.end;
      }
      if (one.used < oldest->used) oldest = &one;
    }
    oldest->end.restart(pool);
    oldest->record = record;
    oldest->spi = spi;
    oldest->used = ++uses_;
    return oldest->end;
  }
  template <class Pool> void drain(Pool& pool) noexcept {
    for (entry& one : entries_) {
      one.end.restart(pool);
      one.record = nullptr;
      one.used = 0;
    }
  }

 private:
  struct entry {
    const void* record = nullptr;
    std::uint32_t spi = 0;
    std::uint64_t used = 0;
    receiver end{};
  };
  entry entries_[Tunnels]{};
  std::uint64_t uses_ = 0;
};

/// Takes payloads apart. Every inner packet is a packet of the pool behind the batch, in the sender's order, and is held against
/// the SA's selectors on its own (RFC 4301 5.2); payloads go back to the caller as `absorbed`.
///   Shape    tunnels   aggregate_receivers
///            clock     `now()` in ticks of their patience; asked once a run
///            FanOut    inner packets of one payload, on the average of a batch; what finds no place is lost
///   Errors   of payloads: as deaggregation::add. Of inner packets: wrong_selectors, bad_inner_packet
///   Threads  one lane
template <class Tunnels, Clock Ticks = no_clock, std::size_t FanOut = 32> struct deaggregate final : detail::transform_stage {
  static constexpr const char* name = "deaggregate";
  static constexpr const char* because = "one payload carries many packets, each of which must be allowed (RFC 9347 2.5, RFC 4301 5.2)";
  static constexpr fact needs = fact::sa_selected | fact::authenticated | fact::trailer_removed | fact::header_removed;
  static constexpr fact gives = fact::selectors_checked;
  static constexpr fact excludes = fact::selectors_checked;
  static constexpr esplanade::arity arity = esplanade::arity::split;
  static constexpr std::size_t fan_out = FanOut;

  Tunnels* tunnels = nullptr;
  const Ticks* clock = nullptr;

  constexpr deaggregate() noexcept = default;
  constexpr explicit deaggregate(Tunnels* of, const Ticks* with = nullptr) noexcept : tunnels(of), clock(with) {}

  template <class Context> void operator()(Context& c) const noexcept {
    static_assert(TakesPackets<Context>, "inner packets are put together in packets of a pool, and this lane has none: name a PacketPool (buffer/pool.hpp)");
    if constexpr (TakesPackets<Context>) {
      const std::uint64_t now = clock == nullptr ? 0 : clock->now();
      const std::size_t arrived = c.count;
      for (std::size_t i = 0; i < arrived; ++i) {
        if (c.verdicts[i] != verdict::forwarded) continue;
        const auto& s = c.state[i];
        auto& pool = c.lane->pool;
        const auto deliver = [&](typename Context::packet_type* packet) {
          if (!c.add(packet, i)) return pool.give(packet);
          c.verdicts[c.count - 1] = check_selectors(c, c.count - 1);
        };
        auto& receiver = tunnels->of(s.record, c.sa(i).core().spi, pool);
        receiver.sweep(now, pool, deliver);
        c.verdicts[i] = receiver.add(c.packet(i), s.length, s.number, now, pool, deliver);
      }
    }
  }
};

}  // namespace v0
}  // namespace esplanade
