#include "v1_support.hpp"

#include <esplanade/offload/v1_host_request.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string_view>

using namespace v1_tests;
using in = v1_integrity;
using ci = v1_cipher;

namespace {
bool same(const sa_request& a, const sa_request& b) {
  const auto equal = [](const_octets x, const_octets y) { return std::equal(x.begin(), x.end(), y.begin(), y.end()); };
  bool all = a.inbound == b.inbound && a.version == b.version && a.source == b.source && a.destination == b.destination && a.udp_esp == b.udp_esp && a.count == b.count;
  for (std::size_t i = 0; i < a.count; ++i)
    all = all && a.elements[i].transform == b.elements[i].transform && a.elements[i].spi == b.elements[i].spi && equal(a.elements[i].integrity_key, b.elements[i].integrity_key) &&
          equal(a.elements[i].encryption_key, b.elements[i].encryption_key);
  return all;
}
sa_request simple() {
  sa_request r;
  r.source = here, r.destination = there;
  r.elements[0].transform.integrity = set_of(offload_integrity::hmac_sha1);
  r.elements[0].transform.encryption = set_of(offload_encryption::triple_des_cbc);
  r.elements[0].spi = 0x1001;
  r.elements[0].integrity_key = const_octets(key_octets).first(20);
  r.elements[0].encryption_key = const_octets(key_octets).last(24);
  return r;
}
}  // namespace

TEST_CASE("v1_host_request: what a NIC of version 1 makes of it is what the host asked for") {
  const v1_element all[] = {esp_of(ci::none, in::sha1), esp_of(ci::des, in::md5), esp_of(ci::triple_des, in::sha1), ah_of(in::md5)};
  for (const v1_key_order order : {v1_key_order::cipher_first, v1_key_order::integrity_first})
    for (const bool tunnel : {false, true})
      for (const bool inbound : {false, true})
        for (std::size_t i = 0; i < 5; ++i) {
          v1_sa_request one = i < 4 ? request(all[i]) : request(esp_of(ci::des, in::sha1), ah_of(in::md5));
          one.inbound = inbound;
          if (tunnel) one.tunnel_source = gate_here, one.tunnel_destination = gate_there;
          const auto asked = to_sa_request(one, everything(), order);
          REQUIRE(asked);
          octet keys[64]{};
          const auto said = to_v1_request(*asked, tunnel ? mode::tunnel : mode::transport, keys, order);
          REQUIRE(said);
          CHECK(said->tunnel() == tunnel);
          CHECK(std::equal(said->keys.begin(), said->keys.end(), one.keys.begin(), one.keys.end()));
          const auto back = to_sa_request(*said, everything(), order);
          REQUIRE(back);
          CHECK(same(*back, *asked));
        }
}

TEST_CASE("v1_host_request: any address is no filter, and UDP-ESP is said") {
  sa_request r = simple();
  r.source = r.destination = {};
  r.udp_esp = udp_esp_layout::transport;
  octet keys[64]{};
  const auto said = to_v1_request(r, mode::transport, keys);
  REQUIRE(said);
  CHECK(said->udp);
  CHECK(said->filter.covers(here, there, protocol_number::udp, 1, 2));
  CHECK(same(to_sa_request(*said, everything()).value(), r));
}

TEST_CASE("v1_host_request: what version 1 has no word for is refused by its field") {
  octet keys[44]{};
  const auto field = [&](const sa_request& r, mode m = mode::transport) {
    const auto said = to_v1_request(r, m, keys);
    return std::string_view(said ? "" : said.why().field);
  };
  CHECK(field(simple()) == "");
  sa_request r = simple();
  r.version = family::ipv6;
  CHECK(field(r) == "version");
  CHECK(field(simple(), mode::beet) == "mode");
  r = simple();
  r.destination = {};
  CHECK(field(r) == "");
  CHECK(field(r, mode::tunnel) == "destination");
  r = simple();
  r.elements[0].esn = true;
  CHECK(field(r) == "esn");
  r = simple();
  r.elements[0].transform.integrity = set_of(offload_integrity::hmac_sha2_256);
  CHECK(field(r) == "integrity");
  r = simple();
  r.elements[0].transform.encryption = set_of(offload_encryption::aes_cbc_128);
  CHECK(field(r) == "encryption");
  r = simple();
  r.elements[0].encryption_key = const_octets(key_octets).first(25);
  CHECK(field(r) == "keys");
}
