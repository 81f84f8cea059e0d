// What the outer header takes from the inner one, and what the inner one takes from the outer: RFC 4301 5.1.2, RFC 6040.
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>

using namespace support;
using testing::mixing_crypto;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
using both_ways = world<gateway, flat_packet, mixing_crypto>;

const family families[] = {family::ipv4, family::ipv6};

ip_form inner_form(family version) {
  ip_form form;
  if (version == family::ipv6) {
    form.source = address::v6(0x2001, 0xdb8, 1, 0, 0, 0, 0, 1);
    form.destination = address::v6(0x2001, 0xdb8, 2, 0, 0, 0, 0, 7);
  }
  form.payload = udp(1, 2, 21);
  return form;
}
octet traffic_class_of(const bytes& packet) {
  return (packet[0] >> 4) == 4 ? packet[1] : static_cast<octet>((packet[0] << 4 | packet[1] >> 4) & 0xff);
}

}  // namespace

TEST_CASE("datapath: ECN of every inner and outer pair [class 47] [row 27]") {
  // RFC 6040 4.2, figure 4, outer marks across: Not-ECT, ECT(1), ECT(0), CE; 4 drops.
  constexpr unsigned arrives_as[4][4] = {{0, 0, 0, 4}, {1, 1, 1, 3}, {2, 1, 2, 3}, {3, 3, 3, 3}};
  for (const family outer : families)
    for (const family inner : families)
      for (unsigned inside = 0; inside < 4; ++inside)
        for (unsigned outside = 0; outside < 4; ++outside)
          for (const unsigned dscp : {0x00u, 0xb8u, 0xfcu, 0x04u}) {
            both_ways r;
            const sa_form form{.outer = outer};
            r.add_receiver(form);
            ip_form inside_form = inner_form(inner);
            inside_form.traffic_class = static_cast<octet>(dscp | inside);
            // The outer DSCP is not what arrives.
            const bytes wire = tunnelled_packet(r.crypto, form, 1, make_ip(inside_form), static_cast<octet>((0xfcu & ~dscp) | outside));
            const auto [v, octets] = r.received(wire);
            CAPTURE(inside);
            CAPTURE(outside);
            const unsigned expected = arrives_as[inside][outside];
            CHECK(v == (expected == 4 ? verdict::bad_ecn : verdict::forwarded));
            if (expected == 4) continue;
            inside_form.traffic_class = static_cast<octet>(dscp | expected);
            CHECK(octets == make_ip(inside_form));  // and the checksum fits
          }
}

TEST_CASE("datapath: ECN over segment borders [class 28, 47]") {
  for (const family inner : families)
    for (std::size_t at = 0; at <= 60; ++at) {
      world<gateway, chain_packet<4>, mixing_crypto> r;
      const sa_form form;
      r.add_receiver(form);
      ip_form inside = inner_form(inner);
      inside.traffic_class = 0xb9;
      const bytes wire = tunnelled_packet(r.crypto, form, 1, make_ip(inside), 0x03);
      train<chain_packet<4>> one;
      one.add(testing::packet_form{.content = wire, .segments = {at, 1, wire.size() - at - 1}});
      r.receive(one);
      inside.traffic_class = 0xbb;
      CHECK(one.octets(0) == make_ip(inside));
    }
}

TEST_CASE("datapath: DSCP and ECN are copied outside, in every combination of families [class 47] [row 28]") {
  for (const family outer : families)
    for (const family inner : families) {
      both_ways r;
      const auto sa = r.add({.outer = outer});
      for (unsigned traffic_class = 0; traffic_class < 256; ++traffic_class) {
        ip_form form = inner_form(inner);
        form.traffic_class = static_cast<octet>(traffic_class);
        const bytes wire = r.sent(make_ip(form), sa).second;
        CAPTURE(traffic_class);
        CHECK(traffic_class_of(wire) == traffic_class);
        CHECK(wrong_in_ip(wire) == "");
        CHECK(r.received(wire).second == make_ip(form));
      }
    }
}

TEST_CASE("datapath: DF is copied from IPv4, set for IPv6, and the other flags are not copied [class 47] [row 28]") {
  both_ways r;
  const auto sa = r.add({});
  for (const std::size_t flags : {std::size_t{0x0000}, std::size_t{0x4000}, std::size_t{0x8000}, std::size_t{0xc000}, std::size_t{0x2000}, std::size_t{0x2001}, std::size_t{0x6123}}) {
    ip_form form = inner_form(family::ipv4);
    form.fragment = flags;
    const auto [v, wire] = r.sent(make_ip(form), sa);
    CAPTURE(flags);
    REQUIRE(v == verdict::forwarded);
    CHECK(get16(wire, 6) == (flags & 0x4000));
    CHECK(r.received(wire).second == make_ip(form));  // a tunnel carries IP fragments as they are
  }
  CHECK(get16(r.sent(make_ip(inner_form(family::ipv6)), sa).second, 6) == 0x4000);
}

TEST_CASE("datapath: the flow label is copied from IPv6 to IPv6 and 0 over IPv4 [class 47] [row 28]") {
  both_ways r;
  const auto sa = r.add({.outer = family::ipv6});
  for (const std::uint32_t label : {0u, 1u, 0x12345u, 0xfffffu}) {
    ip_form form = inner_form(family::ipv6);
    form.flow_label = label;
    CHECK((get32(r.sent(make_ip(form), sa).second, 0) & 0xfffff) == label);
  }
  CHECK((get32(r.sent(make_ip(inner_form(family::ipv4)), sa).second, 0) & 0xfffff) == 0);
}

