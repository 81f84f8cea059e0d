#include <doctest/doctest.h>

#include <esplanade/testing/archetypes.hpp>
#include <esplanade/testing/manual_clock.hpp>

using namespace esplanade;

static_assert(Clock<testing::manual_clock> && Clock<testing::archetype::clock> && !Clock<int>);

TEST_CASE("clock_reference: asks the least clock that there can be") {
  const testing::archetype::clock least;
  CHECK(clock_reference<testing::archetype::clock>(least).now() == 1);
}

TEST_CASE("clock_reference: says what its clock says, and of no_clock there is nothing") {
  testing::manual_clock clock{7};
  const clock_reference<testing::manual_clock> seen = clock;
  CHECK(seen.now() == 7);
  clock.advance(3);
  CHECK(seen.now() == 10);
  clock.set(1);
  CHECK(seen.now() == 1);
  CHECK(clock.asked() == 3);
  static_assert(std::is_empty_v<clock_reference<no_clock>> && clock_reference<no_clock>{}.now() == 0);
}
