#include "support/faults.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/broken/lifetimes.hpp>

using namespace esplanade;
using namespace esplanade::testing;

TEST_CASE("lifetime_laws: every fault breaks its law and no other, and none is found where there is none [class 55]") {
  support::each_fault_breaks_its_law<broken::lifetime_faults>(
      11, []<broken::lifetime_fault Fault>() { return find_broken_lifetime_laws<broken::faulty_lifetime<Fault>>(); });
}
