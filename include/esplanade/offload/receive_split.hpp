// What else a NIC does with received frames, where IPsec sets limits: header-data split, and the coalescing of TCP segments.
#pragma once

#include <esplanade/net/ah.hpp>
#include <esplanade/net/esp.hpp>
#include <esplanade/net/udp.hpp>
#include <esplanade/buffer/nbl_words.hpp>
#include <esplanade/offload/link_header.hpp>

namespace esplanade {
inline namespace v0 {

/// Where a frame's headers end, and what they are.
struct frame_headers {
  std::size_t end = 0;        ///< octets that must stay together: link, IP with options and extension headers, AH, ESP's SPI and number, TCP or UDP
  bool ipsec = false;         ///< AH or ESP among them
  octet upper = protocol_number::none;  ///< TCP, UDP, or none where it is not known or the frame is a fragment
};

namespace detail {
/// Octets of the header of an upper layer that stands at `at`.
template <OctetReader Reader> [[nodiscard]] std::size_t upper_header_octets(Reader& read, std::size_t at, octet protocol) noexcept {
  if (protocol == protocol_number::udp) return udp_header_octets;
  if (protocol != protocol_number::tcp) return 0;
  const octet* const offset = read(at + 12, 1);
  return offset == nullptr ? 20 : std::size_t{*offset} >> 4 << 2;
}
}  // namespace detail

/// Walks a frame's headers as they stand in clear: IPsec counts like an option, not as an upper layer (ipsecov2.md 5.4).
///   Shape    `read` shows the frame behind its link header, which has `link` octets
///            `is_esp_port(port)`: whether UDP to this port holds ESP
template <OctetReader Reader, class IsEspPort> [[nodiscard]] frame_headers headers_of(Reader& read, std::size_t available, std::size_t link, IsEspPort is_esp_port) noexcept {
  const ip_layout at = walk_ip(read, available);
  frame_headers h{.end = link};
  if (at.status == verdict::not_ip || at.header_length == 0) return h;
  std::size_t end = at.header_length;
  octet protocol = at.protocol;
  if (at.fragment) protocol = protocol_number::none;
  if (protocol == protocol_number::ah) {
    h.ipsec = true;
    const octet* const ah = read(end, 2);
    protocol = ah == nullptr ? protocol_number::none : ah[0];
    end += ah == nullptr ? ah_fixed_octets : (std::size_t{ah[1]} + 2) * 4;
  }
  if (protocol == protocol_number::udp) {
    const octet* const udp = read(end, udp_header_octets + udp_marker_octets);
    if (udp != nullptr && is_esp_port(load_be16(udp + 2)) && udp_content_of({udp + udp_header_octets, udp_marker_octets}) == udp_content::esp) {
      protocol = protocol_number::esp;
      end += udp_header_octets;
    }
  }
  if (protocol == protocol_number::esp) {
    h.ipsec = true;
    end += esp_header_octets;
  } else if (protocol == protocol_number::tcp || protocol == protocol_number::udp) {
    h.upper = protocol;
    end += detail::upper_header_octets(read, end, protocol);
  }
  h.end = link + (end < available ? end : available);
  return h;
}

/// Where a frame may be cut in two that a NIC would cut at `wanted`: never inside headers, unless the first piece holds all
/// that the host looks ahead anyway (F120).
///   Units    octets from the start of the frame; `lookahead` likewise
[[nodiscard]] constexpr std::size_t split_point(const frame_headers& h, std::size_t wanted, std::size_t lookahead) noexcept {
  return wanted >= h.end || wanted >= lookahead ? wanted : h.end;
}

/// Whether a segment may be joined with others of its connection (RSC): never one that IPsec protects, opened or not (F117).
/// What else coalescing asks (flags, numbers, lengths) is not looked at here.
[[nodiscard]] constexpr bool may_coalesce(const frame_headers& h, const receive_ipsec& said) noexcept { return h.upper == protocol_number::tcp && !h.ipsec && !said.done; }

}  // namespace v0
}  // namespace esplanade
