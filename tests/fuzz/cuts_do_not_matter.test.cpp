// Segment borders that are one octet off are seen.
#include "../../fuzz/planted/segment_border.hpp"

#include "seeds.hpp"

#include <doctest/doctest.h>
#include <esplanade/testing/fuzz/cuts_do_not_matter.hpp>

PROPERTY_TESTS(cuts_do_not_matter, fuzzed::host, planted::segment_border, "but with other octets when it is cut")
