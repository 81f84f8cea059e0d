// A host that believes what was opened under another high word is seen.
#include "../../fuzz/configurations.hpp"
#include "../../fuzz/planted/other_epoch_believed.hpp"

#include "seeds.hpp"

#include <doctest/doctest.h>
#include <esplanade/testing/fuzz/offload_differential.hpp>

PROPERTY_TESTS(offload_differential, fuzzed::offloading, planted::other_epoch_believed, "received: inline icv_mismatch, by host and device")
