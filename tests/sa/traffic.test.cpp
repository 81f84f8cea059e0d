#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/sa/sequence_atomic.hpp>
#include <esplanade/sa/shared_window.hpp>

#include <thread>

using namespace support;

namespace {
struct single : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
};
struct gateway : single {
  static constexpr std::size_t lanes = 3;
  using sequence = atomic_sequence;
  using replay = shared_window<64>;
};
}  // namespace

TEST_CASE("lane_traffic: one lane's counters take no more room than before, and none of several shares a cache line") {
  static_assert(inbound_sa<single, int>::layout_kept());
  static_assert(std::is_same_v<decltype(std::declval<inbound_sa<single, int>&>().traffic()), sa_traffic&>);
  static_assert(std::is_same_v<decltype(std::declval<inbound_sa<single, int>&>().drops()), inbound_drops&>);
  lane_traffic<3> traffic;
  for (std::size_t lane = 0; lane < 3; ++lane) {
    CHECK(reinterpret_cast<std::uintptr_t>(&traffic.of(lane)) % 64 == 0);
    for (std::size_t other = 0; other < lane; ++other) CHECK(&traffic.of(lane) != &traffic.of(other));
  }
  CHECK(&traffic.of(3) == &traffic.of(2));  // a number too large stays inside
  CHECK(&traffic.of(~std::size_t{0}) == &traffic.of(2));
}

TEST_CASE("inbound_sa, outbound_sa: lanes count apart and are read as one, and installing starts at 0 [row 84]") {
  null_crypto crypto;
  inbound_sa<gateway, null_crypto> in;
  outbound_sa<gateway, null_crypto> out;
  sa_form form;
  REQUIRE(in.install(crypto, form.parameters()));
  REQUIRE(out.install(crypto, form.parameters()));
  for (std::size_t lane = 0; lane < 3; ++lane) {
    in.traffic(lane).packets.add(lane + 1);
    in.traffic(lane).octets.add(100 * (lane + 1));
    out.traffic(lane).packets.add(10);
  }
  out.drops().other.add(4);
  CHECK(in.traffic(1).packets.get() == 2);
  CHECK(in.traffic().packets.get() == 6);
  CHECK(in.traffic().octets.get() == 600);
  outbound_sa<gateway, null_crypto> moved{std::move(out)};
  CHECK(moved.traffic().packets.get() == 30);
  CHECK(moved.drops().other.get() == 4);
  in.uninstall(crypto);
  REQUIRE(in.install(crypto, form.parameters()));
  CHECK(in.traffic().packets.get() == 0);
  CHECK(in.traffic().octets.get() == 0);
}

TEST_CASE("inbound_drops_of: no drop of several lanes is lost [class 53]") {
  inbound_drops_of<4> drops;
  std::vector<std::thread> lanes;
  for (int lane = 0; lane < 4; ++lane)
    lanes.emplace_back([&drops] {
      for (int i = 0; i < 5000; ++i) drops.replayed.add(1);
    });
  for (std::thread& lane : lanes) lane.join();
  CHECK(drops.replayed.get() == 20000);
}
