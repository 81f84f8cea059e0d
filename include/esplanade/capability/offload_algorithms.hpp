// The algorithms and UDP layouts of the offload model, by the bits that capability reports and SA records name them with.
#pragma once

#include <esplanade/base/set_of.hpp>
#include <esplanade/crypto/suite.hpp>

namespace esplanade {
inline namespace v0 {

/// Integrity algorithms (ipsecov2.md 2.3). A set of them is a capability mask, one of them identifies an SA's.
enum class offload_integrity : std::uint32_t {
  hmac_md5 = 0x01,       ///< HMAC-MD5-96
  hmac_sha1 = 0x02,      ///< HMAC-SHA-1-96
  hmac_sha2_256 = 0x04,  ///< HMAC-SHA-256-128
  aes_gmac_128 = 0x08,   ///< named AES_GCM_128 where it stands beside encryption
  aes_gmac_192 = 0x10,
  aes_gmac_256 = 0x20,
};
/// Encryption algorithms, likewise.
enum class offload_encryption : std::uint32_t {
  null = 0x001,
  des_cbc = 0x002,
  triple_des_cbc = 0x004,
  aes_gcm_128 = 0x008,  ///< encrypts and authenticates
  aes_gcm_192 = 0x010,
  aes_gcm_256 = 0x020,
  aes_cbc_128 = 0x040,
  aes_cbc_192 = 0x080,
  aes_cbc_256 = 0x100,
};
inline constexpr set_of<offload_integrity> all_offload_integrity = set_of<offload_integrity>::from_bits(0x3f);
inline constexpr set_of<offload_encryption> all_offload_encryption = set_of<offload_encryption>::from_bits(0x1ff);

inline constexpr set_of<offload_encryption> aes_gcm_encryption = set_of<offload_encryption>::from_bits(0x038);

/// Where UDP stands in an SA's packets (ipsecov2.md 2.4), outermost first.
enum class udp_esp_layout : std::uint32_t {
  transport = 0x1,                 ///< IP · UDP · ESP · payload
  tunnel = 0x2,                    ///< IP · UDP · ESP · IP · payload
  transport_over_udp_tunnel = 0x4, ///< IP · UDP · ESP · IP · ESP · payload
  udp_transport_over_tunnel = 0x8, ///< IP · ESP · IP · UDP · ESP · payload
};
inline constexpr set_of<udp_esp_layout> all_udp_esp_layouts = set_of<udp_esp_layout>::from_bits(0xf);

/// Whether a transport portion of an SA laid out as `inner` may stand in the tunnel of one laid out as `outer`: without UDP, or with
/// UDP at the one of the two where a layout of both portions has it. `transport` and `tunnel` are layouts of one portion.
[[nodiscard]] constexpr bool may_nest(set_of<udp_esp_layout> inner, set_of<udp_esp_layout> outer) noexcept {
  using enum udp_esp_layout;
  if (outer == transport_over_udp_tunnel) return inner.empty() || inner == transport_over_udp_tunnel;
  if (inner == udp_transport_over_tunnel) return outer.empty() || outer == udp_transport_over_tunnel;
  return inner.empty() && outer.empty();
}

/// The algorithms of one SA element as the model names them; an empty set names none.
struct offload_transform {
  protocol_kind protocol = protocol_kind::esp;
  set_of<offload_integrity> integrity{};    ///< empty, or one
  set_of<offload_encryption> encryption{};  ///< empty, or one
  std::uint8_t icv = 0;                     ///< octets; AES-GCM: 8, 12 or 16, 0 = 16. Others have one size and say 0
  friend constexpr bool operator==(const offload_transform&, const offload_transform&) noexcept = default;
};

namespace detail {
struct named_transform {
  offload_transform named;
  suite_sizes sizes;
};
using oi = offload_integrity;
using oe = offload_encryption;
template <class S> consteval named_transform esp_row(set_of<oi> integrity, set_of<oe> encryption, std::uint8_t icv = 0) { return {{protocol_kind::esp, integrity, encryption, icv}, S::sizes}; }
template <class S> consteval named_transform ah_row(set_of<oi> integrity) { return {{protocol_kind::ah, integrity, {}, 0}, S::sizes}; }

// Which of our suites each pair of names is; NULL encryption is `null`, or no encryption named beside a MAC.
template <class Mac> consteval auto rows_with(oi mac) {
  struct rows { named_transform of[7]; };
  return rows{{esp_row<esp_null<Mac>>(mac, oe::null), esp_row<legacy::esp_des_cbc<Mac>>(mac, oe::des_cbc), esp_row<legacy::esp_3des_cbc<Mac>>(mac, oe::triple_des_cbc),
               esp_row<esp_aes_cbc<128, Mac>>(mac, oe::aes_cbc_128), esp_row<esp_aes_cbc<192, Mac>>(mac, oe::aes_cbc_192), esp_row<esp_aes_cbc<256, Mac>>(mac, oe::aes_cbc_256), ah_row<ah<Mac>>(mac)}};
}
inline constexpr auto transforms_md5 = rows_with<legacy::hmac_md5_96>(oi::hmac_md5);
inline constexpr auto transforms_sha1 = rows_with<hmac_sha1_96>(oi::hmac_sha1);
inline constexpr auto transforms_sha2 = rows_with<hmac_sha2_256_128>(oi::hmac_sha2_256);
inline constexpr named_transform transforms_aes[] = {
    esp_row<esp_aes_gcm_8<128>>({}, oe::aes_gcm_128, 8), esp_row<esp_aes_gcm_12<128>>({}, oe::aes_gcm_128, 12), esp_row<esp_aes_gcm_16<128>>({}, oe::aes_gcm_128, 16),
    esp_row<esp_aes_gcm_8<192>>({}, oe::aes_gcm_192, 8), esp_row<esp_aes_gcm_12<192>>({}, oe::aes_gcm_192, 12), esp_row<esp_aes_gcm_16<192>>({}, oe::aes_gcm_192, 16),
    esp_row<esp_aes_gcm_8<256>>({}, oe::aes_gcm_256, 8), esp_row<esp_aes_gcm_12<256>>({}, oe::aes_gcm_256, 12), esp_row<esp_aes_gcm_16<256>>({}, oe::aes_gcm_256, 16),
    esp_row<esp_null_aes_gmac<128>>(oi::aes_gmac_128, oe::null), esp_row<esp_null_aes_gmac<192>>(oi::aes_gmac_192, oe::null), esp_row<esp_null_aes_gmac<256>>(oi::aes_gmac_256, oe::null),
    ah_row<ah_aes_gmac<128>>(oi::aes_gmac_128), ah_row<ah_aes_gmac<192>>(oi::aes_gmac_192), ah_row<ah_aes_gmac<256>>(oi::aes_gmac_256)};
/// Encryption beside no integrity at all: only behind a named opt-in (ipsecov2.md U-25).
inline constexpr named_transform transforms_alone[] = {
    esp_row<legacy::esp_des_cbc<no_integrity>>({}, oe::des_cbc), esp_row<legacy::esp_3des_cbc<no_integrity>>({}, oe::triple_des_cbc), esp_row<esp_aes_cbc<128, no_integrity>>({}, oe::aes_cbc_128),
    esp_row<esp_aes_cbc<192, no_integrity>>({}, oe::aes_cbc_192), esp_row<esp_aes_cbc<256, no_integrity>>({}, oe::aes_cbc_256)};

template <class Visit> constexpr void each_transform(Visit visit) {
  for (const named_transform& row : transforms_md5.of) visit(row);
  for (const named_transform& row : transforms_sha1.of) visit(row);
  for (const named_transform& row : transforms_sha2.of) visit(row);
  for (const named_transform& row : transforms_aes) visit(row);
  for (const named_transform& row : transforms_alone) visit(row);
}
}  // namespace detail

/// The suite that a pair of algorithm names means; nullptr when there is none such.
///   Units    octets
///   Errors   nullptr: two algorithms in one set, an ICV that AES-GCM does not have, a pair that means nothing
[[nodiscard]] constexpr const suite_sizes* suite_named(offload_transform t) noexcept {
  if (t.protocol == protocol_kind::esp && !t.integrity.empty() && t.encryption.empty()) t.encryption = offload_encryption::null;
  const bool gcm = !(t.encryption & aes_gcm_encryption).empty();
  if (gcm) {
    t.integrity = {};  // ipsecov2.md 2.6: combined mode uses the encryption algorithm alone
    if (t.icv == 0) t.icv = 16;
  } else {
    t.icv = 0;
  }
  const suite_sizes* found = nullptr;
  detail::each_transform([&](const detail::named_transform& row) {
    if (row.named == t) found = &row.sizes;
  });
  return found;
}
/// How the model names a suite; integrity and encryption are both empty when it has no name for it.
[[nodiscard]] constexpr offload_transform transform_named(const suite_sizes& sizes) noexcept {
  offload_transform found{sizes.protocol, {}, {}, 0};
  detail::each_transform([&](const detail::named_transform& row) {
    if (row.sizes == sizes) found = row.named;
  });
  return found;
}

}  // namespace v0
}  // namespace esplanade
