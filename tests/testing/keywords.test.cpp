#include "../support/events.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/broken/keywords.hpp>
#include <esplanade/testing/offload_archetypes.hpp>

#include <iterator>
#include <set>
#include <utility>

using namespace esplanade;
using namespace esplanade::testing;

namespace {
template <broken::keyword_fault Fault> void breaks_its_law() { CHECK(check_keyword_laws<broken::faulty_keywords<Fault>>() == std::vector<std::string>{broken::law_broken_by(Fault)}); }
template <std::size_t... I> void every_fault_breaks_its_law(std::index_sequence<I...>) { (breaks_its_law<broken::keyword_faults[I]>(), ...); }
}  // namespace

TEST_CASE("keyword laws: every fault breaks its law and no other, and every law has its fault [class 55]") {
  every_fault_breaks_its_law(std::make_index_sequence<std::size(broken::keyword_faults)>{});
  std::set<std::string> laws;
  for (const auto fault : broken::keyword_faults) laws.insert(broken::law_broken_by(fault));
  CHECK(laws.size() == 5);
}

TEST_CASE("keyword laws: the sound twin keeps them, and so do the archetype and the map of our tests") {
  CHECK(check_keyword_laws<broken::faulty_keywords<broken::keyword_fault::none>>().empty());
  CHECK(check_keyword_laws<archetype::keyword_store>().empty());
  CHECK(check_keyword_laws<events::keyword_map>().empty());
}
