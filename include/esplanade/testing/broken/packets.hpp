// Packets and pools with one fault each, to show that every law can fail and that none speaks for another.
// Each is sound in everything that its name does not say.
#pragma once

#include <esplanade/testing/broken/growing_packets.hpp>
#include <esplanade/testing/broken/pools.hpp>
#include <esplanade/testing/broken/reading_packets.hpp>
#include <esplanade/testing/broken/shrinking_packets.hpp>
