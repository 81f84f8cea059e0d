// Send with two portions: the inner one is found by walking the outer headers, sealed first, and then the outer one.
//
//   | link | IP, ext hdrs | UDP* | AH* | ESP*, IV | IP … | trailer, ICV* |      * as the tunnel's bundle says
//          ◄───────── put aside ───────────────────►◄ worked on first
#pragma once

#include <esplanade/offload/send_ip.hpp>
#include <esplanade/offload/send_policies.hpp>
#include <esplanade/transform/esp_crypto.hpp>
#include <esplanade/transform/stage.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {

/// Puts the outer portion of slot i aside and goes on to the inner one. The tunnel's protocols must be the packet's.
template <class Context> [[nodiscard]] ESPLANADE_COLD verdict enter_inner(Context& c, std::size_t i) noexcept {
  using config = typename Context::profile;
  auto& s = c.state[i];
  auto& t = *s.tunnel;
  ip_layout outer;
  if (const verdict v = walk_ip_at(c, i, s.base, outer); v != verdict::forwarded) return v;
  if (outer.version != t.version) return verdict::no_sa;
  if (c.lane->mtu != 0 && outer.total_length > c.lane->mtu) return verdict::packet_too_big;
  reader_behind<typename Context::packet_type> read{packet_reader(c.packet(i)), s.base};
  std::size_t at = outer.header_length, esp = 0, ah = 0;
  octet protocol = outer.protocol;
  const bool in_udp = t.udp_esp.has(udp_esp_layout::transport_over_udp_tunnel);
  if ((protocol == protocol_number::udp) != in_udp) return verdict::no_sa;
  if (in_udp) {
    at += udp_header_octets;
    protocol = protocol_number::esp;
  }
  if (protocol == protocol_number::ah) {
    const octet* const there = read(at, ah_fixed_octets);
    if (there == nullptr) return verdict::runt;
    ah = at;
    at += (there[1] + std::size_t{2}) * 4;
    protocol = there[0];
  }
  if (protocol == protocol_number::esp && t.esp.sizes.installed) {
    esp = at;
    at += esp_header_octets + iv_octets<config>(t.esp.sizes);
  }
  if ((esp != 0) != t.esp.sizes.installed || (ah != 0) != t.ah.sizes.installed) return verdict::no_sa;
  if (at + ipv4_header_octets > outer.total_length) return verdict::runt;
  if (s.base + at > 0xffff) return verdict::bad_header;  // extension headers without end: offsets have 16 bits
  s.outer_base = s.base;
  s.outer_length = outer.total_length;
  s.outer_esp_at = static_cast<std::uint16_t>(esp);
  s.outer_ah_at = static_cast<std::uint16_t>(ah);
  if (!s.accepted) {
    s.outer_esp_high = t.esp.high.load(order::relaxed);
    s.outer_ah_high = t.ah.high.load(order::relaxed);
  }
  s.base = static_cast<std::uint16_t>(s.base + at);
  return verdict::forwarded;
}

/// The inner packet ends before the trailer of the outer portion.
template <class P, class State> [[nodiscard]] ESPLANADE_INLINE bool inner_lies_inside(const State& s) noexcept {
  const std::size_t behind = s.outer_esp_at == 0 ? 0 : esp_trailer_octets + icv_octets<P>(s.tunnel->esp.sizes);
  return static_cast<std::size_t>(s.base - s.outer_base) + s.length + behind <= s.outer_length;
}
}  // namespace detail

/// Goes on from the inner portion, which is sealed, to the one around it. Packets with one portion have nothing more to be done.
/// Begins an SA level.
struct enter_outer_stage final : detail::device_stage {
  static constexpr const char* name = "enter_outer";
  static constexpr const char* because = "the transport portion is sealed before the tunnel around it (ipsecov2.md 4.4)";
  static constexpr fact needs = fact::none;
  static constexpr fact gives = fact::sa_selected;
  static constexpr bool begins_level = true;

  template <class Context> ESPLANADE_INLINE verdict operator()(Context& c, std::size_t i) const noexcept {
    auto& s = c.state[i];
    s.headers = {};  // they spoke of the inner one
    if (s.tunnel == nullptr) {
      s.esp_at = s.ah_at = 0;
      return verdict::forwarded;
    }
    s.bundle = s.tunnel;
    s.version = s.tunnel->version;
    s.base = s.outer_base;
    s.length = s.outer_length;
    s.esp_at = s.outer_esp_at;
    s.ah_at = s.outer_ah_at;
    s.esp_high = s.outer_esp_high;
    s.ah_high = s.outer_ah_high;
    return verdict::forwarded;
  }
};
inline constexpr enter_outer_stage enter_outer{};

}  // namespace v0
}  // namespace esplanade
