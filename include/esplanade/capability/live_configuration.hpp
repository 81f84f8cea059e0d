// The current configuration as packets and SA requests see it: one word that changes at once, however many look at it.
#pragma once

#include <esplanade/base/atomic.hpp>
#include <esplanade/capability/offload_activation.hpp>
#include <esplanade/capability/offload_gates.hpp>

namespace esplanade {
inline namespace v0 {

/// IP versions whose received TCP segments may be joined.
struct coalescing {
  bool ipv4 = false, ipv6 = false;
};

/// A snapshot of all that is configured and active but the capacity.
///   Shape    features 13 bits, framings 5, UDP layouts 4, integrity 6, encryption 9; for each IP version active 1, header octets 5;
///            kinds of large sends 3, their framings 5; coalescing over IPv4, over IPv6
struct configuration_word {
  std::uint64_t bits = 0;

  [[nodiscard]] static constexpr configuration_word of(const device_capabilities& c, const offload_activation& activation, const active_large_sends& large = {}, const coalescing& joined = {}) noexcept {
    const std::uint64_t others = std::uint64_t{large.kinds.bits} << 49 | std::uint64_t{large.framings.bits} << 52 | std::uint64_t{joined.ipv4} << 57 | std::uint64_t{joined.ipv6} << 58;
    if (!c.any()) return {others};
    const auto framed = [&](family version) {
      return ipsec_active(c, activation, version) ? 1u | std::uint64_t{activation.of(version).header_octets} << 1 : 0u;
    };
    return {features_of(c).bits | std::uint64_t{c.framings.bits} << 13 | std::uint64_t{c.udp_esp.bits} << 18 | std::uint64_t{c.integrity.bits} << 22 | std::uint64_t{c.encryption.bits} << 28 |
            std::uint64_t{framed(family::ipv4)} << 37 | std::uint64_t{framed(family::ipv6)} << 43 | others};
  }
  [[nodiscard]] constexpr set_of<offload_feature> features() const noexcept { return set_of<offload_feature>::from_bits(field(0, 13)); }
  [[nodiscard]] constexpr set_of<link_framing> framings() const noexcept { return set_of<link_framing>::from_bits(field(13, 5)); }
  [[nodiscard]] constexpr set_of<udp_esp_layout> udp_esp() const noexcept { return set_of<udp_esp_layout>::from_bits(field(18, 4)); }
  [[nodiscard]] constexpr set_of<offload_integrity> integrity() const noexcept { return set_of<offload_integrity>::from_bits(field(22, 6)); }
  [[nodiscard]] constexpr set_of<offload_encryption> encryption() const noexcept { return set_of<offload_encryption>::from_bits(field(28, 9)); }
  /// Whether IPsec work may be done on packets of this version now (F27, F28).
  [[nodiscard]] constexpr bool active(family version) const noexcept { return field(version == family::ipv4 ? 37 : 43, 1) != 0; }
  /// Octets of the link header in front of packets of this version, while active.
  [[nodiscard]] constexpr std::uint8_t header_octets(family version) const noexcept { return static_cast<std::uint8_t>(field(version == family::ipv4 ? 38 : 44, 5)); }
  /// Large sends, under IPsec and without.
  [[nodiscard]] constexpr active_large_sends large_sends() const noexcept { return {set_of<large_send_kind>::from_bits(field(49, 3)), set_of<link_framing>::from_bits(field(52, 5))}; }
  /// Whose received TCP segments may be joined, where no IPsec is.
  [[nodiscard]] constexpr coalescing joined() const noexcept { return {field(57, 1) != 0, field(58, 1) != 0}; }
  /// How frames begin: nothing in front of IP where a version is active so, otherwise a link header that says itself what it is.
  [[nodiscard]] constexpr set_of<link_framing> link() const noexcept {
    for (const family version : {family::ipv4, family::ipv6})
      if (active(version) && header_octets(version) == 0) return link_framing::none;
    return link_framing::ieee_802_3;
  }

  /// Back to the form that SA requests are judged by.
  [[nodiscard]] constexpr device_capabilities capabilities(std::uint32_t sa_capacity) const noexcept {
    using enum offload_feature;
    const auto has = [&](offload_feature f) { return features().has(f); };
    if (features().empty()) return {};
    return {framings(), has(ipv6), has(ipv4_options), has(ipv6_extension_headers), has(offload_feature::ah), has(offload_feature::esp), has(ah_and_esp), has(transport), has(tunnel), has(transport_in_tunnel),
            has(large_send), has(offload_feature::esn), has(tcp_checksum), has(udp_checksum), udp_esp(), integrity(), encryption(), sa_capacity};
  }
  friend constexpr bool operator==(configuration_word, configuration_word) noexcept = default;

 private:
  [[nodiscard]] constexpr std::uint32_t field(unsigned shift, unsigned width) const noexcept { return static_cast<std::uint32_t>(bits >> shift & ((std::uint64_t{1} << width) - 1)); }
};

/// Where the control thread publishes what is configured and active, and lanes and SA requests read it.
///   Cost     reading: one load. A lane reads once for each batch
///   Threads  one writes, any read; nobody sees half of a change
template <class Atomics = real_atomics> class live_configuration {
 public:
  void publish(const device_capabilities& current, const offload_activation& activation, const active_large_sends& large = {}, const coalescing& joined = {}) noexcept {
    capacity_.store(current.sa_capacity, order::relaxed);
    word_.store(configuration_word::of(current, activation, large, joined).bits, order::release);
  }
  [[nodiscard]] configuration_word read() const noexcept { return {word_.load(order::acquire)}; }
  /// What an SA request is judged by at this moment (F15, F37).
  [[nodiscard]] device_capabilities capabilities() const noexcept {
    const configuration_word word = read();
    return word.capabilities(capacity_.load(order::relaxed));
  }

 private:
  typename Atomics::template word<std::uint64_t> word_{0};
  typename Atomics::template word<std::uint32_t> capacity_{0};
};

}  // namespace v0
}  // namespace esplanade
