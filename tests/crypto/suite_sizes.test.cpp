#include <doctest/doctest.h>

#include <esplanade/crypto/suite.hpp>

#include <string>
#include <vector>

using namespace esplanade;

namespace {
struct own {
  static constexpr suite_sizes sizes{};
  static constexpr const char* name = "own";
};
struct nameless {
  [[maybe_unused]] static constexpr suite_sizes sizes{};
};
}  // namespace

TEST_CASE("suites: says which suites are in it") {
  static constexpr auto two = suites<esp_aes_gcm_16<128>, esp_aes_gcm_16<256>>;
  CHECK(two.has(esp_aes_gcm_16<128>::sizes));
  CHECK(two.has(esp_aes_gcm_16<256>::sizes));
  CHECK(!two.has(esp_aes_gcm_16<192>::sizes));
  CHECK(!two.has(esp_aes_gcm_12<128>::sizes));
  suite_sizes other = esp_aes_gcm_16<128>::sizes;
  other.alignment = 8;
  CHECK(!two.has(other));
  CHECK(!suites<>.has(esp_aes_gcm_16<128>::sizes));
}

TEST_CASE("suites: a size that all have is common, another is 0") {
  static constexpr auto two = suites<esp_aes_gcm_16<128>, esp_aes_gcm_12<256>>;
  CHECK(two.common(&suite_sizes::salt) == 4);
  CHECK(two.common(&suite_sizes::iv) == 8);
  CHECK(two.common(&suite_sizes::key) == 0);
  CHECK(two.common(&suite_sizes::icv) == 0);
  CHECK(suites<esp_aes_gcm_8<192>>.common(&suite_sizes::icv) == 8);
}

TEST_CASE("suites: visits each once, in the order they were given") {
  std::vector<std::string> seen;
  suites<esp_aes_gcm_16<256>, esp_aes_gcm_8<128>>.for_each([&seen]<class S>() { seen.push_back(S::name); });
  CHECK(seen == std::vector<std::string>{"aes-gcm-16/256", "aes-gcm-8/128"});
}

TEST_CASE("suites: says what some or all of them are") {
  static constexpr auto two = suites<esp_aes_gcm_16<128>, esp_aes_cbc<128, hmac_sha1_96>>;
  static_assert(two.any([](const suite_sizes& s) { return s.chained(); }) && !two.all([](const suite_sizes& s) { return s.chained(); }));
  static_assert(two.all([](const suite_sizes& s) { return s.authenticates(); }) && !two.any([](const suite_sizes& s) { return s.legacy(); }));
}

TEST_CASE("suite: whatever has sizes and a name is one") {
  CHECK(Suite<own>);
  CHECK(Suite<esp_aes_gcm_16<128>>);
  CHECK(!Suite<nameless>);
}

TEST_CASE("suite_sizes: what a suite's jobs authenticate follows from its transforms [class 26]") {
  CHECK(esp_aes_gcm_16<128>::sizes.form() == job_form::aead);
  CHECK(esp_aes_ccm_8<128>::sizes.form() == job_form::aead);
  CHECK(esp_chacha20_poly1305::sizes.form() == job_form::aead);
  CHECK(esp_chacha20_poly1305_implicit_iv::sizes.form() == job_form::aead_implicit_iv);
  CHECK(esp_null_aes_gmac<128>::sizes.form() == job_form::gmac);
  CHECK(esp_aes_cbc<128, hmac_sha1_96>::sizes.form() == job_form::mac);
  CHECK(esp_aes_ctr<128, hmac_sha1_96>::sizes.form() == job_form::mac);
  CHECK(esp_null<hmac_sha1_96>::sizes.form() == job_form::mac);
  CHECK(ah_aes_gmac<128>::sizes.form() == job_form::mac);  // over headers and payload, as every AH (RFC 4302 3.1)
}

TEST_CASE("suite_sizes: a nonce is salt, IV on the wire and IV that is not") {
  CHECK(esp_aes_gcm_16<128>::sizes.nonce() == 12);
  CHECK(esp_aes_gcm_16_implicit_iv<128>::sizes.nonce() == 12);
  CHECK(esp_aes_ccm_8<128>::sizes.nonce() == 11);
  CHECK(esp_aes_ccm_8_implicit_iv<128>::sizes.nonce() == 11);
  CHECK(ah_aes_gmac<128>::sizes.nonce() == 12);
  CHECK(esp_aes_cbc<256, hmac_sha2_512_256>::sizes.cipher_key() == 32);
  CHECK(esp_null<hmac_sha1_96>::sizes.cipher_key() == 0);
  CHECK(esp_aes_gcm_16<192>::sizes.cipher_key() == 24);
}
