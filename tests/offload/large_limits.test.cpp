#include "support/reports.hpp"

#include <esplanade/offload/large_limits.hpp>

#include <doctest/doctest.h>

using namespace esplanade;

namespace {
offload_report report() {
  offload_report r;
  r.ipsec = reports::full().ipsec;
  r.ipsec.large_send = true;
  r.large_send_v1 = {link_framing::ieee_802_3, 64000, 3, 1};
  r.large_send_v2_ipv4 = {link_framing::ieee_802_3, 262144, 2, 0};
  r.large_send_v2_ipv6 = {link_framing::ieee_802_3, 1 << 24, 255, 4};
  return r;
}
}  // namespace

TEST_CASE("F12: limits of large sends under IPsec are those of the records, and none without LsoSupported") {
  offload_report r = report();
  CHECK(large_limits_of(r, family::ipv4) == large_limits{{64000, 3, true, false}, {262144, 2, true, true}});
  CHECK(large_limits_of(r, family::ipv6) == large_limits{{}, {0xfffff, 255, true, false}});
  r.large_send_v2_ipv6.options = 1;
  CHECK(large_limits_of(r, family::ipv6).version_2 == large_limits::of_version{0xfffff, 255, false, true});
  r.large_send_v2_ipv6.segments_min = 256;  // more than a large send has
  CHECK_FALSE(large_limits_of(r, family::ipv6).any());
  r.large_send_v2_ipv4 = {};
  CHECK(large_limits_of(r, family::ipv4).version_2 == large_limits::of_version{});
  CHECK(large_limits_of(r, family::ipv4).any());
  r.ipsec.large_send = false;
  CHECK_FALSE(large_limits_of(r, family::ipv4).any());
}

TEST_CASE("F12: a device that has the bit and no records takes any large send of two segments") {
  device_capabilities can = report().ipsec;
  CHECK(large_limits_of(can, family::ipv4) == large_limits{{0xfffff, 2, true, true}, {0xfffff, 2, true, true}});
  CHECK(large_limits_of(can, family::ipv6).version_1 == large_limits::of_version{});
  CHECK(large_limits_of(can, family::ipv6).version_2.octets_max == 0xfffff);
  can.ipv6 = false;
  CHECK_FALSE(large_limits_of(can, family::ipv6).any());
  can.large_send = false;
  CHECK_FALSE(large_limits_of(can, family::ipv4).any());
}

TEST_CASE("large limits: are one word, and come out of it as they went in") {
  for (std::uint32_t k = 0; k < 256; ++k) {
    const large_limits l{{k << 12 | k, static_cast<std::uint8_t>(k), (k & 1) != 0, (k & 2) != 0}, {0xfffff - k, static_cast<std::uint8_t>(255 - k), (k & 4) != 0, (k & 8) != 0}};
    CHECK(large_limits::unpack(l.pack()) == l);
  }
}
