#include <doctest/doctest.h>

#include <esplanade/testing/broken/losses.hpp>

#include <iterator>
#include <utility>

using namespace esplanade;
using namespace esplanade::testing;

namespace {
template <broken::loss_fault Fault> void breaks_its_law() {
  const auto found = check_loss_laws<broken::faulty_loss<64, Fault>>(5, 3000);
  std::string all;
  for (const std::string& law : found) all += law + "; ";
  CHECK_MESSAGE(found == std::vector<std::string>{broken::law_broken_by(Fault)}, "expected " << std::string(broken::law_broken_by(Fault)) << ", got " << all);
}
template <std::size_t... I> void every_fault_breaks_its_law(std::index_sequence<I...>) { (breaks_its_law<broken::loss_faults[I]>(), ...); }
}  // namespace

TEST_CASE("loss laws: every fault breaks its law and no other, and every law has its fault [class 55]") {
  every_fault_breaks_its_law(std::make_index_sequence<std::size(broken::loss_faults)>{});
  std::set<std::string> laws;
  for (const auto fault : broken::loss_faults) laws.insert(broken::law_broken_by(fault));
  CHECK(laws.size() == 5);
}

TEST_CASE("loss laws: the sound twin keeps them") {
  CHECK(check_loss_laws<broken::faulty_loss<64, broken::loss_fault::none>>(5, 3000).empty());
  CHECK(check_loss_laws<broken::faulty_loss<100, broken::loss_fault::none>>(6, 3000).empty());
}
