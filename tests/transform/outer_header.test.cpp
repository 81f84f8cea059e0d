// class 6, 47 and 48 are shown through the whole datapath; here the stages stand alone.
#include "support/stages.hpp"

#include <doctest/doctest.h>

#include <esplanade/transform/outer_header.hpp>

using namespace support;

namespace {

struct both_modes : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};

}  // namespace

TEST_CASE("write_outer_header: an empty segment in front does not take the header [class 28, 37]") {
  bench<both_modes, list_kind::outbound, chain_packet<8>> b;
  const auto handle = b.add({});
  const bytes inner = udp_packet(family::ipv4, 30);
  std::vector<octet> room(256, octet{0xee}), nothing(4, octet{0xee});
  chain_packet<8> p;
  REQUIRE(p.append({nothing.data(), 2}, 0, 0));  // holds nothing and has room for two octets
  std::copy(inner.begin(), inner.end(), room.begin() + 100);
  REQUIRE(p.append(room, 100, inner.size()));
  b.packets.lend(p, handle);
  b.go(select_sa_by_handle, assign_sequence, write_trailer, esp_seal, write_outer_header);
  CHECK(b.of(0) == verdict::forwarded);
  CHECK(wrong_in_ip(testing::octets_of(p)) == "");
  CHECK(nothing == std::vector<octet>(4, octet{0xee}));
}

TEST_CASE("write_outer_header: without room the sealed packet stays as it is [class 37]") {
  for (const family outer : {family::ipv4, family::ipv6}) {
    const std::size_t header = outer == family::ipv4 ? 20 : 40;
    for (std::size_t headroom = 16; headroom < 16 + header; ++headroom) {
      sending_bench<both_modes> b;
      b.packets.add(udp_packet(family::ipv4, 30), b.add({.outer = outer}), headroom, 64);
      b.go(select_sa_by_handle, assign_sequence, write_trailer, esp_seal);
      const bytes sealed = b.octets(0);
      b.run(write_outer_header);
      CHECK(b.of(0) == verdict::no_room);
      CHECK(b.octets(0) == sealed);
    }
  }
}

TEST_CASE("remove_outer_header: transport mode over options and extension headers, at every cut [class 28, 48] [row 67]") {
  const sa_form form{.mode = mode::transport};
  ip_form v4{.protocol = 17, .payload = udp(1, 2, 20), .traffic_class = 0x1c, .options = {0x94, 4, 0, 0, 1, 1, 1, 0}};
  ip_form v6{.source = outside_v6(1), .destination = outside_v6(2), .protocol = 17, .payload = udp(1, 2, 20), .flow_label = 0x777,
             .extensions = {{0, {0, 1, 4, 0, 0, 0, 0}}, {43, {1, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8}}}};
  for (const ip_form& ip : {v4, v6}) {
    null_crypto crypto;
    ip_form sealed = ip;
    sealed.protocol = 50;
    sealed.payload = sealed_esp(crypto, form, 1, esp_text(ip.payload, 17));
    const bytes wire = make_ip(sealed);
    for (std::size_t at = 0; at + 3 < wire.size(); ++at) {
      bench<both_modes, list_kind::inbound, chain_packet<8>> b;
      b.add(form);
      b.packets.add(testing::packet_form{.content = wire, .segments = {at, 1, 2, wire.size() - at - 3}});
      b.go(find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header);
      CAPTURE(at);
      REQUIRE(b.of(0) == verdict::forwarded);
      REQUIRE(b.octets(0) == make_ip(ip));
      CHECK(b.state(0).length == make_ip(ip).size());
    }
  }
}

TEST_CASE("set_ip_header: the checksum is right for every pair of old and new protocol and length [class 48]") {
  for (unsigned protocol = 0; protocol < 256; protocol += 5)
    for (std::size_t size = 0; size < 130; size += 3) {
      world<both_modes> r;
      const auto sa = r.add({.mode = mode::transport});
      const bytes packet = make_ip({.protocol = static_cast<octet>(protocol), .payload = counted(size, protocol), .hop_limit = static_cast<octet>(protocol + 1), .identification = size * 501});
      if (protocol == 59) continue;
      const auto [v, wire] = r.sent(packet, sa);
      if (v != verdict::forwarded || wrong_in_ip(wire) != "") FAIL_CHECK("protocol " << protocol << ", size " << size);
      if (r.received(wire).second != packet) FAIL_CHECK("protocol " << protocol << ", size " << size << " does not come back");
    }
}

TEST_CASE("remove_outer_header: refused packets are not touched [class 5, 6]") {
  for (const bytes& inner : {bytes{}, bytes(19, octet{0x45}), bytes(39, octet{0x60}), bytes(44, octet{0x25})}) {
    receiving_bench<both_modes> b;
    b.add({});
    b.packets.add(sealed_packet(b.crypto, {}, 1, esp_text(inner, inner.size() == 39 ? 41 : 4)));
    b.go(find_sa, check_replay, esp_open, update_replay, remove_trailer);
    const bytes before = b.octets(0);
    b.run(remove_outer_header);
    CHECK((b.of(0) == verdict::bad_inner_packet || b.of(0) == verdict::bad_next_header));
    CHECK(b.octets(0) == before);
  }
}
