// The algorithm suites of ESP and AH: one table of sizes, each with its RFC.
//
//   profile member                                    lets in
//   legacy_algorithms = true                          what stands in the namespace `legacy`
//   encryption_without_integrity = true               CBC with no_integrity
//   (nothing)                                         neither encryption nor integrity, nor counter mode without integrity
#pragma once

#include <esplanade/base/text.hpp>
#include <esplanade/crypto/suite_sizes.hpp>

namespace esplanade {
inline namespace v0 {

// MAC                 | key  ICV | source
// --------------------+----------+---------------------------------------------
// hmac_sha1_96        | 20   12  | RFC 2404 2, 3
// hmac_sha2_256_128   | 32   16  | RFC 4868 2.6
// hmac_sha2_384_192   | 48   24  | RFC 4868 2.6
// hmac_sha2_512_256   | 64   32  | RFC 4868 2.6
// aes_cmac_96         | 16   12  | RFC 4494 2, 4
// aes_xcbc_96         | 16   12  | RFC 3566 4, 4.1
// legacy::hmac_md5_96 | 16   12  | RFC 2403 2, 3
// no_integrity        | 0    0   | RFC 4303 3.2.2: with encryption that the profile lets go without
struct hmac_sha1_96 {
  static constexpr mac_family family = mac_family::hmac_sha1;
  static constexpr std::uint8_t key = 20, icv = 12;
  static constexpr text words = "hmac-sha1-96";
};
struct hmac_sha2_256_128 {
  static constexpr mac_family family = mac_family::hmac_sha2_256;
  static constexpr std::uint8_t key = 32, icv = 16;
  static constexpr text words = "hmac-sha2-256-128";
};
struct hmac_sha2_384_192 {
  static constexpr mac_family family = mac_family::hmac_sha2_384;
  static constexpr std::uint8_t key = 48, icv = 24;
  static constexpr text words = "hmac-sha2-384-192";
};
struct hmac_sha2_512_256 {
  static constexpr mac_family family = mac_family::hmac_sha2_512;
  static constexpr std::uint8_t key = 64, icv = 32;
  static constexpr text words = "hmac-sha2-512-256";
};
struct aes_cmac_96 {
  static constexpr mac_family family = mac_family::aes_cmac;
  static constexpr std::uint8_t key = 16, icv = 12;
  static constexpr text words = "aes-cmac-96";
};
struct aes_xcbc_96 {
  static constexpr mac_family family = mac_family::aes_xcbc;
  static constexpr std::uint8_t key = 16, icv = 12;
  static constexpr text words = "aes-xcbc-96";
};
struct no_integrity {
  static constexpr mac_family family = mac_family::none;
  static constexpr std::uint8_t key = 0, icv = 0;
  static constexpr text words = "no-integrity";
};
namespace legacy {
struct hmac_md5_96 {
  static constexpr mac_family family = mac_family::hmac_md5;
  static constexpr std::uint8_t key = 16, icv = 12;
  static constexpr text words = "hmac-md5-96";
};
}  // namespace legacy

namespace detail {
template <unsigned KeyBits> struct aes_key {
  static_assert(KeyBits == 128 || KeyBits == 192 || KeyBits == 256,
                "AES has keys of 128, 192 or 256 bits (RFC 4106 8.1): write esp_aes_gcm_16<128>, <192> or <256>");
};
template <unsigned KeyBits> inline constexpr std::uint8_t key_octets = static_cast<std::uint8_t>(KeyBits / 8);
// A cipher's name with the size of its key, and two names in one.
template <text Words, unsigned KeyBits> inline constexpr auto sized = joined(Words, KeyBits == 128 ? text("/128") : KeyBits == 192 ? text("/192") : text("/256"));
template <text First, text Second> inline constexpr auto with = joined(joined(First, text("+")), Second);

template <text Words, unsigned KeyBits, suite_sizes Sizes> struct aes_suite : aes_key<KeyBits> {
  static constexpr suite_sizes sizes = [] {
    suite_sizes s = Sizes;
    s.key = key_octets<KeyBits>;
    if (s.mac != mac_family::none) s.mac_key = s.key;
    return s;
  }();
  static constexpr const char* name = sized<Words, KeyBits>.letters;
};
template <text Words, class Mac, suite_sizes Cipher> struct mac_suite {
  static constexpr suite_sizes sizes = [] {
    suite_sizes s = Cipher;
    s.key = static_cast<std::uint8_t>(s.key + Mac::key);
    s.mac_key = Mac::key;
    s.mac = Mac::family;
    s.icv = Mac::icv;
    return s;
  }();
  static constexpr const char* name = with<Words, Mac::words>.letters;
};
using its = cipher_family;
}  // namespace detail

// suite                                | key         salt  IV  ICV  align | source
// -------------------------------------+----------------------------------+---------------------------------------------
// esp_aes_gcm_8<B>                     | 16/24/32    4     8   8    4     | RFC 4106 (ENCR_AES_GCM_8)
// esp_aes_gcm_12<B>                    | 16/24/32    4     8   12   4     | RFC 4106 (ENCR_AES_GCM_12)
// esp_aes_gcm_16<B>                    | 16/24/32    4     8   16   4     | RFC 4106 (ENCR_AES_GCM_16)
// esp_aes_gcm_16_implicit_iv<B>        | 16/24/32    4     –   16   4     | RFC 8750 (ENCR_AES_GCM_16_IIV)
// esp_aes_ccm_8<B>                     | 16/24/32    3     8   8    4     | RFC 4309 3, 4, 7.1
// esp_aes_ccm_12<B>                    | 16/24/32    3     8   12   4     | RFC 4309
// esp_aes_ccm_16<B>                    | 16/24/32    3     8   16   4     | RFC 4309
// esp_aes_ccm_8_implicit_iv<B>         | 16/24/32    3     –   8    4     | RFC 8750 (ENCR_AES_CCM_8_IIV)
// esp_chacha20_poly1305                | 32          4     8   16   4     | RFC 7634 2
// esp_chacha20_poly1305_implicit_iv    | 32          4     –   16   4     | RFC 8750 (ENCR_CHACHA20_POLY1305_IIV)
// esp_null_aes_gmac<B>                 | 16/24/32    4     8   16   4     | RFC 4543 3 (ENCR_NULL_AUTH_AES_GMAC)
// esp_aes_cbc<B, Mac>                  | 16/24/32+M  0     16  M    16    | RFC 3602 2, 3
// esp_aes_ctr<B, Mac>                  | 16/24/32+M  4     8   M    4     | RFC 3686 3, 4, 5.1
// esp_null<Mac>                        | M           0     0   M    4     | RFC 2410 2, 3
// legacy::esp_des_cbc<Mac>             | 8+M         0     8   M    8     | RFC 2405 2, 3
// legacy::esp_3des_cbc<Mac>            | 24+M        0     8   M    8     | RFC 2451 2.2, 2.4, 3
// ah<Mac>                              | M           0     0   M    –     | RFC 4302 and the MAC's
// ah_aes_gmac<B>                       | 16/24/32    4     8   16   –     | RFC 4543 4: IV and ICV in the ICV field
template <unsigned B> struct esp_aes_gcm_8 : detail::aes_suite<"aes-gcm-8", B, suite_sizes{detail::its::aes_gcm, 0, 4, 8, 8, 4}> {};
template <unsigned B> struct esp_aes_gcm_12 : detail::aes_suite<"aes-gcm-12", B, suite_sizes{detail::its::aes_gcm, 0, 4, 8, 12, 4}> {};
template <unsigned B> struct esp_aes_gcm_16 : detail::aes_suite<"aes-gcm-16", B, suite_sizes{detail::its::aes_gcm, 0, 4, 8, 16, 4}> {};
template <unsigned B> struct esp_aes_gcm_16_implicit_iv : detail::aes_suite<"aes-gcm-16-iiv", B, suite_sizes{detail::its::aes_gcm, 0, 4, 0, 16, 4, mac_family::none, 0, 8}> {};
template <unsigned B> struct esp_aes_ccm_8 : detail::aes_suite<"aes-ccm-8", B, suite_sizes{detail::its::aes_ccm, 0, 3, 8, 8, 4}> {};
template <unsigned B> struct esp_aes_ccm_12 : detail::aes_suite<"aes-ccm-12", B, suite_sizes{detail::its::aes_ccm, 0, 3, 8, 12, 4}> {};
template <unsigned B> struct esp_aes_ccm_16 : detail::aes_suite<"aes-ccm-16", B, suite_sizes{detail::its::aes_ccm, 0, 3, 8, 16, 4}> {};
template <unsigned B> struct esp_aes_ccm_8_implicit_iv : detail::aes_suite<"aes-ccm-8-iiv", B, suite_sizes{detail::its::aes_ccm, 0, 3, 0, 8, 4, mac_family::none, 0, 8}> {};
struct esp_chacha20_poly1305 {
  static constexpr suite_sizes sizes{detail::its::chacha20_poly1305, 32, 4, 8, 16, 4};
  static constexpr const char* name = "chacha20-poly1305";
};
struct esp_chacha20_poly1305_implicit_iv {
  static constexpr suite_sizes sizes{detail::its::chacha20_poly1305, 32, 4, 0, 16, 4, mac_family::none, 0, 8};
  static constexpr const char* name = "chacha20-poly1305-iiv";
};
template <unsigned B> struct esp_null_aes_gmac : detail::aes_suite<"aes-gmac", B, suite_sizes{detail::its::aes_gmac, 0, 4, 8, 16, 4}> {};
template <unsigned B, class Mac> struct esp_aes_cbc : detail::aes_key<B>, detail::mac_suite<detail::sized<"aes-cbc", B>, Mac, suite_sizes{detail::its::aes_cbc, detail::key_octets<B>, 0, 16, 0, 16}> {};
template <unsigned B, class Mac> struct esp_aes_ctr : detail::aes_key<B>, detail::mac_suite<detail::sized<"aes-ctr", B>, Mac, suite_sizes{detail::its::aes_ctr, detail::key_octets<B>, 4, 8, 0, 4}> {};
template <class Mac> struct esp_null : detail::mac_suite<"null", Mac, suite_sizes{detail::its::null, 0, 0, 0, 0, 4}> {};
namespace legacy {
template <class Mac> struct esp_des_cbc : detail::mac_suite<"des-cbc", Mac, suite_sizes{detail::its::des_cbc, 8, 0, 8, 0, 8}> {};
template <class Mac> struct esp_3des_cbc : detail::mac_suite<"3des-cbc", Mac, suite_sizes{detail::its::triple_des_cbc, 24, 0, 8, 0, 8}> {};
}  // namespace legacy
template <class Mac> struct ah : detail::mac_suite<"ah", Mac, suite_sizes{detail::its::null, 0, 0, 0, 0, 4, mac_family::none, 0, 0, protocol_kind::ah}> {};
template <unsigned B> struct ah_aes_gmac : detail::aes_suite<"ah+aes-gmac", B, suite_sizes{detail::its::null, 0, 4, 8, 16, 4, mac_family::aes_gmac, 0, 0, protocol_kind::ah}> {};

}  // namespace v0
}  // namespace esplanade
