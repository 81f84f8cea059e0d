// Packets as RFCs describe them, read and computed without the toolkit: what its answers are compared with.
#pragma once

#include "cases.hpp"

#include <optional>

namespace vectors {

using esplanade::octet;

/// Where ESP stands in a protected packet.
struct wire_view {
  bool ipv4 = true;
  std::size_t esp_at = 0;          ///< octets before the SPI
  octet header_before_esp = 0;     ///< IPv6: kind of the extension header in front of ESP; 0 = none, or hop-by-hop
  std::uint32_t sequence = 0;      ///< on the wire; 0 when the packet ends before
};

inline std::size_t number_at(const octets_held& from, std::size_t at, std::size_t octets) {
  std::size_t value = 0;
  for (std::size_t i = 0; i < octets; ++i) value = value << 8 | from[at + i];
  return value;
}
inline void put_number(octets_held& into, std::size_t at, std::size_t octets, std::size_t value) {
  for (std::size_t i = octets; i-- != 0; value >>= 8) into[at + i] = static_cast<octet>(value & 0xff);
}
inline bool is_ipv4(const octets_held& packet) { return packet[0] >> 4 == 4; }

/// Only for packets whose headers in front of ESP are whole, as all cases' are.
///   Errors   throws unreadable where no ESP is
inline wire_view look_at(const octets_held& packet) {
  wire_view seen;
  if (packet.size() < 20 || (packet[0] >> 4 != 4 && packet.size() < 40)) throw unreadable("shorter than an IP header");
  seen.ipv4 = is_ipv4(packet);
  seen.esp_at = seen.ipv4 ? (packet[0] & 15u) * 4u : 40;
  octet next = packet[seen.ipv4 ? 9 : 6];
  while (!seen.ipv4 && (next == 0 || next == 43 || next == 44 || next == 60) && seen.esp_at + 8 <= packet.size()) {
    seen.header_before_esp = next;
    next = packet[seen.esp_at];
    seen.esp_at += seen.header_before_esp == 44 ? 8u : (packet[seen.esp_at + 1] + 1u) * 8u;
  }
  if (next != 50 || seen.esp_at > packet.size()) throw unreadable("no ESP in the protected packet");
  if (seen.esp_at + 8 <= packet.size()) seen.sequence = static_cast<std::uint32_t>(number_at(packet, seen.esp_at + 4, 4));
  return seen;
}

/// Where we put ESP and AH into an IPv6 packet, and the octet that names them. RFC 4303 3.1.1 and RFC 4302 3.1.1 let destination
/// options stand on either side; the former says that behind "generally will be desirable", for there they are protected. We put
/// them behind unless a routing header follows; Linux and Scapy leave them in front.
struct our_place {
  std::size_t at = 40, named_at = 6;
};
inline our_place our_place_in(const octets_held& plain) {
  our_place found;
  octet kind = plain[6];
  for (std::size_t walked = 40; kind == 0 || kind == 43 || kind == 44 || kind == 60;) {
    const std::size_t header = walked;
    walked += kind == 44 ? 8u : (plain[header + 1] + 1u) * 8u;
    if (kind != 60) found = {walked, header};
    kind = plain[header];
  }
  return found;
}

inline octet traffic_class_of(const octets_held& packet) {
  return is_ipv4(packet) ? packet[1] : static_cast<octet>(number_at(packet, 0, 2) >> 4 & 0xff);
}
/// The IPv4 header checksum, as it should be.
inline std::size_t checksum_of(const octets_held& packet) {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < (packet[0] & 15u) * 4u; i += 2) sum += i == 10 ? 0 : number_at(packet, i, 2);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}
/// The packet with another traffic class and the checksum that belongs to it.
inline octets_held with_traffic_class(octets_held packet, octet value) {
  if (is_ipv4(packet)) {
    packet[1] = value;
    put_number(packet, 10, 2, checksum_of(packet));
  } else {
    put_number(packet, 0, 2, (number_at(packet, 0, 2) & 0xf00fu) | static_cast<std::size_t>(value) << 4);
  }
  return packet;
}
/// The packet cut or grown to `size` octets, its header saying so; ESP is not told.
inline octets_held with_length(octets_held packet, std::size_t size) {
  packet.resize(size);
  if (is_ipv4(packet)) put_number(packet, 2, 2, size);
  else put_number(packet, 4, 2, size - 40);
  return packet;
}

/// What a tunnel's end makes of the inner packet: RFC 6040 figure 4. Nothing where it must drop.
inline std::optional<octets_held> after_decapsulation(const octets_held& inner, const octets_held& outer) {
  // Rows: the inner header says Not-ECT, ECT(1), ECT(0), CE; columns: the outer header says so. 4 is <drop>.
  static constexpr octet arriving[4][4] = {{0, 0, 0, 4}, {1, 1, 1, 3}, {2, 1, 2, 3}, {3, 3, 3, 3}};
  const octet now = traffic_class_of(inner);
  const octet mark = arriving[now & 3][traffic_class_of(outer) & 3];
  if (mark == 4) return std::nullopt;
  if (mark == (now & 3)) return inner;
  return with_traffic_class(inner, static_cast<octet>((now & 0xfc) | mark));
}

/// The outer header that our own policy should write where `recorded` is what somebody else wrote for the same packet.
/// RFC 4301 5.1.2: DSCP, ECN, DF and flow label are copied where there are any to copy, DF is set over IPv6. The IPv4
/// identification is free; ours is the low half of the sequence number.
inline octets_held outer_header(const octets_held& inner, const octets_held& recorded, std::uint64_t number) {
  octets_held header(recorded.begin(), recorded.begin() + (is_ipv4(recorded) ? 20 : 40));
  if (is_ipv4(recorded)) {
    header[0] = 0x45;
    header[1] = traffic_class_of(inner);
    put_number(header, 2, 2, recorded.size());
    put_number(header, 4, 2, number & 0xffff);
    put_number(header, 6, 2, is_ipv4(inner) ? number_at(inner, 6, 2) & 0x4000 : 0x4000);
    put_number(header, 10, 2, checksum_of(header));
  } else {
    const std::size_t label = is_ipv4(inner) ? 0 : number_at(inner, 1, 3) & 0xfffff;
    put_number(header, 0, 4, 6u << 28 | static_cast<std::size_t>(traffic_class_of(inner)) << 20 | label);
    put_number(header, 4, 2, recorded.size() - 40);
  }
  return header;
}

}  // namespace vectors
