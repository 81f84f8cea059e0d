// Reports of task offloads for tests: one of everything, and random ones.
#pragma once

#include <esplanade/capability/offload_report.hpp>

#include <random>

namespace reports {
using namespace esplanade;

inline device_capabilities full_ipsec() {
  device_capabilities c;
  c.framings = set_of<link_framing>::from_bits(0x1e);
  c.ipv6 = c.ipv4_options = c.ipv6_extension_headers = c.ah = c.esp = c.ah_and_esp = c.transport = c.tunnel = c.transport_in_tunnel = c.large_send = c.esn = c.tcp_checksum = c.udp_checksum = true;
  c.udp_esp = all_udp_esp_layouts;
  c.integrity = all_offload_integrity;
  c.encryption = all_offload_encryption;
  c.sa_capacity = 64;
  return c;
}
inline offload_report full() {
  offload_report r;
  const set_of<link_framing> framings = set_of<link_framing>::from_bits(0x1e);
  r.ipv4_send_checksum = r.ipv4_receive_checksum = {framings, 0x3ff};
  r.ipv6_send_checksum = r.ipv6_receive_checksum = {framings, 0xff};
  r.large_send_v1 = {framings, 65535, 2, 3};
  r.large_send_v2_ipv4 = {framings, 262144, 2, 0};
  r.large_send_v2_ipv6 = {framings, 262144, 2, 5};
  r.ipsec_v1 = {0x1e, 1, 1, 1, 0, 0xfff, 0xffff};
  r.ipsec = full_ipsec();
  r.checksums_grouped = r.coalescing_ipv4 = r.coalescing_ipv6 = true;
  r.encapsulated = {0x11111, 256};
  return r;
}

class source {
 public:
  explicit source(std::uint32_t seed) : engine_(seed) {}
  std::uint32_t word() { return static_cast<std::uint32_t>(engine_()); }
  std::uint32_t below(std::uint32_t n) { return word() % n; }
  bool flip() { return below(2) == 0; }
  device_capabilities ipsec() {
    device_capabilities c;
    c.framings = set_of<link_framing>::from_bits(below(32));
    for (auto member : {&device_capabilities::ipv6, &device_capabilities::ipv4_options, &device_capabilities::ipv6_extension_headers, &device_capabilities::ah, &device_capabilities::esp, &device_capabilities::ah_and_esp,
                        &device_capabilities::transport, &device_capabilities::tunnel, &device_capabilities::transport_in_tunnel, &device_capabilities::large_send, &device_capabilities::esn,
                        &device_capabilities::tcp_checksum, &device_capabilities::udp_checksum})
      c.*member = flip();
    c.udp_esp = set_of<udp_esp_layout>::from_bits(below(16));
    c.integrity = set_of<offload_integrity>::from_bits(below(64));
    c.encryption = set_of<offload_encryption>::from_bits(below(512));
    c.sa_capacity = flip() ? below(100) : word();
    return c;
  }
  offload_report report() {
    offload_report r;
    const auto framings = [&] { return set_of<link_framing>::from_bits(below(32)); };
    const auto checksum = [&] { return checksum_offload{framings(), word()}; };
    const auto large = [&](bool options) { return large_send_limits{framings(), word(), word(), options ? word() : 0}; };
    r.ipv4_send_checksum = checksum(), r.ipv4_receive_checksum = checksum(), r.ipv6_send_checksum = checksum(), r.ipv6_receive_checksum = checksum();
    r.large_send_v1 = large(true), r.large_send_v2_ipv4 = large(false), r.large_send_v2_ipv6 = large(true);
    r.ipsec_v1 = {word(), word(), word(), word(), word(), word(), word()};
    r.ipsec = ipsec();
    r.checksums_grouped = flip(), r.coalescing_ipv4 = flip(), r.coalescing_ipv6 = flip();
    r.encapsulated = {word(), word()};
    return r;
  }

 private:
  std::mt19937 engine_;
};

}  // namespace reports
