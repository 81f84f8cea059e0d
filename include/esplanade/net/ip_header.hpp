// A plain IP header out of its fields: what stages write who put packets together anew.
#pragma once

#include <esplanade/net/address.hpp>
#include <esplanade/net/checksum.hpp>

namespace esplanade {
inline namespace v0 {

/// The fields of a header without extension headers; host byte order.
struct ip_fields {
  address source{}, destination{};
  std::uint32_t payload = 0;     ///< octets behind the header
  std::uint32_t flow_label = 0;  ///< IPv6
  std::uint16_t identification = 0;  ///< IPv4
  octet protocol = 0;
  octet traffic_class = 0;
  octet hop_limit = 64;
  bool dont_fragment = false;    ///< IPv4
};

/// Writes 20 octets of IPv4 or 40 of IPv6, and the checksum of the former. `options` octets of IPv4 options stand behind it
/// already, a multiple of 4 and at most 40.
inline void write_ip_header(octet* at, const ip_fields& f, std::size_t options = 0) noexcept {
  if (f.source.version == family::ipv6) {
    store_be32(at, 0x60000000u | static_cast<std::uint32_t>(f.traffic_class) << 20 | (f.flow_label & 0xfffffu));
    store_be16(at + 4, static_cast<std::uint16_t>(f.payload));
    at[6] = f.protocol;
    at[7] = f.hop_limit;
    std::memcpy(at + 8, f.source.value, 16);
    std::memcpy(at + 24, f.destination.value, 16);
    return;
  }
  const std::size_t header = ipv4_header_octets + options;
  at[0] = static_cast<octet>(0x40 | header / 4);
  at[1] = f.traffic_class;
  store_be16(at + 2, static_cast<std::uint16_t>(header + f.payload));
  store_be16(at + 4, f.identification);
  store_be16(at + 6, f.dont_fragment ? 0x4000 : 0);
  at[8] = f.hop_limit;
  at[9] = f.protocol;
  store_be16(at + 10, 0);
  std::memcpy(at + 12, f.source.value, 4);
  std::memcpy(at + 16, f.destination.value, 4);
  store_be16(at + 10, internet_checksum({at, header}));
}

}  // namespace v0
}  // namespace esplanade
