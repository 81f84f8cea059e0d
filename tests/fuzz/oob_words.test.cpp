// A NIC that lets go what it could not seal is seen.
#include "../../fuzz/configurations.hpp"
#include "../../fuzz/planted/sends_what_failed.hpp"

#include "seeds.hpp"

#include <doctest/doctest.h>
#include <esplanade/testing/fuzz/oob_words.hpp>

PROPERTY_TESTS(oob_words, fuzzed::gateway, planted::sends_what_failed, "a frame under a handle left as it was")
