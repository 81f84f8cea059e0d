// What files of cases call an algorithm, and the suite that it is.
#pragma once

#include "cases.hpp"

namespace vectors {

/// A MAC by its name in the files; nothing when it is none of ours.
template <class Visit> void visit_mac(const std::string& name, Visit visit) {
  using namespace esplanade;
  if (name == "HMAC-SHA1-96") visit.template operator()<hmac_sha1_96>();
  else if (name == "HMAC-SHA256-128") visit.template operator()<hmac_sha2_256_128>();
  else if (name == "HMAC-SHA384-192") visit.template operator()<hmac_sha2_384_192>();
  else if (name == "HMAC-SHA512-256") visit.template operator()<hmac_sha2_512_256>();
  else if (name == "AES-CMAC-96") visit.template operator()<aes_cmac_96>();
  else if (name == "AES-XCBC-96") visit.template operator()<aes_xcbc_96>();
  else if (name == "NULL") visit.template operator()<no_integrity>();
  else if (name == "HMAC-MD5-96") visit.template operator()<legacy::hmac_md5_96>();
}

/// AH with this MAC; key 0 when there is no such suite.
inline esplanade::suite_sizes ah_suite_named(const std::string& auth) {
  using namespace esplanade;
  esplanade::suite_sizes found{};
  visit_mac(auth, [&]<class Mac>() { found = ah<Mac>::sizes; });
  if (auth == "AES-GMAC-128") found = ah_aes_gmac<128>::sizes;
  if (auth == "AES-GMAC-192") found = ah_aes_gmac<192>::sizes;
  if (auth == "AES-GMAC-256") found = ah_aes_gmac<256>::sizes;
  return found;
}

/// ESP with this cipher, and this MAC where the cipher needs one; key 0 when there is no such suite.
inline esplanade::suite_sizes esp_suite_named(const std::string& enc, const std::string& auth) {
  using namespace esplanade;
  esplanade::suite_sizes found{};
  const auto bits = [&]<unsigned B>() {
    const auto is = [&](const char* family, const char* rest) { return enc == joined(family, B, rest); };
    if (is("AES-GCM-", "-8")) found = esp_aes_gcm_8<B>::sizes;
    if (is("AES-GCM-", "-12")) found = esp_aes_gcm_12<B>::sizes;
    if (is("AES-GCM-", "-16")) found = esp_aes_gcm_16<B>::sizes;
    if (is("AES-CCM-", "-8")) found = esp_aes_ccm_8<B>::sizes;
    if (is("AES-CCM-", "-12")) found = esp_aes_ccm_12<B>::sizes;
    if (is("AES-CCM-", "-16")) found = esp_aes_ccm_16<B>::sizes;
    if (is("AES-GMAC-", "")) found = esp_null_aes_gmac<B>::sizes;
    visit_mac(auth, [&]<class Mac>() {
      if (is("AES-CBC-", "")) found = esp_aes_cbc<B, Mac>::sizes;
      if (is("AES-CTR-", "")) found = esp_aes_ctr<B, Mac>::sizes;
    });
  };
  bits.operator()<128>();
  bits.operator()<192>();
  bits.operator()<256>();
  visit_mac(auth, [&]<class Mac>() {
    if (enc == "NULL") found = esp_null<Mac>::sizes;
    if (enc == "3DES-CBC") found = legacy::esp_3des_cbc<Mac>::sizes;
    if (enc == "DES-CBC") found = legacy::esp_des_cbc<Mac>::sizes;
  });
  if (enc == "CHACHA20-POLY1305") found = esp_chacha20_poly1305::sizes;
  return found;
}

}  // namespace vectors
