// Whatever arrives, nothing is read beyond a packet, and nothing is delivered that was not sealed.
//
//   1  the sending lane seals up to four packets, in turn under two SAs
//   2  the input attacks: packets of its own, and sealed ones as they are, with octets changed, shortened, lengthened, or with
//      the other SA's SPI; the outer length is made right again where the input says so
//   3  they arrive in bursts, each packet in heap blocks of exactly its size, cut where the input says
//   4  what passes the ICV has, from SPI to ICV, the octets of a sealed packet that has not passed yet; what is delivered is
//      what was sealed; the same octets a second time are a replay
//   5  at last every sealed packet that has not passed is sent as it is, and passes: nothing forged moved the window
//
// An over-read is seen by AddressSanitizer.
//   input   SA (4) · packets (1) · the packets · then per attack: kind (1): 0 own packet: size (2), octets · 1 as it is ·
//           2 a change (3) · 3 shorter by (1) · 4 longer by (1) · 5 other SPI · 6 two changes · 7 as it is; 8 16 which packet;
//           32 the outer length is made right; 64 the burst ends; all but the first kind: borders
#pragma once

#include <esplanade/testing/fuzz/plain_receiver.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

namespace detail {
template <class C> class attack {
  static constexpr bool has_window = replay_of<typename C::profile>::packets != 0;
  struct sealed_packet {
    bytes wire, esp, inner;
    const sa_parameters* sa;
    bool passed = false;
    bool known = true;  // false: somebody else had his say, so who knows what passed
  };
  struct arrival {
    bytes wire;
    cut segments;
  };

 public:
  explicit attack(input& in) : ground_("open_never_overreads", in) { seal(in); }

  void run(input& in) {
    for (unsigned left = 24; left != 0 && !in.empty(); --left) {
      const unsigned kind = in.take_octet();
      burst_.push_back(take_arrival(in, kind));
      if (burst_.size() == batch_most<C> || (kind & 64) != 0) arrive();
    }
    arrive();
    for (const sealed_packet& one : sealed_) {
      if (one.passed || !one.known) continue;
      burst_.push_back({one.wire, {}});
      arrive();
      if (!one.passed && one.known) ground_.fail("a sealed packet does not pass any more after forged ones came");
    }
  }

 private:
  void seal(input& in) {
    for (std::size_t i = 0, n = 1 + in.take_octet() % 4u; i < n; ++i) {
      const bytes inner = take_packet(in);
      batch_of<C> one(ground_.configuration());
      if (!one.add({.content = inner, .headroom = room_in_front, .tailroom = room_behind}, ground_.pair(i % 2).sending)) continue;
      ground_.send(one);
      if (one.of(0) != verdict::forwarded) continue;
      const bytes wire = one.read(0);
      const plain_headers h = read_headers(wire);
      if (h.said != verdict::forwarded || h.protocol != 50) ground_.fail("what is sent is no ESP packet");
      const bytes esp = part_of(wire, h.end, wire.size() - h.end);
      const std::size_t spi = be16_at(esp, 0) << 16 | be16_at(esp, 2);
      sealed_.push_back({wire, esp, inner, &ground_.sa(spi == ground_.sa(0).parameters.spi ? 0 : 1).parameters});
    }
  }

  arrival take_arrival(input& in, unsigned kind) {
    if (kind % 8 == 0 || sealed_.empty()) return {in.take_octets(in.take_be16() % 1024u), {}};
    const sealed_packet& from = sealed_[(kind >> 3 & 3) % sealed_.size()];
    bytes wire = from.wire;
    switch (kind % 8) {
      case 2: take_change(in, wire); break;
      case 3: wire.resize(wire.size() - std::min<std::size_t>(wire.size(), in.take_octet())); break;
      case 4: append(wire, in.take_exactly(in.take_octet())); break;
      case 5: {
        const std::size_t spi = wire.size() - from.esp.size();
        put_be16(wire, spi + 2, be16_at(wire, spi + 2) ^ (ground_.sa(0).parameters.spi ^ ground_.sa(1).parameters.spi));
        break;
      }
      case 6:
        take_change(in, wire);
        take_change(in, wire);
        break;
      default: break;
    }
    if ((kind & 32) != 0 && wire.size() >= 40) {
      if (wire[0] / 16 == 4) {
        put_be16(wire, 2, wire.size());
        set_ipv4_checksum(wire);
      } else {
        put_be16(wire, 4, wire.size() - 40);
      }
    }
    const cut segments = in.take_cut(wire.size(), segments_max_of<typename C::packet_type>);
    return {std::move(wire), segments};
  }

  // Verdicts that only come after the ICV matched.
  static bool is_behind_icv(verdict v) {
    switch (v) {
      case verdict::forwarded: case verdict::bad_padding: case verdict::dummy: case verdict::bad_next_header: case verdict::bad_inner_packet:
      case verdict::bad_ecn: case verdict::wrong_selectors: return true;
      default: return false;
    }
  }

  sealed_packet* sealed_as(const bytes& wire) {
    const plain_headers h = read_headers(wire);
    if (h.said != verdict::forwarded || h.fragment || h.protocol != 50) return nullptr;
    const bytes esp = part_of(wire, h.end, h.total - h.end);
    for (sealed_packet& one : sealed_)
      if (one.esp == esp) return &one;
    return nullptr;
  }

  void arrive() {
    batch_of<C> batch(ground_.configuration());
    std::vector<const bytes*> wires;
    for (const arrival& a : burst_)
      if (batch.add_received(a.wire, a.segments)) wires.push_back(&a.wire);
    ground_.receive(batch);
    for (std::size_t i = 0; i < batch.size(); ++i) judge(*wires[i], batch.of(i), batch.read(i));
    burst_.clear();
  }

  void judge(const bytes& wire, verdict said, const bytes& content) {
    sealed_packet* const one = sealed_as(wire);
    if (one == nullptr) {
      if (is_behind_icv(said)) ground_.fail(std::string("a packet that nobody sealed passes the ICV: ") + name_of(said));
      return;
    }
    if (is_of_the_user(said) || (said == verdict::no_sa && !plain_receiver<C>::may_be_for(*one->sa, wire))) one->known = false;
    if (!one->known) return;
    if (is_behind_icv(said)) {
      if (one->passed && has_window) ground_.fail(std::string("a packet passes twice: ") + name_of(said));
      one->passed = true;
    } else if (!one->passed && (said == verdict::replayed || said == verdict::too_old || said == verdict::icv_mismatch)) {
      ground_.fail(std::string("a sealed packet is refused before it passed: ") + name_of(said));
    }
    if (said == verdict::forwarded && !is_delivered(*one, content)) ground_.fail("what is delivered is not what was sealed");
  }

  // Up to what an outer header may change: the congestion mark in a tunnel, the whole IP header in transport mode.
  static bool is_delivered(const sealed_packet& one, const bytes& content) {
    if (one.sa->mode == mode::transport) {
      const insertion place = insertion_into(one.inner, read_headers(one.inner));
      const std::size_t size = one.inner.size() - place.at;
      return content.size() >= size && part_of(content, content.size() - size, size) == part_of(one.inner, place.at, size);
    }
    bytes expected = one.inner;
    if (content.size() != expected.size()) return false;
    const bool v4 = expected[0] / 16 == 4;
    for (const std::size_t at : v4 ? std::vector<std::size_t>{1, 10, 11} : std::vector<std::size_t>{1}) expected[at] = content[at];
    return content == expected;
  }

  ground<C> ground_;
  std::vector<sealed_packet> sealed_{};
  std::vector<arrival> burst_{};
};
}  // namespace detail

template <class Configuration> int open_never_overreads(const std::uint8_t* data, std::size_t size) {
  input in{data, size};
  detail::attack<fuzz_configuration_of<Configuration>>{in}.run(in);
  return 0;
}

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
