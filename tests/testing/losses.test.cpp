#include "support/faults.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/broken/losses.hpp>

using namespace esplanade;
using namespace esplanade::testing;

TEST_CASE("loss laws: every fault breaks its law and no other, and every law has its fault [class 55]") {
  support::each_fault_breaks_its_law<broken::loss_faults>(
      5, []<broken::loss_fault Fault>() { return find_broken_loss_laws<broken::faulty_loss<64, Fault>>(5, 3000); });
}

TEST_CASE("loss laws: the sound twin keeps them at another size") {
  CHECK(check_loss_laws<broken::faulty_loss<100, broken::loss_fault::none>>(6, 3000).empty());
}
