#include "support/stages.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>
#include <esplanade/transform/esp_crypto.hpp>

using namespace support;

namespace {

// Three nonces in one profile: nothing about them is a constant.
struct nonces : profile {
  static constexpr auto suites = esplanade::suites<testing::nonce_of_11, testing::nonce_of_12>;
};

}  // namespace

TEST_CASE("fill_job: nonces of 11 and 12 octets in one profile, salt right in front of the IV [class 26]") {
  for (const suite_sizes& suite : {testing::nonce_of_11::sizes, testing::nonce_of_12::sizes})
    for (const bool esn : {false, true}) {
      world<nonces, flat_packet, testing::nonce_probe> r;
      const sa_form form{.suite = suite, .esn = esn, .start = esn ? std::uint64_t{0xa1b2c3d400000000} : 0};
      const auto sa = r.add(form);
      const bytes inner = udp_packet(family::ipv4, 20);
      const auto [v, wire] = r.sent(inner, sa);
      REQUIRE(v == verdict::forwarded);
      bytes nonce = salt_of(suite);
      put32(nonce, esn ? 0xa1b2c3d4 : 0);
      put32(nonce, 1);
      REQUIRE(r.crypto.seen().size() == 1);
      CHECK(r.crypto.seen()[0] == nonce);
      const auto [back, octets] = r.received(wire);
      CHECK(back == verdict::forwarded);
      CHECK(octets == inner);
      REQUIRE(r.crypto.seen().size() == 2);
      CHECK(r.crypto.seen()[1] == nonce);
    }
}

TEST_CASE("together: a pointer where octets lie in one segment, else nothing") {
  const bytes content = counted(20, 1);
  testing::owned_chain<8> p(testing::packet_form{.content = content, .segments = {0, 5, 0, 10, 5, 0}});
  for (std::size_t at = 0; at <= 20; ++at)
    for (std::size_t size = 1; at + size <= 20; ++size) {
      const octet* found = esplanade::detail::together(static_cast<chain_packet<8>&>(p), at, size);
      const bool whole = at + size <= 5 || (at >= 5 && at + size <= 15) || at >= 15;
      CAPTURE(at);
      CAPTURE(size);
      CHECK((found != nullptr) == whole);
      if (found != nullptr) CHECK(std::equal(found, found + size, content.begin() + static_cast<std::ptrdiff_t>(at)));
    }
  testing::owned_packet flat(testing::packet_form{.content = content, .headroom = 3});
  CHECK(*esplanade::detail::together(static_cast<flat_packet&>(flat), 7, 2) == content[7]);
}
