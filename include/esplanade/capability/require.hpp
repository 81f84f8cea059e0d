// What a design demands of a device, and what it would like: a device that lacks it does not compile, or degrades.
#pragma once

#include <esplanade/capability/offload_gates.hpp>

namespace esplanade {
inline namespace v0 {

/// What the SAs of one suite ask for.
template <Suite S> [[nodiscard]] consteval offload_need need_of() noexcept {
  const offload_transform t = transform_named(S::sizes);
  offload_need need;
  need.features = S::sizes.protocol == protocol_kind::ah ? offload_feature::ah : offload_feature::esp;
  need.integrity = t.integrity;
  need.encryption = t.encryption;
  need.nameless = t.integrity.empty() && t.encryption.empty();
  return need;
}
/// What packets of these features ask for.
[[nodiscard]] constexpr offload_need need_of(set_of<offload_feature> features) noexcept {
  offload_need need;
  need.features = features;
  return need;
}
[[nodiscard]] constexpr offload_need operator|(offload_need a, const offload_need& b) noexcept {
  return {a.features | b.features, a.framings | b.framings, a.udp_esp | b.udp_esp, a.integrity | b.integrity, a.encryption | b.encryption, a.nameless || b.nameless};
}

/// Demands `x` of a device whose report was read at run time.
///   Errors   not_supported: the first field of the report that is in the way
[[nodiscard]] constexpr result<void> require(const device_capabilities& device, const offload_need& x) noexcept { return check_gates(device, x); }

/// What of `x` such a device does, and what is left to software. Each wish degrades by itself: a device that does AH and ESP but
/// not both on one packet keeps both, and `ah_and_esp` stays in software.
struct preference {
  offload_need device, software;
  [[nodiscard]] constexpr bool all_on_device() const noexcept {
    return software.features.empty() && software.framings.empty() && software.udp_esp.empty() && software.integrity.empty() && software.encryption.empty() && !software.nameless;
  }
};
[[nodiscard]] constexpr preference prefer(const device_capabilities& device, const offload_need& x) noexcept {
  const device_capabilities d = device.any() ? device : device_capabilities{};
  const set_of<offload_feature> wished = with_combinations(x.features);
  return {{wished & features_of(d), x.framings & d.framings, x.udp_esp & d.udp_esp, x.integrity & d.integrity, x.encryption & d.encryption, false},
          {wished.without(features_of(d)), x.framings.without(d.framings), x.udp_esp.without(d.udp_esp), x.integrity.without(d.integrity), x.encryption.without(d.encryption), x.nameless}};
}

namespace detail {
enum class lack : std::uint8_t { nothing, any, ipv6, ipv4_options, ipv6_extension_headers, ah, esp, ah_and_esp, transport, transport_in_tunnel, large_send, large_send_in_tunnel, esn, checksum, framing, udp_esp, integrity, encryption, nameless };

consteval lack first_lack(const device_capabilities& d, const offload_need& x) {
  using enum offload_feature;
  if (!d.any()) return lack::any;
  const auto lacking = with_combinations(x.features).without(features_of(d));
  if (lacking.has(ipv6)) return lack::ipv6;
  if (lacking.has(ipv4_options)) return lack::ipv4_options;
  if (lacking.has(ipv6_extension_headers)) return lack::ipv6_extension_headers;
  if (lacking.has(offload_feature::ah)) return lack::ah;
  if (lacking.has(offload_feature::esp)) return lack::esp;
  if (lacking.has(ah_and_esp)) return lack::ah_and_esp;
  if (lacking.has(transport)) return lack::transport;
  if (lacking.has(transport_in_tunnel)) return lack::transport_in_tunnel;
  if (lacking.has(large_send)) return lack::large_send;
  if (x.features.covers(large_send | tunnel)) return lack::large_send_in_tunnel;
  if (lacking.has(offload_feature::esn)) return lack::esn;
  if (lacking.has(tcp_checksum) || lacking.has(udp_checksum)) return lack::checksum;
  if (!d.framings.covers(x.framings)) return lack::framing;
  if (!d.udp_esp.covers(x.udp_esp)) return lack::udp_esp;
  if (!d.integrity.covers(x.integrity)) return lack::integrity;
  if (!d.encryption.covers(x.encryption)) return lack::encryption;
  return x.nameless ? lack::nameless : lack::nothing;
}
template <lack Lacks> struct device_lacks {
  static_assert(Lacks != lack::any, "require: this device does no IPsec at all: its report needs tunnel, ah or esp, and an sa_capacity; or use prefer");
  static_assert(Lacks != lack::ipv6, "require: this device does IPsec over IPv4 only: take one whose report has ipv6, or use prefer");
  static_assert(Lacks != lack::ipv4_options, "require: this device takes no packet with IPv4 options: take one whose report has ipv4_options, or use prefer");
  static_assert(Lacks != lack::ipv6_extension_headers, "require: this device takes no IPv6 extension headers but AH and ESP: take one whose report has ipv6_extension_headers, or use prefer");
  static_assert(Lacks != lack::ah, "require: this device does no AH: take one whose report has ah, or use prefer");
  static_assert(Lacks != lack::esp, "require: this device does no ESP: take one whose report has esp, or use prefer");
  static_assert(Lacks != lack::ah_and_esp, "require: this device does not do AH and ESP in one packet: take one whose report has ah_and_esp, or use prefer");
  static_assert(Lacks != lack::transport, "require: this device does no transport mode: take one whose report has transport, or use prefer");
  static_assert(Lacks != lack::transport_in_tunnel, "require: this device does no transport mode inside a tunnel: take one whose report has transport_in_tunnel, or use prefer");
  static_assert(Lacks != lack::large_send, "require: this device does not segment packets that IPsec protects: take one whose report has large_send, or use prefer");
  static_assert(Lacks != lack::large_send_in_tunnel, "require: no device segments packets of a tunnel: leave large_send or tunnel out");
  static_assert(Lacks != lack::esn, "require: this device does no extended sequence numbers: take one whose report has esn, or use prefer");
  static_assert(Lacks != lack::checksum, "require: this device computes no such checksum under IPsec: take one whose report has tcp_checksum or udp_checksum, or use prefer");
  static_assert(Lacks != lack::framing, "require: this device does not know this link header: take one whose report has the framing, or use prefer");
  static_assert(Lacks != lack::udp_esp, "require: this device does not do this layout of UDP and ESP: take one whose report has it in udp_esp, or use prefer");
  static_assert(Lacks != lack::integrity, "require: this device lacks the integrity algorithm: take one whose report has it in integrity, or use prefer");
  static_assert(Lacks != lack::encryption, "require: this device lacks the encryption algorithm: take one whose report has it in encryption, or use prefer");
  static_assert(Lacks != lack::nameless, "require: reports have no name for this suite, so no device of this model does it: take a suite of offload_algorithms.hpp, or use prefer");
  static constexpr bool kept = true;
};
}  // namespace detail

/// `static_assert(requirement<device, x>::kept)` fails, with words, when a device whose report is known at compile time lacks `x`.
template <device_capabilities Device, offload_need X> struct requirement : detail::device_lacks<detail::first_lack(Device, X)> {};

}  // namespace v0
}  // namespace esplanade
