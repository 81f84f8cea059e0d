#include "nic_model.hpp"

#include <esplanade/offload/v1_report.hpp>

namespace capture_tunnel {
namespace {

using namespace esplanade;

offload_report nothing(const device_capabilities&) { return {}; }

offload_report everything(const device_capabilities& most) {
  const set_of<link_framing> framings = link_framing::ieee_802_3;
  offload_report r;
  r.ipv4_send_checksum = r.ipv4_receive_checksum = {framings, 0x3ff};
  r.ipv6_send_checksum = r.ipv6_receive_checksum = {framings, 0xff};
  r.large_send_v1 = {framings, 65535, 2, 5};  // with options of TCP and IP
  r.large_send_v2_ipv4 = {framings, 65535, 2, 0};
  r.large_send_v2_ipv6 = {framings, 65535, 2, 5};
  r.ipsec = most;
  r.ipsec.framings = framings;
  return r;
}

/// What a NIC must do to be certified (ipsecov2.md 1.8): ESP with AES-GCM of 128 bits in both modes and families, beside large
/// sends and checksums, and nothing that is optional.
offload_report certified(const device_capabilities& most) {
  offload_report r = everything(most);
  device_capabilities& c = r.ipsec;
  c.integrity = {};
  c.encryption = c.encryption & set_of<offload_encryption>(offload_encryption::aes_gcm_128);
  c.ah = c.ah_and_esp = c.transport_in_tunnel = c.ipv4_options = c.ipv6_extension_headers = c.esn = false;
  c.udp_esp = {};
  if (c.encryption.empty()) c.esp = false;
  return r;
}

/// What version 1 knows: IPv4, MD5 and SHA-1, DES, 3DES and NULL, no ESN (ipsecov2.md 7). The report of version 2 is empty.
offload_report version_1(const device_capabilities& most) {
  offload_report r = everything(most);
  r.large_send_v2_ipv4 = r.large_send_v2_ipv6 = {};
  r.ipsec = {};
  v1_report known = v1_report_of(most);
  known.framings = link_framing::ieee_802_3;
  known.udp_esp = {};  // this host would need the requests for it
  if (known.ah.send || known.esp.send) r.ipsec_v1 = words_of(known);
  return r;
}

constexpr nic_model models[] = {
    {"none", "does no IPsec: everything stays on the host", nothing},
    {"certified", "the least that is certified: ESP with AES-GCM of 128 bits", certified},
    {"full", "does all that the profile names", everything},
    {"v1", "version 1: IPv4, MD5 and SHA-1, DES, 3DES and NULL", version_1, false, true},
    {"flaky", "as full, and lies: refuses and forgets SAs, loses frames, says of packets what is not so", everything, true},
};

}  // namespace

std::span<const nic_model> nic_models() { return models; }
const nic_model* find_nic_model(std::string_view name) {
  for (const nic_model& one : models)
    if (name == one.name) return &one;
  return nullptr;
}

}  // namespace capture_tunnel
