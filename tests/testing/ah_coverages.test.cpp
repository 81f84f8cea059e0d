#include <doctest/doctest.h>

#include <esplanade/testing/broken/ah_coverages.hpp>

#include <set>

using namespace esplanade;
using namespace esplanade::testing;

TEST_CASE("ah laws: every fault breaks its law and no other, and every law has its fault [class 9, 55]") {
  std::set<std::string> laws;
  for (const broken::ah_fault fault : broken::ah_faults) {
    CAPTURE(static_cast<int>(fault));
    laws.insert(broken::law_broken_by(fault));
    CHECK(check_ah_laws(broken::faulty_ah_coverage(fault)) == std::vector<std::string>{broken::law_broken_by(fault)});
  }
  CHECK(laws.size() == 8);
}

TEST_CASE("ah laws: the plain coverage keeps them") {
  CHECK(check_ah_laws(broken::faulty_ah_coverage(broken::ah_fault::none)).empty());
}
