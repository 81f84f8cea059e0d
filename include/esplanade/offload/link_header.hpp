// The link header in front of a frame's IP packet: how long it is, and whether a NIC works behind it.
#pragma once

#include <esplanade/buffer/access.hpp>
#include <esplanade/capability/device_capabilities.hpp>

namespace esplanade {
inline namespace v0 {

// Framings (ipsecov2.md 1.4), as they stand in a frame
//   none              | IP …
//   ieee_802_3        | destination 6 | source 6 | type 2 | IP …
//   vlan_inline       | destination 6 | source 6 | 0x8100, tag 4 | type 2 | IP …
//   llc_snap_routed   | destination 6 | source 6 | length 2 | aa aa 03 00 00 00 | type 2 | IP …
// A tag beside the frame stands in the out-of-band slot `vlan`; the frame itself is one of the others then.

inline constexpr std::size_t ethernet_octets = 14, ethernet_vlan_octets = 18, ethernet_snap_octets = 22;

/// A frame's link header.
struct link_header {
  link_framing framing = link_framing::ieee_802_3;
  std::uint8_t octets = 0;   ///< in front of the IP header
  bool carries_ip = false;   ///< false: another protocol, a second tag, or fewer octets than a header; the rest means nothing
  family version = family::ipv4;
};

namespace detail {
[[nodiscard]] ESPLANADE_INLINE link_header link_to(link_framing framing, std::size_t octets, std::uint16_t type) noexcept {
  const bool v4 = type == 0x0800, v6 = type == 0x86dd;
  return {framing, static_cast<std::uint8_t>(octets), v4 || v6, v6 ? family::ipv6 : family::ipv4};
}
}  // namespace detail

/// Reads the link header of a frame on a link of these framings: one with `none` and no other has no link headers at all.
///   Shape    `read` is an OctetReader of the frame
///   Cost     one load of the EtherType where it is IP's
template <OctetReader Reader> [[nodiscard]] ESPLANADE_INLINE link_header read_link_header(Reader& read, set_of<link_framing> framings) noexcept {
  if (framings.has(link_framing::none) && !framings.has(link_framing::ieee_802_3) && !framings.has(link_framing::llc_snap_routed)) {
    const octet* const first = read(0, 1);
    const unsigned version = first == nullptr ? 0u : static_cast<unsigned>(*first >> 4);
    return {link_framing::none, 0, version == 4 || version == 6, version == 6 ? family::ipv6 : family::ipv4};
  }
  const octet* at = read(12, 2);
  if (at == nullptr) return {};
  const std::uint16_t type = load_be16(at);
  if (type == 0x8100) {
    at = read(16, 2);
    return at == nullptr ? link_header{} : detail::link_to(link_framing::vlan_inline, ethernet_vlan_octets, load_be16(at));
  }
  if (type > 1500) return detail::link_to(link_framing::ieee_802_3, ethernet_octets, type);  // IEEE 802.3 3.2.6: else a length
  constexpr octet snap[] = {0xaa, 0xaa, 0x03, 0, 0, 0};
  at = read(14, 8);
  if (at == nullptr || std::memcmp(at, snap, sizeof snap) != 0) return {};
  return detail::link_to(link_framing::llc_snap_routed, ethernet_snap_octets, load_be16(at + 6));
}

/// Whether a NIC of these framings works on IPsec in such a frame (F18, F119). `tag_beside`: the slot of the 802.1Q tag says one.
[[nodiscard]] ESPLANADE_INLINE bool works_behind(const link_header& link, bool tag_beside, set_of<link_framing> framings) noexcept {
  return link.carries_ip && framings.has(link.framing) && (!tag_beside || framings.has(link_framing::vlan_beside));
}

}  // namespace v0
}  // namespace esplanade
