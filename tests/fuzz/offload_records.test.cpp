// A reader that takes every record for one of the newest revision is seen.
#include "../../fuzz/configurations.hpp"
#include "../../fuzz/planted/size_of_revision_ignored.hpp"

#include "seeds.hpp"

#include <doctest/doctest.h>
#include <esplanade/testing/fuzz/offload_records.hpp>

PROPERTY_TESTS(offload_records, fuzzed::gateway, planted::size_of_revision_ignored, "a report")
