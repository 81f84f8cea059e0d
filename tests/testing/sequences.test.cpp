#include <doctest/doctest.h>

#include <esplanade/testing/broken/sequences.hpp>

#include <iterator>
#include <utility>

using namespace esplanade;
using namespace esplanade::testing;

namespace {
template <broken::sequence_fault Fault> void breaks_its_law() {
  const auto found = check_sequence_laws<broken::faulty_sequence<Fault>>();
  const std::vector<std::string> expected{broken::law_broken_by(Fault)};
  std::string all;
  for (const std::string& law : found) all += law + "; ";
  CHECK_MESSAGE(found == expected, "expected " << expected[0] << ", got " << all);
}
template <std::size_t... I> void every_fault_breaks_its_law(std::index_sequence<I...>) { (breaks_its_law<broken::sequence_faults[I]>(), ...); }
}  // namespace

TEST_CASE("sequence laws: sequential keeps them, and so does the sound twin [class 21, 22, 24]") {
  CHECK(check_sequence_laws<sequential>().empty());
  CHECK(check_sequence_laws<broken::faulty_sequence<broken::sequence_fault::none>>().empty());
}

TEST_CASE("sequence laws: every fault breaks its law and no other, and every law has its fault [class 55]") {
  every_fault_breaks_its_law(std::make_index_sequence<std::size(broken::sequence_faults)>{});
  std::set<std::string> laws;
  for (const auto fault : broken::sequence_faults) laws.insert(broken::law_broken_by(fault));
  CHECK(laws.size() == 10);
}
