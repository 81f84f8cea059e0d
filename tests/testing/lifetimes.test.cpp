#include <doctest/doctest.h>

#include <esplanade/testing/broken/lifetimes.hpp>

#include <utility>

using namespace esplanade;
using namespace esplanade::testing;

namespace {
template <broken::lifetime_fault Fault> void breaks_its_law() {
  const auto found = find_broken_lifetime_laws<broken::faulty_lifetime<Fault>>();
  const std::vector<std::string> expected{broken::law_broken_by(Fault)};
  CAPTURE(static_cast<int>(Fault));
  for (const auto& one : found) CAPTURE(one.where);
  CHECK(names_of(found) == expected);
}
template <std::size_t... I> void every_fault_breaks_its_law(std::index_sequence<I...>) { (breaks_its_law<broken::lifetime_faults[I]>(), ...); }
}  // namespace

TEST_CASE("lifetime_laws: every fault breaks its law and no other, and none is found where there is none") {
  every_fault_breaks_its_law(std::make_index_sequence<std::size(broken::lifetime_faults)>{});
  CHECK(check_lifetime_laws<broken::faulty_lifetime<broken::lifetime_fault::none>>().empty());
}
