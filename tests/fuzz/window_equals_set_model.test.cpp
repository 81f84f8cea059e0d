// A window without the extra block is seen.
#include "../../fuzz/planted/no_extra_block.hpp"

#include "seeds.hpp"

#include <doctest/doctest.h>
#include <esplanade/testing/fuzz/window_equals_set_model.hpp>

PROPERTY_TESTS(window_equals_set_model, fuzzed::gateway, planted::no_extra_block, "the last answer")
