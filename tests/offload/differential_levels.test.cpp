// Host and NICs are a datapath with two SAs on each packet: bundles, transport mode in tunnels, and what no NIC does whole.
#include "support/offload_walks.hpp"

using namespace offload_walks;

TEST_CASE("differential: two SAs on each packet, believed, verified and in UDP, over every NIC") {
  walk<two_levels, flat>("two-levels");
  walk<two_levels_verified, flat>("two-levels-verified");
  walk<two_levels_in_udp, chain>("two-levels-in-udp");
}

TEST_CASE("differential: while one NIC may still open a bundle none of its SAs goes to another alone") {
  fuzz::offload_walked all;
  for (const unsigned long seed : {410ul, 512ul}) walk_once<two_levels, flat>("two-levels", models[0], seed, all);
  CHECK(all.left > 0);
}
