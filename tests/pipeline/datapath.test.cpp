#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>

using namespace support;
using testing::mixing_crypto;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128, gcm256, gcm128_8>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};

const suite_sizes all_suites[] = {gcm128::sizes, gcm256::sizes, gcm128_8::sizes};

// Inner families, payload sizes and SAs that differ in everything an SA can differ in.
struct traffic {
  std::vector<sa_form> forms{};
  std::vector<bytes> inner{};
  traffic() {
    unsigned which = 1;
    for (const suite_sizes& suite : all_suites)
      for (const bool esn : {false, true})
        for (const mode m : {mode::tunnel, mode::transport})
          for (const family outer : {family::ipv4, family::ipv6}) {
            forms.push_back({.suite = suite, .spi = 0x1000 + which, .mode = m, .esn = esn, .outer = outer, .which = which % 40 + 1});
            ++which;
          }
    for (const family version : {family::ipv4, family::ipv6})
      for (const std::size_t size : {0u, 1u, 2u, 3u, 4u, 5u, 15u, 64u, 301u}) inner.push_back(udp_packet(version, size, static_cast<unsigned>(size)));
  }
};

template <class P> struct road : world<gateway, P, mixing_crypto> {
  std::vector<outbound_handle> senders{};
  explicit road(const traffic& t) {
    for (const sa_form& form : t.forms) senders.push_back(this->add(form));
  }
};

}  // namespace

TEST_CASE("datapath: what goes out comes in again, for every suite, mode, family and size [row 74] [row 13, 16, 17]") {
  const traffic t;
  road<flat_packet> r(t);
  for (std::size_t sa = 0; sa < t.forms.size(); ++sa)
    for (const bytes& inner : t.inner) {
      CAPTURE(sa);
      CAPTURE(inner.size());
      const auto [out, wire] = r.sent(inner, r.senders[sa]);
      REQUIRE(out == verdict::forwarded);
      const auto [in, restored] = r.received(wire);
      CHECK(in == verdict::forwarded);
      CHECK(restored == inner);
    }
  CHECK(r.path.outbound_counters()[verdict::forwarded] == t.forms.size() * t.inner.size());
  CHECK(r.path.inbound_counters().total() == t.forms.size() * t.inner.size());
}

TEST_CASE("datapath: the wire is the text book's, octet for octet [class 3, 25, 26, 48]") {
  const traffic t;
  road<flat_packet> r(t);
  mixing_crypto by_hand;
  for (std::size_t sa = 0; sa < t.forms.size(); ++sa) {
    const sa_form& form = t.forms[sa];
    std::uint64_t number = 0;
    for (const bytes& inner : t.inner) {
      CAPTURE(sa);
      CAPTURE(inner.size());
      const auto [out, wire] = r.sent(inner, r.senders[sa]);
      REQUIRE(out == verdict::forwarded);
      CHECK(wrong_in_ip(wire) == "");
      const bool tunnel = form.mode == mode::tunnel;
      const bool inner_v4 = (inner[0] >> 4) == 4, outer_v4 = tunnel ? form.outer == family::ipv4 : inner_v4;
      const std::size_t header = outer_v4 ? 20 : 40;
      CHECK((wire[0] >> 4) == (outer_v4 ? 4 : 6));
      CHECK(wire[outer_v4 ? 9 : 6] == 50);
      const bytes payload = tunnel ? inner : bytes(inner.begin() + static_cast<std::ptrdiff_t>(header), inner.end());
      const octet next = tunnel ? (inner_v4 ? 4 : 41) : 17;
      CHECK(bytes(wire.begin() + static_cast<std::ptrdiff_t>(header), wire.end()) == sealed_esp(by_hand, form, ++number, esp_text(payload, next)));
      const std::size_t padding = wire.size() - header - 16 - form.suite.icv - payload.size() - 2;
      CHECK(padding < 4);
      if (tunnel) {
        const std::size_t at = outer_v4 ? 12 : 8, size = outer_v4 ? 4 : 16;
        CHECK(std::equal(wire.begin() + static_cast<std::ptrdiff_t>(at), wire.begin() + static_cast<std::ptrdiff_t>(at + size), outside(form.outer, 1).value));
        CHECK(std::equal(wire.begin() + static_cast<std::ptrdiff_t>(at + size), wire.begin() + static_cast<std::ptrdiff_t>(at + 2 * size), outside(form.outer, 10 + form.which).value));
      }
    }
  }
}

