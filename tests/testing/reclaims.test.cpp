#include <doctest/doctest.h>

#include <esplanade/testing/archetypes.hpp>
#include <esplanade/testing/broken/reclaims.hpp>

#include <iterator>
#include <set>
#include <utility>

using namespace esplanade;
using namespace esplanade::testing;

namespace {
template <ReclaimPolicy R> void keeps_all_laws(const char* name) {
  for (const broken_law& one : find_broken_reclaim_laws<R>()) FAIL_CHECK(std::string(name) << " breaks: " << one.law << " — " << one.where);
}
template <broken::reclaim_fault Fault> void breaks_its_law() {
  const auto found = check_reclaim_laws<broken::faulty_reclaim<Fault>>();
  std::string all;
  for (const std::string& law : found) all += law + "; ";
  CHECK_MESSAGE(found == std::vector<std::string>{broken::law_broken_by(Fault)}, "expected " << std::string(broken::law_broken_by(Fault)) << ", got " << all);
}
template <std::size_t... I> void every_fault_breaks_its_law(std::index_sequence<I...>) { (breaks_its_law<broken::reclaim_faults[I]>(), ...); }
}  // namespace

TEST_CASE("reclaim laws: ours keep them, and so does the least policy [class 38]") {
  keeps_all_laws<single_core>("single_core");
  keeps_all_laws<epoch<1>>("epoch<1>");
  keeps_all_laws<epoch<3>>("epoch<3>");
  keeps_all_laws<epoch<64>>("epoch<64>");
  keeps_all_laws<epoch<2, plain_atomics>>("epoch<2> over plain words");
  keeps_all_laws<archetype::reclaim>("the archetype");
}

TEST_CASE("reclaim laws: every fault breaks its law and no other, and its sound twin none [class 55]") {
  keeps_all_laws<broken::faulty_reclaim<broken::reclaim_fault::none>>("the sound twin");
  every_fault_breaks_its_law(std::make_index_sequence<std::size(broken::reclaim_faults)>{});
}

TEST_CASE("reclaim laws: every law has a policy that breaks it") {
  std::set<std::string> laws;
  for (const auto fault : broken::reclaim_faults) laws.insert(broken::law_broken_by(fault));
  CHECK(laws.size() == 7);
  CHECK(laws.size() == std::size(broken::reclaim_faults));
}
