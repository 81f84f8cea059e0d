#include "support/stub_device.hpp"

using namespace support;

namespace eligible_test {
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
};
}  // namespace eligible_test

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

TEST_CASE("placed: is one word, and comes out of it as it went in") {
  for (unsigned k = 0; k < 256; ++k) {
    const placed p{static_cast<placement>(k % 3), (k & 1) != 0, (k & 2) != 0, (k & 4) != 0, (k & 8) != 0, (k & 16) != 0, (k & 32) != 0, (k & 64) != 0 ? family::ipv6 : family::ipv4, 0xffff'ff00u + k};
    CHECK(placed::unpack(p.pack()) == p);
  }
}

TEST_CASE("sa_place: a frame is given only while its SA is as it was seen, and control sees it or is seen [class 29]") {
  sa_place place;
  const placed now{.where = placement::offloaded, .high = 3};
  atomic_word<std::uint32_t> attention{0};
  place.put(now, {7}, outbound_handle{1, 2}, &attention);
  CHECK(place.give(now));
  CHECK(place.given() == 1);
  place.put({.where = placement::draining, .high = 3});
  CHECK_FALSE(place.give(now));
  CHECK(place.given() == 1);
  place.take_back();
  CHECK(place.given() == 0);
  place.ask_update();
  place.ask_update();
  CHECK(attention.load(order::relaxed) == 1);
  CHECK(place.update_due());
  place.clear();
  CHECK(place.now() == placed{});
  CHECK_FALSE(place.update_due());
}

TEST_CASE("hosted_sa: a new SA in the place of an old one is in software [class 38]") {
  split<eligible_test::gateway> s;
  const auto first = s.add_sender({});
  REQUIRE(s.offload(first, {}));
  REQUIRE(s.sending.remove(first));
  s.sending.reclaim(s.crypto);
  const auto second = s.add_sender({.spi = 0x2002});
  CHECK(second.slot == first.slot);
  CHECK(s.sa(second).place().now() == placed{});
  CHECK_FALSE(s.sa(second).place().handle());
}
