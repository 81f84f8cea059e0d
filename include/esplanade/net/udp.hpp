// UDP around ESP (RFC 768, RFC 3948): its header, what arrives on the port, and its checksum.
#pragma once

#include <esplanade/net/address.hpp>
#include <esplanade/net/checksum.hpp>

namespace esplanade {
inline namespace v0 {

//  0                   1                   2                   3
// +-------------------------------+-------------------------------+
// |          source port          |       destination port        |
// |            length             |           checksum            |
// +-------------------------------+-------------------------------+
// |  SPI of ESP  |  0: IKE follows  |  2: WESP follows  |  0xff alone: NAT keep-alive

inline constexpr std::size_t udp_header_octets = 8;
inline constexpr std::uint16_t udp_esp_port = 4500;     ///< RFC 3948 2.1: IKE's floated port
inline constexpr std::size_t udp_marker_octets = 4;     ///< what tells the payloads apart
inline constexpr std::uint32_t udp_non_esp_marker = 0;  ///< RFC 3948 2.2
inline constexpr std::uint32_t udp_wesp_marker = 2;     ///< RFC 5840 2.1
inline constexpr octet udp_keep_alive = 0xff;           ///< RFC 3948 2.3: the whole payload

/// Ports of UDP-encapsulated ESP; host order.
struct udp_ports {
  std::uint16_t source = udp_esp_port, destination = udp_esp_port;
  friend constexpr bool operator==(const udp_ports&, const udp_ports&) noexcept = default;
};

/// What a datagram on the port of encapsulated ESP holds.
enum class udp_content : std::uint8_t { esp, wesp, ike, keep_alive, runt };

/// Tells the payloads apart by their first octets (RFC 3948 2.2 and 2.3, RFC 5840 2.1); looks at 4 at most.
[[nodiscard]] constexpr udp_content udp_content_of(const_octets payload) noexcept {
  if (payload.size() == 1 && payload[0] == udp_keep_alive) return udp_content::keep_alive;
  if (payload.size() < udp_marker_octets) return udp_content::runt;
  std::uint32_t marker = 0;
  for (std::size_t i = 0; i < udp_marker_octets; ++i) marker = marker << 8 | payload[i];
  return marker == udp_non_esp_marker ? udp_content::ike : marker == udp_wesp_marker ? udp_content::wesp : udp_content::esp;
}

/// Writes 8 octets. `length` counts them; the checksum is 0 until somebody sets it.
inline void write_udp_header(octet* at, const udp_ports& ports, std::size_t length) noexcept {
  store_be16(at, ports.source);
  store_be16(at + 2, ports.destination);
  store_be16(at + 4, static_cast<std::uint16_t>(length));
  store_be16(at + 6, 0);
}

/// Sum of the pseudo header that checksums of upper layers cover (RFC 768, RFC 8200 8.1). `addresses` are source and
/// destination as they stand in the IP header, `length` that of the upper layer.
[[nodiscard]] inline std::uint64_t pseudo_header_sum(family version, const octet* addresses, std::size_t length, octet protocol) noexcept {
  return checksum_sum({addresses, 2 * address::octets_of(version)}) + (length >> 16) + (length & 0xffff) + protocol;
}

/// The checksum of a UDP datagram whose words, pseudo header included, add up to `sum`; 0 says "none", so it is sent as all ones.
[[nodiscard]] constexpr std::uint16_t udp_checksum_of(std::uint64_t sum) noexcept {
  const auto checksum = static_cast<std::uint16_t>(~fold_checksum(sum) & 0xffff);
  return checksum == 0 ? std::uint16_t{0xffff} : checksum;
}

}  // namespace v0
}  // namespace esplanade
