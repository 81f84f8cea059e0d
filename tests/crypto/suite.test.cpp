#include <doctest/doctest.h>

#include <esplanade/crypto/suite.hpp>

#include <string>

using namespace esplanade;

TEST_CASE("suite: AES-GCM has the sizes of RFC 4106") {
  static constexpr auto all = suites<esp_aes_gcm_8<128>, esp_aes_gcm_8<192>, esp_aes_gcm_8<256>, esp_aes_gcm_12<128>, esp_aes_gcm_12<192>, esp_aes_gcm_12<256>,
                                     esp_aes_gcm_16<128>, esp_aes_gcm_16<192>, esp_aes_gcm_16<256>>;
  static constexpr struct { unsigned key, icv; const char* name; } rows[] = {
      {16, 8, "aes-gcm-8/128"},   {24, 8, "aes-gcm-8/192"},   {32, 8, "aes-gcm-8/256"},   {16, 12, "aes-gcm-12/128"}, {24, 12, "aes-gcm-12/192"},
      {32, 12, "aes-gcm-12/256"}, {16, 16, "aes-gcm-16/128"}, {24, 16, "aes-gcm-16/192"}, {32, 16, "aes-gcm-16/256"}};
  REQUIRE(all.count == std::size(rows));
  for (std::size_t i = 0; i < all.count; ++i) {
    const suite_sizes& s = all.sizes[i];
    CHECK(s.family == cipher_family::aes_gcm);
    CHECK(s.key == rows[i].key);
    CHECK(s.salt == 4);  // RFC 4106 4: the salt is four octets, the nonce twelve
    CHECK(s.iv == 8);    // RFC 4106 3.1
    CHECK(s.icv == rows[i].icv);
    CHECK(s.alignment == 4);
    CHECK(std::string(all.names[i]) == rows[i].name);
  }
}

namespace {
// One row of the RFCs' tables: sizes in octets, by hand and not out of the header.
struct row {
  const char* name;
  cipher_family family;
  unsigned cipher_key, salt, iv, icv, alignment;
  mac_family mac = mac_family::none;
  unsigned mac_key = 0, implicit_iv = 0;
  protocol_kind protocol = protocol_kind::esp;
};
template <class S> void is(const row& r) {
  const suite_sizes& s = S::sizes;
  CAPTURE(r.name);
  CHECK(std::string(S::name) == r.name);
  CHECK(s.family == r.family);
  CHECK(s.key == r.cipher_key + r.mac_key);
  CHECK(s.salt == r.salt);
  CHECK(s.iv == r.iv);
  CHECK(s.icv == r.icv);
  CHECK(s.alignment == r.alignment);
  CHECK(s.mac == r.mac);
  CHECK(s.mac_key == r.mac_key);
  CHECK(s.implicit_iv == r.implicit_iv);
  CHECK(s.protocol == r.protocol);
}
using cf = cipher_family;
using mf = mac_family;
}  // namespace

TEST_CASE("suite: AEADs and GMAC have the sizes of RFC 4309, 7634, 8750 and 4543") {
  is<esp_aes_ccm_8<128>>({"aes-ccm-8/128", cf::aes_ccm, 16, 3, 8, 8, 4});
  is<esp_aes_ccm_12<192>>({"aes-ccm-12/192", cf::aes_ccm, 24, 3, 8, 12, 4});
  is<esp_aes_ccm_16<256>>({"aes-ccm-16/256", cf::aes_ccm, 32, 3, 8, 16, 4});
  is<esp_chacha20_poly1305>({"chacha20-poly1305", cf::chacha20_poly1305, 32, 4, 8, 16, 4});
  is<esp_null_aes_gmac<128>>({"aes-gmac/128", cf::aes_gmac, 16, 4, 8, 16, 4});
  is<esp_null_aes_gmac<256>>({"aes-gmac/256", cf::aes_gmac, 32, 4, 8, 16, 4});
  is<esp_aes_gcm_16_implicit_iv<128>>({"aes-gcm-16-iiv/128", cf::aes_gcm, 16, 4, 0, 16, 4, mf::none, 0, 8});
  is<esp_aes_ccm_8_implicit_iv<256>>({"aes-ccm-8-iiv/256", cf::aes_ccm, 32, 3, 0, 8, 4, mf::none, 0, 8});
  is<esp_chacha20_poly1305_implicit_iv>({"chacha20-poly1305-iiv", cf::chacha20_poly1305, 32, 4, 0, 16, 4, mf::none, 0, 8});
}

