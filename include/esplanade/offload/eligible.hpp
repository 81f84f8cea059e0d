// Whether a device can do this packet of an SA that it has; what it cannot do is sealed in software, packet by packet.
#pragma once

#include <esplanade/offload/host_context.hpp>
#include <esplanade/transform/encapsulation.hpp>

namespace esplanade {
inline namespace v0 {

/// What of a packet bears on that.
struct packet_shape {
  family outer = family::ipv4;       ///< of the header that it travels with
  std::uint16_t headers = 20;        ///< octets in front of ESP or AH
  bool tunnelled = true;             ///< that header is a tunnel's own, without options or extension headers
  bool udp_checksum = false;         ///< ESP is inside UDP, and its checksum covers what only the device will have sealed
};

/// Whether the device that an SA was placed on takes a packet of this shape. IPv4 options and extension headers need their
/// bits in the report; offsets out of band reach 1020 octets (ipsecov2.md 2.11); IP fragments never get here: transport mode
/// refuses them, and a tunnel carries them.
///   Cost     comparisons; what the report says stands in `placed` since the SA was placed
[[nodiscard]] ESPLANADE_INLINE constexpr bool eligible(const packet_shape& packet, const placed& sa) noexcept {
  if (packet.outer != sa.version) return false;  // an SA of transport mode may carry both
  if (packet.udp_checksum || packet.headers > 1020 || packet.headers % 4 != 0) return false;
  if (packet.tunnelled) return true;
  if (packet.outer == family::ipv4) return packet.headers == ipv4_header_octets || sa.options;
  return packet.headers == ipv6_header_octets || sa.extensions;
}

/// What of a large send bears on that besides.
struct large_shape {
  bool version_2 = true;
  std::uint32_t payload = 0, segments = 0;  ///< octets of TCP payload; how many it makes
  bool tcp_options = false, ip_options = false;
};
/// Whether it cuts this one. What a host sends in fewer segments, or with more payload, than a record says it sends one by one.
[[nodiscard]] constexpr bool eligible(const large_shape& large, const large_limits& limits) noexcept {
  const large_limits::of_version& l = large.version_2 ? limits.version_2 : limits.version_1;
  return large.payload <= l.octets_max && large.segments >= l.segments_min && l.octets_max != 0 && (!large.tcp_options || l.tcp_options) && (!large.ip_options || l.ip_options);
}

namespace detail {
/// The shape that the outbound packet in slot i will have. `at`: octets in front of ESP or AH in transport mode.
template <class Context> [[nodiscard]] ESPLANADE_INLINE packet_shape shape_of(Context& c, std::size_t i, std::size_t at) noexcept {
  using config = typename Context::profile;
  const auto& sa = c.sa(i).core();
  packet_shape shape;
  shape.outer = outer_family<config>(sa, c.state[i].version);
  shape.tunnelled = is_tunnel<config>(sa);
  shape.headers = static_cast<std::uint16_t>(shape.tunnelled ? header_octets(sa.outer) : at);
  if constexpr (encapsulates_in_udp<config>) {
    if (!is_ah<config>(sa) && encapsulation_of<config>(sa) == encapsulation::udp) shape.udp_checksum = udp_checksum_policy_of<config>::computes(shape.outer);
  }
  return shape;
}
/// Octets between the IP header and ESP, of what wraps it.
template <class Context> [[nodiscard]] ESPLANADE_INLINE std::size_t wrapping_of(Context& c, std::size_t i, family outer) noexcept {
  using config = typename Context::profile;
  if constexpr (encapsulates<config>) return encapsulation_octets(encapsulation_of<config>(c.sa(i).core()), outer);
  else return 0;
}
}  // namespace detail

}  // namespace v0
}  // namespace esplanade
