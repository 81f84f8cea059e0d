#include <cstring>
#include <memory>

#include <doctest/doctest.h>

#include <esplanade/base/octets.hpp>

using namespace esplanade;

TEST_CASE("octets: numbers stand in network byte order, most significant octet first") {
  const octet wire[] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};
  CHECK(load_be16(wire) == 0x0123);
  CHECK(load_be32(wire) == 0x01234567);
  CHECK(load_be64(wire) == 0x0123456789abcdefu);

  octet out[8]{};
  store_be16(out, 0x0123);
  CHECK(std::memcmp(out, wire, 2) == 0);
  store_be32(out, 0x01234567);
  CHECK(std::memcmp(out, wire, 4) == 0);
  store_be64(out, 0x0123456789abcdefu);
  CHECK(std::memcmp(out, wire, 8) == 0);
}

TEST_CASE("octets: what was stored is loaded, for every bit") {
  for (unsigned bit = 0; bit < 64; ++bit) {
    const std::uint64_t value = std::uint64_t{1} << bit;
    octet at[8]{};
    store_be64(at, value);
    CHECK(load_be64(at) == value);
    CHECK(at[7 - bit / 8] == static_cast<octet>(1u << (bit % 8)));
    if (bit < 32) {
      store_be32(at, static_cast<std::uint32_t>(value));
      CHECK(load_be32(at) == value);
      CHECK(at[3 - bit / 8] == static_cast<octet>(1u << (bit % 8)));
    }
    if (bit < 16) {
      store_be16(at, static_cast<std::uint16_t>(value));
      CHECK(load_be16(at) == value);
      CHECK(at[1 - bit / 8] == static_cast<octet>(1u << (bit % 8)));
    }
  }
}

TEST_CASE("octets: numbers may stand at any alignment, and no octet beside them is touched") {
  for (std::size_t offset = 0; offset < 8; ++offset) {
    const std::unique_ptr<octet[]> exact(new octet[offset + 8 + 1]);  // one octet behind; a sanitizer watches the rest
    octet* const at = exact.get() + offset;
    std::memset(exact.get(), 0xa5, offset + 9);
    store_be64(at, 0x0102030405060708u);
    CHECK(load_be64(at) == 0x0102030405060708u);
    CHECK(at[8] == 0xa5);
    std::memset(at, 0xa5, 8);
    store_be32(at, 0x01020304);
    CHECK(load_be32(at) == 0x01020304);
    CHECK(at[4] == 0xa5);
    store_be16(at, 0x0a0b);
    CHECK(load_be16(at) == 0x0a0b);
    CHECK(at[2] == 0x03);
    for (std::size_t i = 0; i < offset; ++i) CHECK(exact[i] == 0xa5);
  }
}

TEST_CASE("octets: byte order is swapped at compile time too") {
  static_assert(detail::swap_octets(std::uint16_t{0x0102}) == 0x0201);
  static_assert(detail::swap_octets(std::uint32_t{0x01020304}) == 0x04030201);
  static_assert(detail::swap_octets(std::uint64_t{0x0102030405060708}) == 0x0807060504030201);
  static_assert(detail::wire(detail::wire(std::uint32_t{0x01020304})) == 0x01020304);
  CHECK(detail::swap_octets(std::uint32_t{0xff000001}) == 0x010000ffu);
}
