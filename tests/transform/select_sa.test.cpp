#include "support/stages.hpp"

#include <doctest/doctest.h>

#include <esplanade/transform/select_sa.hpp>

using namespace support;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  using policy = linear_policy<8>;
};
using desk = bench<gateway, list_kind::outbound, flat_packet, null_crypto, flat_store<16>, linear_policy<8>>;

policy for_port(std::uint16_t port, policy_action action, outbound_handle sa = {}) {
  return {traffic_selector{selector_parameters{.protocol = 17, .destination_ports = {port, port}}}, action, sa};
}
bytes to_port(std::size_t port, std::size_t more = 0) {
  bytes packet = make_ip({.payload = udp(4000, port, 12)});
  put(packet, bytes(more, octet{0}));
  return packet;
}

}  // namespace

TEST_CASE("select_sa: every action of a policy, and none [class 45, 55]") {
  desk b;
  const auto sa = b.add({});
  const auto gone = b.add({.spi = 0x1002, .which = 2});
  REQUIRE(b.store.remove(gone));
  REQUIRE(b.policy.add(for_port(1, policy_action::protect, sa)));
  REQUIRE(b.policy.add(for_port(2, policy_action::bypass)));
  REQUIRE(b.policy.add(for_port(3, policy_action::discard)));
  REQUIRE(b.policy.add(for_port(4, policy_action::protect, gone)));
  REQUIRE(b.policy.add(for_port(5, policy_action::protect)));
  for (std::size_t port = 1; port <= 6; ++port) b.packets.add(to_port(port, 9));
  b.go(select_sa);
  constexpr verdict expected[] = {verdict::forwarded, verdict::bypassed, verdict::discarded, verdict::no_sa, verdict::no_sa, verdict::no_policy};
  for (std::size_t i = 0; i < 6; ++i) {
    CHECK(b.of(i) == expected[i]);
    // Link padding goes from what is protected; all else stays as it came.
    CHECK(b.octets(i) == to_port(i + 1, i == 0 ? 0 : 9));
  }
  CHECK(b.state(0).record == b.store.at(sa));
}

TEST_CASE("select_sa: a bypassed packet leaves the datapath with the verdict bypassed, unchanged") {
  world<gateway> r;
  REQUIRE(r.policy.add(for_port(2, policy_action::bypass)));
  const auto sa = r.add({});
  REQUIRE(r.policy.add({traffic_selector::any(), policy_action::protect, sa}));
  const auto [v, octets] = r.sent(to_port(2, 5), {});
  CHECK(v == verdict::bypassed);
  CHECK(octets == to_port(2, 5));
  CHECK(r.sent(to_port(3, 5), {}).first == verdict::forwarded);
  CHECK(r.sent(bytes(60, octet{0x11}), {}).first == verdict::not_ip);
  CHECK(r.path.outbound_counters()[verdict::bypassed] == 1);
}

TEST_CASE("select_sa_by_handle: a packet without a handle, or with a stale one, has no SA") {
  desk b;
  const auto sa = b.add({});
  b.packets.add(to_port(1), sa);
  b.packets.add(to_port(1));
  b.packets.add(to_port(1), {sa.slot, sa.generation + 1});
  b.packets.add(to_port(1), {sa.slot + 1, sa.generation});
  b.go(select_sa_by_handle);
  CHECK(b.of(0) == verdict::forwarded);
  for (std::size_t i = 1; i < 4; ++i) CHECK(b.of(i) == verdict::no_sa);
}

TEST_CASE("select_sa_by_handle: remembers of the inner packet what the stages behind it need") {
  desk b;
  const auto tunnel = b.add({});
  const auto transport = b.add({.spi = 0x1002, .mode = mode::transport, .which = 2});
  ip_form v4{.payload = udp(1, 2, 11), .traffic_class = 0xb9, .fragment = 0x4000, .options = {1, 1, 1, 0}};
  ip_form v6{.source = outside_v6(1), .destination = outside_v6(2), .payload = udp(1, 2, 11), .traffic_class = 0x2e, .flow_label = 0xabcde,
             .extensions = {{0, {0, 1, 4, 0, 0, 0, 0}}, {60, {0, 1, 4, 0, 0, 0, 0}}}};
  for (const auto sa : {tunnel, transport}) {
    b.packets.add(make_ip(v4), sa);
    b.packets.add(make_ip(v6), sa);
  }
  b.go(select_sa_by_handle);
  for (std::size_t i = 0; i < 4; ++i) {
    const auto& s = b.state(i);
    const bool is_v4 = i % 2 == 0;
    REQUIRE(b.of(i) == verdict::forwarded);
    CHECK(s.version == (is_v4 ? family::ipv4 : family::ipv6));
    CHECK(s.traffic_class == (is_v4 ? 0xb9 : 0x2e));
    CHECK(s.dont_fragment);
    CHECK(s.flow_label == (is_v4 ? 0 : 0xabcde));
    CHECK(s.esp_at == (i < 2 ? 0 : is_v4 ? 24 : 48));                          // transport: behind options, behind hop-by-hop
    CHECK(s.next_header == (i < 2 ? (is_v4 ? 4 : 41) : is_v4 ? 17 : 60));  // destination options are protected
    CHECK(s.payload == s.length);
    const std::size_t text = s.length - s.esp_at;
    CHECK((text + s.trailer - 16) % 4 == 0);
    CHECK(s.trailer >= 18);
    CHECK(s.trailer <= 21);
  }
}
