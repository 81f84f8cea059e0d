// A reader that takes ports the other way round is seen.
#include "../../fuzz/configurations.hpp"
#include "../../fuzz/planted/ports_in_host_order.hpp"

#include "seeds.hpp"

#include <doctest/doctest.h>
#include <esplanade/testing/fuzz/v1_requests.hpp>

PROPERTY_TESTS(v1_requests, fuzzed::gateway, planted::ports_in_host_order, "another protocol or port")
