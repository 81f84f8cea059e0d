// Payloads that are lost and not missed are seen.
#include "../../fuzz/configurations.hpp"
#include "../../fuzz/planted/gap_unseen.hpp"

#include "seeds.hpp"

#include <doctest/doctest.h>
#include <esplanade/testing/fuzz/aggregation_round_trip.hpp>

PROPERTY_TESTS(aggregation_round_trip, fuzzed::gateway, planted::gap_unseen, "packets came out where")
