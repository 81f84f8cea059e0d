// What the headers of a packet say to somebody who only looks.
#pragma once

#include <esplanade/net/ah.hpp>
#include <esplanade/net/esp.hpp>
#include <esplanade/net/ip_walk.hpp>
#include <esplanade/net/udp.hpp>
#include <esplanade/net/wesp.hpp>

#include <optional>
#include <vector>

namespace capture_tunnel {

/// Where SPI and number of ESP or AH stand in a protected packet: behind the IP header, UDP or WESP.
struct esp_place {
  std::size_t at = 0;        ///< offset of SPI and number
  std::uint32_t spi = 0;
  std::uint32_t number = 0;  ///< the sequence number on the wire
};

/// Nothing when the packet carries neither.
[[nodiscard]] inline std::optional<esp_place> find_esp(esplanade::const_octets packet) {
  esplanade::span_reader read{packet};
  const esplanade::ip_layout layout = esplanade::walk_ip(read, packet.size());
  if (layout.status != esplanade::verdict::forwarded || layout.fragment) return std::nullopt;
  std::size_t at = layout.header_length;
  if (layout.protocol == esplanade::protocol_number::udp) {
    const esplanade::octet* udp = read(at, esplanade::udp_header_octets);
    if (udp == nullptr || esplanade::load_be16(udp + 2) != esplanade::udp_esp_port) return std::nullopt;
    at += esplanade::udp_header_octets;
  } else if (layout.protocol == esplanade::protocol_number::wesp) {
    const esplanade::octet* wesp = read(at, esplanade::wesp_octets);
    if (wesp == nullptr) return std::nullopt;
    at += esplanade::read_wesp(wesp).octets();
  } else if (layout.protocol == esplanade::protocol_number::ah) {
    at += esplanade::ah_fixed_octets - esplanade::esp_header_octets;  // they end its fixed part
  } else if (layout.protocol != esplanade::protocol_number::esp) {
    return std::nullopt;
  }
  const esplanade::octet* esp = read(at, esplanade::esp_header_octets);
  if (esp == nullptr) return std::nullopt;
  return esp_place{at, esplanade::load_be32(esp), esplanade::load_be32(esp + 4)};
}

/// The octets of a packet without what a link layer put behind it.
[[nodiscard]] inline esplanade::const_octets without_padding(esplanade::const_octets packet) {
  esplanade::span_reader read{packet};
  const esplanade::ip_layout layout = esplanade::walk_ip(read, packet.size());
  return layout.status == esplanade::verdict::forwarded ? packet.first(layout.total_length) : packet;
}

/// A packet without what a BEET SA does not carry (RFC 7402 B.1.5): of IPv4 identification, options and the checksum over them,
/// and what an outer header of the other family has no field for: DF over IPv6, the flow label over IPv4.
[[nodiscard]] inline std::vector<esplanade::octet> as_beet_carries(esplanade::const_octets packet, esplanade::family outer) {
  std::vector<esplanade::octet> all(packet.begin(), packet.end());
  const bool ipv4 = outer == esplanade::family::ipv4;
  if (packet.size() < esplanade::ipv4_header_octets) return all;
  if (packet[0] >> 4 == 6) {
    if (ipv4) esplanade::store_be32(&all[0], esplanade::load_be32(&all[0]) & 0xfff0'0000);
    return all;
  }
  const std::size_t size = (packet[0] & 15u) * std::size_t{4};
  if (size < esplanade::ipv4_header_octets || size > all.size()) return all;
  all.erase(all.begin() + esplanade::ipv4_header_octets, all.begin() + static_cast<std::ptrdiff_t>(size));
  all[0] = 0x45;
  esplanade::store_be16(&all[2], static_cast<std::uint16_t>(all.size()));
  esplanade::store_be16(&all[4], 0);
  if (!ipv4) all[6] &= 0xbf;
  esplanade::store_be16(&all[10], 0);
  return all;
}

/// The IP version a packet says it has.
[[nodiscard]] inline esplanade::family version_of(esplanade::const_octets packet) {
  return packet[0] >> 4 == 6 ? esplanade::family::ipv6 : esplanade::family::ipv4;
}

}  // namespace capture_tunnel
