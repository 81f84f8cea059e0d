#include "support/ip.hpp"

#include <doctest/doctest.h>

#include <esplanade/sa/selector.hpp>
#include <esplanade/testing/seeded.hpp>

using namespace esplanade;
using support::bytes;
using support::ip_form;
using support::make_ip;

namespace {

flow flow_in(const bytes& packet) {
  span_reader read{packet};
  const ip_layout at = walk_ip(read, packet.size());
  REQUIRE(at.status == verdict::forwarded);
  return flow_of(read, at);
}

// What a selector says, bit by bit and without masks.
bool plainly_matches(const selector_parameters& s, const ip_form& packet) {
  const auto inside = [](const address& network, std::size_t prefix, const address& a) {
    if (prefix == 0) return true;
    if (network.version != a.version) return false;
    for (std::size_t bit = 0; bit < prefix && bit < 8 * a.size(); ++bit)
      if (((network.value[bit / 8] ^ a.value[bit / 8]) >> (7 - bit % 8) & 1) != 0) return false;
    return true;
  };
  if ((s.source_prefix != 0 && s.source.version != packet.source.version) || (s.destination_prefix != 0 && s.destination.version != packet.source.version)) return false;
  if (!inside(s.source, s.source_prefix, packet.source) || !inside(s.destination, s.destination_prefix, packet.destination)) return false;
  if (s.protocol != 0 && s.protocol != packet.protocol) return false;
  const bool has_ports = packet.protocol == 17 || packet.protocol == 6;
  const std::size_t from = support::get16(packet.payload, 0), to = support::get16(packet.payload, 2);
  if (!s.source_ports.any() && !(has_ports && from >= s.source_ports.low && from <= s.source_ports.high)) return false;
  return s.destination_ports.any() || (has_ports && to >= s.destination_ports.low && to <= s.destination_ports.high);
}

}  // namespace

TEST_CASE("flow_of: addresses, protocol and ports as they stand in the packet") {
  ip_form form{.source = address::v4(1, 2, 3, 4), .destination = address::v4(5, 6, 7, 8), .protocol = 6, .payload = support::udp(0x1234, 0xabcd, 12)};
  flow f = flow_in(make_ip(form));
  CHECK(f.words[0] == 0x0102030405060708);
  CHECK(f.protocol == 6);
  CHECK(f.version == family::ipv4);
  CHECK(f.ports_known);
  CHECK(f.source_port == 0x1234);
  CHECK(f.destination_port == 0xabcd);
  form.source = address::v6(0x2001, 2, 3, 4, 5, 6, 7, 8);
  form.destination = address::v6(0x3001, 2, 3, 4, 5, 6, 7, 9);
  form.extensions = {{0, {0, 1, 4, 0, 0, 0, 0}}, {60, {0, 1, 4, 0, 0, 0, 0}}};
  f = flow_in(make_ip(form));
  CHECK(f.words[0] == 0x2001000200030004);
  CHECK(f.words[1] == 0x0005000600070008);
  CHECK(f.words[2] == 0x3001000200030004);
  CHECK(f.words[3] == 0x0005000600070009);
  CHECK(f.version == family::ipv6);
  CHECK(f.source_port == 0x1234);
}

TEST_CASE("flow_of: ports are not known where there are none") {
  ip_form form{.payload = support::udp(1, 2, 12)};
  for (const octet protocol : {octet{6}, octet{17}, octet{132}, octet{136}, octet{33}, octet{1}, octet{58}}) {
    form.protocol = protocol;
    CHECK(flow_in(make_ip(form)).ports_known);
  }
  for (const octet protocol : {octet{50}, octet{51}, octet{4}, octet{47}, octet{255}}) {
    form.protocol = protocol;
    CHECK_FALSE(flow_in(make_ip(form)).ports_known);
  }
  form.protocol = 17;
  form.fragment = 0x2000;
  CHECK(flow_in(make_ip(form)).ports_known);  // the first IP fragment has them
  form.fragment = 0x0001;
  CHECK_FALSE(flow_in(make_ip(form)).ports_known);
  form.fragment = 0;
  for (std::size_t n = 0; n < 4; ++n) {
    form.payload = bytes(n, octet{9});
    CHECK_FALSE(flow_in(make_ip(form)).ports_known);
  }
  form.payload = bytes(4, octet{9});
  CHECK(flow_in(make_ip(form)).ports_known);
}

TEST_CASE("flow_of: for ICMP both ports are type and code") {
  const flow f = flow_in(make_ip({.protocol = 1, .payload = {8, 3, 0, 0, 1, 2, 3, 4}}));
  CHECK(f.source_port == 0x0803);
  CHECK(f.destination_port == 0x0803);
}

