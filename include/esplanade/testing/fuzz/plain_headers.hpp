// IP headers read and written the slow way, one row of a table per header: what fuzz properties compare the datapath with.
// Nothing here uses the toolkit's own walk, checksum or selector.
#pragma once

#include <esplanade/base/verdict.hpp>
#include <esplanade/sa/parameters.hpp>
#include <esplanade/testing/fuzz/input.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

inline std::size_t be16_at(const bytes& from, std::size_t at) { return std::size_t{from[at]} * 256 + from[at + 1]; }
inline void put_be16(bytes& into, std::size_t at, std::size_t value) {
  into[at] = static_cast<octet>(value / 256 % 256);
  into[at + 1] = static_cast<octet>(value % 256);
}
inline void append_be(bytes& into, std::uint64_t value, std::size_t octets) {
  while (octets-- != 0) into.push_back(static_cast<octet>(value >> (8 * octets)));
}
inline void append(bytes& into, const bytes& more) { into.insert(into.end(), more.begin(), more.end()); }
inline bytes part_of(const bytes& all, std::size_t from, std::size_t size) {
  const auto begin = all.begin() + static_cast<bytes::difference_type>(from);
  return bytes(begin, begin + static_cast<bytes::difference_type>(size));
}

/// RFC 1071 over the first `size` octets as they stand: 0xffff when a checksum in them is right.
inline std::size_t ones_sum(const bytes& header, std::size_t size) {
  std::size_t sum = 0;
  for (std::size_t i = 0; i + 1 < size; i += 2) {
    sum += be16_at(header, i);
    if (sum > 0xffff) sum -= 0xffff;
  }
  return sum;
}
/// Makes the checksum of the IPv4 header at the front right.
inline void set_ipv4_checksum(bytes& packet) {
  put_be16(packet, 10, 0);
  put_be16(packet, 10, 0xffff - ones_sum(packet, std::size_t{packet[0] & 15u} * 4));
}

/// What a packet's headers say. When `said` is not forwarded, the rest means nothing.
struct plain_headers {
  struct row {
    octet kind;
    std::size_t at, size;
  };
  verdict said = verdict::forwarded;
  unsigned version = 4;
  octet traffic_class = 0;
  std::size_t total = 0;       ///< of the packet, as it says itself
  std::size_t end = 0;         ///< of the headers
  std::size_t named_at = 0;    ///< where the protocol behind them is named
  octet protocol = 0;
  bool fragment = false;       ///< one of several
  bool later_fragment = false; ///< and not the first
  std::vector<row> extensions{};

  static plain_headers of(verdict why) {
    plain_headers h;
    h.said = why;
    return h;
  }
};

namespace detail {
inline bool plain_options_end_well(const bytes& packet, std::size_t from, std::size_t to) {
  while (from < to && packet[from] != 0) {
    std::size_t length = 1;
    if (packet[from] != 1) {
      if (from + 1 == to) return false;
      length = packet[from + 1];
      if (length < 2) return false;
    }
    from += length;
    if (from > to) return false;
  }
  return true;
}
inline plain_headers plain_ipv4(const bytes& packet) {
  plain_headers h;
  h.end = std::size_t{packet[0] & 15u} * 4;
  h.total = be16_at(packet, 2);
  if (h.end < 20 || h.total < h.end) return plain_headers::of(verdict::bad_header);
  if (h.total > packet.size()) return plain_headers::of(verdict::runt);
  if (!plain_options_end_well(packet, 20, h.end)) return plain_headers::of(verdict::bad_header);
  h.traffic_class = packet[1];
  h.named_at = 9;
  h.protocol = packet[9];
  h.later_fragment = be16_at(packet, 6) % 0x2000 != 0;
  h.fragment = h.later_fragment || (packet[6] & 0x20) != 0;
  return h;
}
inline plain_headers plain_ipv6(const bytes& packet) {
  if (packet.size() < 40) return plain_headers::of(verdict::runt);
  plain_headers h;
  h.version = 6;
  h.total = 40 + be16_at(packet, 4);
  if (h.total > packet.size()) return plain_headers::of(verdict::runt);
  h.traffic_class = static_cast<octet>((packet[0] % 16) * 16 + packet[1] / 16);
  h.end = 40;
  h.named_at = 6;
  h.protocol = packet[6];
  while (!h.later_fragment && (h.protocol == 0 || h.protocol == 43 || h.protocol == 44 || h.protocol == 60)) {
    const plain_headers bad = plain_headers::of(verdict::bad_header);
    if (h.protocol == 0 && !h.extensions.empty()) return bad;
    if (h.extensions.size() == extension_headers_max || h.end + 8 > h.total) return bad;
    const std::size_t size = h.protocol == 44 ? 8 : 8 + std::size_t{packet[h.end + 1]} * 8;
    if (h.end + size > h.total || h.end + size > 65535) return bad;
    if (h.protocol == 44) {
      const std::size_t offset_and_more = be16_at(packet, h.end + 2);
      h.later_fragment = offset_and_more / 8 != 0;
      h.fragment = h.fragment || h.later_fragment || offset_and_more % 2 != 0;
    }
    h.extensions.push_back({h.protocol, h.end, size});
    h.named_at = h.end;
    h.protocol = packet[h.end];
    h.end += size;
  }
  return h;
}
}  // namespace detail

