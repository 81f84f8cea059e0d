// Selectors that nobody looks at are seen.
#include "../../fuzz/planted/selectors_skipped.hpp"

#include "seeds.hpp"

#include <doctest/doctest.h>
#include <esplanade/testing/fuzz/pipelines_agree.hpp>

PROPERTY_TESTS(pipelines_agree, fuzzed::appliance, planted::selectors_skipped, "by the other pipeline wrong_selectors")
