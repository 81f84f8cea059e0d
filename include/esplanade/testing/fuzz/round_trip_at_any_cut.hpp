// What goes out comes back, wherever the packet is cut on either side; and what goes out is what the RFCs say.
//
//   1  up to four packets are sent, cut where the input says, with as much or as little room as it says
//   2  each leaves or is refused as a plain reading of it says; numbers are spent in order and end where they must
//   3  what leaves is octet for octet the packet that RFC 4303 and RFC 4106 ask for, put together without the datapath
//   4  it is received, cut elsewhere: what is delivered is what was sent; a second time it is a replay
//   5  a handle that names no SA sends nothing; nor does one whose SA was removed, nor is anything received under it, even
//      when another SA stands in its place
//
//   input   SA (4) · packets (1) · then each: 1 tight room: front (1), behind (1); 2 under the neighbour's SA · packet · borders ·
//           borders when received · at last how the stale handle's generation differs (2)
#pragma once

#include <esplanade/testing/fuzz/plain_receiver.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

/// What must become of packets to send, worked out the slow way. Octets only where the profile's policies are the default ones.
template <class C> class plain_sender {
  using profile = typename C::profile;

 public:
  static constexpr bool by_policy = list_has<typename sending_lane<C>::list_type, select_sa_stage>();
  static constexpr bool writes_esp = std::is_same_v<iv_of<profile>, counter_iv> && !draws_ivs<profile> &&
                                     (std::is_same_v<padding_of<profile>, padding_verified> || std::is_same_v<padding_of<profile>, padding_ignored>);
  static constexpr bool writes_header = std::is_same_v<header_of<profile>, copied_header>;

  struct sent {
    verdict said = verdict::forwarded;
    bool may_lack_room = false;
    std::size_t sa = 0;
    std::uint64_t number = 0;
    bytes wire{};
  };

  explicit plain_sender(ground<C>& on) : ground_(on) {
    for (std::size_t i = 0; i < 2; ++i) used_[i] = on.sa(i).parameters.sequence_start;
  }

  /// Spends a number where the datapath must spend one.
  sent send(bytes packet, std::size_t handle, std::size_t headroom, std::size_t tailroom) {
    const plain_headers h = read_headers(packet);
    if (h.said != verdict::forwarded) return {.said = h.said};
    packet.resize(h.total);
    sent out{.sa = handle};
    if (by_policy) {
      out.sa = 0;
      while (out.sa < 2 && !covers(ground_.sa(out.sa).selects, packet, h)) ++out.sa;
      if (out.sa == 2) return {.said = verdict::no_policy};
    }
    const sa_parameters& sa = ground_.sa(out.sa).parameters;
    const bool tunnel = sa.mode == mode::tunnel;
    if (!tunnel && h.fragment) return {.said = verdict::ip_fragment};

    const insertion place = tunnel ? insertion{0, 0, h.version == 4 ? octet{4} : octet{41}} : insertion_into(packet, h);
    const std::size_t padding = least_padding(packet.size() - place.at, sa.suite.alignment);
    const bytes text = text_of(part_of(packet, place.at, packet.size() - place.at), padding, static_cast<octet>(padding), place.next_header);
    const bool v4_outside = tunnel ? sa.destination.version == family::ipv4 : h.version == 4;
    const std::size_t in_front = tunnel ? (v4_outside ? 20 : 40) : place.at;
    if (in_front + 8 + sa.suite.iv + text.size() + sa.suite.icv > (v4_outside ? 65535u : 65575u)) return {.said = verdict::too_long};

    if (used_[out.sa] == (sa.esn ? ~std::uint64_t{0} : std::uint64_t{0xffffffff})) return {.said = verdict::sequence_exhausted};
    out.number = ++used_[out.sa];
    const bytes esp = ground_.signs(out.sa).seal(out.number, text);
    out.may_lack_room = headroom < 8u + sa.suite.iv + (tunnel ? in_front : 0) || tailroom < padding + 2 + sa.suite.icv;
    if (tunnel) {
      const bool v4_inside = h.version == 4;
      const std::uint32_t flow = v4_inside ? 0 : static_cast<std::uint32_t>((packet[1] & 15u) << 16 | be16_at(packet, 2));
      out.wire = tunnel_packet(sa, h.traffic_class, out.number, !v4_inside || (packet[6] & 0x40) != 0, flow, esp);
    } else {
      out.wire = joined(part_of(packet, 0, place.at), place.named_at, 50, esp);
    }
    return out;
  }

  /// What is wrong with what left; empty when it is as expected.
  std::string wrong_in_sent(const sent& expected, verdict said, const bytes& wire) {
    if (said == verdict::no_room && expected.may_lack_room) return {};
    if (said != expected.said) return std::string("verdict ") + name_of(said) + " where it must be " + name_of(expected.said);
    if (said != verdict::forwarded || !writes_esp) return {};
    const plain_headers is = read_headers(wire), must = read_headers(expected.wire);
    if (is.said != verdict::forwarded || is.total != wire.size()) return "what leaves is no IP packet";
    if (is.version == 4 && ones_sum(wire, is.end) != 0xffff) return "the outer header's checksum is wrong";
    const bytes esp = part_of(wire, is.end, wire.size() - is.end);
    if (is.protocol != 50 || esp != part_of(expected.wire, must.end, expected.wire.size() - must.end)) return "what leaves is not the ESP packet it must be";
    if (writes_header && wire != expected.wire) return "the outer header is not what it must be";
    return {};
  }

 private:
  ground<C>& ground_;
  std::uint64_t used_[2]{};
};

