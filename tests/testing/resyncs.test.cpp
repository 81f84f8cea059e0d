#include "support/faults.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/broken/resyncs.hpp>

using namespace esplanade;
using namespace esplanade::testing;

TEST_CASE("resync_laws: every fault breaks its law and no other [class 55]") {
  support::each_fault_breaks_its_law<broken::resync_faults>(8, []<broken::resync_fault Fault>() { return find_broken_resync_laws<broken::faulty_resync<Fault>>(); });
}

TEST_CASE("resync_laws: esn_resync keeps them [class 33]") {
  CHECK(check_resync_laws<esn_resync<2, 1>>().empty());
  CHECK(check_resync_laws<esn_resync<8, 4>>().empty());
  CHECK(check_resync_laws<esn_resync<1000, 256>>().empty());
}
