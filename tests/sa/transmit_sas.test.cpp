#include "support/world.hpp"

#include <esplanade/sa/transmit_sas.hpp>

using namespace support;

TEST_CASE("transmit_sas: names nothing until it is set, and then the same for every lane") {
  transmit_sas sas;
  CHECK(sas.pick() == outbound_handle{});
  CHECK(sas.lanes() == 0);
  sas.set({3, 7});
  for (const std::uint32_t lane : {0u, 1u, 63u, 0xffffffffu}) CHECK(sas.pick(lane) == outbound_handle{3, 7});
  sas.set({0xfffffffe, 0xffffffff});
  CHECK(sas.pick() == outbound_handle{0xfffffffe, 0xffffffff});
  sas.set({});
  CHECK(sas.pick() == outbound_handle{});
}

TEST_CASE("per_lane_sas: a lane uses its own SA, and the fallback where it has none (RFC 9611 4)") {
  per_lane_sas<3> sas;
  CHECK(sas.lanes() == 3);
  for (std::uint32_t lane = 0; lane < 4; ++lane) CHECK(sas.pick(lane) == outbound_handle{});
  sas.set({9, 1});
  CHECK(sas.set(1, {4, 2}));
  CHECK(sas.pick(0) == outbound_handle{9, 1});
  CHECK(sas.pick(1) == outbound_handle{4, 2});
  CHECK(sas.pick(2) == outbound_handle{9, 1});
  CHECK(sas.pick(3) == outbound_handle{9, 1});  // a lane beyond them
  CHECK(sas.own(1) == outbound_handle{4, 2});
  CHECK(sas.own(0) == outbound_handle{});
  CHECK(sas.own(3) == outbound_handle{});
  CHECK(sas.fallback() == outbound_handle{9, 1});
  CHECK(sas.set(1, {}));
  CHECK(sas.pick(1) == outbound_handle{9, 1});
  const auto nobody = sas.set(3, {4, 2});
  REQUIRE_FALSE(nobody);
  CHECK(same_text(nobody.why().field, "lane"));
  sas.set({});  // without a fallback, a lane without an SA of its own sends nothing
  CHECK(sas.set(2, {5, 5}));
  CHECK(sas.pick(0) == outbound_handle{});
  CHECK(sas.pick(2) == outbound_handle{5, 5});
}

namespace {
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  using policy = linear_policy<4>;
};
// The SPI that a packet left under; 0 when it did not.
std::uint32_t spi_of(const std::pair<verdict, bytes>& sent) { return sent.first == verdict::forwarded ? get32(sent.second, 20) : 0; }
}  // namespace

TEST_CASE("transmit_sas: a policy that names a tunnel follows it from packet to packet, and fails closed where it names no SA [class 45, 53]") {
  world<gateway> r;
  transmit_sas tunnel;
  REQUIRE(r.policy.add({traffic_selector::any(), policy_action::protect, {}, &tunnel}));
  const bytes packet = udp_packet(family::ipv4, 20);
  const auto closed = r.sent(packet, {});
  CHECK(closed.first == verdict::no_sa);
  CHECK(closed.second == packet);
  const auto first = r.add({.spi = 0x2001});
  const auto second = r.add({.spi = 0x2002, .which = 2});
  tunnel.set(first);
  CHECK(spi_of(r.sent(packet, {})) == 0x2001);
  tunnel.set(second);
  CHECK(spi_of(r.sent(packet, {})) == 0x2002);
  REQUIRE(r.sending.remove(second));
  CHECK(r.sent(packet, {}).first == verdict::no_sa);
}

TEST_CASE("transmit_sas: lanes leave under the SAs of their numbers (RFC 9611) [class 52] [row 38]") {
  world<gateway> r;
  per_lane_sas<2> tunnel;
  tunnel.set(r.add({.spi = 0x2000}));
  REQUIRE(tunnel.set(1, r.add({.spi = 0x2001, .which = 2})));
  REQUIRE(r.policy.add({traffic_selector::any(), policy_action::protect, {}, &tunnel}));
  using path_type = decltype(r.path);
  for (std::uint32_t number = 0; number < 3; ++number) {
    auto lane = std::make_unique<path_type>(path_type::resources{r.receiving, r.sending, r.crypto, r.policy, number});
    train<flat_packet> one;
    one.add(udp_packet(family::ipv4, 20));
    REQUIRE(lane->outbound(one.view()) == 1);
    CHECK(get32(one.octets(0), 20) == (number == 1 ? 0x2001 : 0x2000));
    CHECK(get32(one.octets(0), 24) == (number == 2 ? 2 : 1));  // each SA counts for itself
    CHECK(r.received(one.octets(0)).first == verdict::forwarded);
  }
}
