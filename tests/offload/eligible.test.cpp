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
