// IP fragments (RFC 791 2.3 and 3.2, RFC 8200 4.5): what one says of its place, and the headers of new ones
#pragma once

#include <esplanade/net/ip_walk.hpp>

namespace esplanade {
inline namespace v0 {

//  IPv6 fragment header                    IPv4, octets 4 to 7
// +-------+-------+-------------+-+-+     +---------------+-+-+-+------------+
// | next  |   0   |  offset / 8 |0|M|     | identification|0|D|M| offset / 8 |
// +-------+-------+-------------+-+-+     +---------------+-+-+-+------------+
// |          identification         |
// +---------------------------------+

inline constexpr std::size_t fragment_header_octets = 8;  ///< IPv6
inline constexpr std::uint16_t ipv4_more_fragments = 0x2000, ipv4_dont_fragment = 0x4000;

/// Where a fragment belongs. Offsets count octets from the IP header.
struct fragment_place {
  verdict status = verdict::forwarded;  ///< as walk_ip says, or bad_fragment: not a multiple of eight, or beyond 65,535 octets
  family version = family::ipv4;
  bool fragment = false;                ///< one of several
  bool atomic = false;                  ///< IPv6: alone, but with a fragment header (RFC 6946)
  bool more = false;                    ///< others follow it
  octet protocol = 0;                   ///< of the datagram's payload
  std::uint16_t header_length = 0;      ///< octets in front of the payload that every fragment repeats; of IPv6 without fragment header
  std::uint16_t protocol_at = 0;        ///< offset of the octet that names the payload, or the fragment header
  std::uint16_t payload_at = 0;         ///< offset of the piece
  std::uint32_t payload = 0;            ///< octets of the piece
  std::uint32_t offset = 0;             ///< of the piece in the datagram's payload
  std::uint32_t identification = 0;
  std::uint32_t total_length = 0;       ///< of this packet
};

/// Finds the place of a fragment; of a packet that is none, `fragment` and `atomic` are false.
///   Cost     as walk_ip
template <OctetReader Reader> [[nodiscard]] fragment_place place_of(Reader& read, std::size_t available) noexcept {
  fragment_place out;
  const ip_layout at = walk_ip(read, available);
  out.status = at.status;
  out.version = at.version;
  out.total_length = at.total_length;
  if (at.status != verdict::forwarded) return out;
  if (at.version == family::ipv4) {
    const octet* header = read(0, ipv4_header_octets);
    const std::uint16_t bits = load_be16(header + 6);
    out.fragment = at.fragment;
    out.more = (bits & ipv4_more_fragments) != 0;
    out.offset = (bits & 0x1fffu) * 8u;
    out.identification = load_be16(header + 4);
    out.protocol = header[9];
    out.header_length = out.payload_at = at.header_length;
    out.protocol_at = 9;
  } else {
    // The first fragment header ends the part that is repeated; walk_ip has found every header sound up to a later fragment's.
    std::uint32_t here = ipv6_header_octets, named_at = 6;
    const octet* fixed = read(0, ipv6_header_octets);
    octet kind = fixed[6];
    while (kind != protocol_number::fragment) {
      if (kind != protocol_number::hop_by_hop && kind != protocol_number::routing && kind != protocol_number::destination_options) return out;
      const octet* extension = read(here, 8);
      kind = extension[0];
      named_at = here;
      here += (extension[1] + 1u) * 8u;
    }
    const octet* header = read(here, fragment_header_octets);
    const std::uint16_t bits = load_be16(header + 2);
    out.more = (bits & 1) != 0;
    out.offset = bits & 0xfff8u;
    out.atomic = !out.more && out.offset == 0;
    out.fragment = !out.atomic;
    out.identification = load_be32(header + 4);
    out.protocol = header[0];
    out.header_length = static_cast<std::uint16_t>(here);
    out.protocol_at = static_cast<std::uint16_t>(named_at);
    out.payload_at = static_cast<std::uint16_t>(here + fragment_header_octets);
  }
  out.payload = at.total_length - out.payload_at;
  if (!out.fragment) return out;
  // RFC 8200 4.5 and RFC 791 3.2: all but the last are multiples of eight, and the whole has at most 65,535 octets.
  const std::uint32_t end = out.offset + out.payload;
  const std::uint32_t most = out.version == family::ipv4 ? static_cast<std::uint32_t>(ip_length_max) - out.header_length
                                                         : static_cast<std::uint32_t>(ip_length_max + ipv6_header_octets) - out.header_length;
  if (out.payload == 0 || (out.more && out.payload % 8 != 0) || end > most) out.status = verdict::bad_fragment;
  return out;
}

/// The IPv4 header of a later fragment: of the options only those that every fragment repeats (RFC 791 3.1), padded to a
/// multiple of four. Writes at most `size` octets and returns how many; the options were found sound.
[[nodiscard]] inline std::size_t later_ipv4_header(const octet* header, std::size_t size, octet* to) noexcept {
  std::memcpy(to, header, ipv4_header_octets);
  std::size_t made = ipv4_header_octets;
  for (std::size_t at = ipv4_header_octets; at < size && header[at] != 0;) {
    const std::size_t length = header[at] == 1 ? 1 : header[at + 1];
    if (header[at] != 1 && (header[at] & 0x80) != 0) {
      std::memcpy(to + made, header + at, length);
      made += length;
    }
    at += length;
  }
  while (made % 4 != 0) to[made++] = 0;
  to[0] = static_cast<octet>(0x40 | made / 4);
  return made;
}

}  // namespace v0
}  // namespace esplanade
