// A field that AH leaves out is seen.
#include "../../fuzz/configurations.hpp"
#include "../../fuzz/planted/identification_uncovered.hpp"

#include "seeds.hpp"

#include <doctest/doctest.h>
#include <esplanade/testing/fuzz/ah_like_a_plain_reading.hpp>

PROPERTY_TESTS(ah_like_a_plain_reading, fuzzed::ah_host, planted::identification_uncovered, "the ICV is not over what RFC 4302 covers")
