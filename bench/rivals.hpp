// The rivals of a datapath, each in the form of testing::bench::round_trips.
#pragma once

#include "rivals/crowd.hpp"
#include "rivals/families.hpp"
#include "rivals/floor.hpp"
#include "rivals/lanes.hpp"
#include "rivals/naive.hpp"
#include "rivals/raw.hpp"
#include "rivals/shared_gateway.hpp"
#include "rivals/suites.hpp"
#include "rivals/touched.hpp"
