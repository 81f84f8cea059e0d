// Several IP fragments become one packet: in front of find_sa, since ESP and AH protect whole packets (RFC 4303 3.4.1)
#pragma once

#include <esplanade/transform/context.hpp>
#include <esplanade/transform/reassembly.hpp>
#include <esplanade/transform/stage.hpp>

namespace esplanade {
inline namespace v0 {

/// Takes the fragment header out of an atomic fragment, whose octets may be written (RFC 6946 4).
template <Packet P> inline void remove_atomic_header(P& p, const fragment_place& place) noexcept {
  octet length[2];
  store_be16(length, static_cast<std::uint16_t>(place.total_length - ipv6_header_octets - fragment_header_octets));
  copy_in(p, 4, length, 2);
  copy_in(p, place.protocol_at, &place.protocol, 1);
  move_from_front(p, fragment_header_octets, place.header_length);
  packet_traits<P>::advance(p, fragment_header_octets);
}

/// Which fragments are put together. What is not passes on, and find_sa says ip_fragment.
enum class reassembled : std::uint8_t {
  protected_packets,   ///< of ESP and AH
  encapsulated_too,    ///< and of UDP, in which ESP may travel (RFC 3948)
  everything,          ///< behind the last stage of an SA, for who delivers whole packets
};

// Not provided, because
//   ICMP time exceeded   RFC 8200 4.5 has a host send it; fragments between two gateways have no user who would read it.
//   a limit per sender   addresses of fragments are anybody's to write: what bounds the memory is the number of contexts.

/// Puts fragments together. Each goes back to the caller as `absorbed`; the packet they make comes from the pool and stands
/// behind the batch. IPv6 atomic fragments lose their fragment header and wait for nobody (RFC 6946).
///   Shape    contexts   reassembly<P, Contexts, Pieces>: bounds and patience
///            least      a fragment that others follow holds at least so many octets; smaller ones only cost (RFC 1858)
///   Cost     of what is no fragment: a header walk and nothing else
///   Errors   bad_fragment: overlaps, contradictions, beyond 65,535 octets, tiny, too many for its datagram, of one given up;
///            bad_ecn (RFC 3168 5.3); batch_full, no_packet, no_room; not_writable (atomic fragments)
///   Threads  one lane
template <class Contexts> struct reassemble_ip {
  static constexpr const char* name = "reassemble_ip";
  static constexpr const char* because = "ESP protects whole packets, so fragments come first (RFC 4303 3.4.1)";
  static constexpr fact needs = fact::none, gives = fact::none;
  static constexpr esplanade::arity arity = esplanade::arity::merge;
  static constexpr std::size_t fan_out = 2;  // the last fragment goes back, and its datagram takes a place of its own

  Contexts* contexts = nullptr;
  reassembled which = reassembled::protected_packets;
  std::uint32_t least = 8;

  template <class Context> void operator()(Context& c) const noexcept {
    static_assert(TakesPackets<Context>, "datagrams are put together in packets of a pool, and this lane has none: name a PacketPool (buffer/pool.hpp)");
    static_assert(has_clock<typename Context::profile>,
                  "fragments that wait for others must not wait for ever (RFC 8200 4.5), and this profile has no clock: name one, using clock = …;");
    if constexpr (TakesPackets<Context>) {
      contexts->sweep(c.time.now, c.lane->pool);
      const std::size_t arrived = c.count;
      for (std::size_t i = 0; i < arrived; ++i)
        if (c.verdicts[i] == verdict::forwarded) c.verdicts[i] = look_at(c, i);
    }
  }

 private:
  [[nodiscard]] bool wants(octet protocol) const noexcept {
    return which == reassembled::everything || protocol == protocol_number::esp || protocol == protocol_number::ah ||
           (which == reassembled::encapsulated_too && protocol == protocol_number::udp);
  }

  template <class Context> verdict look_at(Context& c, std::size_t i) const noexcept {
    auto& s = c.state[i];
    packet_reader read(c.packet(i));
    const fragment_place place = place_of(read, s.length);
    // What contradicts itself is for the next stage to refuse, in the order that all share.
    if ((place.status != verdict::forwarded && place.status != verdict::bad_fragment) || !(place.fragment || place.atomic) || !wants(place.protocol))
      return verdict::forwarded;
    if (place.status != verdict::forwarded) return place.status;
    if (place.atomic) {
      if (!is_writable(c.packet(i))) return verdict::not_writable;
      remove_atomic_header(c.packet(i), place);
      s.length -= static_cast<std::uint32_t>(fragment_header_octets);
      return verdict::forwarded;
    }
    if (place.more && place.payload < least) return verdict::bad_fragment;
    const auto done = contexts->add(c.packet(i), place, s.level == 0 ? nullptr : s.record, c.time.now, c.lane->pool);
    if (done.whole != nullptr && !(s.level == 0 ? c.add(done.whole) : c.add(done.whole, i))) {
      c.lane->pool.give(done.whole);
      return verdict::batch_full;
    }
    return done.what;
  }
};
template <class Contexts> reassemble_ip(Contexts*) -> reassemble_ip<Contexts>;

}  // namespace v0
}  // namespace esplanade
