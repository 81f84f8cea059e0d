// What lies behind the ICV is reached: texts of the input get a correct ICV under the SA's key, and what becomes of them is
// what a slow and plain reading says.
//
//   1  up to eight packets are made: any number, text, padding, pad length, next header and outer header, signed for its SA
//   2  some are damaged after that
//   3  they arrive in bursts, cut where the input says
//   4  verdict, octets, window and counters are those of the plain receiver
//
//   input   SA (4) · up to eight times: what (1): 1 a packet inside, else its octets as they are: size (2) · 2 a change inside (3) ·
//           4 pad length and next header of the input (2) · 8 pad octets of the input (1) · 16 a change of the text (3) · 32 a change of
//           the whole (3) · 64 the burst ends · 128 the neighbour's SA; number (1): 0 next · 1 + d · 2 - d · 3 the last one again ·
//           4 + 2^31 + d · 5 + 2^32 + d · 6 d · 7 window - d; 8 16 traffic class outside · 32 extra octets in the outer header ·
//           64 octets behind the packet; d (2) · the packet · borders
#pragma once

#include <esplanade/testing/fuzz/plain_receiver.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

namespace detail {
template <class C> class resigned {
  static constexpr std::uint32_t window = replay_of<typename C::profile>::packets;

 public:
  explicit resigned(input& in) : ground_("resigned_inputs", in), receiver_(ground_) {
    for (std::size_t i = 0; i < 2; ++i) last_[i] = ground_.sa(i).parameters.sequence_start;
  }

  void run(input& in) {
    for (unsigned left = 8; left != 0 && !in.empty(); --left) {
      const unsigned what = in.take_octet();
      wires_.push_back(take_wire(in, what));
      cuts_.push_back(in.take_cut(wires_.back().size(), segments_max_of<typename C::packet_type>));
      if ((wires_.size() == batch_most<C> || (what & 64) != 0) && !arrive()) return;
    }
    if (!arrive()) return;
    const counters_snapshot counted = ground_.configuration().path().receiving().snapshot();
    for (std::size_t v = 0; v < verdict_count; ++v)
      if (counted.by_verdict[v] != said_[v]) ground_.fail(std::string("the counter ") + name_of(static_cast<verdict>(v)) + " is wrong");
  }

 private:
  std::uint64_t take_number(unsigned kind, std::uint64_t d, std::size_t sa) {
    const std::uint64_t highest = window == 0 ? last_[sa] : receiver_.highest(sa);
    switch (kind % 8) {
      case 0: return last_[sa] + 1;
      case 1: return highest + d;
      case 2: return highest - d;
      case 3: return last_[sa];
      case 4: return highest + (std::uint64_t{1} << 31) + d;
      case 5: return highest + (std::uint64_t{1} << 32) + d;
      case 6: return d;
      default: return highest - window + 1 - d;
    }
  }

  bytes take_wire(input& in, unsigned what) {
    const unsigned how = in.take_octet();
    const std::uint64_t d = in.take_be16();
    const std::size_t sa = (what & 128) != 0 ? 1 : 0;
    const sa_parameters& p = ground_.sa(sa).parameters;
    last_[sa] = take_number(how, d, sa);

    bytes inner = (what & 1) != 0 ? take_packet(in) : in.take_octets(in.take_be16() % 1500u);
    if ((what & 2) != 0) take_change(in, inner);
    const bool has_version = !inner.empty() && inner[0] / 16 == 6;
    bytes header;
    std::size_t named_at = 9;
    octet next_header = has_version ? 41 : 4;
    if (p.mode == mode::transport) {
      // The input's packet brings the header, what it carries is the text.
      const plain_headers h = read_headers(inner);
      bytes usual(28);
      usual[0] = 0x45;
      usual[3] = 28;
      usual[9] = 17;
      const bytes& from = h.said == verdict::forwarded ? inner : usual;
      const insertion place = insertion_into(from, read_headers(from));
      header = part_of(from, 0, place.at);
      named_at = place.named_at;
      next_header = place.next_header;
      if (h.said == verdict::forwarded) inner.erase(inner.begin(), inner.begin() + static_cast<bytes::difference_type>(place.at));
    }

    std::size_t padding = least_padding(inner.size(), p.suite.alignment);
    if ((what & 8) != 0) padding = in.take_octet();
    octet pad_length = static_cast<octet>(padding);
    if ((what & 4) != 0) {
      pad_length = in.take_octet();
      next_header = in.take_octet();
    }
    bytes text = text_of(inner, padding, pad_length, next_header);
    if ((what & 16) != 0) take_change(in, text);
    const bytes esp = ground_.signs(sa).seal(last_[sa], text);

    bytes wire;
    if (p.mode == mode::transport) wire = joined(header, named_at, 50, esp);
    else wire = tunnel_packet(p, static_cast<octet>(how >> 3 & 3), d, true, 0, esp);
    if ((how & 32) != 0) lengthen_header(wire);
    if ((how & 64) != 0) append(wire, bytes(7, 0));
    if ((what & 32) != 0) take_change(in, wire);
    return wire;
  }

  // Four octets of options, or eight of destination options, right behind the fixed header where there are none.
  static void lengthen_header(bytes& wire) {
    if (wire[0] == 0x45 && wire.size() >= 20) {
      const bytes rest = part_of(wire, 20, wire.size() - 20);
      bytes header = part_of(wire, 0, 20);
      header[0] = 0x46;
      append(header, bytes(4, 1));
      wire = joined(header, 9, wire[9], rest);
    } else if (wire[0] / 16 == 6 && wire[6] == 50) {
      const bytes rest = part_of(wire, 40, wire.size() - 40);
      bytes header = part_of(wire, 0, 40);
      header[6] = 60;
      append(header, bytes{50, 0, 1, 4, 0, 0, 0, 0});
      wire = joined(header, 6, 60, rest);
    }
  }

  // False when what the window holds is not known any more.
  bool arrive() {
    batch_of<C> batch(ground_.configuration());
    std::vector<bytes> wires;
    for (std::size_t i = 0; i < wires_.size(); ++i)
      if (batch.add_received(wires_[i], cuts_[i])) wires.push_back(wires_[i]);
    wires_.clear();
    cuts_.clear();
    ground_.receive(batch);
    const std::vector<expectation> expected = receiver_.receive(wires);
    for (std::size_t i = 0; i < wires.size(); ++i) {
      const verdict said = batch.of(i);
      if (is_beyond_us(expected[i], said)) return false;
      if (const std::string wrong = wrong_in(expected[i], said, batch.read(i)); !wrong.empty()) ground_.fail(wrong);
      ++said_[static_cast<std::size_t>(said)];
    }
    return true;
  }

  ground<C> ground_;
  plain_receiver<C> receiver_;
  std::uint64_t last_[2]{};
  std::vector<bytes> wires_{};
  std::vector<cut> cuts_{};
  std::uint64_t said_[verdict_count]{};
};
}  // namespace detail

template <class Configuration> int resigned_inputs(const std::uint8_t* data, std::size_t size) {
  input in{data, size};
  detail::resigned<fuzz_configuration_of<Configuration>>{in}.run(in);
  return 0;
}

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
