// Requests for SA bundles that own what they point to, and a NIC profile with every suite that the offload model names.
#pragma once

#include "support/ip.hpp"

#include <esplanade/base/result.hpp>
#include <esplanade/offload/sa_request.hpp>

#include <esplanade/capability/profile.hpp>

#include <optional>

namespace support {

using namespace esplanade;

/// A NIC built for everything that needs no opt-in but MD5 and DES.
struct broad_nic : profile {
  static constexpr auto suites =
      esplanade::suites<esp_aes_gcm_16<128>, esp_aes_gcm_16<192>, esp_aes_gcm_16<256>, esp_aes_gcm_8<128>, esp_aes_gcm_12<128>, esp_null_aes_gmac<128>, esp_null_aes_gmac<256>, esp_null<hmac_sha1_96>,
                        esp_aes_cbc<128, hmac_sha1_96>, esp_aes_cbc<256, hmac_sha2_256_128>, ah<hmac_sha1_96>, ah<hmac_sha2_256_128>, ah_aes_gmac<128>, ah_aes_gmac<256>>;
  static constexpr auto modes = mode::transport | mode::tunnel;
  static constexpr std::size_t levels = 2;
};

/// What a result was refused as; nothing when it was not.
template <class T> std::optional<fault_kind> refused_as(const result<T>& r) { return r ? std::nullopt : std::optional<fault_kind>(r.why().kind); }

inline offload_transform gcm_named(offload_encryption e = offload_encryption::aes_gcm_128, std::uint8_t icv = 0) { return {protocol_kind::esp, {}, e, icv}; }
inline offload_transform ah_named(offload_integrity i = offload_integrity::hmac_sha1) { return {protocol_kind::ah, i, {}, 0}; }

/// One element with keys of the right size, all of them made of `which`.
struct bundle_form {
  bool inbound = false;
  family version = family::ipv4;
  address source = outside_v4(1), destination = outside_v4(2);
  offload_transform first = gcm_named(), second{};  ///< second: used when `count` is 2
  std::uint8_t count = 1;
  std::uint32_t spi = 0x1001, second_spi = 0x2001;
  bool esn = false;
  std::uint32_t high = 0;
  unsigned which = 1;
  set_of<udp_esp_layout> udp_esp{};

  bytes keys[4]{};
  sa_request made{};

  void fill(std::size_t i, const offload_transform& t, std::uint32_t its_spi) {
    const suite_sizes* const suite = suite_named(t);
    const suite_sizes sizes = suite == nullptr ? esp_aes_gcm_16<128>::sizes : *suite;
    const bool by_integrity = sizes.family == cipher_family::aes_gmac || sizes.mac == mac_family::aes_gmac;
    bytes& encryption = keys[2 * i];
    bytes& integrity = keys[2 * i + 1];
    encryption = counted(by_integrity ? 0 : sizes.cipher_key() + sizes.salt, 16 * which + static_cast<unsigned>(i) + 3);
    integrity = counted(by_integrity ? static_cast<std::size_t>(sizes.key) + sizes.salt : sizes.mac_key, 16 * which + static_cast<unsigned>(i) + 9);
    made.elements[i] = {t, its_spi, integrity, encryption, esn, high};
  }
  sa_request& request() {
    made.inbound = inbound;
    made.version = version;
    made.source = source;
    made.destination = destination;
    made.udp_esp = udp_esp;
    made.count = count;
    fill(0, first, spi);
    if (count == 2) fill(1, second, second_spi);
    return made;
  }
};

}  // namespace support
