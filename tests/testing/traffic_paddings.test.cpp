#include <doctest/doctest.h>

#include <esplanade/testing/broken/traffic_paddings.hpp>

#include <iterator>
#include <set>
#include <utility>

using namespace esplanade;
using namespace esplanade::testing;

namespace {
template <broken::tfc_fault Fault> void breaks_its_law() { CHECK(check_tfc_laws<broken::faulty_tfc<Fault>>() == std::vector<std::string>{broken::law_broken_by(Fault)}); }
template <std::size_t... I> void every_fault_breaks_its_law(std::index_sequence<I...>) { (breaks_its_law<broken::tfc_faults[I]>(), ...); }
}  // namespace

TEST_CASE("tfc laws: every fault breaks its law and no other, and every law has its fault [class 55]") {
  every_fault_breaks_its_law(std::make_index_sequence<std::size(broken::tfc_faults)>{});
  std::set<std::string> laws;
  for (const auto fault : broken::tfc_faults) laws.insert(broken::law_broken_by(fault));
  CHECK(laws.size() == 4);
}

TEST_CASE("tfc laws: the sound twin keeps them, and so do ours [row 25]") {
  CHECK(check_tfc_laws<broken::faulty_tfc<broken::tfc_fault::none>>().empty());
  CHECK(check_tfc_laws<tfc_to_size<300>>().empty());
  CHECK(check_tfc_laws<tfc_multiple<128>>().empty());
  CHECK(check_tfc_laws<tfc_to_mtu<1500>>().empty());
}
