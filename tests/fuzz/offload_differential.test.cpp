// A host that believes what was opened under another high word is seen.
#include "../../fuzz/configurations.hpp"
#include "../../fuzz/planted/other_epoch_believed.hpp"
#include "../../fuzz/planted/update_forgotten.hpp"

#include "seeds.hpp"

#include <doctest/doctest.h>
#include <esplanade/testing/fuzz/offload_differential.hpp>

PROPERTY_TESTS(offload_differential, fuzzed::offloading, planted::other_epoch_believed, "received: inline icv_mismatch, by host and device")

TEST_CASE("offload_differential: holds on its seeds with two SAs on each packet, and with SAs that end") {
  for (const auto property : {fuzz_tests::fuzz::offload_differential<fuzzed::nesting>, fuzz_tests::fuzz::offload_differential<fuzzed::ending>}) {
    std::size_t runs = 0;
    for (const std::string& one : fuzz_tests::broken_by_inputs("offload_differential", property, runs)) FAIL_CHECK(one);
  }
}
TEST_CASE("offload_differential: a NIC that forgets its updates is seen, at the first packet beyond a border") {
  std::size_t runs = 0;
  CHECK(fuzz_tests::says(fuzz_tests::broken_by_inputs("offload_differential", fuzz_tests::fuzz::offload_differential<planted::update_forgotten>, runs), "sent: the device does not send what the host framed"));
}
