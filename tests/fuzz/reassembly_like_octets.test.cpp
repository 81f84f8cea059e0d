// Overlaps that are believed are seen.
#include "../../fuzz/configurations.hpp"
#include "../../fuzz/planted/overlap_believed.hpp"

#include "seeds.hpp"

#include <doctest/doctest.h>
#include <esplanade/testing/fuzz/reassembly_like_octets.hpp>

PROPERTY_TESTS(reassembly_like_octets, fuzzed::gateway, planted::overlap_believed, "where it must be")
