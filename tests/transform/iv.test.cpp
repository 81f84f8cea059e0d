#include <doctest/doctest.h>

#include <esplanade/crypto/suite.hpp>
#include <esplanade/transform/iv.hpp>

using namespace esplanade;

namespace {
struct throwing_iv {
  static void write(octet*, std::uint64_t) {}
};
struct no_iv {};
struct any_iv : counter_iv {
  using counter_iv::write;
  static void write(octet* iv, std::size_t size, std::uint64_t) noexcept { std::memset(iv, 0, size); }
};
}  // namespace

TEST_CASE("counter_iv: is the 64-bit number in network byte order [class 21, 25]") {
  octet iv[8];
  counter_iv::write(iv, 0x0102030405060708);
  for (octet i = 0; i < 8; ++i) CHECK(iv[i] == i + 1);
}

TEST_CASE("iv_origin_of: block ciphers chain from a random IV, counters count, and an IV that is not on the wire is nobody's [class 23]") {
  static_assert(iv_origin_of(esp_aes_cbc<128, hmac_sha1_96>::sizes) == iv_origin::random);
  static_assert(iv_origin_of(legacy::esp_des_cbc<hmac_sha1_96>::sizes) == iv_origin::random);
  static_assert(iv_origin_of(legacy::esp_3des_cbc<hmac_sha1_96>::sizes) == iv_origin::random);
  static_assert(iv_origin_of(esp_aes_ctr<128, hmac_sha1_96>::sizes) == iv_origin::counter);
  static_assert(iv_origin_of(esp_aes_gcm_16<128>::sizes) == iv_origin::counter);
  static_assert(iv_origin_of(esp_null_aes_gmac<128>::sizes) == iv_origin::counter);
  static_assert(iv_origin_of(esp_aes_gcm_16_implicit_iv<128>::sizes) == iv_origin::nobody);
  static_assert(iv_origin_of(esp_null<hmac_sha1_96>::sizes) == iv_origin::nobody);
}

TEST_CASE("IvPolicy: writes, and does not throw") {
  static_assert(IvPolicy<counter_iv>);
  static_assert(!IvPolicy<throwing_iv> && !IvPolicy<no_iv>);
  static_assert(!WholeIvPolicy<counter_iv> && WholeIvPolicy<any_iv>);
}
