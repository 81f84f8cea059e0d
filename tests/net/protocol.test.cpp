#include <doctest/doctest.h>

#include <esplanade/net/protocol.hpp>

using namespace esplanade;

TEST_CASE("protocol: numbers are those that IANA assigned") {
  namespace number = protocol_number;
  CHECK(number::hop_by_hop == 0);
  CHECK(number::icmp == 1);
  CHECK(number::ipv4 == 4);
  CHECK(number::tcp == 6);
  CHECK(number::udp == 17);
  CHECK(number::ipv6 == 41);
  CHECK(number::routing == 43);
  CHECK(number::fragment == 44);
  CHECK(number::esp == 50);
  CHECK(number::ah == 51);
  CHECK(number::icmpv6 == 58);
  CHECK(number::none == 59);
  CHECK(number::destination_options == 60);
  CHECK(number::sctp == 132);
  CHECK(number::udplite == 136);
}

TEST_CASE("protocol: a family names its version field, its header and its number inside a tunnel") {
  CHECK(static_cast<int>(family::ipv4) == 4);
  CHECK(static_cast<int>(family::ipv6) == 6);
  CHECK(header_octets(family::ipv4) == 20);
  CHECK(header_octets(family::ipv6) == 40);
  CHECK(tunnelled(family::ipv4) == 4);
  CHECK(tunnelled(family::ipv6) == 41);
}
