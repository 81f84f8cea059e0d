#include <doctest/doctest.h>

#include <esplanade/sa/leased_lifetime.hpp>
#include <esplanade/testing/lifetime_laws.hpp>
#include <esplanade/testing/seeded.hpp>

#include <thread>
#include <vector>

using namespace esplanade;

TEST_CASE("leased_lifetime: one caller sees the lifetime laws kept, whatever the blocks [class 42]") {
  for (const auto& one : testing::find_broken_lifetime_laws<leased_lifetime<1, 1>::over<2>>()) FAIL_CHECK(one.law << ": " << one.where);
  for (const auto& one : testing::find_broken_lifetime_laws<leased_lifetime<64, 65536>::over<64>>()) FAIL_CHECK(one.law << ": " << one.where);
  for (const auto& one : testing::find_broken_lifetime_laws<leased_lifetime<7, 150>::over<3>>()) FAIL_CHECK(one.law << ": " << one.where);
}

TEST_CASE("leased_lifetime: a limit is never exceeded and at most lanes times a block stays unused, in any order of lanes [class 42] [row 58]") {
  constexpr std::uint64_t packets_block = 8, octets_block = 1000;
  testing::seeded numbers{42};
  for (unsigned round = 0; round < 500; ++round) {
    leased_lifetime<packets_block, octets_block>::over<4>::state s;
    const bool by_packets = round % 2 == 0;
    const std::uint64_t limit = 1 + numbers.below(by_packets ? 200 : 60000);
    if (by_packets) s.start({.soft = {.packets = (limit + 1) / 2}, .hard = {.packets = limit}});
    else s.start({.soft = {.octets = (limit + 1) / 2}, .hard = {.octets = limit}});
    std::uint64_t used = 0, soft = 0, over_now = 0, largest = 0, soft_at = 0;
    std::uint32_t over = 0;  // a bit for every lane that was refused
    const std::uint32_t working = round % 3 == 0 ? 4 : 3;  // one lane may be idle
    while (over != (1u << working) - 1) {
      const auto lane = static_cast<std::uint32_t>(numbers.below(working));
      const std::uint64_t size = by_packets ? 1 : 1 + numbers.below(1500);
      largest = size > largest ? size : largest;
      const lifetime_answer a = s.spend(lane, size, 0);
      if (passes(a)) used += size;
      else over |= 1u << lane;
      if (a == lifetime_answer::soft_now) ++soft, soft_at = used;
      if (a == lifetime_answer::over_now) ++over_now;
    }
    CAPTURE(limit);
    CHECK(used <= limit);
    CHECK(limit - used < 4 * (by_packets ? packets_block : octets_block) + (by_packets ? 1 : largest));
    CHECK(soft <= 1);
    if (used >= (limit + 1) / 2) CHECK(soft == 1);  // a first packet beyond everything ends the SA before it is warned of
    CHECK(soft_at < (limit + 1) / 2 + largest);
    CHECK(over_now == 1);
    CHECK(s.rekey() == (soft == 0 ? lifetime_end::none : by_packets ? lifetime_end::packet_limit : lifetime_end::octet_limit));
    CHECK_FALSE(passes(s.refuse(0)));
  }
}

TEST_CASE("leased_lifetime: a lane that is none of its lanes gets nothing") {
  leased_lifetime<8, 1000>::over<2>::state s;
  s.start({});
  CHECK(passes(s.spend(1, 10, 0)));
  CHECK(s.spend(2, 10, 0) == lifetime_answer::over);
  CHECK(s.expired() == lifetime_end::none);
}

TEST_CASE("leased_lifetime: four threads spend no more than there is, and two things are said once [class 42]") {
  constexpr std::uint64_t limit = 100'003;
  leased_lifetime<16, 4096>::over<4>::state s;
  s.start({.soft = {.packets = limit / 2}, .hard = {.packets = limit}});
  std::uint64_t used[4]{}, soft[4]{}, over_now[4]{};
  std::vector<std::thread> lanes;
  for (std::uint32_t lane = 0; lane < 4; ++lane)
    lanes.emplace_back([&, lane] {
      std::uint64_t passed = 0;  // on the thread's own stack: what is tested is the state, not these counts
      for (;;) {
        const lifetime_answer a = s.spend(lane, 100, 0);
        if (a == lifetime_answer::soft_now) ++soft[lane];
        if (a == lifetime_answer::over_now) ++over_now[lane];
        if (!passes(a)) break;
        ++passed;
      }
      used[lane] = passed;
    });
  for (std::thread& t : lanes) t.join();
  const std::uint64_t all = used[0] + used[1] + used[2] + used[3];
  CHECK(all <= limit);
  CHECK(limit - all < 4 * 16);
  CHECK(soft[0] + soft[1] + soft[2] + soft[3] == 1);
  CHECK(over_now[0] + over_now[1] + over_now[2] + over_now[3] == 1);
}
