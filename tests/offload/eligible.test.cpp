#include "support/stub_device.hpp"

using namespace support;

TEST_CASE("eligible: options and extension headers need their bits, offsets have an end, and the family is the SA's") {
  const placed plain{.where = placement::offloaded}, able{.where = placement::offloaded, .options = true, .extensions = true}, six{.where = placement::offloaded, .extensions = true, .version = family::ipv6};
  CHECK(eligible({}, plain));
  CHECK(eligible({.headers = 20, .tunnelled = false}, plain));
  CHECK_FALSE(eligible({.headers = 24, .tunnelled = false}, plain));
  CHECK(eligible({.headers = 24, .tunnelled = false}, able));
  CHECK_FALSE(eligible({.outer = family::ipv6, .headers = 40, .tunnelled = false}, able));
  CHECK(eligible({.outer = family::ipv6, .headers = 48, .tunnelled = false}, six));
  CHECK_FALSE(eligible({.outer = family::ipv6, .headers = 48, .tunnelled = false}, {.where = placement::offloaded, .version = family::ipv6}));
  CHECK(eligible({.outer = family::ipv6, .headers = 1020, .tunnelled = false}, six));
  CHECK_FALSE(eligible({.outer = family::ipv6, .headers = 1024, .tunnelled = false}, six));
  CHECK_FALSE(eligible({.udp_checksum = true}, able));
}

TEST_CASE("F12: a large send needs the record of its version and its limits: payload, segments, options") {
  const large_limits limits{.version_1 = {.octets_max = 1000, .segments_min = 3, .tcp_options = true}, .version_2 = {.octets_max = 5000, .segments_min = 2, .ip_options = true}};
  CHECK(eligible({.payload = 5000, .segments = 2}, limits));
  CHECK_FALSE(eligible({.payload = 5001, .segments = 2}, limits));
  CHECK_FALSE(eligible({.payload = 5000, .segments = 1}, limits));
  CHECK_FALSE(eligible({.payload = 5000, .segments = 2, .tcp_options = true}, limits));
  CHECK(eligible({.payload = 5000, .segments = 2, .ip_options = true}, limits));
  CHECK(eligible({.version_2 = false, .payload = 1000, .segments = 3, .tcp_options = true}, limits));
  CHECK_FALSE(eligible({.version_2 = false, .payload = 1001, .segments = 3}, limits));
  CHECK_FALSE(eligible({.version_2 = false, .payload = 1000, .segments = 2}, limits));
  CHECK_FALSE(eligible({.version_2 = false, .payload = 1000, .segments = 3, .ip_options = true}, limits));
  CHECK_FALSE(eligible({.payload = 0, .segments = 9}, large_limits{}));
}
