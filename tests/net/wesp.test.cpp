#include <esplanade/net/wesp.hpp>

#include <doctest/doctest.h>

using namespace esplanade;

TEST_CASE("wesp: an encrypted payload says nothing but that") {
  for (const family version : {family::ipv4, family::ipv6})
    for (const bool in_udp : {false, true}) {
      const wesp_header w = wesp_of(true, version, in_udp, 8, 16, 4);
      octet at[4];
      write_wesp(at, w);
      CHECK(at[0] == 0);
      CHECK(at[1] == 0);
      CHECK(at[2] == 0);
      CHECK(at[3] == (version == family::ipv6 && !in_udp ? 0x30 : 0x20));
      CHECK(read_wesp(at) == w);
    }
}

TEST_CASE("wesp: integrity alone says where the payload is, from its own first octet on") {
  octet at[4];
  write_wesp(at, wesp_of(false, family::ipv4, false, 8, 16, 6));
  CHECK(at[0] == 6);
  CHECK(at[1] == 4 + 8 + 8);
  CHECK(at[2] == 16);
  CHECK(at[3] == 0);
  write_wesp(at, wesp_of(false, family::ipv6, false, 0, 12, 17));
  CHECK(at[1] == 8 + 8);
  CHECK(at[1] % 8 == 0);  // RFC 5840 2: a multiple of 8 over IPv6
  CHECK(at[3] == 0x10);
  write_wesp(at, wesp_of(false, family::ipv6, true, 0, 12, 17));
  CHECK(at[1] == 4 + 8);
  CHECK(at[3] == 0);
}

TEST_CASE("wesp: every octet of flags is read; reserved bits do not matter") {
  for (unsigned flags = 0; flags < 256; ++flags) {
    const octet at[4] = {1, 2, 3, static_cast<octet>(flags)};
    const wesp_header w = read_wesp(at);
    CHECK(w.version == flags >> 6);
    CHECK(w.encrypted == ((flags & 0x20) != 0));
    CHECK(w.padded == ((flags & 0x10) != 0));
    CHECK(w.octets() == ((flags & 0x10) != 0 ? 8 : 4));
    CHECK((w.next_header == 1 && w.header_length == 2 && w.trailer_length == 3));
  }
}
