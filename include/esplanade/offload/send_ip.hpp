// Send: what a NIC reads of an IP header before it works on what stands behind it.
#pragma once

#include <esplanade/offload/device_context.hpp>

namespace esplanade {
inline namespace v0 {
namespace detail {

/// Reads a packet from `from` octets behind its front.
template <class P> struct reader_behind {
  packet_reader<P> read;
  std::size_t from;
  ESPLANADE_INLINE const octet* operator()(std::size_t offset, std::size_t n) noexcept { return read(from + offset, n); }
};

/// What an IP header says, walked from `from` on; extension headers and fragments are judged against the current configuration.
template <class Context> [[nodiscard]] verdict walk_ip_at(Context& c, std::size_t i, std::size_t from, ip_layout& at) noexcept {
  const auto& p = c.packet(i);
  const std::size_t all = packet_traits<typename Context::packet_type>::length(p);
  if (all < from) return verdict::runt;
  reader_behind<typename Context::packet_type> read{packet_reader(p), from};
  at = walk_ip(read, all - from);
  if (at.status != verdict::forwarded) return at.status;
  if (at.fragment) return verdict::ip_fragment;
  const device_capabilities& can = c.lane->current;
  if (at.version == family::ipv4 ? at.header_length != ipv4_header_octets && !can.ipv4_options : !can.ipv6) return verdict::beyond_device;
  if (at.version == family::ipv6 && at.header_length != ipv6_header_octets && !can.ipv6_extension_headers) return verdict::beyond_device;
  return verdict::forwarded;
}

/// Reads the IP header of the portion at `base`: its version, length, and that the packet is a whole one (F90). `header` is where
/// it ends: an IPv4 header without options and an IPv6 header without extension headers are not walked.
template <class Context> ESPLANADE_INLINE verdict read_ip_header(Context& c, std::size_t i, std::size_t& header) noexcept {
  auto& s = c.state[i];
  const auto& p = c.packet(i);
  const std::size_t all = packet_traits<typename Context::packet_type>::length(p);
  if (all < s.base + ipv4_header_octets) return verdict::runt;
  octet scratch[ipv4_header_octets];
  const octet* const ip = peek(p, s.base, ipv4_header_octets, scratch);
  if (ip[0] == 0x45) [[likely]] {
    s.version = family::ipv4;
    s.length = load_be16(ip + 2);
    header = ipv4_header_octets;
    if (((ip[6] & 0x3f) | ip[7]) != 0) return verdict::ip_fragment;
    if (s.length < ipv4_header_octets) return verdict::bad_header;
    if (s.length > all - s.base) return verdict::runt;
  } else if (ip[0] >> 4 == 6 && (ip[6] == protocol_number::esp || ip[6] == protocol_number::ah || ip[6] == protocol_number::udp)) {
    s.version = family::ipv6;
    s.length = static_cast<std::uint32_t>(ipv6_header_octets) + load_be16(ip + 4);
    header = ipv6_header_octets;
    if (!c.lane->current.ipv6) return verdict::beyond_device;
    if (s.length > all - s.base) return verdict::runt;
  } else {
    ip_layout at;
    if (const verdict v = walk_ip_at(c, i, s.base, at); v != verdict::forwarded) return v;
    s.version = at.version;
    s.length = at.total_length;
    header = at.version == family::ipv4 ? at.header_length : ipv6_header_octets;
  }
  return c.lane->mtu != 0 && s.length > c.lane->mtu ? verdict::packet_too_big : verdict::forwarded;
}

/// Checks that a number does not step back by more than 2^31, and notes about how far it came: with ESN the low word has then
/// begun anew without an UPDATE_SA (U-20).
ESPLANADE_INLINE bool steps_on(atomic_word<std::uint64_t>& reached, std::uint64_t number) noexcept {
  constexpr std::uint64_t step_back_max = std::uint64_t{1} << 31, noted_each = std::uint64_t{1} << 20;
  const std::uint64_t at = reached.load(order::relaxed);
  if (number < at && at - number > step_back_max) return false;  // differences: numbers go up to 2^64 - 1
  if (at == 0 || (number > at && number - at >= noted_each)) reached.store(number, order::relaxed);
  return true;
}

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
