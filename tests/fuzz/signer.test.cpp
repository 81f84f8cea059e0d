// Suites of every form: the datapath and what is put together octet by octet agree.
#include "../../fuzz/configurations.hpp"

#include "seeds.hpp"

#include <doctest/doctest.h>
#include <esplanade/testing/fuzz/resigned_inputs.hpp>
#include <esplanade/testing/fuzz/round_trip_at_any_cut.hpp>

#define HOLDS(PROPERTY, CONFIGURATION)                                                                                  \
  TEST_CASE("signer: " #PROPERTY " holds for " #CONFIGURATION " [class 25, 26]") {                                       \
    std::size_t runs = 0;                                                                                               \
    const auto broken = fuzz_tests::broken_by_inputs(#PROPERTY, fuzz_tests::fuzz::PROPERTY<fuzzed::CONFIGURATION>, runs); \
    CHECK(runs >= 5);                                                                                                   \
    for (const std::string& one : broken) FAIL_CHECK(one);                                                              \
  }

HOLDS(round_trip_at_any_cut, families)
HOLDS(resigned_inputs, families)
HOLDS(round_trip_at_any_cut, blocks)
HOLDS(resigned_inputs, blocks)
