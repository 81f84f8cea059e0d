#include "support/faults.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/broken/sequences.hpp>

using namespace esplanade;
using namespace esplanade::testing;

TEST_CASE("sequence laws: sequential keeps them [class 21, 22, 24]") { CHECK(check_sequence_laws<sequential>().empty()); }

TEST_CASE("sequence laws: every fault breaks its law and no other, and every law has its fault [class 55]") {
  support::each_fault_breaks_its_law<broken::sequence_faults>(
      12, []<broken::sequence_fault Fault>() { return find_broken_sequence_laws<broken::faulty_sequence<Fault>>(); });
}
