#include "support/faults.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/broken/drops.hpp>

using namespace esplanade;
using namespace esplanade::testing;

TEST_CASE("drops_laws: every fault breaks its law and no other [class 55]") {
  support::each_fault_breaks_its_law<broken::drops_faults>(3, []<broken::drops_fault Fault>() { return find_broken_drops_laws<broken::faulty_drops<Fault>>(); });
}

TEST_CASE("drops_laws: both policies keep them") {
  CHECK(check_drops_laws<drops_in_brief>().empty());
  CHECK(check_drops_laws<drops_in_full>().empty());
}
