// A high half in the wrong byte order, on which both ends agree, is seen.
#include "../../fuzz/planted/esn_half_swapped.hpp"

#include "seeds.hpp"

#include <doctest/doctest.h>
#include <esplanade/testing/fuzz/resigned_inputs.hpp>

PROPERTY_TESTS(resigned_inputs, fuzzed::everything, planted::esn_half_swapped, "verdict icv_mismatch where it must be forwarded")
