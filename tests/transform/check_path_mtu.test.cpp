#include "support/pooled.hpp"

#include <esplanade/sa/path_mtu.hpp>
#include <esplanade/transform/check_path_mtu.hpp>

using namespace support;

namespace check_path_mtu_tests {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128, gcm128_8>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  using clock = testing::manual_clock;
};
using answers = too_big_answers<flat_packet, 8>;

/// An SA that knows its path.
struct routed_sa {
  outbound_sa<gateway, testing::mixing_crypto> esp{};
  esplanade::path_mtu route{family::ipv4, 1500};
  auto& association() noexcept { return esp; }
  const esplanade::path_mtu& path_mtu() const noexcept { return route; }
};
struct routed_store {
  template <class Sa> using inbound = flat_sad<Sa, 4>;
  template <class> using outbound = slot_table<routed_sa, 4>;
};

}  // namespace check_path_mtu_tests
using namespace check_path_mtu_tests;

namespace {
template <class Check> constexpr auto checked(Check check) {
  return outbound<gateway>(select_sa_by_handle, check, assign_sequence, write_trailer, esp_seal, write_outer_header);
}
}  // namespace

TEST_CASE("check_path_mtu: what is let pass fits once it is sealed, what is refused would not have; for each SA its own [class 16] [row 66]") {
  answers told(outside_v4(77), outside_v6(77), 1000000);
  pooled_lane sender(checked(check_path_mtu<answers>{.path = 1400, .answers = &told}));
  for (const suite_sizes& suite : {gcm128::sizes, gcm128_8::sizes})
    for (const mode m : {mode::tunnel, mode::transport})
      for (const family f : {family::ipv4, family::ipv6}) {
        if (m == mode::transport && f == family::ipv6) continue;
        const unsigned which = 1 + suite.icv + (m == mode::tunnel ? 50u : 0u) + static_cast<unsigned>(f);
        const auto sa = sender.add({.suite = suite, .spi = 0x1000 + which, .mode = m, .outer = f, .which = which});
        std::size_t most = 0, least = SIZE_MAX;
        for (std::size_t payload = 1250; payload < 1400; ++payload) {
          const bytes packet = make_ip({.payload = counted(payload), .fragment = 0x4000});
          const auto came = sender.run({packet}, sa);
          REQUIRE(came.size() == 1);
          flat_packet* const answer = told.take();
          CHECK((answer != nullptr) == (came[0].what == verdict::packet_too_big));
          if (came[0].what == verdict::forwarded) {
            CHECK(came[0].octets.size() <= 1400);
            most = packet.size();
          } else {
            least = std::min(least, packet.size());
            CHECK(came[0].octets == packet);
            // The MTU in the answer is the largest packet that passed.
            REQUIRE(answer != nullptr);
            CHECK(get16(testing::octets_of(*answer), 26) == most);
            sender.pool.give(answer);
          }
        }
        CHECK(least == most + 1);
        CHECK(sender.store.at(sa)->sequence().used() == most - 1269);  // nothing refused has spent a number
      }
}

TEST_CASE("check_path_mtu: without DF a packet passes, and IPv6 is carried up to 1280 octets whatever the path [class 16]") {
  answers told(outside_v4(77), outside_v6(77));
  pooled_lane sender(checked(check_path_mtu<answers>{.path = 1280, .answers = &told}));
  const auto sa = sender.add({});
  CHECK(sender.run({make_ip({.payload = counted(1400)})}, sa)[0].what == verdict::forwarded);
  for (const std::size_t size : {1279u, 1280u, 1281u, 1300u}) {
    const auto came = sender.run({udp_packet(family::ipv6, size - 48)}, sa);
    CHECK(came[0].what == (size <= 1280 ? verdict::forwarded : verdict::packet_too_big));
    if (flat_packet* const answer = told.take(); answer != nullptr) {
      const bytes error = testing::octets_of(*answer);
      CHECK(wrong_in_ip(error) == "");
      CHECK(error.size() == 1280);
      CHECK(get32(error, 44) == 1280);
      CHECK(address::from(family::ipv6, error.data() + 8) == outside_v6(77));
      sender.pool.give(answer);
    }
  }
  CHECK(told.made() == 2);
}

TEST_CASE("check_path_mtu: a record that knows its path is asked, and what routers say of it ages [class 16]") {
  pooled_lane<decltype(checked(check_path_mtu<>{})), flat_packet, 4, routed_store> sender(checked(check_path_mtu<>{.path = 100}));
  const auto sa = sender.add({});
  const bytes packet = make_ip({.payload = counted(1400), .fragment = 0x4000});
  CHECK(sender.run({packet}, sa)[0].what == verdict::forwarded);
  CHECK(sender.store.at(sa)->route.learn(1400, sender.time.now()));
  CHECK(sender.run({packet}, sa)[0].what == verdict::packet_too_big);
  sender.time.advance(path_mtu::remembered - 1);
  CHECK(sender.run({packet}, sa)[0].what == verdict::packet_too_big);
  sender.time.advance(1);
  CHECK(sender.run({packet}, sa)[0].what == verdict::forwarded);
}
