// One packet of the capture on its way through the program.
#pragma once

#include "capture.hpp"

#include <esplanade/base/verdict.hpp>

namespace capture_tunnel {

/// A frame taken apart. `packet` is what goes through the datapath; what the datapath made of it stands there afterwards.
struct parcel {
  record head{};                         ///< times; its octets are the frame as it was read
  std::vector<esplanade::octet> link{};  ///< the link layer's header
  std::vector<esplanade::octet> packet{};
  std::uint64_t ordinal = 0;             ///< counts the protected packets of a run, in capture order
  esplanade::verdict verdict = esplanade::verdict::forwarded;

  /// Takes its frame apart; the octets behind the IP packet are trimmed by the datapath.
  void unpack(const ip_place& at) {
    const auto packet_from = head.octets.begin() + static_cast<std::ptrdiff_t>(at.header);
    link.assign(head.octets.begin(), packet_from);
    packet.assign(packet_from, head.octets.end());
  }
};

}  // namespace capture_tunnel
