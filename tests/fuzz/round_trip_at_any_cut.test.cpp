// A store that does not look at generations is seen.
#include "../../fuzz/planted/stale_handle.hpp"

#include "seeds.hpp"

#include <doctest/doctest.h>
#include <esplanade/testing/fuzz/round_trip_at_any_cut.hpp>

PROPERTY_TESTS(round_trip_at_any_cut, fuzzed::everything, planted::stale_handle, "a handle that add_pair never returned sends")
