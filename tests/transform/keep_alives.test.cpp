// NAT keep-alives out, and in again (RFC 3948 2.3 and 4).
#include "support/udp.hpp"
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/pipeline/lane.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/manual_clock.hpp>
#include <esplanade/transform/keep_alives.hpp>

using namespace support;
using crypto_type = testing::mixing_crypto;

namespace {

struct behind_nat : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp;
  using clock = testing::manual_clock;
};
using table_type = keep_alive_table<4>;
using list_type = decltype(outbound<behind_nat>(originate_keep_alives<table_type>{nullptr}));
using pool_type = testing::fixed_pool<flat_packet, 4>;
using stores = datapath<behind_nat, flat_packet, flat_store<8>, crypto_type>;

struct silent_end {
  testing::manual_clock clock{};
  crypto_type crypto{};
  stores::inbound_store receiving{};
  stores::outbound_store sending{};
  stores path{{.inbound = receiving, .outbound = sending, .crypto = crypto, .clock = {clock}}};
  table_type table{};
  pool_type pool{0, 100};
  static constexpr no_policy_store nothing{};
  lane<list_type, flat_packet, stores::outbound_store, crypto_type, no_policy_store, pool_type> idle{
      {sending, crypto, nothing, pool, 0, {clock}}, list_type{originate_keep_alives{&table}}};
  flat_packet* packets[64]{};
  verdict verdicts[64]{};

  outbound_handle add(std::uint32_t spi, encapsulation kind = encapsulation::udp, family outer = family::ipv4) {
    sa_form form{.spi = spi, .outer = outer};
    form.made.encapsulation = kind;
    form.made.ports = {4501, 4502};
    const auto sa = sending.add(crypto, form.parameters()).value();
    REQUIRE(table.add(sa, clock.now()));
    return sa;
  }
  std::size_t run() {
    const auto done = idle({}, {packets, verdicts, {}});
    CHECK(done.packets == done.survivors);
    for (std::size_t i = 0; i < done.packets; ++i) pool.give(packets[i]);
    return done.packets;
  }
  void send(outbound_handle sa) {
    train<flat_packet> one;
    one.add(udp_packet(family::ipv4, 9), sa);
    CHECK(path.outbound(one.view_with_handles()) == 1);
  }
};

}  // namespace

TEST_CASE("keep_alives: after 20 seconds of silence and no sooner, then every 20 [row 24]") {
  silent_end r;
  const auto sa = r.add(0x1001);
  std::vector<std::uint64_t> at;
  for (std::uint64_t second = 0; second < 100; ++second) {
    if (second == 50) r.send(sa);
    if (r.run() == 1) at.push_back(second);
    r.clock.advance(1);
  }
  CHECK(at == std::vector<std::uint64_t>{20, 40, 70, 90});
  CHECK(association(*r.sending.at(sa)).traffic().packets.get() == 1);  // they are nobody's packets
}

TEST_CASE("keep_alives: one octet in UDP between the SA's addresses and ports, ignored by the receiver [class 13]") {
  for (const family outer : {family::ipv4, family::ipv6}) {
    silent_end r;
    r.add(0x1001, encapsulation::udp, outer);
    r.clock.advance(20);
    REQUIRE(r.run() == 1);
    const bytes wire = testing::octets_of(*r.packets[0]);
    CHECK(wrong_in_ip(wire) == "");
    bytes expected = make_ip({.source = outside(outer, 1), .destination = outside(outer, 11), .protocol = 17, .payload = datagram(4501, 4502, {0xff}), .hop_limit = 64, .identification = 0});
    if (outer == family::ipv6) set_upper_checksum(expected, 40, 6, 17);
    CHECK(wire == expected);
    bytes arriving = make_ip({.source = outside(outer, 1), .destination = outside(outer, 11), .protocol = 17, .payload = datagram(4501, 4500, {0xff})});
    train<flat_packet> one;
    one.add(arriving, {}, 0, 0);
    r.path.inbound(one.view());
    CHECK(one.of(0) == verdict::keep_alive);
  }
}

TEST_CASE("keep_alives: for SAs in UDP that are there, as long as there are packets") {
  silent_end r;
  const auto first = r.add(0x1001), gone = r.add(0x1003);
  r.add(0x1002, encapsulation::none);
  REQUIRE(r.sending.remove(gone));
  REQUIRE(r.table.add(first, 0));
  const auto full = r.table.add(first, 0);
  REQUIRE_FALSE(full);
  CHECK(full.why().kind == fault_kind::no_space);
  r.table.remove(first);  // wherever it stands
  CHECK(r.table.entries().size() == 2);
  r.clock.advance(100);
  CHECK(r.run() == 0);
  REQUIRE(r.table.add(first, 0));
  std::vector<flat_packet*> taken;
  while (flat_packet* p = r.pool.take()) taken.push_back(p);
  CHECK(r.run() == 0);
  for (flat_packet* p : taken) r.pool.give(p);
  CHECK(r.run() == 1);
  CHECK(r.run() == 0);
}

TEST_CASE("keep_alives: packets that come in with the batch do not leave in clear [class 45]") {
  silent_end r;
  const auto sa = r.add(0x1001);
  r.clock.advance(30);
  train<flat_packet> real;
  real.add(udp_packet(family::ipv4, 9), sa);
  const auto done = r.idle(real.view_with_handles(), {r.packets, r.verdicts, {}});
  CHECK(done.packets == 2);
  CHECK(done.survivors == 1);
  CHECK(r.verdicts[0] == verdict::forwarded);
  CHECK(testing::octets_of(*r.packets[0]).size() == 29);
  CHECK(r.verdicts[1] == verdict::withheld);
}
