// Neighbours in a capture that a NIC would cut out of one large packet, octet for octet: what a sender's TCP had in one piece.
#pragma once

#include "parcel.hpp"

#include <esplanade/buffer/nbl_words.hpp>

#include <span>

namespace capture_tunnel {

inline constexpr std::size_t segment_most = 2048;  ///< octets of a packet that is joined with others

/// One packet, or several in one.
struct large_run {
  std::size_t parcels = 1;
  std::size_t headers = 0;                    ///< octets of IP and TCP
  std::vector<esplanade::octet> packet{};     ///< the large packet; empty when there is one parcel
  esplanade::send_large word{};
};

/// The longest run that begins with the first of these packets. That it comes out of the cutting again is tried.
[[nodiscard]] large_run find_run(std::span<const parcel> packets);

}  // namespace capture_tunnel
