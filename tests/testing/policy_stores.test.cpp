#include <doctest/doctest.h>

#include <esplanade/testing/broken/policy_stores.hpp>

#include <iterator>
#include <set>
#include <utility>

using namespace esplanade;
using namespace esplanade::testing;

namespace {
template <broken::policy_fault Fault> std::vector<std::string> laws_broken_by_store() {
  return check_policy_laws([](std::span<const policy> entries) { return std::make_unique<broken::faulty_policy_store<Fault>>(entries); });
}
template <broken::policy_fault Fault> void breaks_its_law() {
  const auto found = laws_broken_by_store<Fault>();
  const std::vector<std::string> expected{broken::law_broken_by(Fault)};
  std::string all;
  for (const std::string& law : found) all += law + "; ";
  CHECK_MESSAGE(found == expected, "expected " << expected[0] << ", got " << all);
}
template <std::size_t... I> void every_fault_breaks_its_law(std::index_sequence<I...>) { (breaks_its_law<broken::policy_faults[I]>(), ...); }
}  // namespace

TEST_CASE("policy laws: linear_policy keeps them, and so does the sound twin") {
  CHECK(check_policy_laws([](std::span<const policy> entries) {
          auto store = std::make_unique<linear_policy<8>>();
          for (const policy& one : entries) CHECK(store->add(one));
          return store;
        }).empty());
  CHECK(laws_broken_by_store<broken::policy_fault::none>().empty());
}

TEST_CASE("policy laws: every fault breaks its law and no other, and every law has its fault [class 55]") {
  every_fault_breaks_its_law(std::make_index_sequence<std::size(broken::policy_faults)>{});
  std::set<std::string> laws;
  for (const auto fault : broken::policy_faults) laws.insert(broken::law_broken_by(fault));
  CHECK(laws.size() == 7);
}
