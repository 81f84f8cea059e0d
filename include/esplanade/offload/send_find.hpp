// Send, step 1: from the handles beside a packet to its bundles, and from the offsets beside it to its headers.
//
//   slot 1   handle   ► bundle of the transport portion, or of the only one
//   slot 11  handle   ► bundle of the tunnel around it
//   slot 12  offsets  ► | link | IP hdr, options, ext hdrs | AH | ESP | …        nothing between is parsed
#pragma once

#include <esplanade/offload/receive_gates.hpp>
#include <esplanade/offload/send_tunnel.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {

/// Where the headers of the portion stand: what slot 12 says, held against the bundle. A bundle of ESP and AH does both.
template <class Context> ESPLANADE_INLINE verdict locate_headers(Context& c, std::size_t i) noexcept {
  using config = typename Context::profile;
  auto& s = c.state[i];
  std::size_t header = 0;
  if (const verdict v = read_ip_header(c, i, header); v != verdict::forwarded) return v;
  if (s.version != s.bundle->version) return verdict::no_sa;
  if constexpr (config::levels != 1) {
    if (s.tunnel != nullptr && !inner_lies_inside<config>(s)) return verdict::runt;
  }
  std::uint16_t esp = s.headers.esp_offset, ah = s.headers.ah_offset;
  if constexpr (config::levels != 1 && nested_of<config>::from_outermost) {
    if (s.tunnel != nullptr) {
      const auto inner = static_cast<std::uint16_t>(s.base - s.outer_base);
      if (esp != 0) esp = esp > inner ? static_cast<std::uint16_t>(esp - inner) : std::uint16_t{1};
      if (ah != 0) ah = ah > inner ? static_cast<std::uint16_t>(ah - inner) : std::uint16_t{1};
    }
  }
  if ((esp != 0) != s.bundle->esp.sizes.installed || (ah != 0) != s.bundle->ah.sizes.installed) return verdict::no_sa;
  if ((esp != 0 && esp < header) || (ah != 0 && ah < header) || (esp != 0 && ah > esp)) return verdict::bad_header;
  s.esp_at = s.headers.esp_offset = esp;
  s.ah_at = s.headers.ah_offset = ah;
  return verdict::forwarded;
}

/// Whether the portion at `base`, whose headers are located, holds a whole packet: by the trailer that the host framed, or by AH.
template <class Context> [[nodiscard]] ESPLANADE_COLD bool holds_packet(Context& c, std::size_t i) noexcept {
  using config = typename Context::profile;
  const auto& s = c.state[i];
  std::size_t at = s.base + std::size_t{s.ah_at};
  if (s.esp_at != 0) {
    const std::size_t icv = icv_octets<config>(s.bundle->esp.sizes);
    if (s.length < s.esp_at + esp_header_octets + esp_trailer_octets + icv) return false;
    at = s.base + std::size_t{s.length} - icv - 1;
  } else if (s.length <= s.ah_at) {
    return false;
  }
  octet scratch[1];
  const octet next = *peek(c.packet(i), at, 1, scratch);
  return (next == protocol_number::ipv4 || next == protocol_number::ipv6) && !s.bundle->udp_esp.has(udp_esp_layout::transport);
}
}  // namespace detail

/// Finds the bundles of every packet and where their headers stand. Begins an SA level.
///   Errors   bypassed: no handle, so that the frame leaves as it is (F62); no_sa: a handle that names nothing or an inbound bundle,
///            protocols or a family that are not the bundle's; too_many_levels: a tunnel around it, and the profile has one level;
///            ip_fragment, packet_too_big (F90); beyond_device: a bundle at rest, transport mode that the configuration does not have (F11), options, extension headers; not_writable; runt, bad_header, not_ip
struct find_bundle_stage final : detail::device_stage {
  static constexpr const char* name = "find_bundle";
  static constexpr const char* because = "the handle beside the packet names its SA (ipsecov2.md 4.2)";
  static constexpr fact needs = fact::none;
  static constexpr fact gives = fact::sa_selected;
  static constexpr bool begins_level = true;

  template <class Context> ESPLANADE_INLINE void work(Context& c) const noexcept {
    offload_handle last{};  // that one names nothing
    typename Context::bundle_type* of_last = nullptr;
    for (std::size_t i = 0; i < c.count; ++i) {
      auto& s = c.state[i];
      if (s.handle != last) {
        last = s.handle;
        of_last = c.lane->store.by_handle(last);
        prefetch(of_last);
      }
      s.bundle = of_last;
      s.tunnel = nullptr;
      if constexpr (Context::levels != 1) {
        if (s.tunnel_handle) [[unlikely]] s.tunnel = c.lane->store.by_handle(s.tunnel_handle);
      }
    }
  }

  template <class Context> ESPLANADE_INLINE verdict finish(Context& c, std::size_t i) const noexcept {
    auto& s = c.state[i];
    if (!s.handle && !s.tunnel_handle) return verdict::bypassed;
    if (s.bundle == nullptr || s.bundle->inbound) return verdict::no_sa;
    if (!c.serves(*s.bundle)) return at_rest<typename Context::profile>;
    if (!is_writable(c.packet(i))) return verdict::not_writable;
    if (!s.accepted) {
      s.esp_high = s.bundle->esp.high.load(order::relaxed);
      if constexpr (has_ah<typename Context::profile>) s.ah_high = s.bundle->ah.high.load(order::relaxed);
    }
    if constexpr (Context::levels == 1) {
      if (s.tunnel_handle) return verdict::too_many_levels;
    } else {
      if (s.tunnel_handle) {
        if (s.tunnel == nullptr || s.tunnel->inbound || !may_nest(s.bundle->udp_esp, s.tunnel->udp_esp)) return verdict::no_sa;
        if (!c.gates->serves(*s.tunnel) || !c.gates->features.covers(offload_feature::transport | offload_feature::transport_in_tunnel)) return at_rest<typename Context::profile>;
        if (const verdict v = detail::enter_inner(c, i); v != verdict::forwarded) return v;
      }
    }
    const verdict v = detail::locate_headers(c, i);
    if (v != verdict::forwarded || c.gates->has(offload_feature::transport)) [[likely]] return v;
    return detail::holds_packet(c, i) ? v : at_rest<typename Context::profile>;
  }

 private:
  /// A bundle whose protocol, algorithm or mode is switched off rests, and counts as not configured (U-1, U-14).
  template <class P> static constexpr verdict at_rest = unconfigured_of<P>::sends_in_clear ? verdict::bypassed : verdict::beyond_device;
};
inline constexpr find_bundle_stage find_bundle{};

}  // namespace v0
}  // namespace esplanade
