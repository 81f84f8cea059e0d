// A walk over more extension headers than are allowed is seen.
#include "../../fuzz/planted/unbounded_walk.hpp"

#include "seeds.hpp"

#include <doctest/doctest.h>
#include <esplanade/testing/fuzz/header_walk_bounded.hpp>

PROPERTY_TESTS(header_walk_bounded, fuzzed::gateway, planted::unbounded_walk, "looks at a packet")