TEST_CASE("datapath: the octets of a salt and a key all count, in their order [class 26]") {
  world<gateway, flat_packet, mixing_crypto> r;
  const sa_form form;
  const auto sa = r.add_sender(form);
  const bytes wire = r.sent(udp_packet(family::ipv4, 20), sa).second;
  for (std::size_t at = 0; at < 4 + 16; ++at) {
    world<gateway, flat_packet, mixing_crypto> other;
    sa_form changed = form;
    changed.parameters();
    bytes& secret = at < 4 ? changed.salt : changed.key;
    const std::size_t i = at < 4 ? at : at - 4;
    secret[i] = static_cast<octet>(secret[i] ^ 1);
    REQUIRE(other.receiving.add(other.crypto, changed.made));
    CAPTURE(at);
    CHECK(other.received(wire).first == verdict::icv_mismatch);
  }
  world<gateway, flat_packet, mixing_crypto> turned;
  sa_form reversed = form;
  reversed.parameters();
  std::reverse(reversed.salt.begin(), reversed.salt.end());
  REQUIRE(turned.receiving.add(turned.crypto, reversed.made));
  CHECK(turned.received(wire).first == verdict::icv_mismatch);
}

TEST_CASE("datapath: a batch of many SAs is what its packets are one by one [class 46] [row 69]") {
  const traffic t;
  testing::seeded numbers{46};
  for (unsigned round = 0; round < 6; ++round) {
    road<flat_packet> together(t), alone(t);
    train<flat_packet> packets;
    std::vector<std::pair<verdict, bytes>> expected;
    for (std::size_t i = 0; i < 150; ++i) {
      const std::size_t sa = numbers.below(round < 3 ? 3 : t.forms.size());
      bytes inner = t.inner[numbers.below(t.inner.size())];
      outbound_handle handle = together.senders[sa];
      switch (numbers.below(12)) {
        case 0: inner.pop_back(); break;                     // shorter than it says
        case 1: handle.generation += 1; break;              // a stale handle
        case 2: inner.resize(inner.size() + 7); break;      // link padding
        case 3: inner[0] = 0x50; break;                     // neither IPv4 nor IPv6
        default: break;
      }
      packets.add(inner, handle);
      expected.push_back(alone.sent(inner, handle));
    }
    together.send(packets);
    train<flat_packet> arriving;
    for (std::size_t i = 0; i < 150; ++i) {
      CAPTURE(i);
      CHECK(packets.of(i) == expected[i].first);
      CHECK(packets.octets(i) == expected[i].second);
      if (packets.of(i) != verdict::forwarded) continue;
      bytes wire = packets.octets(i);
      if (numbers.below(8) == 0) wire.back() = static_cast<octet>(wire.back() ^ 1);
      arriving.add(wire);
      if (numbers.below(8) == 0) arriving.add(wire);
    }
    std::vector<std::pair<verdict, bytes>> opened;
    for (std::size_t i = 0; i < arriving.packets.size(); ++i) opened.push_back(alone.received(arriving.octets(i)));
    together.receive(arriving);
    for (std::size_t i = 0; i < opened.size(); ++i) {
      CAPTURE(i);
      CHECK(arriving.of(i) == opened[i].first);
      // Copies in one batch are opened together; the window refuses them afterwards.
      if (arriving.of(i) != verdict::replayed) CHECK(arriving.octets(i) == opened[i].second);
    }
    for (std::size_t v = 0; v < verdict_count; ++v) {
      CHECK(together.path.inbound_counters().by_verdict[v] == alone.path.inbound_counters().by_verdict[v]);
      CHECK(together.path.outbound_counters().by_verdict[v] == alone.path.outbound_counters().by_verdict[v]);
    }
  }
}

TEST_CASE("datapath: survivors stand in front in input order, the others behind them in theirs [row 70]") {
  const traffic t;
  road<flat_packet> r(t);
  train<flat_packet> packets;
  for (std::size_t i = 0; i < 100; ++i) packets.add(udp_packet(family::ipv4, i), i % 3 == 1 ? outbound_handle{} : r.senders[i % t.forms.size()]);
  r.send(packets);
  std::vector<flat_packet*> expected;
  for (std::size_t i = 0; i < 100; ++i)
    if (i % 3 != 1) expected.push_back(packets.in_order[i]);
  CHECK(packets.survivors == expected.size());
  for (std::size_t i = 1; i < 100; i += 3) expected.push_back(packets.in_order[i]);
  CHECK(packets.packets == expected);
  for (std::size_t i = 0; i < 100; ++i) CHECK(packets.verdicts[i] == (i < packets.survivors ? verdict::forwarded : verdict::no_sa));
  train<flat_packet> none;
  r.send(none);
  r.receive(none);
  CHECK(none.survivors == 0);
}

TEST_CASE("datapath: what stood in the buffers before does not reach the wire [class 40]") {
  const traffic t;
  bytes seen[2];
  for (const octet fill : {octet{0x00}, octet{0xa5}}) {
    road<flat_packet> r(t);
    for (std::size_t sa = 0; sa < t.forms.size(); ++sa)
      for (const bytes& inner : t.inner) {
        train<flat_packet> one;
        one.add(testing::packet_form{.content = inner, .headroom = 100, .tailroom = 100, .fill = fill}, r.senders[sa]);
        r.send(one);
        REQUIRE(one.of(0) == verdict::forwarded);
        put(seen[fill == 0 ? 0 : 1], one.octets(0));
      }
  }
  CHECK(seen[0] == seen[1]);
}
