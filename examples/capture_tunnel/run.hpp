// The run itself: protect, open, compare.
#pragma once

#include "outcome.hpp"

namespace capture_tunnel {

/// Runs it and leaves protected.pcap, restored.pcap and the key file.
///   Errors   refusal, interrupted: nothing is left behind
[[nodiscard]] outcome run(const options& asked, const choice& what);

}  // namespace capture_tunnel
