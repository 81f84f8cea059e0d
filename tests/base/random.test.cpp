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

template <broken::random_fault Fault> void breaks_its_law() {
  broken::faulty_random<Fault> source;
  CHECK(check_random_laws(source) == std::vector<std::string>{broken::law_broken_by(Fault)});
}
template <std::size_t... I> void every_fault_breaks_its_law(std::index_sequence<I...>) { (breaks_its_law<broken::random_faults[I]>(), ...); }

}  // namespace random_test
using namespace random_test;

TEST_CASE("RandomSource: the sound ones keep the laws, and every fault breaks its own [class 55]") {
  for (const std::uint64_t seed : {0u, 1u, 77u}) {
    seeded source{seed};
    CHECK(check_random_laws(source).empty());
  }
  archetype::random least;
  CHECK(check_random_laws(least).empty());
  broken::faulty_random<broken::random_fault::none> twin;
  CHECK(check_random_laws(twin).empty());
  every_fault_breaks_its_law(std::make_index_sequence<std::size(broken::random_faults)>{});
}

TEST_CASE("random_reference: draws from the source it was given, and of no source it is nothing") {
  seeded source{5}, twin{5};
  const random_reference<seeded> from = source;
  CHECK(from.next() == twin.next());
  CHECK(from.next() == twin.next());
  static_assert(std::is_empty_v<random_reference<no_random>> && !RandomSource<no_random>);
}
