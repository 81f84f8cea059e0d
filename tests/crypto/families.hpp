// Every suite that a provider may have, with its name.
#pragma once

#include <esplanade/crypto/suite.hpp>

namespace jobs {

using namespace esplanade;

struct named_suite {
  const char* name;
  suite_sizes sizes;
};
template <class... S> struct suite_table {
  static constexpr named_suite rows[] = {{S::name, S::sizes}...};
};
template <class Mac> using with_mac = suite_table<esp_aes_cbc<128, Mac>, esp_aes_cbc<192, Mac>, esp_aes_cbc<256, Mac>, esp_aes_ctr<128, Mac>, esp_aes_ctr<192, Mac>,
                                                  esp_aes_ctr<256, Mac>, esp_null<Mac>, ah<Mac>>;

inline constexpr auto& gcm_suites = suite_table<esp_aes_gcm_8<128>, esp_aes_gcm_12<192>, esp_aes_gcm_16<256>, esp_aes_gcm_16_implicit_iv<128>>::rows;
inline constexpr auto& gmac_suites = suite_table<esp_null_aes_gmac<128>, esp_null_aes_gmac<192>, esp_null_aes_gmac<256>, ah_aes_gmac<128>, ah_aes_gmac<192>, ah_aes_gmac<256>>::rows;
inline constexpr auto& ccm_suites = suite_table<esp_aes_ccm_8<128>, esp_aes_ccm_8<192>, esp_aes_ccm_8<256>, esp_aes_ccm_12<128>, esp_aes_ccm_12<256>, esp_aes_ccm_16<128>,
                                                esp_aes_ccm_16<192>, esp_aes_ccm_16<256>, esp_aes_ccm_8_implicit_iv<128>>::rows;
inline constexpr auto& chacha_suites = suite_table<esp_chacha20_poly1305, esp_chacha20_poly1305_implicit_iv>::rows;
// Every cipher once, and every MAC once.
inline constexpr auto& cipher_mac_suites = suite_table<esp_aes_cbc<128, hmac_sha1_96>, esp_aes_cbc<192, hmac_sha2_256_128>, esp_aes_cbc<256, aes_cmac_96>, esp_aes_ctr<128, hmac_sha2_384_192>,
                                                       esp_aes_ctr<192, hmac_sha2_512_256>, esp_aes_ctr<256, aes_xcbc_96>, esp_null<hmac_sha1_96>, ah<hmac_sha2_256_128>, esp_null<aes_xcbc_96>,
                                                       esp_null<aes_cmac_96>>::rows;
inline constexpr auto& legacy_suites = suite_table<legacy::esp_des_cbc<hmac_sha1_96>, legacy::esp_3des_cbc<legacy::hmac_md5_96>, esp_null<legacy::hmac_md5_96>,
                                                   esp_aes_cbc<128, legacy::hmac_md5_96>, legacy::esp_3des_cbc<aes_xcbc_96>>::rows;

/// Calls visit(name, sizes) for all of them.
template <class Visit> void each_suite(Visit visit) {
  const auto all = [&visit](const auto& rows) {
    for (const named_suite& row : rows) visit(row.name, row.sizes);
  };
  all(gcm_suites);
  all(gmac_suites);
  all(ccm_suites);
  all(chacha_suites);
  all(cipher_mac_suites);
  all(legacy_suites);
}

}  // namespace jobs
