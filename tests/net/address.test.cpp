#include <memory>

#include <doctest/doctest.h>

#include <esplanade/net/address.hpp>

using namespace esplanade;

TEST_CASE("address: an IPv4 address has four octets in the order they are written") {
  constexpr address a = address::v4(192, 0, 2, 1);
  static_assert(a.version == family::ipv4 && a.size() == 4);
  CHECK(a.value[0] == 192);
  CHECK(a.value[1] == 0);
  CHECK(a.value[2] == 2);
  CHECK(a.value[3] == 1);
  for (std::size_t i = 4; i < 16; ++i) CHECK(a.value[i] == 0);
}

TEST_CASE("address: an IPv6 address has eight groups in network byte order") {
  constexpr address a = address::v6(0x2001, 0xdb8, 0, 0x1234, 0, 0, 0xfffe, 1);
  static_assert(a.version == family::ipv6 && a.size() == 16);
  const octet expect[] = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0x12, 0x34, 0, 0, 0, 0, 0xff, 0xfe, 0, 1};
  for (std::size_t i = 0; i < 16; ++i) CHECK(a.value[i] == expect[i]);
}

TEST_CASE("address: reads as many octets of a header as its family has") {
  const std::unique_ptr<octet[]> four(new octet[4]{10, 1, 2, 3});
  CHECK(address::from(family::ipv4, four.get()) == address::v4(10, 1, 2, 3));
  const std::unique_ptr<octet[]> sixteen(new octet[16]{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9});
  CHECK(address::from(family::ipv6, sixteen.get()) == address::v6(0xfe80, 0, 0, 0, 0, 0, 0, 9));
}

TEST_CASE("address: differs by any octet and by family [class 15]") {
  const address six = address::v6(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
  for (std::size_t i = 0; i < 16; ++i) {
    address other = six;
    other.value[i] = static_cast<octet>(other.value[i] ^ 1);
    CHECK_FALSE(other == six);
  }
  address four = address::v4(0x20, 0x01, 0x0d, 0xb8);
  CHECK(four == address::v4(0x20, 0x01, 0x0d, 0xb8));
  address same_octets_as_six = four;
  same_octets_as_six.version = family::ipv6;
  CHECK_FALSE(four == same_octets_as_six);
}

TEST_CASE("address: is unspecified when all its octets are zero") {
  CHECK(address{}.unspecified());
  CHECK(address::v4(0, 0, 0, 0).unspecified());
  CHECK(address::v6(0, 0, 0, 0, 0, 0, 0, 0).unspecified());
  CHECK_FALSE(address::v4(0, 0, 0, 1).unspecified());
  CHECK_FALSE(address::v6(0, 0, 0, 0, 0, 0, 0, 1).unspecified());
}
