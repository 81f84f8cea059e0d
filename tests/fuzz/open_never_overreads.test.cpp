// The window that moves before the ICV is verified is seen: a forged packet shuts out sealed ones.
#include "../../fuzz/planted/window_before_icv.hpp"

#include "seeds.hpp"

#include <doctest/doctest.h>
#include <esplanade/testing/fuzz/open_never_overreads.hpp>

PROPERTY_TESTS(open_never_overreads, fuzzed::gateway, planted::window_before_icv, "a sealed packet is refused before it passed")
