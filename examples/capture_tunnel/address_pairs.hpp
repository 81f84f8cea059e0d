// Which pairs of addresses talk in a capture: a BEET SA carries one pair and no other.
#pragma once

#include "capture.hpp"

#include <esplanade/net/address.hpp>

namespace capture_tunnel {

/// Who sends to whom.
struct address_pair {
  esplanade::address source, destination;
};

struct address_pairs {
  std::vector<address_pair> busiest;  ///< those that send most packets; with as many, who came first
  std::size_t others = 0;             ///< pairs beyond, and those with an unspecified address, which no BEET SA carries
};

/// Reads the capture once; at most `most` pairs.
[[nodiscard]] address_pairs pairs_in(const std::filesystem::path& capture, std::size_t most);

}  // namespace capture_tunnel
