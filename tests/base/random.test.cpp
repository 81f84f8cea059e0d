#include "support/faults.hpp"

#include <doctest/doctest.h>

#include <esplanade/base/random.hpp>
#include <esplanade/testing/archetypes.hpp>
#include <esplanade/testing/broken/random_sources.hpp>

using namespace esplanade;
using namespace esplanade::testing;

namespace random_test {  // named: clang 14 calls members of unnamed namespaces unused

struct of_32_bits { std::uint32_t next() noexcept; };
struct may_throw { std::uint64_t next(); };
static_assert(RandomSource<seeded> && RandomSource<archetype::random>);
static_assert(!RandomSource<int> && !RandomSource<of_32_bits> && !RandomSource<may_throw>);

}  // namespace random_test
using namespace random_test;

TEST_CASE("RandomSource: the sound ones keep the laws, and every fault breaks its own [class 55]") {
  for (const std::uint64_t seed : {0u, 1u, 77u}) {
    seeded source{seed};
    CHECK(check_random_laws(source).empty());
  }
  archetype::random least;
  CHECK(check_random_laws(least).empty());
  support::each_fault_breaks_its_law<broken::random_faults>(3, []<broken::random_fault Fault>() {
    broken::faulty_random<Fault> source;
    return find_broken_random_laws(source);
  });
}

TEST_CASE("random_reference: draws from the source it was given, and of no source it is nothing") {
  seeded source{5}, twin{5};
  const random_reference<seeded> from = source;
  CHECK(from.next() == twin.next());
  CHECK(from.next() == twin.next());
  static_assert(std::is_empty_v<random_reference<no_random>> && !RandomSource<no_random>);
}
