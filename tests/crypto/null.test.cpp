#include "crypto/jobs.hpp"

#include <doctest/doctest.h>

#include <esplanade/crypto/null.hpp>
#include <esplanade/testing/crypto_laws.hpp>

using namespace esplanade;
using testing::broken_law;

namespace {
constexpr testing::crypto_claims nothing_protected{.covers_text = false, .covers_key = false, .hides_text = false};
constexpr suite_sizes sizes = esp_aes_gcm_16<128>::sizes;
}  // namespace

TEST_CASE("null_crypto: keeps the laws of a provider that protects nothing") {
  for (const suite_sizes& suite : {esp_aes_gcm_16<128>::sizes, esp_aes_gcm_12<192>::sizes, esp_aes_gcm_8<256>::sizes,
                                   suite_sizes{cipher_family::aes_gcm, 64, 0, 16, 32, 16}, suite_sizes{cipher_family::aes_gcm, 16, 3, 8, 16, 4}}) {
    null_crypto provider;
    for (const broken_law& one : testing::find_broken_crypto_laws(provider, suite, nothing_protected)) FAIL_CHECK(one.law << " — " << one.where);
  }
}

TEST_CASE("null_crypto: does not do what it does not claim") {
  null_crypto provider;
  CHECK(testing::check_crypto_laws(provider, sizes) ==
        std::vector<std::string>{testing::crypto_law::hides_text, testing::crypto_law::text_covered,
                                 testing::crypto_law::key_covered, testing::crypto_law::verify_agrees, testing::crypto_law::recheck_agrees});
}

TEST_CASE("null_crypto: the text passes unchanged, the ICV follows nonce, AAD and length") {
  null_crypto provider;
  null_crypto::workspace w;
  const std::uint32_t schedule = *provider.add_key(sizes, jobs::bytes(16));
  const auto icv_of = [&](jobs::bytes nonce, jobs::bytes aad, std::size_t length) {
    jobs::task t{nonce, aad, jobs::random_bytes(length, 1), jobs::bytes(16)};
    CHECK(jobs::seal(provider, w, schedule, t) == job_status::done);
    CHECK(t.text == jobs::random_bytes(length, 1));
    return t.icv;
  };
  const jobs::bytes nonce = jobs::hex("cafebabe0102030405060708"), aad = jobs::hex("0000100100000001");
  const jobs::bytes icv = icv_of(nonce, aad, 64);
  CHECK(icv == icv_of(nonce, aad, 64));
  CHECK(icv != icv_of(nonce, aad, 68));
  CHECK(icv != icv_of(jobs::hex("cafebabe0102030405060709"), aad, 64));
  CHECK(icv != icv_of(nonce, jobs::hex("0000100100000002"), 64));
}
