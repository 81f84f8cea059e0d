// Packets through a lane whose provider answers later.
#pragma once

#include "support/world.hpp"

#include <esplanade/pipeline/in_flight.hpp>

#include <memory>
#include <type_traits>

namespace support {

/// Submits all of `packets` and reaps them, in turns; they stand in the order in which they came back.
template <class Lane, class P> void submit_and_reap(Lane& lane, train<P>& packets) {
  const auto flight = std::make_unique<in_flight<Lane, 4>>(lane);
  const std::size_t n = packets.packets.size();
  std::vector<P*> back(n);
  std::vector<verdict> verdicts(n);
  std::size_t gone = 0, put = 0;
  for (unsigned i = 0; i < 10000 && put < n; ++i) {
    gone += flight->submit({std::span(packets.packets).subspan(gone), std::span(packets.verdicts).subspan(gone), {}});
    put += flight->reap({std::span(back).subspan(put), std::span(verdicts).subspan(put), {}});
  }
  REQUIRE(put == n);
  packets.packets = back;
  packets.verdicts = verdicts;
}

}  // namespace support
