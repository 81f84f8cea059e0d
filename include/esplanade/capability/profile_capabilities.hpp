// What a NIC that is built with a profile can advertise at most, and whether a report says no more.
#pragma once

#include <esplanade/base/result.hpp>
#include <esplanade/capability/device_capabilities.hpp>
#include <esplanade/capability/rules.hpp>

namespace esplanade {
inline namespace v0 {

/// The most that a NIC of device profile `P` can report. Suites that the model has no name for are not in it.
///   Shape    `sa_capacity`: bundles of its store
template <Profile P> [[nodiscard]] consteval device_capabilities capabilities_of(std::uint32_t sa_capacity = 0xffffffff) noexcept {
  device_capabilities c;
  c.framings = set_of<link_framing>::from_bits(0x1f);
  c.ipv6 = c.ipv4_options = c.ipv6_extension_headers = c.large_send = c.tcp_checksum = c.udp_checksum = true;
  for (const suite_sizes& s : P::suites.sizes) {
    const offload_transform t = transform_named(s);
    if (t.integrity.empty() && t.encryption.empty()) continue;
    (t.protocol == protocol_kind::ah ? c.ah : c.esp) = true;
    c.integrity = c.integrity | t.integrity;
    c.encryption = c.encryption | t.encryption;
  }
  c.ah_and_esp = c.ah && c.esp;
  c.transport = modes_of<P>.has(mode::transport);
  c.tunnel = modes_of<P>.has(mode::tunnel);
  c.transport_in_tunnel = c.transport && c.tunnel && P::levels >= 2;
  c.esn = P::esn != esn_use::off;
  if (encapsulates_in_udp<P> && c.esp) {
    using enum udp_esp_layout;
    if (c.transport) c.udp_esp = c.udp_esp | udp_esp_layout::transport;
    if (c.tunnel) c.udp_esp = c.udp_esp | udp_esp_layout::tunnel;
    if (c.transport_in_tunnel) c.udp_esp = c.udp_esp | transport_over_udp_tunnel | udp_transport_over_tunnel;
  }
  c.sa_capacity = sa_capacity;
  return c;
}

/// Whether `P` was built with every suite that a report promises. Its masks promise every pair of their algorithms that means
/// something, AES-GCM with an ICV of 16 octets.
template <Profile P> [[nodiscard]] constexpr bool builds_all_pairs(const device_capabilities& report) noexcept {
  bool all = true;
  const auto promised = [&](const detail::named_transform& row) {
    const bool spoken_of = row.named.protocol == protocol_kind::ah ? report.ah : report.esp;
    if (!spoken_of || !report.integrity.covers(row.named.integrity) || !report.encryption.covers(row.named.encryption) || !row.sizes.authenticates()) return;
    if (row.sizes.aead() && row.sizes.icv != 16) return;
    all = all && P::suites.has(row.sizes);
  };
  detail::each_transform(promised);
  return all;
}

/// Whether a NIC of profile `P` may give this report: it promises nothing that `P` was not built with.
///   Errors   not_supported: the report says more than capabilities_of<P>(), or a pair of algorithms that is no suite of `P`
template <Profile P> [[nodiscard]] constexpr result<void> check_report_of(const device_capabilities& report) noexcept {
  if (!capabilities_of<P>().covers(report)) return fault{fault_kind::not_supported, "report", "more than the profile was built for", "what capabilities_of<P>() says, or less"};
  if (!builds_all_pairs<P>(report)) return fault{fault_kind::not_supported, "encryption", "the masks promise a pair of algorithms that is no suite of the profile", "every such pair in .suites, or fewer algorithms in the report"};
  return {};
}

/// `static_assert(report_rules<P, report>::kept)` fails, with words, when the report promises more than profile `P` has.
template <Profile P, device_capabilities Report> struct report_rules {
  static constexpr bool covered = capabilities_of<P>().covers(Report);
  static_assert(covered, "this report says more than the profile was built for: report what capabilities_of<P>() says, or less");
  static_assert(!covered || builds_all_pairs<P>(Report), "the masks of this report promise a pair of algorithms that is no suite of the profile: add it to .suites, or report fewer algorithms");
  static constexpr bool kept = true;
};

}  // namespace v0
}  // namespace esplanade
