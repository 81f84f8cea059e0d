// UDP around ESP for tests, built and judged by code that shares nothing with the toolkit but its types.
#pragma once

#include "support/ip.hpp"

namespace support {

/// One's complement sum of any number of octets, on top of `sum`.
inline std::size_t ones_sum(const bytes& data, std::size_t from, std::size_t sum = 0) {
  for (std::size_t i = from; i < data.size(); i += 2) {
    sum += static_cast<std::size_t>(data[i]) << 8 | (i + 1 < data.size() ? data[i + 1] : 0u);
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return sum;
}
/// That of the pseudo header of the whole packet, whose upper layer starts at `at`.
inline std::size_t pseudo_sum(const bytes& packet, std::size_t at, octet protocol) {
  const std::size_t addresses = packet[0] >> 4 == 4 ? 12 : 8, size = packet[0] >> 4 == 4 ? 8 : 32;
  return ones_sum(bytes(packet.begin() + static_cast<std::ptrdiff_t>(addresses), packet.begin() + static_cast<std::ptrdiff_t>(addresses + size)), 0,
                  packet.size() - at + protocol);
}
/// Whether the checksum of the upper layer at `at` holds over the packet's own addresses.
inline bool upper_checksum_holds(const bytes& packet, std::size_t at, octet protocol) { return ones_sum(packet, at, pseudo_sum(packet, at, protocol)) == 0xffff; }
/// Sets it right; `field` counts from `at`.
inline void set_upper_checksum(bytes& packet, std::size_t at, std::size_t field, octet protocol) {
  packet[at + field] = packet[at + field + 1] = 0;
  const std::size_t sum = ~ones_sum(packet, at, pseudo_sum(packet, at, protocol)) & 0xffff;
  packet[at + field] = static_cast<octet>((sum == 0 ? 0xffff : sum) >> 8);
  packet[at + field + 1] = static_cast<octet>((sum == 0 ? 0xffff : sum) & 0xff);
}

/// A datagram whose checksum is 0.
inline bytes datagram(std::size_t source_port, std::size_t destination_port, const bytes& payload) {
  bytes out;
  put16(out, source_port);
  put16(out, destination_port);
  put16(out, 8 + payload.size());
  put16(out, 0);
  put(out, payload);
  return out;
}

/// `packet`, an IP packet without options that holds ESP, with `between` in front of ESP and another protocol number.
inline bytes wrapped(const bytes& packet, const bytes& between, octet protocol) {
  const bool v4 = packet[0] >> 4 == 4;
  const std::ptrdiff_t header = v4 ? 20 : 40;
  bytes out(packet.begin(), packet.begin() + header);
  put(out, between);
  out.insert(out.end(), packet.begin() + header, packet.end());
  const std::size_t length = out.size() - (v4 ? 0u : 40u), at = v4 ? 2 : 4;
  out[at] = static_cast<octet>(length >> 8);
  out[at + 1] = static_cast<octet>(length & 0xff);
  out[v4 ? 9 : 6] = protocol;
  if (v4) set_checksum(out);
  return out;
}
/// ESP in UDP; the checksum is 0.
inline bytes in_udp(const bytes& packet, std::size_t source_port = 4500, std::size_t destination_port = 4500, const bytes& marker = {}) {
  const std::size_t header = packet[0] >> 4 == 4 ? 20 : 40;
  bytes between;
  put16(between, source_port);
  put16(between, destination_port);
  put16(between, 8 + marker.size() + packet.size() - header);
  put16(between, 0);
  put(between, marker);
  return wrapped(packet, between, 17);
}

}  // namespace support
