// Where a packet is cut changes nothing: neither its verdict nor an octet of what becomes of it, in either direction.
//
//   1  two grounds with the same SAs; packets go through the one in a single segment, through the other cut where the input says
//   2  they are sent
//   3  what was sent, or a text of the input signed with a correct ICV, arrives with or without changes
//   4  verdicts and octets are the same each time
//
//   input   SA (4) · up to four times: how (1): 1 the arriving text is the input's: size (2), octets; 2 a change (3); 4 another ·
//           a packet · borders · borders when received
#pragma once

#include <esplanade/testing/fuzz/plain_receiver.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

namespace detail {
template <class C> void same_at_any_cut(input& in) {
  constexpr std::size_t most = segments_max_of<typename C::packet_type>;
  const input from_here = in;
  input again = from_here;
  ground<C> whole("cuts_do_not_matter", in), cut_up("cuts_do_not_matter", again);

  const auto both = [&](const bytes& content, const cut& segments, bool leaves) {
    const packet_form form{.content = content, .headroom = leaves ? room_in_front : 0, .tailroom = leaves ? room_behind : 0};
    packet_form in_pieces = form;
    in_pieces.segments = segments;
    batch_of<C> one(whole.configuration()), other(cut_up.configuration());
    if (!one.add(form, whole.pair().sending) || !other.add(in_pieces, cut_up.pair().sending)) return bytes{};
    if (leaves) {
      whole.send(one);
      cut_up.send(other);
    } else {
      whole.receive(one);
      cut_up.receive(other);
    }
    if (one.of(0) != other.of(0)) whole.fail(std::string("uncut ") + name_of(one.of(0)) + ", cut " + name_of(other.of(0)));
    const bytes octets_of_one = one.read(0);
    if (octets_of_one != other.read(0)) whole.fail(std::string(name_of(one.of(0))) + ", but with other octets when it is cut");
    return one.of(0) == verdict::forwarded ? octets_of_one : bytes{};
  };

  for (unsigned left = 4; left != 0 && !in.empty(); --left) {
    const unsigned how = in.take_octet();
    bytes text;
    if ((how & 1) != 0) text = in.take_octets(in.take_be16() % 1500u);
    const bytes packet = take_packet(in);
    bytes wire = both(packet, in.take_cut(packet.size(), most), true);
    if (wire.empty()) continue;
    if ((how & 1) != 0) {
      while (text.size() < 2 || text.size() % whole.sa().parameters.suite.alignment != 0) text.push_back(4);
      const plain_headers h = read_headers(wire);
      const std::uint64_t start = whole.sa().parameters.sequence_start;
      wire = joined(part_of(wire, 0, h.end), h.named_at, 50, whole.signs().seal(start + 8 - left, text));
    }
    if ((how & 2) != 0) take_change(in, wire);
    if ((how & 4) != 0) take_change(in, wire);
    both(wire, in.take_cut(wire.size(), most), false);
  }
}
}  // namespace detail

template <class Configuration> int cuts_do_not_matter(const std::uint8_t* data, std::size_t size) {
  input in{data, size};
  detail::same_at_any_cut<fuzz_configuration_of<Configuration>>(in);
  return 0;
}

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
