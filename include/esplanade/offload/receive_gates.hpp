// What the configuration lets a NIC do with packets, those that arrive above all: a snapshot, under which a whole batch is worked on.
#pragma once

#include <esplanade/capability/live_configuration.hpp>
#include <esplanade/offload/device_sa.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
/// The names of a device profile's suites, looked up once.
template <class P> struct suite_names {
  offload_transform of[P::suites.count]{};
  constexpr suite_names() noexcept {
    for (std::size_t k = 0; k < P::suites.count; ++k) of[k] = transform_named(P::suites.sizes[k]);
  }
};
template <class P> inline constexpr suite_names<P> suite_names_of{};
}  // namespace detail

/// Made anew when the configuration changes; a packet that a gate is closed for is handed up untouched (F8, F9, F110).
///   Cost     a mask and a load for each packet
///   Threads  a value
template <class P> struct receive_gates {
  set_of<offload_feature> features{};
  set_of<udp_esp_layout> udp_esp{};
  set_of<link_framing> framings{};
  bool ipv4 = false, ipv6 = false;    ///< switched on by the encapsulation that the host set (F27, F28)
  bool suite[P::suites.count]{};      ///< by its place in the profile: its algorithms are in the current configuration

  /// `ipv4` and `ipv6`: whether the host has set an encapsulation for the family; before it has, nothing is done (F28).
  [[nodiscard]] static constexpr receive_gates of(const device_capabilities& current, bool ipv4, bool ipv6) noexcept {
    receive_gates made;
    made.features = features_of(current);
    made.udp_esp = current.udp_esp;
    made.framings = current.framings;
    made.ipv4 = ipv4;
    made.ipv6 = ipv6 && current.ipv6;
    for (std::size_t k = 0; k < P::suites.count; ++k) {
      const offload_transform& named = detail::suite_names_of<P>.of[k];
      made.suite[k] = !(named.integrity.empty() && named.encryption.empty()) && current.integrity.covers(named.integrity) && current.encryption.covers(named.encryption);
    }
    return made;
  }

  /// As it is published: the framings are those of the links that are active, with the tags that the report has.
  [[nodiscard]] static constexpr receive_gates of(configuration_word word) noexcept {
    receive_gates made = of(word.capabilities(1), word.active(family::ipv4), word.active(family::ipv6));
    const auto tags = word.framings() & (set_of<link_framing>(link_framing::vlan_inline) | link_framing::vlan_beside);
    made.framings = {};
    for (const family version : {family::ipv4, family::ipv6}) {
      if (!word.active(version)) continue;
      const std::size_t link = word.header_octets(version);
      made.framings = made.framings | (link == 0 ? set_of<link_framing>(link_framing::none) : link == 22 ? tags | link_framing::llc_snap_routed : tags | link_framing::ieee_802_3);
    }
    return made;
  }

  [[nodiscard]] ESPLANADE_INLINE bool any() const noexcept { return (ipv4 || ipv6) && !features.empty(); }
  [[nodiscard]] ESPLANADE_INLINE bool serves(family version) const noexcept { return (version == family::ipv4 ? ipv4 : ipv6) && !features.empty(); }
  [[nodiscard]] ESPLANADE_INLINE bool has(offload_feature f) const noexcept { return features.has(f); }

  /// Whether packets of this bundle are worked on at present.
  template <class Crypto> [[nodiscard]] ESPLANADE_INLINE bool serves(const device_sa<P, Crypto>& b) const noexcept {
    const bool esp = b.esp.sizes.installed, ah = b.ah.sizes.installed;
    if (esp && ah && !has(offload_feature::ah_and_esp)) return false;
    return (!esp || serves(b.esp.sizes, offload_feature::esp)) && (!ah || serves(b.ah.sizes, offload_feature::ah)) && udp_esp.covers(b.udp_esp);
  }

 private:
  [[nodiscard]] ESPLANADE_INLINE bool serves(const detail::sa_core& sa, offload_feature protocol) const noexcept {
    return has(protocol) && suite[sa.suite] && (!uses_esn<P>(sa) || has(offload_feature::esn));
  }
};

}  // namespace v0
}  // namespace esplanade