TEST_CASE("datapath: the outer hop limit is the SA's, the inner one stays [class 47] [row 28]") {
  unsigned which = 1;
  for (const family outer : families)
    for (const unsigned limit : {1u, 64u, 255u}) {
      both_ways r;
      const auto sa = r.add({.spi = 0x1000 + which, .outer = outer, .which = which, .hop_limit = static_cast<octet>(limit)});
      ++which;
      for (const family inner : families) {
        ip_form form = inner_form(inner);
        form.hop_limit = 7;
        const bytes wire = r.sent(make_ip(form), sa).second;
        CHECK(wire[outer == family::ipv4 ? 8 : 7] == limit);
        CHECK(r.received(wire).second == make_ip(form));
      }
    }
}

TEST_CASE("datapath: an outer IPv4 header has the checksum of its fields, whatever they are [class 48]") {
  testing::seeded numbers{48};
  for (unsigned i = 0; i < 3000; ++i) {
    both_ways r;
    sa_form form{.start = numbers.below(0xfffffff0), .hop_limit = static_cast<octet>(1 + numbers.below(255))};
    form.parameters();
    form.made.source = address::v4(static_cast<octet>(numbers.below(256)), static_cast<octet>(numbers.below(256)), static_cast<octet>(numbers.below(256)), 1);
    form.made.destination = address::v4(static_cast<octet>(numbers.below(256)), 255, static_cast<octet>(numbers.below(256)), static_cast<octet>(numbers.below(256)));
    const auto sa = r.sending.add(r.crypto, form.made).value();
    ip_form inner = inner_form(family::ipv4);
    inner.traffic_class = static_cast<octet>(numbers.below(256));
    inner.payload.resize(numbers.below(300));
    const bytes wire = r.sent(make_ip(inner), sa).second;
    if (wrong_in_ip(wire) != "") FAIL_CHECK("packet " << i << ": " << wrong_in_ip(wire));
  }
}

TEST_CASE("datapath: transport mode keeps the header but for length, protocol and checksum [class 48]") {
  for (const family version : families)
    for (std::size_t size = 0; size < 9; ++size) {
      both_ways r;
      const auto sa = r.add({.mode = mode::transport});
      ip_form form = inner_form(version);
      form.traffic_class = 0xb9;
      form.flow_label = 0x54321;
      form.fragment = version == family::ipv4 ? 0x4000 : 0;
      form.payload = udp(1, 2, size);
      if (version == family::ipv4) form.options = {0x94, 4, 0, 0};
      else form.extensions = {{0, {0, 1, 4, 0, 0, 0, 0}}, {43, {0, 0, 0, 0, 0, 0, 0}}};
      const bytes packet = make_ip(form);
      const auto [v, wire] = r.sent(packet, sa);
      REQUIRE(v == verdict::forwarded);
      CHECK(wrong_in_ip(wire) == "");
      bytes expected = packet;
      const std::size_t header = packet.size() - form.payload.size();
      expected.resize(header);
      const std::size_t length = version == family::ipv4 ? wire.size() : wire.size() - 40;
      expected[version == family::ipv4 ? 2 : 4] = static_cast<octet>(length >> 8);
      expected[version == family::ipv4 ? 3 : 5] = static_cast<octet>(length & 0xff);
      expected[version == family::ipv4 ? 9 : 48] = 50;  // IPv6: the next header octet of the routing header
      if (version == family::ipv4) set_checksum(expected);
      CHECK(bytes(wire.begin(), wire.begin() + static_cast<std::ptrdiff_t>(header)) == expected);
      CHECK(r.received(wire).second == packet);
    }
}

TEST_CASE("datapath: transport mode takes no IP fragments, either way [class 11, 48]") {
  both_ways r;
  const sa_form transport{.mode = mode::transport};
  const auto sa = r.add(transport);
  for (const std::size_t fragment : {std::size_t{0x2000}, std::size_t{0x0001}, std::size_t{0x3fff}}) {
    ip_form form = inner_form(family::ipv4);
    form.fragment = fragment;
    CHECK(r.sent(make_ip(form), sa).first == verdict::ip_fragment);
    bytes wire = tunnelled_packet(r.crypto, transport, 1, make_ip(inner_form(family::ipv4)));
    wire[6] = static_cast<octet>(fragment >> 8);
    wire[7] = static_cast<octet>(fragment & 0xff);
    set_checksum(wire);
    CHECK(r.received(wire).first == verdict::ip_fragment);
  }
  ip_form form = inner_form(family::ipv6);
  form.extensions = {{44, {0, 0x00, 0x01, 0, 0, 0, 1}}};
  CHECK(r.sent(make_ip(form), sa).first == verdict::ip_fragment);
  form.extensions = {{44, {0, 0x00, 0x00, 0, 0, 0, 1}}};  // an atomic fragment is a whole packet
  const auto [v, wire] = r.sent(make_ip(form), sa);
  CHECK(v == verdict::forwarded);
  CHECK(r.received(wire).second == make_ip(form));
  CHECK(r.sending.at(sa)->sequence().used() == 1);
}
