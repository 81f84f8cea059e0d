// Dummy packets: what a sender sends when it has nothing to say, so that nobody sees when it has (RFC 4303 2.6).
//
//     bounded_ring<dummy_order, 64> orders;                     // filled by whoever decides when: a clock, a rate, chance
//     auto list = outbound<P>(originate_dummies{&orders}, assign_sequence, write_trailer, esp_seal, write_outer_header);
//     lane<…> idle{{store, crypto, policy, pool}, list};
//     idle({}, {packets, verdicts});                            // on the core that sends under the same SAs
#pragma once

#include <esplanade/base/bounded_ring.hpp>
#include <esplanade/buffer/copy.hpp>
#include <esplanade/buffer/pool.hpp>
#include <esplanade/transform/select_sa.hpp>

namespace esplanade {
inline namespace v0 {

/// One dummy to be sent. Its length should be one that real packets have.
struct dummy_order {
  outbound_handle sa{};
  std::uint32_t octets = 0;  ///< of text; what a real packet has as its inner packet
};

/// Originates a packet of next header 59 for every order, as long as there are slots. Begins an SA level. The list is for dummies
/// alone: packets that come in with the batch get `withheld`, for they have no SA here.
///   Shape    orders   `take(order)` like a bounded_ring's
///   Errors   no_sa; no_room; too_long; withheld (transport mode without addresses to send to). Orders without a packet in
///            the pool wait
///   Source   RFC 4303 2.6: the receiver discards it "without indicating an error", which here is the verdict dummy
template <class Orders> struct originate_dummies final : detail::select_sa_base {
  static constexpr const char* name = "originate_dummies";
  static constexpr const char* because = "silence is no secret unless it looks like speech (RFC 4303 2.6)";
  static constexpr fact gives = fact::sa_selected | fact::traffic_padded;
  static constexpr esplanade::arity arity = esplanade::arity::source;

  Orders* orders;
  constexpr explicit originate_dummies(Orders* from) noexcept : orders(from) {}

  template <class Context> void operator()(Context& c) const noexcept {
    static_assert(TakesPackets<Context>,
                  "dummies are made of packets of a pool, and this lane has none: name a PacketPool (buffer/pool.hpp)");
    for (std::size_t i = 0; i < c.count; ++i)
      if (c.verdicts[i] == verdict::forwarded) c.verdicts[i] = verdict::withheld;
    while (c.count != Context::slots) {
      auto* const p = c.lane->pool.take();
      if (p == nullptr) return;
      dummy_order order;
      if (!orders->take(order)) return c.lane->pool.give(p);
      static_cast<void>(c.add(p));
      c.verdicts[c.count - 1] = make(c, c.count - 1, order);
    }
  }

 private:
  template <class Context> static verdict make(Context& c, std::size_t i, const dummy_order& order) noexcept {
    using config = typename Context::profile;
    auto& s = c.state[i];
    auto& p = c.packet(i);
    typename Context::record_type* record = nullptr;
    c.lane->store.find({&order.sa, 1}, {&record, 1});
    if (record == nullptr) return verdict::no_sa;
    const auto& sa = association(*record);
    family inside = sa.destination().version;
    if constexpr (modes_of<config>.has(mode::beet)) {
      if (is_beet<config>(sa.core())) inside = sa.beet().source.version;
    }
    const std::size_t header = is_tunnel<config>(sa.core()) ? 0 : header_octets(inside);
    if (header != 0 && (sa.destination().unspecified() || sa.source().unspecified())) return verdict::withheld;
    if (order.octets > ip_length_max) return verdict::too_long;
    if (!detail::extend_by(p, header + order.octets)) return verdict::no_room;
    static constexpr octet zeros[64]{};
    s.length = static_cast<std::uint32_t>(header + order.octets);
    for (std::size_t at = header; at < s.length; at += sizeof zeros) copy_in(p, at, zeros, s.length - at < sizeof zeros ? s.length - at : sizeof zeros);
    s.version = inside;
    s.traffic_class = 0;
    s.flow_label = 0;
    s.dont_fragment = false;
    s.trailer = 0;
    s.payload = s.length;
    s.esp_at = static_cast<std::uint16_t>(header);
    if (header != 0) {
      ip_fields f{.source = sa.source(), .destination = sa.destination(), .payload = order.octets, .protocol = protocol_number::none, .hop_limit = sa.hop_limit()};
      if constexpr (modes_of<config>.has(mode::beet)) {
        if (is_beet<config>(sa.core())) f.source = sa.beet().source, f.destination = sa.beet().destination;
      }
      octet made[ipv6_header_octets];
      write_ip_header(made, f);
      copy_in(p, 0, made, header);
      s.protocol_at = s.version == family::ipv4 ? 9 : 6;
    }
    const verdict v = enter(c, i, record);
    s.next_header = protocol_number::none;
    s.payload = 0;  // nobody's octets: SAs and lifetimes count the packet alone
    return v;
  }
};

}  // namespace v0
}  // namespace esplanade
