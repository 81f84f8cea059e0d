// ICMP errors of path MTU discovery (RFC 792 and RFC 1191, RFC 4443): when one may be sent, how it is written and read
#pragma once

#include <esplanade/net/address.hpp>
#include <esplanade/net/checksum.hpp>
#include <esplanade/net/ip_walk.hpp>

namespace esplanade {
inline namespace v0 {

//  "fragmentation needed", type 3 code 4        "packet too big", type 2 code 0
// +------+------+---------------+              +------+------+---------------+
// |   3  |   4  |   checksum    |              |   2  |   0  |   checksum    |
// |      0      | next-hop MTU  |              |             MTU             |
// | the packet at fault …       |              | the packet at fault …       |

inline constexpr std::size_t icmp_header_octets = 8;
/// IP and ICMP header in front of the packet at fault.
[[nodiscard]] constexpr std::size_t icmp_error_octets(family f) noexcept { return header_octets(f) + icmp_header_octets; }
/// The longest error: RFC 1812 4.3.2.3 and RFC 4443 2.4 (c).
[[nodiscard]] constexpr std::size_t icmp_error_max(family f) noexcept { return f == family::ipv4 ? 576 : 1280; }
/// What every path carries: RFC 791 3.2, RFC 8200 5.
[[nodiscard]] constexpr std::size_t mtu_least(family f) noexcept { return f == family::ipv4 ? 68 : 1280; }

/// Whether a "too big" may be sent about a packet: never about a later fragment or another error, nor to or about addresses
/// that stand for nobody or for many (RFC 1122 3.2.2, RFC 4443 2.4 (e)).
template <OctetReader Reader> [[nodiscard]] bool may_answer_too_big(Reader& read, const ip_layout& at) noexcept {
  if (at.status != verdict::forwarded || at.later_fragment) return false;
  const octet* header = read(0, header_octets(at.version));
  if (header == nullptr) return false;
  octet icmp = protocol_number::icmp;
  if (at.version == family::ipv4) {
    const octet source = header[12], destination = header[16];
    if (source == 0 || source == 127 || source >= 224 || destination >= 224) return false;
  } else {
    if (header[8] == 0xff) return false;
    octet any = 0;
    for (std::size_t i = 8; i < 24; ++i) any |= header[i];
    if (any == 0) return false;
    icmp = protocol_number::icmpv6;
  }
  if (at.protocol != icmp) return true;
  const octet* type = at.header_length < at.total_length ? read(at.header_length, 1) : nullptr;
  if (type == nullptr) return false;
  if (at.version == family::ipv6) return *type >= 128;
  return *type != 3 && *type != 4 && *type != 5 && *type != 11 && *type != 12;
}

/// Writes IP and ICMP header of a "too big" in front of `quoted` octets whose `checksum_sum` is `sum`. Both addresses are of one
/// family, whose `icmp_error_octets` are written.
inline void write_too_big(octet* at, const address& from, const address& to, std::size_t mtu, std::size_t quoted, std::uint64_t sum) noexcept {
  const family f = to.version;
  const std::size_t ip = header_octets(f), body = icmp_header_octets + quoted;
  std::memset(at, 0, ip + icmp_header_octets);
  octet* const icmp = at + ip;
  if (f == family::ipv4) {
    store_be16(at, 0x4500);
    store_be16(at + 2, static_cast<std::uint16_t>(ip + body));
    store_be16(at + 6, 0x4000);  // never fragmented, so its identification means nothing (RFC 6864 4.1)
    at[8] = 64;
    at[9] = protocol_number::icmp;
    std::memcpy(at + 12, from.value, 4);
    std::memcpy(at + 16, to.value, 4);
    store_be16(at + 10, internet_checksum({at, ip}));
    icmp[0] = 3;
    icmp[1] = 4;
    store_be16(icmp + 6, static_cast<std::uint16_t>(mtu < 0xffff ? mtu : 0xffff));
  } else {
    at[0] = 0x60;
    store_be16(at + 4, static_cast<std::uint16_t>(body));
    at[6] = protocol_number::icmpv6;
    at[7] = 64;
    std::memcpy(at + 8, from.value, 16);
    std::memcpy(at + 24, to.value, 16);
    icmp[0] = 2;
    store_be32(icmp + 4, static_cast<std::uint32_t>(mtu));
    sum += checksum_sum({at + 8, 32}) + body + protocol_number::icmpv6;  // the pseudo-header of RFC 8200 8.1
  }
  sum += checksum_sum({icmp, icmp_header_octets});
  store_be16(icmp + 2, static_cast<std::uint16_t>(~fold_checksum(sum) & 0xffff));
}

/// What a received "too big" says about a packet of ours.
struct too_big_report {
  bool understood = false;  ///< a "too big" about an ESP packet, with its SPI
  family version = family::ipv4;
  std::uint32_t mtu = 0;  ///< 0 when the sender is older than RFC 1191
  std::uint32_t spi = 0;
  address source, destination;  ///< of the packet at fault
};

/// Reads one. Whoever it came from: it is not authenticated, and RFC 4301 8.2.1 leaves it to policy what it may change.
template <OctetReader Reader> [[nodiscard]] too_big_report read_too_big(Reader& read, std::size_t available) noexcept {
  too_big_report report;
  const ip_layout outer = walk_ip(read, available);
  if (outer.status != verdict::forwarded || outer.fragment) return report;
  const bool v4 = outer.version == family::ipv4;
  if (outer.protocol != (v4 ? protocol_number::icmp : protocol_number::icmpv6)) return report;
  const std::size_t inside = outer.header_length + icmp_header_octets;
  if (outer.total_length < inside) return report;
  const octet* icmp = read(outer.header_length, icmp_header_octets);
  if (icmp == nullptr || icmp[0] != (v4 ? 3 : 2) || icmp[1] != (v4 ? 4 : 0)) return report;
  report.mtu = v4 ? load_be16(icmp + 6) : load_be32(icmp + 4);
  // The packet at fault is cut short, so its lengths are not held against it.
  const std::size_t fixed = header_octets(outer.version), quoted = outer.total_length - inside;
  const octet* header = quoted >= fixed ? read(inside, fixed) : nullptr;
  if (header == nullptr || (header[0] >> 4) != static_cast<octet>(outer.version)) return report;
  const std::size_t esp = v4 ? static_cast<std::size_t>(header[0] & 0x0f) * 4 : fixed;
  const octet protocol = v4 ? header[9] : header[6];
  report.version = outer.version;
  report.source = address::from(outer.version, header + (v4 ? 12 : 8));
  report.destination = address::from(outer.version, header + (v4 ? 16 : 24));
  if (protocol != protocol_number::esp || esp < fixed || quoted < esp + 4) return report;
  const octet* spi = read(inside + esp, 4);
  if (spi == nullptr) return report;
  report.spi = load_be32(spi);
  report.understood = true;
  return report;
}

}  // namespace v0
}  // namespace esplanade
