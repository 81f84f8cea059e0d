// Walking the headers of an IP packet: where each part lies, and whether the header contradicts itself.
#pragma once

#include <esplanade/base/verdict.hpp>
#include <esplanade/net/protocol.hpp>

#include <concepts>

namespace esplanade {
inline namespace v0 {

/// Gives the walker octets of a packet, wherever segment borders lie.
///   Shape    r(offset, n)   pointer to n contiguous octets from `offset`, or nullptr past the end; valid until the next call
///   Units    octets; n ≤ 40
///   Cost     no allocation; copies at most n octets when they straddle a segment border
///   Errors   nullptr is an answer
///   Threads  one
///   Models   span_reader, packet_reader
template <class R>
concept OctetReader = requires(R& r, std::size_t offset, std::size_t n) {
  { r(offset, n) } noexcept -> std::same_as<const octet*>;
};

/// Reads one contiguous span.
struct span_reader {
  const_octets data;
  ESPLANADE_INLINE const octet* operator()(std::size_t offset, std::size_t n) noexcept {
    return offset <= data.size() && n <= data.size() - offset ? data.data() + offset : nullptr;
  }
};

/// Where the parts of an IP packet lie. All offsets count octets from the IP header.
struct ip_layout {
  verdict status = verdict::forwarded;  ///< not_ip, runt or bad_header when the rest means nothing
  family version = family::ipv4;
  octet traffic_class = 0;              ///< DSCP and ECN
  octet protocol = 0;                   ///< of what follows the headers that were walked
  bool fragment = false;                ///< one of several IP fragments
  bool later_fragment = false;          ///< not the first one: no upper-layer header here
  bool dont_fragment = false;           ///< DF of an IPv4 packet; routers never fragment an IPv6 packet
  std::uint16_t header_length = 0;      ///< octets to what `protocol` names
  std::uint16_t protocol_at = 0;        ///< offset of the octet that holds `protocol`
  std::uint16_t insert_at = 0;          ///< where a transport-mode ESP header goes (RFC 4303 3.1.1)
  std::uint16_t insert_protocol_at = 0; ///< offset of the octet that will name ESP
  octet insert_protocol = 0;            ///< what that octet says now: the next header of the ESP trailer
  std::uint32_t total_length = 0;       ///< of the packet, as its header says; ≤ what the reader holds
};

inline constexpr unsigned extension_headers_max = 64;  ///< more in one packet is bad_header: bounded work

namespace detail {

/// True when the options of an IPv4 header can be walked: each length is at least 2 and stays inside.
[[nodiscard]] inline bool ipv4_options_sound(const octet* options, std::size_t size) noexcept {
  std::size_t at = 0;
  while (at < size) {
    if (options[at] == 0) return true;  // end of option list
    if (options[at] == 1) { ++at; continue; }
    if (size - at < 2) return false;
    const std::size_t length = options[at + 1];
    if (length < 2 || length > size - at) return false;
    at += length;
  }
  return true;
}

/// What there is to say of an IPv4 header of `length` octets, when that is not 20.
template <OctetReader Reader>
ESPLANADE_COLD verdict judge_ipv4_options(Reader& read, std::size_t length, std::size_t total, std::size_t available) noexcept {
  if (length < ipv4_header_octets || total < length) return verdict::bad_header;
  if (total > available) return verdict::runt;
  const octet* options = read(ipv4_header_octets, length - ipv4_header_octets);
  return options != nullptr && ipv4_options_sound(options, length - ipv4_header_octets) ? verdict::forwarded : verdict::bad_header;
}

/// Calls `walk` with another reader of the same packet where there can be one, so that this one stays in registers.
template <OctetReader Reader, class Walk> ESPLANADE_INLINE auto with_another(Reader& read, Walk walk) noexcept {
  if constexpr (requires { read.another(); }) {
    auto other = read.another();
    return walk(other);
  } else {
    return walk(read);
  }
}

template <OctetReader Reader>
ESPLANADE_INLINE ip_layout walk_ipv4(Reader& read, const octet* header, std::size_t available) noexcept {
  ip_layout out;
  out.version = family::ipv4;
  const std::uint64_t first = load_be64(header);  // version, IHL, traffic class, total length, identification, flags and offset
  const std::size_t length = static_cast<std::size_t>(header[0] & 0x0f) * 4;
  out.total_length = static_cast<std::uint32_t>(first >> 32 & 0xffff);
  const std::uint32_t fragment = static_cast<std::uint32_t>(first & 0xffff);
  out.traffic_class = static_cast<octet>(first >> 48 & 0xff);
  out.protocol = out.insert_protocol = header[9];
  out.protocol_at = out.insert_protocol_at = 9;
  out.header_length = out.insert_at = static_cast<std::uint16_t>(length);
  out.fragment = (fragment & 0x3fff) != 0;  // MF or an offset
  out.later_fragment = (fragment & 0x1fff) != 0;
  out.dont_fragment = (fragment & 0x4000) != 0;
  if (length != ipv4_header_octets) [[unlikely]] out.status = with_another(read, [&](auto& r) ESPLANADE_INLINE_LAMBDA { return judge_ipv4_options(r, length, out.total_length, available); });
  else if (out.total_length < length) out.status = verdict::bad_header;
  else if (out.total_length > available) out.status = verdict::runt;
  return out;
}

template <OctetReader Reader> ip_layout walk_ipv6(Reader& read, const octet* header, std::size_t available) noexcept {
  ip_layout out;
  out.version = family::ipv6;
  out.traffic_class = static_cast<octet>((header[0] << 4) | (header[1] >> 4));
  out.total_length = static_cast<std::uint32_t>(ipv6_header_octets) + load_be16(header + 4);
  out.protocol = out.insert_protocol = header[6];
  out.protocol_at = out.insert_protocol_at = 6;
  std::uint32_t at = ipv6_header_octets;
  out.header_length = out.insert_at = static_cast<std::uint16_t>(at);
  if (out.total_length > available) {
    out.status = verdict::runt;
    return out;
  }
  const auto refuse = [&out] {
    out.status = verdict::bad_header;
    return out;
  };
  for (unsigned walked = 0;; ++walked) {
    const octet kind = out.protocol;
    const bool is_fragment = kind == protocol_number::fragment;
    if (kind == protocol_number::hop_by_hop) {
      if (at != ipv6_header_octets) return refuse();  // RFC 8200 4.1: only right behind the IPv6 header
    } else if (kind != protocol_number::routing && kind != protocol_number::destination_options && !is_fragment) {
      return out;
    }
    if (walked == extension_headers_max) return refuse();
    const octet* extension = at + 8 <= out.total_length ? read(at, 8) : nullptr;
    if (extension == nullptr) return refuse();
    const std::uint32_t size = is_fragment ? 8u : (extension[1] + 1u) * 8u;
    if (size > out.total_length - at || at + size > 0xffff) return refuse();
    if (is_fragment) {
      const std::uint16_t bits = load_be16(extension + 2);
      out.fragment = out.fragment || (bits & 0xfff9) != 0;
      out.later_fragment = out.later_fragment || (bits & 0xfff8) != 0;
    }
    out.protocol = extension[0];
    out.protocol_at = static_cast<std::uint16_t>(at);
    at += size;
    out.header_length = static_cast<std::uint16_t>(at);
    // RFC 4303 3.1.1: ESP stands after hop-by-hop, routing and fragment headers. Destination options before a routing
    // header are for nodes on the way and stay in front; those behind it are for the destination and are protected.
    if (kind != protocol_number::destination_options) {
      out.insert_at = out.header_length;
      out.insert_protocol_at = out.protocol_at;
      out.insert_protocol = out.protocol;
    }
    if (out.later_fragment) return out;
  }
}
/// Whatever is not an IPv4 packet. `header`: the first 20 octets, if there are so many.
template <OctetReader Reader> ip_layout walk_no_ipv4(Reader& read, const octet* header, std::size_t available) noexcept {
  if (header == nullptr) return {.status = available == 0 ? verdict::not_ip : verdict::runt};
  if ((header[0] >> 4) != 6) return {.status = verdict::not_ip};
  header = read(0, ipv6_header_octets);
  if (header == nullptr) return {.status = verdict::runt};
  return walk_ipv6(read, header, available);
}
}  // namespace detail

/// Walks from the IP header at offset 0 to the first header that is not an IPv6 extension header (ESP and AH end the walk)
/// and returns what `then(layout)` makes of it. `then` is compiled once for each family: IPv4's fields stay in registers.
///   Units    `available` is the length of the packet in octets; it may exceed the header's total length (link padding)
///   Cost     IPv4: one header and its options; IPv6: at most `extension_headers_max` extension headers, linear in their octets
///   Errors   `status` says not_ip, runt or bad_header. The IPv4 header checksum is the IP layer's and not looked at
template <OctetReader Reader, class Then>
ESPLANADE_INLINE auto visit_ip(Reader& read, std::size_t available, Then then) noexcept {
  const octet* const header = read(0, ipv4_header_octets);
  if (header != nullptr && (header[0] >> 4) == 4) [[likely]] return then(detail::walk_ipv4(read, header, available));
  return then(detail::with_another(read, [&](auto& r) ESPLANADE_INLINE_LAMBDA { return detail::walk_no_ipv4(r, header, available); }));
}

/// The layout itself.
template <OctetReader Reader> [[nodiscard]] ESPLANADE_INLINE ip_layout walk_ip(Reader& read, std::size_t available) noexcept {
  return visit_ip(read, available, [](const ip_layout& at) { return at; });
}

}  // namespace v0
}  // namespace esplanade
