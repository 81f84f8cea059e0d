// An UPDATE_SA that names another SPI than its bundle has is seen.
#include "../../fuzz/configurations.hpp"
#include "../../fuzz/planted/spi_unchecked.hpp"

#include "seeds.hpp"

#include <doctest/doctest.h>
#include <esplanade/testing/fuzz/sa_records.hpp>

PROPERTY_TESTS(sa_records, fuzzed::gateway, planted::spi_unchecked, "an update was taken that names nothing")
