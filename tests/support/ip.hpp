// IP packets for tests, built and read by code that shares nothing with the toolkit but its types.
#pragma once

#include <esplanade/net/address.hpp>

#include <string>
#include <utility>
#include <vector>

namespace support {

using esplanade::address;
using esplanade::const_octets;
using esplanade::family;
using esplanade::octet;
using bytes = std::vector<octet>;

inline void put16(bytes& out, std::size_t value) {
  out.push_back(static_cast<octet>(value >> 8 & 0xff));
  out.push_back(static_cast<octet>(value & 0xff));
}
inline void put32(bytes& out, std::uint64_t value) {
  put16(out, static_cast<std::size_t>(value >> 16 & 0xffff));
  put16(out, static_cast<std::size_t>(value & 0xffff));
}
inline void put(bytes& out, const bytes& more) { out.insert(out.end(), more.begin(), more.end()); }
inline std::size_t get16(const bytes& from, std::size_t at) { return static_cast<std::size_t>(from[at]) << 8 | from[at + 1]; }
inline std::uint32_t get32(const bytes& from, std::size_t at) {
  return static_cast<std::uint32_t>(get16(from, at) << 16 | get16(from, at + 2));
}

/// What an IP packet is to look like. Lengths and checksum are made right by `make_ip`.
struct ip_form {
  address source = address::v4(192, 0, 2, 1);
  address destination = address::v4(198, 51, 100, 7);
  octet protocol = 17;               ///< IPv6: of what follows the extension headers
  bytes payload{};
  octet traffic_class = 0;
  octet hop_limit = 61;
  std::uint32_t flow_label = 0;
  std::size_t identification = 0x1234;
  std::size_t fragment = 0;          ///< IPv4: flags and offset
  bytes options{};                   ///< IPv4, a multiple of 4
  std::vector<std::pair<octet, bytes>> extensions{};  ///< IPv6: kind, and the octets behind its next header octet
};

inline std::size_t sum_of(const bytes& data, std::size_t size) {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < size; i += 2) sum += get16(data, i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

/// Sets the header checksum of an IPv4 packet right.
inline void set_checksum(bytes& packet) {
  packet[10] = packet[11] = 0;
  const std::size_t checksum = ~sum_of(packet, static_cast<std::size_t>(packet[0] & 15) * 4) & 0xffff;
  packet[10] = static_cast<octet>(checksum >> 8);
  packet[11] = static_cast<octet>(checksum & 0xff);
}

inline bytes make_ip(const ip_form& form) {
  bytes out;
  if (form.source.version == family::ipv4) {
    const std::size_t header = 20 + form.options.size();
    out.push_back(static_cast<octet>(0x40 | header / 4));
    out.push_back(form.traffic_class);
    put16(out, header + form.payload.size());
    put16(out, form.identification);
    put16(out, form.fragment);
    out.push_back(form.hop_limit);
    out.push_back(form.protocol);
    put16(out, 0);
    out.insert(out.end(), form.source.value, form.source.value + 4);
    out.insert(out.end(), form.destination.value, form.destination.value + 4);
    put(out, form.options);
    set_checksum(out);
  } else {
    std::size_t between = 0;
    for (const auto& [kind, body] : form.extensions) between += 1 + body.size();
    put32(out, std::uint64_t{6} << 28 | static_cast<std::uint64_t>(form.traffic_class) << 20 | form.flow_label);
    put16(out, between + form.payload.size());
    out.push_back(form.extensions.empty() ? form.protocol : form.extensions[0].first);
    out.push_back(form.hop_limit);
    out.insert(out.end(), form.source.value, form.source.value + 16);
    out.insert(out.end(), form.destination.value, form.destination.value + 16);
    for (std::size_t i = 0; i < form.extensions.size(); ++i) {
      out.push_back(i + 1 < form.extensions.size() ? form.extensions[i + 1].first : form.protocol);
      put(out, form.extensions[i].second);
    }
  }
  put(out, form.payload);
  return out;
}

/// `n` octets that name their position, starting with `first`.
inline bytes counted(std::size_t n, unsigned first = 0) {
  bytes out(n);
  for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<octet>((first + i * 7) & 0xff);
  return out;
}

/// A UDP datagram: ports, then `size` octets.
inline bytes udp(std::size_t source_port, std::size_t destination_port, std::size_t size, unsigned first = 0) {
  bytes out;
  put16(out, source_port);
  put16(out, destination_port);
  put16(out, 8 + size);
  put16(out, 0);
  put(out, counted(size, first));
  return out;
}

inline address outside_v4(unsigned last) { return address::v4(203, 0, 113, static_cast<octet>(last)); }
inline address outside_v6(unsigned last) { return address::v6(0x2001, 0xdb8, 0xffff, 0, 0, 0, 0, static_cast<std::uint16_t>(last)); }
inline address outside(family version, unsigned last) { return version == family::ipv4 ? outside_v4(last) : outside_v6(last); }

/// A UDP packet over IPv4 or IPv6 whose UDP payload has `size` octets.
inline bytes udp_packet(family version, std::size_t size, unsigned first = 0) {
  ip_form form;
  if (version == family::ipv6) {
    form.source = address::v6(0x2001, 0xdb8, 1, 0, 0, 0, 0, 1);
    form.destination = address::v6(0x2001, 0xdb8, 2, 0, 0, 0, 0, 7);
  }
  form.payload = udp(4000, 53, size, first);
  return make_ip(form);
}

/// What is wrong with the IP header of `packet`, which is all there is; nothing when it is right.
inline std::string wrong_in_ip(const bytes& packet) {
  if (packet.size() < 20) return "shorter than an IP header";
  if (packet[0] >> 4 == 4) {
    const std::size_t header = static_cast<std::size_t>(packet[0] & 15) * 4;
    if (header < 20 || header > packet.size()) return "IHL";
    if (get16(packet, 2) != packet.size()) return "total length " + std::to_string(get16(packet, 2)) + " of " + std::to_string(packet.size());
    if (sum_of(packet, header) != 0xffff) return "header checksum";
    return {};
  }
  if (packet[0] >> 4 != 6) return "version";
  if (packet.size() < 40) return "shorter than an IPv6 header";
  if (get16(packet, 4) + 40 != packet.size()) return "payload length " + std::to_string(get16(packet, 4)) + " of " + std::to_string(packet.size() - 40);
  return {};
}

}  // namespace support
