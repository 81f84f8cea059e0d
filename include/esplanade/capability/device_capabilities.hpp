// What a NIC says it can do for IPsec: the fields of IPsec Offload Version 2, as a type.
#pragma once

#include <esplanade/capability/offload_algorithms.hpp>

namespace esplanade {
inline namespace v0 {

/// Framings of the link layer, as bits of a capability (ipsecov2.md 1.4).
enum class link_framing : std::uint32_t {
  none = 0x1,            ///< no link header: a packet starts with IP
  ieee_802_3 = 0x2,      ///< mandatory in a report
  vlan_inline = 0x4,     ///< 802.1Q tag inside the frame
  vlan_beside = 0x8,     ///< 802.1Q tag in the out-of-band word
  llc_snap_routed = 0x10,
};

/// What a NIC reports, or provides at present; a profile says what an endpoint wants to be, this what a device can do for it.
///   Shape    one member for each field of the report (ipsecov2.md 2.2, coexistence 2.1)
///   Threads  a value
struct device_capabilities {
  set_of<link_framing> framings{};
  bool ipv6 = false;
  bool ipv4_options = false;
  bool ipv6_extension_headers = false;  ///< other than AH and ESP
  bool ah = false;
  bool esp = false;
  bool ah_and_esp = false;              ///< both in one packet
  bool transport = false;
  bool tunnel = false;                  ///< false: no offload at all (F6)
  bool transport_in_tunnel = false;     ///< both portions of one packet
  bool large_send = false;              ///< segmentation of packets that IPsec protects
  bool esn = false;
  bool tcp_checksum = false;            ///< beside IPsec, on one packet
  bool udp_checksum = false;
  set_of<udp_esp_layout> udp_esp{};
  set_of<offload_integrity> integrity{};
  set_of<offload_encryption> encryption{};
  std::uint32_t sa_capacity = 0;        ///< SA bundles; inbound and outbound ones each count
  friend constexpr bool operator==(const device_capabilities&, const device_capabilities&) noexcept = default;

  /// Whether any IPsec work may be given to the device at all (F5, F6).
  [[nodiscard]] constexpr bool any() const noexcept { return tunnel && (ah || esp) && sa_capacity != 0; }

  /// Whether this device can do all that `other` can: current configuration ⊆ hardware.
  [[nodiscard]] constexpr bool covers(const device_capabilities& other) const noexcept {
    const auto implies = [](bool less, bool more) { return !less || more; };
    return framings.covers(other.framings) && implies(other.ipv6, ipv6) && implies(other.ipv4_options, ipv4_options) && implies(other.ipv6_extension_headers, ipv6_extension_headers) &&
           implies(other.ah, ah) && implies(other.esp, esp) && implies(other.ah_and_esp, ah_and_esp) && implies(other.transport, transport) && implies(other.tunnel, tunnel) &&
           implies(other.transport_in_tunnel, transport_in_tunnel) && implies(other.large_send, large_send) && implies(other.esn, esn) && implies(other.tcp_checksum, tcp_checksum) &&
           implies(other.udp_checksum, udp_checksum) && udp_esp.covers(other.udp_esp) && integrity.covers(other.integrity) && encryption.covers(other.encryption) && other.sa_capacity <= sa_capacity;
  }
};

}  // namespace v0
}  // namespace esplanade
