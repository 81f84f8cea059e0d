// Captures of other people: what stands behind the link layer of each frame.
#pragma once

#include "cases.hpp"

namespace vectors {

/// One frame of a capture.
struct captured {
  octets_held packet;        ///< what was kept of what stands behind the Ethernet header
  std::uint16_t type = 0;    ///< what the Ethernet header says that is
};

/// Reads pcap or pcapng over Ethernet, packed by gzip or not.
///   Errors   throws `unreadable` with one sentence
std::vector<captured> read_capture(const std::string& path);

}  // namespace vectors
