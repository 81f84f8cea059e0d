#include <doctest/doctest.h>

#include <esplanade/sa/slab.hpp>
#include <esplanade/testing/seeded.hpp>

#include <map>
#include <optional>
#include <set>
#include <vector>

using namespace esplanade;

namespace {
struct record {
  int value = 0;
};
constexpr auto ignore = [](record&) noexcept {};
template <class Slab> std::uint32_t add(Slab& s) {
  const std::uint32_t i = s.take();
  if (i != s.none_free()) s.publish(i);
  return i;
}
}  // namespace

TEST_CASE("slab: hands out every slot once, and none when all are taken") {
  slab<record, 5> s;
  std::set<std::uint32_t> taken;
  for (int i = 0; i < 4; ++i) taken.insert(add(s));
  const std::uint32_t last = s.take();
  CHECK(s.size() == 4);
  CHECK(s.live(last, s.generation(last)) == nullptr);  // nobody finds it before it is published
  taken.insert(last);
  CHECK(taken.size() == 5);
  CHECK(*taken.rbegin() == 4);
  CHECK(s.take() == s.none_free());
  s.give_back(last);
  CHECK(s.take() == last);
  s.publish(last);
  CHECK(s.size() == 5);
}

TEST_CASE("slab: a retired record stays in place until it is reclaimed, and its handle names nothing") {
  slab<record, 2> s;
  const std::uint32_t a = add(s);
  s.record(a).value = 7;
  const std::uint32_t generation = s.generation(a);
  CHECK(s.live(a, generation) == &s.record(a));
  CHECK(s.live(a, generation + 1) == nullptr);
  CHECK(s.live(99, generation) == nullptr);
  s.retire(a);
  CHECK(s.live(a, generation) == nullptr);
  CHECK(s.record(a).value == 7);
  CHECK(s.retired() == 1);
  CHECK(s.size() == 0);
  const std::uint32_t b = add(s);
  CHECK(b != a);
  CHECK(s.take() == s.none_free());  // the retired slot cannot be taken yet
  int seen = 0;
  CHECK(s.reclaim(10, [&seen](record& r) noexcept { seen = r.value; }) == 1);
  CHECK(seen == 7);
  CHECK(s.retired() == 0);
  CHECK(add(s) == a);
  CHECK(s.generation(a) == generation + 1);
  CHECK(s.live(a, generation) == nullptr);
  CHECK(s.live(a, generation + 1) == &s.record(a));
}

TEST_CASE("slab: nothing is reclaimed while a guard lives, however many there are") {
  slab<record, 2> s;
  s.retire(add(s));
  {
    std::optional first(s.reclaimer().enter());
    {
      auto second = s.reclaimer().enter();
      auto moved = std::move(second);
      CHECK(s.reclaim(10, ignore) == 0);
    }
    CHECK(s.reclaim(10, ignore) == 0);
    first.reset();
    CHECK(s.reclaim(10, ignore) == 1);
  }
  s.retire(add(s));
  CHECK(s.reclaim(10, ignore) == 1);
}

TEST_CASE("slab: reclaims as many as it is allowed") {
  slab<record, 8> s;
  for (int i = 0; i < 8; ++i) CHECK(add(s) < 8);
  for (std::uint32_t i = 0; i < 8; ++i) s.retire(i);
  CHECK(s.reclaim(0, ignore) == 0);
  CHECK(s.reclaim(3, ignore) == 3);
  CHECK(s.retired() == 5);
  CHECK(s.reclaim(100, ignore) == 5);
  CHECK(s.reclaim(100, ignore) == 0);
}

TEST_CASE("slab: agrees with a map in any order of takes, retirements and reclaims") {
  slab<record, 13> s;
  testing::seeded numbers{13};
  std::map<std::uint32_t, std::uint32_t> live;  // slot → generation
  std::set<std::pair<std::uint32_t, std::uint32_t>> gone;
  std::size_t retired = 0;
  for (int step = 0; step < 20000; ++step) {
    switch (numbers.below(4)) {
      case 0: case 1: {
        const std::uint32_t i = add(s);
        if (live.size() + retired == 13) {
          REQUIRE(i == s.none_free());
          break;
        }
        REQUIRE(i < 13);
        REQUIRE(live.count(i) == 0);
        REQUIRE(gone.count({i, s.generation(i)}) == 0);
        live[i] = s.generation(i);
        break;
      }
      case 2: {
        if (live.empty()) break;
        auto at = live.begin();
        std::advance(at, static_cast<std::ptrdiff_t>(numbers.below(live.size())));
        s.retire(at->first);
        gone.insert(*at);
        live.erase(at);
        ++retired;
        break;
      }
      default: retired -= s.reclaim(numbers.below(4), ignore);
    }
    REQUIRE(s.size() == live.size());
    REQUIRE(s.retired() == retired);
    for (const auto& [slot, generation] : live) REQUIRE(s.live(slot, generation) != nullptr);
  }
  for (const auto& [slot, generation] : gone) CHECK(s.live(slot, generation) == nullptr);
}
