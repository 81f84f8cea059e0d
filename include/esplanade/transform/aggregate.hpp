// IP-TFS, sending: inner packets leave in payloads of one size, at a constant rate when one is given (RFC 9347)
//
//   outbound<P>(aggregate{&tunnel, &clock}, select_payload_sa, assign_sequence, write_trailer, esp_seal, write_outer_header)
#pragma once

#include <esplanade/transform/aggregation.hpp>
#include <esplanade/transform/select_sa.hpp>

namespace esplanade {
inline namespace v0 {

/// One tunnel as its sending end keeps it.
///   Threads  one lane; its numbers must be consecutive (RFC 9347 2.2.3), so nobody else sends under its SA
template <Packet P, std::size_t Ready = 16> struct aggregate_tunnel {
  aggregation<P, Ready> payloads;
  outbound_handle sa{};          ///< what new packets leave under; may be changed at any time, and no packet is parted between two SAs
  constant_rate* rate = nullptr; ///< nullptr: payloads leave as soon as packets come in, and never without
  unsigned most = 4;             ///< payloads in one run at most where there is a rate: turns missed beyond are not made up for

  explicit aggregate_tunnel(const payload_shape& shape, outbound_handle under = {}, constant_rate* at = nullptr) noexcept : payloads(shape), sa(under), rate(at) {}

  /// The SA of the payload that is next.
  [[nodiscard]] outbound_handle now() noexcept {
    if (payloads.between_packets()) current_ = sa;
    return current_;
  }

 private:
  outbound_handle current_{};
};

/// Takes all packets of the batch into the tunnel's payloads and originates those that are to leave. Which packets belong into
/// the tunnel was decided in front (RFC 4301 5.1: by policy); what comes in goes back to the caller as `absorbed`.
///   Shape    tunnel   aggregate_tunnel
///            clock    `now()` in ticks of the tunnel's rate; asked once a run
///   Errors   not_ip, runt, bad_header; packet_too_big, too_long, batch_full (the tunnel is slower than what comes in), no_packet, no_room
///   Threads  one lane
template <class Tunnel, Clock Ticks = no_clock> struct aggregate {
  static constexpr const char* name = "aggregate";
  static constexpr const char* because = "the size of packets and their rate tell nothing (RFC 9347)";
  static constexpr fact needs = fact::none, gives = fact::none;
  static constexpr esplanade::arity arity = esplanade::arity::source;
  static constexpr std::size_t fan_out = 2;

  Tunnel* tunnel = nullptr;
  const Ticks* clock = nullptr;

  template <class Context> void operator()(Context& c) const noexcept {
    static_assert(TakesPackets<Context>, "payloads are built in packets of a pool, and this lane has none: name a PacketPool (buffer/pool.hpp)");
    if constexpr (TakesPackets<Context>) {
      const std::size_t arrived = c.count;
      for (std::size_t i = 0; i < arrived; ++i) {
        if (c.verdicts[i] != verdict::forwarded) continue;
        c.verdicts[i] = take_in(c, i);
        if (tunnel->rate == nullptr && c.verdicts[i] == verdict::batch_full) {  // nothing holds it back: make room
          send_waiting(c);
          c.verdicts[i] = take_in(c, i);
        }
      }
      if (tunnel->rate == nullptr) return send_waiting(c);
      const std::size_t room = c.slots - c.count;
      unsigned due = tunnel->rate->due(clock == nullptr ? 0 : clock->now(), tunnel->most < room ? tunnel->most : static_cast<unsigned>(room));
      while (due-- != 0 && send(c)) {}
    }
  }

 private:
  template <class Context> [[nodiscard]] verdict take_in(Context& c, std::size_t i) const noexcept {
    packet_reader read(c.packet(i));
    const ip_layout at = walk_ip(read, c.state[i].length);
    if (at.status != verdict::forwarded) return at.status;
    const verdict done = tunnel->payloads.put(c.packet(i), at.total_length, c.lane->pool);
    return done == verdict::forwarded ? verdict::absorbed : done;
  }
  template <class Context> bool send(Context& c) const noexcept {
    if (c.count == c.slots) return false;
    const outbound_handle under = tunnel->now();
    auto* const payload = tunnel->payloads.next(c.lane->pool);
    if (payload == nullptr) return false;
    (void)c.add(payload);
    c.given[c.count - 1] = under;
    return true;
  }
  template <class Context> void send_waiting(Context& c) const noexcept {
    while (!tunnel->payloads.idle() && send(c)) {}
  }
};
template <class Tunnel> aggregate(Tunnel*) -> aggregate<Tunnel>;
template <class Tunnel, class Ticks> aggregate(Tunnel*, const Ticks*) -> aggregate<Tunnel, Ticks>;

/// Selects the SA of payloads that are no IP packets, by the handle beside each. Begins an SA level. The outer header says
/// nothing of what is inside: DF set, no DSCP, Not-ECT, no flow label (RFC 9347 2.2.5).
///   Errors   no_sa; bad_next_header (an SA of transport mode or of AH carries no AGGFRAG payload); too_long
struct select_payload_sa_stage final : detail::select_sa_base {
  static constexpr const char* name = "select_payload_sa";
  static constexpr const char* because = "the tunnel's handle names the SA of its payloads (RFC 9347 2.3)";

  template <class Context> ESPLANADE_INLINE void work(Context& c) const noexcept { c.look_up_given(); }
  template <class Context> ESPLANADE_INLINE verdict finish(Context& c, std::size_t i) const noexcept {
    using config = typename Context::profile;
    auto& s = c.state[i];
    if (auto* const record = c.found[i]; record != nullptr) {
      const auto& sa = association(*record).core();
      if (!is_tunnel<config>(sa) || is_ah<config>(sa)) return verdict::bad_next_header;
    }
    s.payload = s.length;
    s.version = family::ipv4;
    s.traffic_class = 0;
    s.flow_label = 0;
    s.dont_fragment = true;
    s.esp_at = s.trailer = 0;
    const verdict entered = enter(c, i, c.found[i]);
    s.next_header = aggfrag_protocol;
    return entered;
  }
};
inline constexpr select_payload_sa_stage select_payload_sa{};

}  // namespace v0
}  // namespace esplanade
