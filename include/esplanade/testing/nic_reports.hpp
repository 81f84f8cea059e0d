// Models of NICs as they report themselves: how little of what an engine can do a host may find.
#pragma once

#include <esplanade/capability/device_capabilities.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// What a NIC must do to be certified (ipsecov2.md 1.8): ESP with AES-GCM of 128 bits in both modes and families, and nothing that is optional.
[[nodiscard]] constexpr device_capabilities certified_of(device_capabilities most) noexcept {
  most.integrity = {};
  most.encryption = most.encryption & set_of<offload_encryption>(offload_encryption::aes_gcm_128);
  most.ah = most.ah_and_esp = most.transport_in_tunnel = most.ipv4_options = most.ipv6_extension_headers = most.esn = false;
  most.udp_esp = {};
  if (most.encryption.empty()) most.esp = false;
  return most;
}

/// What version 1 knows: IPv4, MD5 and SHA-1, DES, 3DES and NULL, no ESN (ipsecov2.md 7).
[[nodiscard]] constexpr device_capabilities version_1_of(device_capabilities most) noexcept {
  most.integrity = most.integrity & (set_of<offload_integrity>(offload_integrity::hmac_md5) | offload_integrity::hmac_sha1);
  most.encryption = most.encryption & (set_of<offload_encryption>(offload_encryption::null) | offload_encryption::des_cbc | offload_encryption::triple_des_cbc);
  most.ipv6 = most.ipv6_extension_headers = most.esn = most.large_send = most.tcp_checksum = most.udp_checksum = false;
  return most;
}

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
