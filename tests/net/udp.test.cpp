#include "support/udp.hpp"

#include <esplanade/net/udp.hpp>

#include <doctest/doctest.h>

using namespace esplanade;
using support::bytes;

TEST_CASE("udp: what a datagram on the port holds, by its first octets [class 13, 14]") {
  for (std::size_t size = 0; size <= 32; ++size) {
    CAPTURE(size);
    const bytes keep_alive(size, 0xff), zero(size, 0);
    bytes spi(size, 0), wesp(size, 0);
    if (size >= 4) spi[2] = 1, wesp[3] = 2;
    CHECK(udp_content_of(keep_alive) == (size == 1 ? udp_content::keep_alive : size < 4 ? udp_content::runt : udp_content::esp));
    CHECK(udp_content_of(zero) == (size < 4 ? udp_content::runt : udp_content::ike));
    CHECK(udp_content_of(spi) == (size < 4 ? udp_content::runt : udp_content::esp));
    CHECK(udp_content_of(wesp) == (size < 4 ? udp_content::runt : udp_content::wesp));
  }
  const bytes other{0xfe};
  CHECK(udp_content_of(other) == udp_content::runt);
}

TEST_CASE("udp: the header is written in network order, without a checksum") {
  octet at[8];
  write_udp_header(at, {0x1234, 4500}, 0x203);
  CHECK(bytes(at, at + 8) == bytes{0x12, 0x34, 0x11, 0x94, 0x02, 0x03, 0, 0});
}

TEST_CASE("udp: the checksum holds over the pseudo header, and is never sent as 0 [class 48]") {
  for (const family version : {family::ipv4, family::ipv6})
    for (std::size_t size = 0; size < 40; ++size) {
      bytes packet = support::udp_packet(version, size);
      const std::size_t at = version == family::ipv4 ? 20 : 40;
      const const_octets all(packet);
      const auto sum = pseudo_header_sum(version, packet.data() + (version == family::ipv4 ? 12 : 8), packet.size() - at, 17) + checksum_sum(all.subspan(at));
      store_be16(packet.data() + at + 6, udp_checksum_of(sum));
      CHECK(support::upper_checksum_holds(packet, at, 17));
    }
  CHECK(udp_checksum_of(0xffff) == 0xffff);
  CHECK(udp_checksum_of(0) == 0xffff);
  CHECK(udp_checksum_of(1) == 0xfffe);
  // A length beyond 16 bits, as an IPv6 packet can have.
  const octet none[32]{};
  CHECK(pseudo_header_sum(family::ipv6, none, 0x10002, 17) == 1 + 2 + 17);
}
