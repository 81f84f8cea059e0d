// A whole report of task offloads: checksums, large sends and both versions of IPsec, of hardware or of what is configured.
#pragma once

#include <esplanade/capability/common_capabilities.hpp>

namespace esplanade {
inline namespace v0 {

/// Which segments one kind of large send takes, for one IP version.
struct large_send_limits {
  set_of<link_framing> framings{};
  std::uint32_t octets_max = 0;    ///< of TCP payload in one send
  std::uint32_t segments_min = 0;  ///< fewer are sent one by one
  std::uint32_t options = 0;       ///< bits of the record: which options and extension headers it takes
  [[nodiscard]] constexpr bool any() const noexcept { return !framings.empty() && octets_max != 0; }
  friend constexpr bool operator==(const large_send_limits&, const large_send_limits&) noexcept = default;
};

/// The large sends that a report has records of, one bit each.
enum class large_send_kind : std::uint32_t { v1 = 0x1, v2_ipv4 = 0x2, v2_ipv6 = 0x4 };

/// Checksums of one direction and IP version.
struct checksum_offload {
  set_of<link_framing> framings{};
  std::uint32_t kinds = 0;  ///< two bits each from the lowest: IP options or extension headers, TCP options, TCP, UDP, and for IPv4 the IP header
  friend constexpr bool operator==(const checksum_offload&, const checksum_offload&) noexcept = default;
};

/// IPsec offload of version 1, IPv4 only (ipsecov2.md 7), by the words of its record.
struct ipsec_v1_words {
  std::uint32_t framings = 0, ah_esp_combined = 0, transport_tunnel_combined = 0, ipv4_options = 0, flags = 0;
  std::uint32_t ah = 0, esp = 0;
  friend constexpr bool operator==(const ipsec_v1_words&, const ipsec_v1_words&) noexcept = default;
};

/// Tasks on packets inside GRE.
struct encapsulated_offload {
  std::uint32_t tasks = 0;              ///< four bits each from the lowest: checksums sent, checksums received, large sends, RSS, VMQ
  std::uint32_t header_octets_max = 0;  ///< in front of the packet inside
  friend constexpr bool operator==(const encapsulated_offload&, const encapsulated_offload&) noexcept = default;
};

/// What an adapter can do for TCP/IP (ipsecov2.md 2.1).
///   Shape    one member for each part of the record; the two coexistence flags are members of `ipsec`
///   Threads  a value
struct offload_report {
  checksum_offload ipv4_send_checksum, ipv4_receive_checksum, ipv6_send_checksum, ipv6_receive_checksum;
  large_send_limits large_send_v1;       ///< IPv4
  ipsec_v1_words ipsec_v1;
  large_send_limits large_send_v2_ipv4, large_send_v2_ipv6;
  device_capabilities ipsec;             ///< version 2
  bool checksums_grouped = false;        ///< the capabilities of checksums are to be taken together
  bool coalescing_ipv4 = false, coalescing_ipv6 = false;  ///< of received TCP segments; never under IPsec (F117)
  encapsulated_offload encapsulated{};
  friend constexpr bool operator==(const offload_report&, const offload_report&) noexcept = default;

  /// The framings that any offload takes for one IP version.
  [[nodiscard]] constexpr set_of<link_framing> framings_of(family version) const noexcept {
    if (version == family::ipv6) return ipv6_send_checksum.framings | ipv6_receive_checksum.framings | large_send_v2_ipv6.framings | (ipsec.any() && ipsec.ipv6 ? ipsec.framings : set_of<link_framing>());
    return ipv4_send_checksum.framings | ipv4_receive_checksum.framings | large_send_v1.framings | large_send_v2_ipv4.framings | set_of<link_framing>::from_bits(ipsec_v1.framings) |
           (ipsec.any() ? ipsec.framings : set_of<link_framing>());
  }
  /// Whether there is any offload at all.
  [[nodiscard]] constexpr bool any() const noexcept { return !(framings_of(family::ipv4) | framings_of(family::ipv6)).empty(); }
  /// Whether packets that IPsec protects may be given as large sends: the limits are those of the large-send records (F12).
  [[nodiscard]] constexpr bool large_send_under_ipsec(family version) const noexcept {
    return ipsec.any() && ipsec.large_send && (version == family::ipv4 ? large_send_v1.any() || large_send_v2_ipv4.any() : large_send_v2_ipv6.any());
  }
  /// Whether all that `other` reports is reported here too.
  [[nodiscard]] constexpr bool covers(const offload_report& other) const noexcept;
};

/// What both reports have in common.
[[nodiscard]] constexpr offload_report common(const offload_report& a, const offload_report& b) noexcept {
  const auto checksum = [](const checksum_offload& x, const checksum_offload& y) { return checksum_offload{x.framings & y.framings, x.kinds & y.kinds}; };
  const auto large = [](const large_send_limits& x, const large_send_limits& y) {
    const large_send_limits both{x.framings & y.framings, x.octets_max < y.octets_max ? x.octets_max : y.octets_max, x.segments_min > y.segments_min ? x.segments_min : y.segments_min, x.options & y.options};
    return both.any() ? both : large_send_limits{};
  };
  const auto tasks = [](const encapsulated_offload& x, const encapsulated_offload& y) {
    return encapsulated_offload{x.tasks & y.tasks, x.header_octets_max < y.header_octets_max ? x.header_octets_max : y.header_octets_max};
  };
  const auto v1 = [](const ipsec_v1_words& x, const ipsec_v1_words& y) {
    return ipsec_v1_words{x.framings & y.framings, x.ah_esp_combined & y.ah_esp_combined, x.transport_tunnel_combined & y.transport_tunnel_combined, x.ipv4_options & y.ipv4_options, x.flags & y.flags,
                          x.ah & y.ah, x.esp & y.esp};
  };
  return {checksum(a.ipv4_send_checksum, b.ipv4_send_checksum), checksum(a.ipv4_receive_checksum, b.ipv4_receive_checksum), checksum(a.ipv6_send_checksum, b.ipv6_send_checksum),
          checksum(a.ipv6_receive_checksum, b.ipv6_receive_checksum), large(a.large_send_v1, b.large_send_v1), v1(a.ipsec_v1, b.ipsec_v1), large(a.large_send_v2_ipv4, b.large_send_v2_ipv4),
          large(a.large_send_v2_ipv6, b.large_send_v2_ipv6), common(a.ipsec, b.ipsec), a.checksums_grouped && b.checksums_grouped, a.coalescing_ipv4 && b.coalescing_ipv4, a.coalescing_ipv6 && b.coalescing_ipv6,
          tasks(a.encapsulated, b.encapsulated)};
}
constexpr bool offload_report::covers(const offload_report& other) const noexcept { return common(*this, other) == common(other, other); }

}  // namespace v0
}  // namespace esplanade
