// What a host asks for in the words of version 1, for a NIC that knows no others.
#pragma once

#include <esplanade/capability/profile.hpp>
#include <esplanade/offload/v1_sa_request.hpp>

namespace esplanade {
inline namespace v0 {

/// The other way round than to_sa_request. Filters are as wide as requests of version 2: the two addresses in transport mode, and
/// everything that goes through a tunnel.
///   Shape    `in_mode`: version 1 asks, version 2 does not; `keys`: memory for the blob that the request points into, its caller's to wipe
///   Units    52 octets of keys are enough: 3DES and SHA-1
///   Errors   not_supported for what version 1 has no word for; too_short when the keys do not fit
///   Source   ipsecov2.md 7.1, V1-02, V1-13 to V1-17
[[nodiscard]] constexpr result<v1_sa_request> to_v1_request(const sa_request& r, mode in_mode, octets keys, v1_key_order order = v1_key_order::cipher_first) noexcept {
  const auto unknown = [](const char* field, const char* reason, const char* accepted) { return fault{fault_kind::not_supported, field, reason, accepted}; };
  if (r.version != family::ipv4) return unknown("version", "version 1 knows no IPv6 (V1-02)", "IPv4");
  if (in_mode == mode::beet) return unknown("mode", "version 1 knows tunnels and transport mode", "an SA of another mode, or in software");
  if (in_mode == mode::tunnel && r.destination.unspecified()) return unknown("destination", "a tunnel of version 1 has two ends", "both addresses of the outer header");
  v1_sa_request to;
  to.inbound = r.inbound;
  to.udp = !r.udp_esp.empty();
  to.count = r.count;
  if (in_mode == mode::tunnel) {
    to.tunnel_source = r.source;
    to.tunnel_destination = r.destination;
  } else {
    to.filter.source = r.source;
    to.filter.destination = r.destination;
    to.filter.source_mask = r.source.unspecified() ? 0 : 0xffffffffu;
    to.filter.destination_mask = r.destination.unspecified() ? 0 : 0xffffffffu;
  }
  std::size_t at = 0;
  const auto put = [&](const_octets key) {
    if (key.size() > keys.size() - at) return false;
    for (const octet o : key) keys[at++] = o;
    return true;
  };
  for (std::size_t i = 0; i < r.count && i < 2; ++i) {
    const offload_element& from = r.elements[i];
    v1_element& e = to.elements[i];
    if (from.esn) return unknown("esn", "version 1 counts to 2³²", "an SA without ESN, or in software");
    e.operation = from.transform.protocol == protocol_kind::ah ? v1_operation::authenticate : v1_operation::encrypt;
    e.spi = from.spi;
    if (from.transform.integrity == set_of(offload_integrity::hmac_md5)) e.integrity = v1_integrity::md5;
    else if (from.transform.integrity == set_of(offload_integrity::hmac_sha1)) e.integrity = v1_integrity::sha1;
    else if (!from.transform.integrity.empty()) return unknown("integrity", "version 1 has no name for this algorithm", "HMAC-MD5 or HMAC-SHA-1");
    if (from.transform.encryption == set_of(offload_encryption::des_cbc)) e.cipher = v1_cipher::des;
    else if (from.transform.encryption == set_of(offload_encryption::triple_des_cbc)) e.cipher = v1_cipher::triple_des;
    else if (!from.transform.encryption.empty() && from.transform.encryption != set_of(offload_encryption::null))
      return unknown("encryption", "version 1 has no name for this algorithm", "DES-CBC, 3DES-CBC or NULL");
    e.integrity_key = static_cast<std::uint32_t>(from.integrity_key.size());
    e.cipher_key = static_cast<std::uint32_t>(from.encryption_key.size());
    const bool cipher_first = order == v1_key_order::cipher_first;
    if (!put(cipher_first ? from.encryption_key : from.integrity_key) || !put(cipher_first ? from.integrity_key : from.encryption_key))
      return fault{fault_kind::too_short, "keys", "there is no room for the blob of keys", "as many octets as all keys have together"};
  }
  to.keys = keys.first(at);
  return to;
}

}  // namespace v0
}  // namespace esplanade
