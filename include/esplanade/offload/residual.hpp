// What stays on the host when a device of this report is there: derived from the profile's lists and what the report says, never written.
#pragma once

#include <esplanade/capability/require.hpp>
#include <esplanade/offload/host_recipe.hpp>
#include <esplanade/pipeline/explain.hpp>

namespace esplanade {
inline namespace v0 {

/// Everything that packets of a profile can ask of a device.
template <class P> [[nodiscard]] consteval offload_need need_of_profile() noexcept {
  offload_need all;
  for (const suite_sizes& s : P::suites.sizes) {
    const offload_transform t = transform_named(s);
    all.integrity = all.integrity | t.integrity;
    all.encryption = all.encryption | t.encryption;
    all.features = all.features | set_of<offload_feature>(s.protocol == protocol_kind::ah ? offload_feature::ah : offload_feature::esp);
    if (t.integrity.empty() && t.encryption.empty()) all.nameless = true;
  }
  if (modes_of<P>.has(mode::tunnel)) all.features = all.features | set_of<offload_feature>(offload_feature::tunnel);
  if (modes_of<P>.has(mode::transport)) all.features = all.features | set_of<offload_feature>(offload_feature::transport);
  if constexpr (P::esn != esn_use::off) all.features = all.features | set_of<offload_feature>(offload_feature::esn);
  if constexpr (encapsulates_in_udp<P>) {
    if (modes_of<P>.has(mode::tunnel)) all.udp_esp = all.udp_esp | udp_esp_layout::tunnel;
    if (modes_of<P>.has(mode::transport)) all.udp_esp = all.udp_esp | udp_esp_layout::transport;
  }
  return all;
}

/// Whether a device has a share in SAs of one suite of the profile, or why it has none.
///   Errors   those of require: the fault names what the device lacks
[[nodiscard]] constexpr result<void> shares(const device_capabilities& device, const suite_sizes& s) noexcept {
  const offload_transform t = transform_named(s);
  offload_need need;
  need.features = s.protocol == protocol_kind::ah ? offload_feature::ah : offload_feature::esp;
  need.integrity = t.integrity;
  need.encryption = t.encryption;
  need.nameless = t.integrity.empty() && t.encryption.empty();
  return require(device, need);
}

/// How much of the shared stages a device of this report takes over.
enum class device_share : std::uint8_t { none, some, all };
/// All: of every suite, mode and level of profile P, whatever IP headers its packets have.
template <class P> [[nodiscard]] constexpr device_share share_of(const device_capabilities& device) noexcept {
  bool any = false;
  for (const suite_sizes& s : P::suites.sizes) any = any || static_cast<bool>(shares(device, s));
  const auto features = features_of(device);
  any = any && ((modes_of<P>.has(mode::tunnel) && features.has(offload_feature::tunnel)) || (modes_of<P>.has(mode::transport) && features.has(offload_feature::transport)));
  if (!any) return device_share::none;
  offload_need headers = need_of_profile<P>();
  headers.features = headers.features | offload_feature::ipv6 | set_of<offload_feature>(offload_feature::ipv4_options) | set_of<offload_feature>(offload_feature::ipv6_extension_headers);
  if (P::levels == 1) {  // combinations do not occur
    const preference p = prefer(device, headers);
    const auto alone = p.software.features.without(offload_feature::ah_and_esp | offload_feature::transport_in_tunnel);
    return alone.empty() && p.software.udp_esp.empty() && p.software.integrity.empty() && p.software.encryption.empty() && !p.software.nameless ? device_share::all : device_share::some;
  }
  return prefer(device, headers).all_on_device() ? device_share::all : device_share::some;
}

namespace detail {
/// Stages whose cryptography a device can do.
template <class S> inline constexpr bool is_shared_stage = std::is_same_v<S, frame_or_seal_stage> || std::is_same_v<S, frame_or_seal_ah_stage> || std::is_same_v<S, take_device_result_stage>;

template <class List, std::size_t... I> constexpr void place_rows(plan<List::size>& p, device_share share, const char* lacking, std::index_sequence<I...>) noexcept {
  const auto place = [&]<std::size_t K>() {
    if constexpr (is_shared_stage<typename List::template stage_type<K>>) {
      p.rows[K].runs_on = share == device_share::all ? "device" : share == device_share::some ? "device or host" : "host";
      if (share != device_share::all) p.rows[K].because = lacking;
    }
  };
  (place.template operator()<I>(), ...);
}
template <class P> constexpr const char* first_lack_of(const device_capabilities& device) noexcept {
  if (!device.any()) return "the device does no IPsec at present";
  for (const suite_sizes& s : P::suites.sizes)
    if (const auto done = shares(device, s); !done) return done.why().reason;
  if (const auto done = require(device, need_of_profile<P>()); !done) return done.why().reason;
  return "packets with headers that the device does not take are sealed here";
}
}  // namespace detail

/// The names of the stages that stay on the host, in list order.
template <std::size_t Most> struct residual_stages {
  const char* names[Most]{};
  std::size_t count = 0;
};

/// What of a host list stays on the host with a device of this report, e.g. `residual<path::outbound_lane>(report)`.
template <class Lane> [[nodiscard]] constexpr auto residual(const device_capabilities& device) noexcept {
  using list = typename Lane::list_type;
  residual_stages<list::size> out;
  const bool all = share_of<typename list::profile>(device) == device_share::all;
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    const auto stays = [&]<std::size_t K>() {
      if (!(all && detail::is_shared_stage<typename list::template stage_type<K>>)) out.names[out.count++] = list::names[K];
    };
    (stays.template operator()<I>(), ...);
  }(std::make_index_sequence<list::size>{});
  return out;
}

/// The plan of a host list with a device of this report: stage → device or host, because …; copies are those of the provider's
/// adapters, for a device works in the frames themselves. Print it with format.hpp.
template <class Lane> [[nodiscard]] constexpr auto explain(const device_capabilities& device) noexcept {
  using list = typename Lane::list_type;
  auto p = explain<Lane>();
  detail::place_rows<list>(p, share_of<typename list::profile>(device), detail::first_lack_of<typename list::profile>(device), std::make_index_sequence<list::size>{});
  return p;
}

}  // namespace v0
}  // namespace esplanade