inline plain_headers read_headers(const bytes& packet) {
  if (packet.empty()) return plain_headers::of(verdict::not_ip);
  if (packet.size() < 20) return plain_headers::of(verdict::runt);
  if (packet[0] / 16 == 4) return detail::plain_ipv4(packet);
  return packet[0] / 16 == 6 ? detail::plain_ipv6(packet) : plain_headers::of(verdict::not_ip);
}

/// Where a transport-mode ESP header goes, and where its protocol number is to stand (RFC 4303 3.1.1): behind everything but
/// destination options that follow the last hop-by-hop, routing or fragment header.
struct insertion {
  std::size_t at, named_at;
  octet next_header;
};
inline insertion insertion_into(const bytes& packet, const plain_headers& h) {
  if (h.version == 4) return {h.end, 9, packet[9]};
  insertion place{40, 6, packet[6]};
  for (const plain_headers::row& one : h.extensions)
    if (one.kind != 60) place = {one.at + one.size, one.at, packet[one.at]};
  return place;
}

/// Puts `header` (an IP header and what stands in front of ESP) in front of `rest`, with length and checksum set right.
inline bytes joined(bytes header, std::size_t named_at, octet protocol, const bytes& rest) {
  header[named_at] = protocol;
  append(header, rest);
  if (header[0] / 16 == 4) {
    put_be16(header, 2, header.size());
    set_ipv4_checksum(header);
  } else {
    put_be16(header, 4, header.size() - 40);
  }
  return header;
}

/// The packet in which `esp` travels through the tunnel of `sa`; what the header copies from the inside is given.
inline bytes tunnel_packet(const sa_parameters& sa, octet traffic_class, std::size_t identification, bool dont_fragment, std::uint32_t flow_label,
                           const bytes& esp) {
  bytes header;
  if (sa.destination.version == family::ipv4) {
    append_be(header, 0x4500u + traffic_class, 2);
    append_be(header, 0, 2);
    append_be(header, identification % 65536, 2);
    append_be(header, dont_fragment ? 0x4000 : 0, 2);
    append_be(header, sa.hop_limit, 1);
    append_be(header, 0, 3);
    header.insert(header.end(), sa.source.value, sa.source.value + 4);
    header.insert(header.end(), sa.destination.value, sa.destination.value + 4);
    return joined(header, 9, 50, esp);
  }
  append_be(header, std::uint64_t{6} << 28 | std::uint64_t{traffic_class} << 20 | flow_label, 4);
  append_be(header, 0, 3);
  append_be(header, sa.hop_limit, 1);
  header.insert(header.end(), sa.source.value, sa.source.value + 16);
  header.insert(header.end(), sa.destination.value, sa.destination.value + 16);
  return joined(header, 6, 50, esp);
}

namespace detail {
inline bool begins_like(const bytes& packet, std::size_t at, const address& wanted, std::size_t bits) {
  for (std::size_t i = 0; i < (std::min)(bits, 8 * wanted.size()); ++i)
    if (((packet[at + i / 8] ^ wanted.value[i / 8]) >> (7 - i % 8)) % 2 != 0) return false;
  return true;
}
}  // namespace detail

/// Whether a selector covers a packet whose headers are sound (RFC 4301 4.4.1.1).
inline bool covers(const selector_parameters& selector, const bytes& packet, const plain_headers& h) {
  if (selector.source_prefix != 0 || selector.destination_prefix != 0) {
    const address& named = selector.source_prefix != 0 ? selector.source : selector.destination;
    if (static_cast<unsigned>(named.version) != h.version) return false;
    const std::size_t size = h.version == 4 ? 4 : 16, at = h.version == 4 ? 12 : 8;
    if (!detail::begins_like(packet, at, selector.source, selector.source_prefix)) return false;
    if (!detail::begins_like(packet, at + size, selector.destination, selector.destination_prefix)) return false;
  }
  if (selector.protocol != 0 && selector.protocol != h.protocol) return false;
  if (selector.source_ports.any() && selector.destination_ports.any()) return true;
  const bool is_icmp = h.protocol == 1 || h.protocol == 58;
  const bool has_ports = h.protocol == 6 || h.protocol == 17 || h.protocol == 33 || h.protocol == 132 || h.protocol == 136;
  if (h.later_fragment || h.end + 4 > h.total || (!is_icmp && !has_ports)) return false;
  const std::size_t source = be16_at(packet, h.end), destination = be16_at(packet, is_icmp ? h.end : h.end + 2);
  return selector.source_ports.low <= source && source <= selector.source_ports.high && selector.destination_ports.low <= destination &&
         destination <= selector.destination_ports.high;
}

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
