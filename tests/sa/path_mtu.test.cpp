#include <doctest/doctest.h>

#include <esplanade/sa/path_mtu.hpp>

using namespace esplanade;

TEST_CASE("path_mtu: becomes smaller by report, never larger, and is the link's again after ten minutes [class 16]") {
  path_mtu path(family::ipv4, 1500);
  CHECK(path.octets(0) == 1500);
  CHECK_FALSE(path.learn(1500, 5));
  CHECK_FALSE(path.learn(9000, 5));
  CHECK(path.learn(1400, 5));
  CHECK(path.octets(5) == 1400);
  CHECK_FALSE(path.learn(1450, 6));
  CHECK_FALSE(path.learn(1400, 6));
  CHECK(path.learn(1300, 7));
  CHECK(path.octets(606) == 1300);
  CHECK(path.octets(607) == 1500);
  CHECK(path.learn(1450, 700));
  path.forget();
  CHECK(path.octets(700) == 1500);
}

TEST_CASE("path_mtu: a forged report does not stop traffic (RFC 4301 8.2.1) [class 16]") {
  path_mtu v4(family::ipv4, 1500), v6(family::ipv6, 9000);
  CHECK(v4.learn(0, 1));  // of a router older than RFC 1191
  CHECK(v4.octets(1) == 576);
  CHECK_FALSE(v4.learn(68, 1));
  CHECK(v6.learn(1, 1));
  CHECK(v6.octets(1) == 1280);
  path_mtu small(family::ipv4, 300);
  CHECK_FALSE(small.learn(100, 1));
  CHECK(small.octets(1) == 300);
}
