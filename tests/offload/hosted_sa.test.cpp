#include "support/stub_device.hpp"

#include <esplanade/offload/hosted_sa.hpp>

using namespace support;

namespace hosted_sa_test {
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
};
}  // namespace hosted_sa_test

TEST_CASE("placed: is one word, and comes out of it as it went in") {
  for (unsigned k = 0; k < 256; ++k) {
    const placed p{static_cast<placement>(k % 3), (k & 1) != 0, (k & 2) != 0, (k & 4) != 0, (k & 8) != 0, (k & 16) != 0, (k & 32) != 0, (k & 128) != 0, (k & 256) != 0, (k & 64) != 0 ? family::ipv6 : family::ipv4, static_cast<std::uint8_t>(255 - k), 0xffff'ff00u + k};
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
  split<hosted_sa_test::gateway> s;
  const auto first = s.add_sender({});
  REQUIRE(s.offload(first, {}));
  REQUIRE(s.sending.remove(first));
  s.sending.reclaim(s.crypto);
  const auto second = s.add_sender({.spi = 0x2002});
  CHECK(second.slot == first.slot);
  CHECK(s.sa(second).place().now() == placed{});
  CHECK_FALSE(s.sa(second).place().handle());
}
