// The record that activates offloads and says how packets are framed (ipsecov2.md 1.4), as octets.
#pragma once

#include <esplanade/capability/offload_activation.hpp>
#include <esplanade/offload/record_octets.hpp>

namespace esplanade {
inline namespace v0 {

//  offset  0  object header: type A8
//          4  IPv4: enabled, framing, octets of the link header
//         16  IPv6: likewise
inline constexpr std::uint16_t encapsulation_record_octets[] = {28};
inline constexpr record_shape encapsulation_shape{0xa8, encapsulation_record_octets};

/// What a host asks for both IP versions.
struct offload_encapsulation {
  activation_request ipv4, ipv6;
  friend constexpr bool operator==(const offload_encapsulation&, const offload_encapsulation&) noexcept = default;
};

namespace detail {
constexpr activation_request as_request(const active_framing& a) noexcept { return a.on ? activation_request{activation::on, a.framing, a.header_octets} : activation_request{activation::turned_off, link_framing{}, 0}; }
}  // namespace detail
/// What is active, as a query is answered.
[[nodiscard]] constexpr offload_encapsulation encapsulation_of(const offload_activation& a) noexcept { return {detail::as_request(a.of(family::ipv4)), detail::as_request(a.of(family::ipv6))}; }

/// What a request asks.
///   Errors   of the object header. Values are judged where they are applied (offload_activation)
[[nodiscard]] constexpr result<offload_encapsulation> read_encapsulation(const_octets given) noexcept {
  auto opened = record_reader::open(given, native_layout, encapsulation_shape);
  if (!opened) return opened.why();
  const auto request = [&](std::size_t at) { return activation_request{static_cast<activation>(opened->u32(at)), static_cast<link_framing>(opened->u32(at + 4)), opened->u32(at + 8)}; };
  return offload_encapsulation{request(4), request(16)};
}
/// Writes the record; → how many octets.
///   Errors   too_short: `to` has no room for 28 octets
[[nodiscard]] constexpr result<std::size_t> write_encapsulation(const offload_encapsulation& e, octets to) noexcept {
  if (to.size() < encapsulation_record_octets[0]) return fault{fault_kind::too_short, "size", "the record does not fit", "28 octets"};
  record_writer out{to.first(encapsulation_record_octets[0]), native_layout};
  out.header({encapsulation_shape.type, 1, encapsulation_record_octets[0]});
  const auto request = [&](std::size_t at, const activation_request& r) { out.u32(at, static_cast<std::uint32_t>(r.enabled)), out.u32(at + 4, static_cast<std::uint32_t>(r.framing)), out.u32(at + 8, r.header_octets); };
  request(4, e.ipv4), request(16, e.ipv6);
  return std::size_t{encapsulation_record_octets[0]};
}

}  // namespace v0
}  // namespace esplanade
