// A large send whose IP header is longer than its template is seen.
#include "../../fuzz/configurations.hpp"
#include "../../fuzz/planted/header_length_believed.hpp"

#include "seeds.hpp"

#include <doctest/doctest.h>
#include <esplanade/testing/fuzz/large_sends.hpp>

PROPERTY_TESTS(large_sends, fuzzed::gateway, planted::header_length_believed, "whose IP header reaches into what follows it")