TEST_CASE("suite: ciphers with a MAC have the sizes of RFC 3602, 3686, 2410, 2404, 4868, 4494 and 3566") {
  is<esp_aes_cbc<128, hmac_sha1_96>>({"aes-cbc/128+hmac-sha1-96", cf::aes_cbc, 16, 0, 16, 12, 16, mf::hmac_sha1, 20});
  is<esp_aes_cbc<192, hmac_sha2_256_128>>({"aes-cbc/192+hmac-sha2-256-128", cf::aes_cbc, 24, 0, 16, 16, 16, mf::hmac_sha2_256, 32});
  is<esp_aes_cbc<256, hmac_sha2_512_256>>({"aes-cbc/256+hmac-sha2-512-256", cf::aes_cbc, 32, 0, 16, 32, 16, mf::hmac_sha2_512, 64});
  is<esp_aes_ctr<256, hmac_sha2_384_192>>({"aes-ctr/256+hmac-sha2-384-192", cf::aes_ctr, 32, 4, 8, 24, 4, mf::hmac_sha2_384, 48});
  is<esp_aes_ctr<128, aes_xcbc_96>>({"aes-ctr/128+aes-xcbc-96", cf::aes_ctr, 16, 4, 8, 12, 4, mf::aes_xcbc, 16});
  is<esp_null<aes_cmac_96>>({"null+aes-cmac-96", cf::null, 0, 0, 0, 12, 4, mf::aes_cmac, 16});
  is<esp_aes_cbc<128, no_integrity>>({"aes-cbc/128+no-integrity", cf::aes_cbc, 16, 0, 16, 0, 16});
}

TEST_CASE("suite: what is legacy has the sizes of RFC 2405, 2451 and 2403, and says that it is") {
  is<legacy::esp_des_cbc<legacy::hmac_md5_96>>({"des-cbc+hmac-md5-96", cf::des_cbc, 8, 0, 8, 12, 8, mf::hmac_md5, 16});
  is<legacy::esp_3des_cbc<hmac_sha1_96>>({"3des-cbc+hmac-sha1-96", cf::triple_des_cbc, 24, 0, 8, 12, 8, mf::hmac_sha1, 20});
  static_assert(legacy::esp_des_cbc<hmac_sha1_96>::sizes.legacy() && legacy::esp_3des_cbc<hmac_sha1_96>::sizes.legacy());
  static_assert(esp_null<legacy::hmac_md5_96>::sizes.legacy() && !esp_null<hmac_sha1_96>::sizes.legacy());
}

TEST_CASE("suite: AH has no cipher, its MAC's sizes, and with GMAC an IV (RFC 4543 4)") {
  is<ah<hmac_sha1_96>>({"ah+hmac-sha1-96", cf::null, 0, 0, 0, 12, 4, mf::hmac_sha1, 20, 0, protocol_kind::ah});
  is<ah<hmac_sha2_512_256>>({"ah+hmac-sha2-512-256", cf::null, 0, 0, 0, 32, 4, mf::hmac_sha2_512, 64, 0, protocol_kind::ah});
  is<ah_aes_gmac<192>>({"ah+aes-gmac/192", cf::null, 0, 4, 8, 16, 4, mf::aes_gmac, 24, 0, protocol_kind::ah});
  static_assert(!(ah<hmac_sha1_96>::sizes == esp_null<hmac_sha1_96>::sizes), "an SA of one protocol is none of the other");
}
