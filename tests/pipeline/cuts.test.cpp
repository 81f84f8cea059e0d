// Segment borders do not matter: the same octets, however they are cut, give the same octets and the same verdicts.
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>

using namespace support;
using testing::mixing_crypto;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128, gcm128_8>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
using chain = chain_packet<12>;

struct long_chain : chain {
  static constexpr std::size_t segments_max = 4;
};

const sa_form forms[] = {
    {.spi = 0x1001, .which = 1},
    {.suite = gcm128_8::sizes, .spi = 0x1002, .esn = true, .outer = family::ipv6, .which = 2},
    {.spi = 0x1003, .mode = mode::transport, .esn = true, .which = 3},
};

// Every border through the headers, the trailer and the ICV, and borders anywhere.
std::vector<testing::cut> cuts_of(std::size_t n, std::uint64_t seed) {
  std::vector<testing::cut> all = testing::interesting_cuts(n, 10, seed);
  for (const testing::cut& one : testing::random_cuts(n, 60, 10, seed + 1)) all.push_back(one);
  for (std::size_t at = 0; at + 9 <= n && at < 60; ++at) all.push_back({at, 1, 1, 1, 1, 1, 1, 1, 1, n - at - 8});
  for (std::size_t at = 0; at + 9 <= n && at < 30; ++at) all.push_back({n - at - 9, 1, 1, 1, 1, 1, 1, 1, 1, at + 1});
  return all;
}

}  // namespace

TEST_CASE("datapath: sealing gives the same octets for every cut [class 28] [row 60]") {
  for (const sa_form& form : forms)
    for (const family version : {family::ipv4, family::ipv6}) {
      const bytes inner = udp_packet(version, 37);
      world<gateway, flat_packet, mixing_crypto> flat;
      const bytes expected = flat.sent(inner, flat.add_sender(form)).second;
      for (const testing::cut& sizes : cuts_of(inner.size(), 28)) {
        world<gateway, chain, mixing_crypto> r;
        train<chain> one;
        one.add(testing::packet_form{.content = inner, .segments = sizes, .headroom = 100, .tailroom = 100}, r.add_sender(form));
        r.send(one);
        CAPTURE(testing::describe(testing::packet_form{.content = inner, .segments = sizes}));
        REQUIRE(one.of(0) == verdict::forwarded);
        REQUIRE(one.octets(0) == expected);
      }
    }
}

TEST_CASE("datapath: opening gives the same octets and verdicts for every cut [class 28] [row 60]") {
  for (const sa_form& form : forms)
    for (const family version : {family::ipv4, family::ipv6}) {
      world<gateway, flat_packet, mixing_crypto> flat;
      const bytes good = flat.sent(udp_packet(version, 37), flat.add(form)).second;
      bytes forged = good, short_text = good;
      forged.back() = static_cast<octet>(forged.back() ^ 0x80);
      short_text.resize(good.size() - 1);
      const std::vector<bytes> arriving{good, forged, short_text, sealed_packet(flat.crypto, form, 5, esp_text(udp_packet(version, 3), 1, 9, 4)),
                                        sealed_packet(flat.crypto, form, 6, esp_text(bytes(2), 0, 0, 59)),
                                        sealed_packet(flat.crypto, form, 7, esp_text(bytes(19, octet{0x45}), 1, 2, 4))};
      for (const bytes& wire : arriving) {
        world<gateway, flat_packet, mixing_crypto> alone;
        alone.add_receiver(form);
        const auto [expected, octets] = alone.received(wire);
        for (const testing::cut& sizes : cuts_of(wire.size(), 29)) {
          world<gateway, chain, mixing_crypto> r;
          r.add_receiver(form);
          train<chain> one;
          one.add(testing::packet_form{.content = wire, .segments = sizes});
          r.receive(one);
          CAPTURE(testing::describe(testing::packet_form{.content = wire, .segments = sizes}));
          REQUIRE(one.of(0) == expected);
          REQUIRE(one.octets(0) == octets);
        }
      }
    }
}

TEST_CASE("datapath: more segments than the packet type declares is a verdict") {
  world<gateway, chain, mixing_crypto> r;
  const auto sa = r.add(forms[0]);
  world<gateway, long_chain, mixing_crypto> strict;
  const auto strict_sa = strict.add(forms[0]);
  const bytes inner = udp_packet(family::ipv4, 60);
  testing::owned_chain<12> five(testing::packet_form{.content = inner, .segments = {40, 10, 10, 10, inner.size() - 70}, .headroom = 100, .tailroom = 100});
  long_chain p;
  static_cast<chain&>(p) = five;
  train<long_chain> sending;
  sending.lend(p, strict_sa);
  strict.send(sending);
  CHECK(sending.of(0) == verdict::too_many_segments);

  const bytes wire = r.sent(inner, sa).second;
  testing::owned_chain<12> received(testing::packet_form{.content = wire, .segments = {50, 10, 10, 10, wire.size() - 80}});
  long_chain q;
  static_cast<chain&>(q) = received;
  train<long_chain> arriving;
  arriving.lend(q);
  strict.receive(arriving);
  CHECK(arriving.of(0) == verdict::too_many_segments);
  CHECK(testing::octets_of(q) == wire);
}