TEST_CASE("traffic_selector: every prefix length of both families, one bit beside it") {
  for (const family version : {family::ipv4, family::ipv6}) {
    const address base = support::outside(version, 0x5a);
    const std::size_t bits = 8 * base.size();
    for (std::size_t prefix = 1; prefix <= bits; ++prefix) {
      selector_parameters s{.source = base, .destination = base};
      for (const bool source : {true, false}) {
        s.source_prefix = static_cast<std::uint8_t>(source ? prefix : 0);
        s.destination_prefix = static_cast<std::uint8_t>(source ? 0 : prefix);
        const traffic_selector selector{s};
        for (std::size_t bit = 0; bit < bits; ++bit) {
          ip_form form{.source = base, .destination = base, .payload = support::udp(1, 2, 3)};
          CHECK(selector.matches(flow_in(make_ip(form))));
          address& changed = source ? form.source : form.destination;
          changed.value[bit / 8] = static_cast<octet>(changed.value[bit / 8] ^ (0x80u >> bit % 8));
          const bool matches = selector.matches(flow_in(make_ip(form)));
          if (matches != (bit >= prefix)) FAIL_CHECK("prefix " << prefix << ", bit " << bit);
        }
      }
    }
  }
}

TEST_CASE("traffic_selector: agrees with a plain reading of its parameters") {
  testing::seeded numbers{440};
  const auto some_address = [&numbers](family version) {
    address a = version == family::ipv4 ? address::v4(10, 0, 0, 1) : address::v6(0x2001, 0, 0, 0, 0, 0, 0, 1);
    a.value[numbers.below(a.size())] = static_cast<octet>(numbers.below(3));
    return a;
  };
  std::size_t matched = 0;
  for (unsigned round = 0; round < 40000; ++round) {
    const family version = numbers.below(2) == 0 ? family::ipv4 : family::ipv6, other = numbers.below(8) != 0 ? version : family::ipv4;
    const octet protocols[] = {0, 6, 17, 50};
    selector_parameters s{.source = some_address(other), .destination = some_address(other)};
    s.source_prefix = static_cast<std::uint8_t>(numbers.below(3) == 0 ? 0 : numbers.below(8 * s.source.size() + 1));
    s.destination_prefix = static_cast<std::uint8_t>(numbers.below(3) == 0 ? 0 : numbers.below(8 * s.source.size() + 1));
    s.protocol = protocols[numbers.below(4)];
    if (numbers.below(3) == 0) s.source_ports = {static_cast<std::uint16_t>(numbers.below(4)), static_cast<std::uint16_t>(numbers.below(8))};
    if (numbers.below(3) == 0) s.destination_ports = {0, static_cast<std::uint16_t>(numbers.below(8))};
    const ip_form packet{.source = some_address(version), .destination = some_address(version), .protocol = protocols[1 + numbers.below(3)],
                         .payload = support::udp(numbers.below(8), numbers.below(8), 3)};
    const bool matches = traffic_selector{s}.matches(flow_in(make_ip(packet)));
    if (matches != plainly_matches(s, packet)) FAIL_CHECK("round " << round);
    matched += matches ? 1 : 0;
  }
  CHECK(matched > 2000);
  CHECK(matched < 38000);
}

TEST_CASE("traffic_selector: what says nothing matches everything, and a prefix longer than the address is cut to it") {
  for (const family version : {family::ipv4, family::ipv6}) {
    const flow f = flow_in(support::udp_packet(version, 3));
    CHECK(traffic_selector{}.matches(f));
    CHECK(traffic_selector::any().matches(f));
    CHECK(traffic_selector{selector_parameters{}}.matches(f));
    selector_parameters s;
    s.source = version == family::ipv4 ? address::v4(192, 0, 2, 1) : address::v6(0x2001, 0xdb8, 1, 0, 0, 0, 0, 1);
    s.source_prefix = 255;
    CHECK(traffic_selector{s}.matches(f));
    s.source.value[s.source.size() - 1] = 9;
    CHECK_FALSE(traffic_selector{s}.matches(f));
  }
}

TEST_CASE("traffic_selector: all packets of one family") {
  for (const family version : {family::ipv4, family::ipv6})
    for (const family other : {family::ipv4, family::ipv6})
      CHECK(traffic_selector::all(version).matches(flow_in(support::udp_packet(other, 3))) == (version == other));
}

TEST_CASE("port_range: both ends belong to it; from low to a lower high there is none") {
  const port_range some{10, 12};
  CHECK_FALSE(some.has(9));
  CHECK(some.has(10));
  CHECK(some.has(12));
  CHECK_FALSE(some.has(13));
  CHECK(port_range{}.any());
  CHECK_FALSE(port_range{1, 65535}.any());
  CHECK_FALSE((port_range{12, 10}).has(11));
}
