// An advance that does not undo its retreat is seen.
#include "../../fuzz/configurations.hpp"
#include "../../fuzz/planted/retreat_not_undone.hpp"

#include "seeds.hpp"

#include <doctest/doctest.h>
#include <esplanade/testing/fuzz/nbl_operations.hpp>

PROPERTY_TESTS(nbl_operations, fuzzed::gateway, planted::retreat_not_undone, "as it was before its retreat")
