// Whether a NIC takes an SA: what it advertises, it accepts; what it does not, it refuses, and says why.
#pragma once

#include <esplanade/capability/offload_gates.hpp>
#include <esplanade/net/esp.hpp>
#include <esplanade/offload/sa_request.hpp>

namespace esplanade {
inline namespace v0 {

/// What is beside the report when an SA is judged.
struct acceptance {
  std::uint32_t bundles = 0;         ///< that the device holds already; inbound and outbound ones each count (U-26)
  bool encryption_alone = false;     ///< ESP without integrity may pass: a named, insecure opt-in (U-25)
};

namespace detail {
constexpr fault malformed(const char* field, const char* reason, const char* accepted) noexcept { return {fault_kind::invalid_value, field, reason, accepted}; }

/// The octets that the two keys of an element have.
struct element_keys {
  std::size_t encryption = 0, integrity = 0;
  bool uses_integrity = true;  ///< combined modes do not look at it (F40)
};
constexpr element_keys keys_of(const suite_sizes& s) noexcept {
  const std::size_t all = std::size_t{s.key} + s.salt;
  if (s.aead()) return {all, 0, false};
  if (s.family == cipher_family::aes_gmac || s.mac == mac_family::aes_gmac) return {0, all, true};
  return {s.cipher_key(), s.mac_key, true};
}

constexpr result<void> accepts_element(const device_capabilities& c, const offload_element& e, const acceptance& beside) noexcept {
  offload_transform t = e.transform;
  if (t.integrity.size() > 1) return malformed("integrity", "several algorithms for one SA", "one, or none beside AES-GCM");
  if (t.encryption.size() > 1) return malformed("encryption", "several algorithms for one SA", "one, or none");
  if (t.protocol == protocol_kind::ah && (!t.encryption.empty() || !e.encryption_key.empty())) return malformed("encryption", "AH does not encrypt", "no encryption algorithm and no key for it");
  if (t.protocol == protocol_kind::ah && t.integrity.empty()) return malformed("integrity", "AH without an algorithm", "one integrity algorithm");
  if (t.integrity.empty() && t.encryption.empty()) return malformed("encryption", "ESP without any algorithm", "an encryption or an integrity algorithm");
  if (e.spi <= spi_reserved_max) return malformed("spi", "0 to 255 are reserved (RFC 4303 2.1)", "256 to 4294967295");
  const suite_sizes* suite = suite_named(t);
  if (suite == nullptr) {
    if (!(t.encryption & aes_gcm_encryption).empty()) return malformed("icv", "AES-GCM has no ICV of this size", "8, 12 or 16; 0 for 16");
    if (t.encryption == offload_encryption::null && t.integrity.empty()) return malformed("integrity", "an SA that neither encrypts nor authenticates", "one integrity algorithm");
    return closed("integrity", "these two algorithms are no suite", "AES-GMAC with NULL encryption; CBC or NULL with an HMAC; AES-GCM alone");
  }
  if (suite->aead()) t.integrity = {};
  if (!suite->authenticates() && !beside.encryption_alone) return closed("integrity", "encryption without integrity (RFC 8221 4)", "an integrity algorithm, or AES-GCM");
  if (t.protocol == protocol_kind::esp && t.encryption.empty()) t.encryption = offload_encryption::null;
  if (result<void> open = check_gates(c, {set_of<offload_feature>(t.protocol == protocol_kind::ah ? offload_feature::ah : offload_feature::esp) | (e.esn ? set_of(offload_feature::esn) : set_of<offload_feature>()),
                                          {}, {}, t.integrity, t.encryption});
      !open)
    return open;
  const element_keys keys = keys_of(*suite);
  if (e.encryption_key.size() != keys.encryption) return malformed("encryption_key", "not the length of this algorithm's key", "AES-GCM 20, 28 or 36 (key, then 4 octets of salt); CBC 8 (DES), 24 (3DES), 16, 24 or 32; none without encryption");
  if (keys.uses_integrity && e.integrity_key.size() != keys.integrity) return malformed("integrity_key", "not the length of this algorithm's key", "MD5 16, SHA-1 20, SHA-256 32; AES-GMAC 20, 28 or 36 (key, then 4 octets of salt)");
  return {};
}
constexpr bool fits_version(const address& a, family version) noexcept { return a.version == version || a.unspecified(); }

/// What a layout of UDP and ESP implies of the portions of its packets.
constexpr set_of<offload_feature> portions_of(set_of<udp_esp_layout> layout) noexcept {
  using enum udp_esp_layout;
  if (layout == transport) return offload_feature::transport;
  if (layout == tunnel) return offload_feature::tunnel;
  return layout.empty() ? set_of<offload_feature>() : offload_feature::transport | offload_feature::tunnel;
}
}  // namespace detail

/// Whether a device whose current configuration is `c` takes the SA: exactly what the report says, nothing more and nothing less.
///   Units    key lengths in octets, the salt included
///   Errors   invalid_value: no device could take it · not_supported: this one cannot at present · no_space: its capacity is used up.
///            The field is a member of the request, of an element, or of the report
///   Threads  a function of its arguments
[[nodiscard]] constexpr result<void> accepts(const device_capabilities& c, const sa_request& request, const acceptance& beside = {}) noexcept {
  using namespace detail;
  if (request.count < 1 || request.count > 2) return malformed("count", "a bundle is one SA or two", "1 or 2");
  if (request.count == 2 && (request.elements[0].transform.protocol != protocol_kind::esp || request.elements[1].transform.protocol != protocol_kind::ah))
    return malformed("elements", "not the one pair there is", "ESP and then AH");
  if (!fits_version(request.source, request.version) || !fits_version(request.destination, request.version)) return malformed("destination", "an address of the other family", "addresses of the request's version, or unspecified");
  if (request.udp_esp.size() > 1) return malformed("udp_esp", "several layouts for one SA", "one, or none");
  if (!request.udp_esp.empty() && (request.count != 1 || request.elements[0].transform.protocol != protocol_kind::esp)) return malformed("udp_esp", "AH does not pass through UDP", "one ESP element");
  set_of<offload_feature> needed = portions_of(request.udp_esp);
  if (request.version == family::ipv6) needed = needed | offload_feature::ipv6;
  if (request.count == 2) needed = needed | offload_feature::ah_and_esp;
  for (std::size_t i = 0; i < request.count; ++i)
    if (result<void> taken = accepts_element(c, request.elements[i], {beside.bundles, beside.encryption_alone || request.count == 2}); !taken) return taken;  // AH authenticates what ESP in it encrypts
  if (result<void> open = check_gates(c, {needed, {}, request.udp_esp, {}, {}}); !open) return open;
  if (beside.bundles >= c.sa_capacity) return fault{fault_kind::no_space, "sa_capacity", "the device holds as many bundles as it can", "a bundle in software, or fewer on the device"};
  return {};
}

}  // namespace v0
}  // namespace esplanade
