#include <doctest/doctest.h>

#include <esplanade/pipeline/counters.hpp>

using namespace esplanade;

TEST_CASE("counters: every verdict has its own, and lanes add up") {
  counters one, other;
  for (std::size_t v = 0; v < verdict_count; ++v) {
    one.add(static_cast<verdict>(v), v + 1);
    other.add(static_cast<verdict>(v), 100);
  }
  one.add(verdict::replayed, 1000);
  one.add_octets(64);
  other.add_octets(36);
  counters_snapshot sum = one.snapshot();
  CHECK(sum[verdict::forwarded] == 1);
  sum += other.snapshot();
  for (std::size_t v = 0; v < verdict_count; ++v)
    CHECK(sum[static_cast<verdict>(v)] == v + 101 + (static_cast<verdict>(v) == verdict::replayed ? 1000 : 0));
  CHECK(sum.octets == 100);
  CHECK(sum.total() == verdict_count * (verdict_count + 1) / 2 + 100 * verdict_count + 1000);
  CHECK(counters_snapshot{}.total() == 0);
}
