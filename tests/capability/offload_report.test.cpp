#include "../support/reports.hpp"

#include <doctest/doctest.h>

using namespace esplanade;

TEST_CASE("offload_report: one with nothing in it has no offload, and any part makes one") {
  CHECK_FALSE(offload_report{}.any());
  offload_report r;
  r.ipsec = reports::full_ipsec();
  CHECK(r.any());
  r.ipsec.tunnel = false;
  CHECK_FALSE(r.any());
  r.large_send_v1 = {link_framing::ieee_802_3, 64000, 2, 0};
  CHECK(r.any());
  CHECK(r.framings_of(family::ipv6).empty());
  CHECK(r.framings_of(family::ipv4) == set_of(link_framing::ieee_802_3));
}

TEST_CASE("F12: large sends under IPsec are those of the large-send records, and none without a record") {
  offload_report r = reports::full();
  CHECK(r.large_send_under_ipsec(family::ipv4));
  CHECK(r.large_send_under_ipsec(family::ipv6));
  r.large_send_v2_ipv6 = {};
  CHECK_FALSE(r.large_send_under_ipsec(family::ipv6));
  r.large_send_v1 = {};
  CHECK(r.large_send_under_ipsec(family::ipv4));
  r.large_send_v2_ipv4.octets_max = 0;
  CHECK_FALSE(r.large_send_under_ipsec(family::ipv4));
  r = reports::full();
  r.ipsec.large_send = false;
  CHECK_FALSE(r.large_send_under_ipsec(family::ipv4));
}

TEST_CASE("offload_report: what two have in common is covered by both") {
  reports::source random{2};
  for (int round = 0; round < 2000; ++round) {
    const auto a = random.report(), b = random.report();
    const auto shared = common(a, b);
    CHECK(a.covers(shared));
    CHECK(b.covers(shared));
    CHECK(shared.covers(offload_report{}));
    CHECK(a.covers(a));
  }
  offload_report more = reports::full();
  more.large_send_v1.segments_min = 1;
  CHECK(more.covers(reports::full()));
  CHECK_FALSE(reports::full().covers(more));
}