namespace detail {
template <class C> void round_trip(input& in) {
  constexpr std::size_t most = segments_max_of<typename C::packet_type>;
  ground<C> on("round_trip_at_any_cut", in);
  plain_sender<C> sender(on);
  plain_receiver<C> receiver(on);

  struct trip {
    typename plain_sender<C>::sent out;
    bytes inner, wire;
  };
  std::vector<trip> trips;
  batch_of<C> leaving(on.configuration());
  for (std::size_t n = 1 + in.take_octet() % 4u; n != 0; --n) {
    const unsigned how = in.take_octet();
    const std::size_t headroom = (how & 1) != 0 ? in.take_octet() % 96u : room_in_front;
    const std::size_t tailroom = (how & 1) != 0 ? in.take_octet() % 64u : room_behind;
    const std::size_t sa = (how & 2) != 0 ? 1 : 0;
    bytes inner = take_packet(in);
    const cut segments = in.take_cut(inner.size(), most);
    if (leaving.size() == batch_most<C>) break;
    if (!leaving.add({.content = inner, .segments = segments, .headroom = headroom, .tailroom = tailroom}, on.pair(sa).sending)) continue;
    trips.push_back({sender.send(inner, sa, headroom, tailroom), std::move(inner), {}});
  }
  on.send(leaving);
  std::size_t under_way = 0;
  for (std::size_t i = 0; i < trips.size(); ++i) {
    const verdict said = leaving.of(i);
    if (is_of_the_user(said)) return;  // what it spent is not known
    trips[i].wire = leaving.read(i);
    if (const std::string wrong = sender.wrong_in_sent(trips[i].out, said, trips[i].wire); !wrong.empty()) on.fail("sent: " + wrong);
    if (said == verdict::forwarded) std::swap(trips[under_way++], trips[i]);
  }
  trips.resize(under_way);

  for (const char* const time : {"received: ", "received again: "}) {
    batch_of<C> arriving(on.configuration());
    std::vector<bytes> wires;
    for (const trip& t : trips) {
      if (!arriving.add_received(t.wire, in.take_cut(t.wire.size(), most))) return;
      wires.push_back(t.wire);
    }
    on.receive(arriving);
    const std::vector<expectation> expected = receiver.receive(wires);
    for (std::size_t i = 0; i < wires.size(); ++i) {
      if (is_beyond_us(expected[i], arriving.of(i))) return;
      const bytes content = arriving.read(i);
      if (const std::string wrong = wrong_in(expected[i], arriving.of(i), content); !wrong.empty()) on.fail(time + wrong);
      if (arriving.of(i) == verdict::forwarded && content != trips[i].inner) on.fail("what comes back is not what went out");
    }
  }

  // Handles that name nothing.
  const bytes any = trips.empty() ? take_packet(in) : trips[0].inner;
  const auto sends_nothing = [&](outbound_handle handle, const char* why) {
    batch_of<C> one(on.configuration());
    if (!one.add({.content = any, .headroom = room_in_front, .tailroom = room_behind}, handle)) return;
    on.send(one);
    if (one.of(0) == verdict::forwarded) on.fail(why);
  };
  if constexpr (!plain_sender<C>::by_policy) {
    outbound_handle never = on.pair().sending;
    never.generation ^= 1u + in.take_be16();
    sends_nothing(never, "a handle that add_pair never returned sends");
    sends_nothing({}, "a handle of nothing sends");
    if constexpr (requires { { on.configuration().remove_pair(on.pair()) } -> std::same_as<result<void>>; }) {
      if (!on.configuration().remove_pair(on.pair())) return;
      sends_nothing(on.pair().sending, "the handle of a removed SA sends");
      if (!trips.empty() && trips[0].out.sa == 0) {
        batch_of<C> one(on.configuration());
        one.add_received(trips[0].wire);
        on.receive(one);
        if (one.of(0) != verdict::no_sa && !is_of_the_user(one.of(0))) on.fail("a packet is received under a removed SA");
      }
      const auto next = on.configuration().add_pair(sample_sa<typename C::profile>(2));
      if (next && next->sending == on.pair().sending) on.fail("the handle of a removed SA is given to another");
      sends_nothing(on.pair().sending, "the handle of a removed SA sends under the SA that stands in its place");
    }
  }
}
}  // namespace detail

template <class Configuration> int round_trip_at_any_cut(const std::uint8_t* data, std::size_t size) {
  input in{data, size};
  detail::round_trip<fuzz_configuration_of<Configuration>>(in);
  return 0;
}

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
