#include <doctest/doctest.h>

#include <esplanade/net/ah.hpp>

using namespace esplanade;

TEST_CASE("ah: the header is a multiple of 4 or 8, and not one unit more [class 10]") {
  for (const std::size_t alignment : {std::size_t{4}, std::size_t{8}})
    for (std::size_t data = 0; data <= 40; ++data) {
      const std::size_t size = ah_octets(data, alignment);
      CHECK(size % alignment == 0);
      CHECK(size >= 12 + data);
      CHECK(size < 12 + data + alignment);
      CHECK(size <= ah_octets_max);
    }
}

TEST_CASE("ah: written out for the ICVs there are [class 10]") {
  // ICV of               96 bits     128         192         256         AES-GMAC: IV and 128
  const std::size_t data[] = {12, 16, 24, 32, 24}, of_4[] = {24, 28, 36, 44, 36}, of_8[] = {24, 32, 40, 48, 40};
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(ah_octets(data[i], 4) == of_4[i]);
    CHECK(ah_octets(data[i], 8) == of_8[i]);
  }
}

TEST_CASE("ah: the length field counts 4 octets, minus 2 (RFC 4302 2.2) [class 8]") {
  CHECK(ah_length_field(24) == 4);  // the RFC's own example: an ICV of 96 bits
  CHECK(ah_length_field(28) == 5);
  CHECK(ah_length_field(48) == 10);
}

TEST_CASE("ah: every field stands in its place, reserved is zero") {
  octet at[12];
  std::memset(at, 0xa5, sizeof at);
  write_ah(at, 17, 24, 0x01020304, 0xa0b0c0d0);
  const octet wanted[12] = {17, 4, 0, 0, 1, 2, 3, 4, 0xa0, 0xb0, 0xc0, 0xd0};
  CHECK(std::memcmp(at, wanted, 12) == 0);
}
