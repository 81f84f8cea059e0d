// What two reports have in common, and what is left of one when protocols are turned off.
#pragma once

#include <esplanade/capability/device_capabilities.hpp>

namespace esplanade {
inline namespace v0 {

/// What both can do: each covers it, and it covers whatever both cover.
[[nodiscard]] constexpr device_capabilities common(device_capabilities a, const device_capabilities& b) noexcept {
  a.framings = a.framings & b.framings;
  for (bool device_capabilities::*member : {&device_capabilities::ipv6, &device_capabilities::ipv4_options, &device_capabilities::ipv6_extension_headers, &device_capabilities::ah, &device_capabilities::esp,
                                            &device_capabilities::ah_and_esp, &device_capabilities::transport, &device_capabilities::tunnel, &device_capabilities::transport_in_tunnel,
                                            &device_capabilities::large_send, &device_capabilities::esn, &device_capabilities::tcp_checksum, &device_capabilities::udp_checksum})
    a.*member = a.*member && b.*member;
  a.udp_esp = a.udp_esp & b.udp_esp;
  a.integrity = a.integrity & b.integrity;
  a.encryption = a.encryption & b.encryption;
  if (b.sa_capacity < a.sa_capacity) a.sa_capacity = b.sa_capacity;
  return a;
}

/// The values of a keyword that turns IPsec protocols on, as bits: 0 off, 1 AH, 2 ESP, 3 both.
enum class ipsec_protocol : std::uint32_t { ah = 1, esp = 2 };
inline constexpr set_of<ipsec_protocol> both_protocols = set_of<ipsec_protocol>::from_bits(3);

/// What is left of a report with only these protocols on: without ESP nothing encrypts and nothing stands in UDP; without both
/// nothing is left at all.
[[nodiscard]] constexpr device_capabilities with_protocols(device_capabilities c, set_of<ipsec_protocol> on) noexcept {
  c.ah = c.ah && on.has(ipsec_protocol::ah);
  c.esp = c.esp && on.has(ipsec_protocol::esp);
  c.ah_and_esp = c.ah_and_esp && c.ah && c.esp;
  if (!c.esp) {
    c.encryption = {};
    c.udp_esp = {};
  }
  return c.ah || c.esp ? c : device_capabilities{};
}

}  // namespace v0
}  // namespace esplanade
