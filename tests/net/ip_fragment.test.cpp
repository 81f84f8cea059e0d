#include "support/ip.hpp"

#include <doctest/doctest.h>

#include <esplanade/net/ip_fragment.hpp>
#include <esplanade/testing/fuzz/plain_fragments.hpp>

using namespace esplanade;
using namespace support;

namespace {

fragment_place place(const bytes& packet) {
  span_reader read{packet};
  return place_of(read, packet.size());
}
bytes v6_fragment(std::size_t offset, bool more, const bytes& payload, std::vector<std::pair<octet, bytes>> front = {}) {
  bytes body{0};
  put16(body, offset | (more ? 1u : 0u));
  put32(body, 0xcafe0001);
  front.push_back({44, body});
  return make_ip({.source = outside_v6(1), .destination = outside_v6(2), .payload = payload, .extensions = front});
}

}  // namespace

TEST_CASE("place_of: says what the slow reading says, for both families, with options and extension headers [class 11]") {
  const std::pair<octet, bytes> hop{0, {0, 1, 4, 0, 0, 0, 0}}, routing{43, {1, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8}};
  std::vector<bytes> all;
  for (const std::size_t offset : {0u, 8u, 1480u, 65408u})
    for (const bool more : {false, true}) {
      for (const bytes& options : {bytes{}, bytes{0x94, 4, 0, 0}, bytes(40, octet{1})})
        all.push_back(make_ip({.payload = counted(64), .fragment = (more ? 0x2000 : 0) | offset / 8, .options = options}));
      all.push_back(v6_fragment(offset, more, counted(64)));
      all.push_back(v6_fragment(offset, more, counted(64), {hop}));
      all.push_back(v6_fragment(offset, more, counted(64), {hop, routing}));
    }
  for (const bytes& packet : all) {
    const auto plain = testing::fuzz::read_fragment(packet);
    const fragment_place at = place(packet);
    REQUIRE(at.status == verdict::forwarded);
    CHECK(at.fragment == plain.fragment);
    CHECK(at.atomic == plain.atomic);
    CHECK(at.more == plain.more);
    CHECK(at.offset == plain.offset);
    CHECK(at.payload == plain.payload.size());
    CHECK(at.header_length == plain.header.size());
    CHECK(at.protocol == 17);
    CHECK(at.total_length == packet.size());
    CHECK(at.identification == (packet[0] >> 4 == 4 ? 0x1234u : 0xcafe0001u));
    CHECK(packet[at.protocol_at] == (packet[0] >> 4 == 4 ? 17 : 44));
  }
}

TEST_CASE("place_of: what is no fragment, and what fragments must not be [class 12]") {
  CHECK_FALSE(place(udp_packet(family::ipv4, 9)).fragment);
  CHECK_FALSE(place(udp_packet(family::ipv6, 9)).fragment);
  CHECK_FALSE(place(udp_packet(family::ipv6, 9)).atomic);
  CHECK(place(v6_fragment(0, false, counted(9))).atomic);
  CHECK(place(v6_fragment(0, false, counted(9))).status == verdict::forwarded);
  for (std::size_t size = 0; size <= 32; ++size) {
    // More fragments follow: a multiple of eight. The last may have any size but none.
    CHECK((place(v6_fragment(0, true, counted(size))).status == verdict::forwarded) == (size != 0 && size % 8 == 0));
    CHECK((place(v6_fragment(8, false, counted(size))).status == verdict::forwarded) == (size != 0));
    CHECK((place(make_ip({.payload = counted(size), .fragment = 0x2000})).status == verdict::forwarded) == (size != 0 && size % 8 == 0));
    CHECK((place(make_ip({.payload = counted(size), .fragment = 1})).status == verdict::forwarded) == (size != 0));
  }
  // The end: 65,535 octets of an IPv4 packet with its header, and of an IPv6 payload ("ping of death").
  CHECK(place(make_ip({.payload = counted(3), .fragment = 0x1fff})).status == verdict::bad_fragment);
  CHECK(place(make_ip({.payload = counted(12), .fragment = 0x1ffc})).status == verdict::bad_fragment);
  CHECK(place(make_ip({.payload = counted(11), .fragment = 0x1ffc})).status == verdict::forwarded);
  CHECK(place(make_ip({.payload = counted(8), .fragment = 0x1ffc, .options = {1, 1, 1, 1}})).status == verdict::bad_fragment);
  CHECK(place(v6_fragment(0xfff8, false, counted(7))).status == verdict::forwarded);
  CHECK(place(v6_fragment(0xfff8, false, counted(8))).status == verdict::bad_fragment);
}

TEST_CASE("place_of: cut anywhere it reads nothing beyond the end [class 1, 7, 27]") {
  const bytes whole = v6_fragment(8, true, counted(16), {{0, {0, 1, 4, 0, 0, 0, 0}}});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    CHECK(place(cut).status != verdict::forwarded);
    if (size < 40) continue;
    bytes said = cut;
    said[4] = 0, said[5] = static_cast<octet>(size - 40);
    CHECK((place(said).status == verdict::forwarded) == (size == 48 + 8 + 8));
  }
}

TEST_CASE("later_ipv4_header: keeps the options that every fragment repeats, and no others [class 7]") {
  octet made[64];
  const auto later = [&](const bytes& options) {
    const bytes packet = make_ip({.payload = counted(8), .options = options});
    const std::size_t size = later_ipv4_header(packet.data(), 20 + options.size(), made);
    CHECK(made[0] == 0x40 + size / 4);
    CHECK(std::equal(made + 1, made + 20, packet.begin() + 1));
    return bytes(made + 20, made + size);
  };
  CHECK(later({}) == bytes{});
  CHECK(later({0x94, 4, 0, 0}) == bytes{0x94, 4, 0, 0});
  CHECK(later({7, 3, 4, 1}) == bytes{});  // record route: in the first fragment only
  CHECK(later({1, 1, 0x88, 4, 1, 2, 7, 3, 4, 0x82, 5, 1, 2, 3, 0, 0}) == bytes{0x88, 4, 1, 2, 0x82, 5, 1, 2, 3, 0, 0, 0});
  bytes most{0x89, 39};
  most.resize(40);
  CHECK(later(most).size() == 40);
}
