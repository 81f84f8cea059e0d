#include <doctest/doctest.h>

#include <esplanade/sa/resync.hpp>

#include <initializer_list>

using namespace esplanade;

namespace {
constexpr std::uint64_t edge = std::uint64_t{3} << 32;
static_assert(!ResyncPolicy<no_resync> && ResyncPolicy<esn_resync<1, 1>>);
}  // namespace

TEST_CASE("resync: the try is due behind so many failures in a row, and not before") {
  esn_resync<3, 2>::state s;
  s.start();
  for (int failures = 0; failures < 3; ++failures) {
    CHECK_FALSE(s.suspects());
    CHECK_FALSE(s.due(edge, 10));
    s.note_failure(edge, 10);
  }
  CHECK(s.suspects());
  CHECK(s.due(edge, 10));
}

TEST_CASE("resync: a good packet between them, whether it moved the window or not, begins the row anew") {
  for (const bool moved : {false, true}) {
    esn_resync<2, 2>::state s;
    s.start();
    s.note_failure(edge, 10);
    const std::uint64_t now = moved ? edge + 1 : edge;
    s.note_failure(now, 11);
    CHECK_FALSE(s.suspects());
    s.note_failure(now, 11);
    CHECK(s.due(now, 11));
    CHECK_FALSE(s.due(now, 12));      // a good one came since
    CHECK_FALSE(s.due(now + 1, 11));
  }
}

TEST_CASE("resync: a try, whatever comes of it, is followed by as many failures as the one before [class 30]") {
  esn_resync<4, 2>::state s;
  s.start();
  for (int tries = 0; tries < 3; ++tries) {
    for (int failures = 0; failures < 4; ++failures) s.note_failure(edge, 10);
    CHECK(s.due(edge, 10));
    s.tried();
    CHECK_FALSE(s.suspects());
  }
}

TEST_CASE("resync: an SA that begins anew suspects nothing") {
  esn_resync<1, 1>::state s;
  s.note_failure(edge, 10);
  REQUIRE(s.suspects());
  s.start();
  CHECK_FALSE(s.suspects());
}
