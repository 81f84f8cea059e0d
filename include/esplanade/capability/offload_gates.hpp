// What a packet or an SA asks of a device against what the device reports: the gates that host and NIC both go by.
#pragma once

#include <esplanade/base/result.hpp>
#include <esplanade/capability/device_capabilities.hpp>

namespace esplanade {
inline namespace v0 {

/// What a report answers with yes or no, one bit each, so that a packet's gate is one mask.
enum class offload_feature : std::uint32_t {
  ipv6 = 0x0001,
  ipv4_options = 0x0002,
  ipv6_extension_headers = 0x0004,
  ah = 0x0008,
  esp = 0x0010,
  ah_and_esp = 0x0020,
  transport = 0x0040,
  tunnel = 0x0080,
  transport_in_tunnel = 0x0100,
  large_send = 0x0200,
  esn = 0x0400,
  tcp_checksum = 0x0800,
  udp_checksum = 0x1000,
};
[[nodiscard]] constexpr set_of<offload_feature> operator|(offload_feature a, offload_feature b) noexcept { return set_of<offload_feature>(a) | set_of<offload_feature>(b); }

/// What the device does; none at all when it does no IPsec (F5, F6).
[[nodiscard]] constexpr set_of<offload_feature> features_of(const device_capabilities& c) noexcept {
  using enum offload_feature;
  if (!c.any()) return {};
  const auto when = [](bool has, offload_feature f) { return has ? set_of<offload_feature>(f) : set_of<offload_feature>(); };
  return when(c.ipv6, ipv6) | when(c.ipv4_options, ipv4_options) | when(c.ipv6_extension_headers, ipv6_extension_headers) | when(c.ah, ah) | when(c.esp, esp) | when(c.ah_and_esp, ah_and_esp) |
         when(c.transport, transport) | when(c.tunnel, tunnel) | when(c.transport_in_tunnel, transport_in_tunnel) | when(c.large_send, large_send) | when(c.esn, esn) |
         when(c.tcp_checksum, tcp_checksum) | when(c.udp_checksum, udp_checksum);
}

/// What follows from having two of them on one packet: AH beside ESP, a transport portion in a tunnel.
[[nodiscard]] constexpr set_of<offload_feature> with_combinations(set_of<offload_feature> needed) noexcept {
  using enum offload_feature;
  if (needed.covers(ah | esp)) needed = needed | ah_and_esp;
  if (needed.covers(transport | tunnel)) needed = needed | transport_in_tunnel;
  return needed;
}

/// What one packet or one SA asks for. A packet's features are those of all its SAs and of its headers together.
struct offload_need {
  set_of<offload_feature> features{};          ///< combinations follow by themselves
  set_of<link_framing> framings{};             ///< 802.3 and, with a VLAN tag, how it comes
  set_of<udp_esp_layout> udp_esp{};
  set_of<offload_integrity> integrity{};
  set_of<offload_encryption> encryption{};
  bool nameless = false;                       ///< a suite that reports have no name for
};

/// Whether a packet that asks for `needed` may be given to a device that has `have`. Large sends stay out of tunnels (ipsecov2.md 2.2, F12).
///   Cost     a few instructions; `have` is features_of(current), computed when the configuration changes
[[nodiscard]] constexpr bool may_carry(set_of<offload_feature> have, set_of<offload_feature> needed) noexcept {
  using enum offload_feature;
  return !have.empty() && have.covers(with_combinations(needed)) && !needed.covers(large_send | tunnel);
}

namespace detail {
struct worded_feature {
  offload_feature feature;
  const char* field;
  const char* reason;
};
inline constexpr worded_feature worded_features[] = {
    {offload_feature::ipv6, "ipv6", "the device does IPsec over IPv4 only"},
    {offload_feature::ipv4_options, "ipv4_options", "the device takes no packet with IPv4 options"},
    {offload_feature::ipv6_extension_headers, "ipv6_extension_headers", "the device takes no packet with other extension headers than AH and ESP"},
    {offload_feature::ah, "ah", "the device does no AH, or is not configured for it"},
    {offload_feature::esp, "esp", "the device does no ESP, or is not configured for it"},
    {offload_feature::ah_and_esp, "ah_and_esp", "the device does not do AH and ESP in one packet"},
    {offload_feature::transport, "transport", "the device does no transport mode"},
    {offload_feature::tunnel, "tunnel", "the device does no tunnel mode"},
    {offload_feature::transport_in_tunnel, "transport_in_tunnel", "the device does only one of the two portions of a packet"},
    {offload_feature::large_send, "large_send", "the device does not segment packets that IPsec protects"},
    {offload_feature::esn, "esn", "the device does no extended sequence numbers"},
    {offload_feature::tcp_checksum, "tcp_checksum", "the device computes no TCP checksum under IPsec"},
    {offload_feature::udp_checksum, "udp_checksum", "the device computes no UDP checksum under IPsec"},
};
constexpr fault closed(const char* field, const char* reason, const char* accepted) noexcept { return {fault_kind::not_supported, field, reason, accepted}; }
}  // namespace detail

/// Whether a device that reports `c` may be given what asks for `need`, and which gate is closed.
///   Errors   not_supported: the first field of the report that is in the way; the work stays in software
[[nodiscard]] constexpr result<void> check_gates(const device_capabilities& c, const offload_need& need) noexcept {
  using namespace detail;
  if (!c.any()) return closed("tunnel", "the device does no IPsec, or is not configured for it", "software; tunnel, ah or esp, and sa_capacity in the report");
  const auto lacking = with_combinations(need.features).without(features_of(c));
  for (const auto& row : worded_features)
    if (lacking.has(row.feature)) return closed(row.field, row.reason, "software, or a device that reports it");
  if (need.features.covers(offload_feature::large_send | offload_feature::tunnel)) return closed("large_send", "packets of a tunnel are not segmented", "software, or packets that fit");
  if (!c.framings.covers(need.framings)) return closed("framings", "the device does not know this link header", "software, or a framing of the report");
  if (!c.udp_esp.covers(need.udp_esp)) return closed("udp_esp", "the device does not do this layout of UDP and ESP", "software, or a layout of the report");
  if (!c.integrity.covers(need.integrity)) return closed("integrity", "not an algorithm of the current configuration", "software, or an algorithm of the report");
  if (!c.encryption.covers(need.encryption)) return closed("encryption", "not an algorithm of the current configuration", "software, or an algorithm of the report");
  if (need.nameless) return closed("suite", "reports have no name for this suite", "software, or a suite of offload_algorithms.hpp");
  return {};
}

/// Who computes the checksum inside an IPsec packet: the host, unless the device said that it does both on one packet (F17).
[[nodiscard]] constexpr bool host_computes_checksum(set_of<offload_feature> have, offload_feature tcp_or_udp_checksum) noexcept { return !have.has(tcp_or_udp_checksum); }

}  // namespace v0
}  // namespace esplanade
