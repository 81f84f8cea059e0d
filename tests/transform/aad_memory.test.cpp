#include <doctest/doctest.h>

#include <esplanade/crypto/suite.hpp>
#include <esplanade/transform/aad_memory.hpp>

using namespace esplanade;

namespace {
struct counters : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, esp_aes_ccm_8<128>, esp_chacha20_poly1305_implicit_iv>;
};
struct one_mac : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, esp_null<hmac_sha1_96>>;
};
}  // namespace

TEST_CASE("aad_memory: AEADs pay nothing, and whoever covers more than a number has room for header and IV") {
  static_assert(detail::aad_octets_max<counters> == 0 && detail::aad_octets_max<one_mac> >= 8 + 16);
  static_assert(std::is_empty_v<detail::aad_memory<0, 32>>);
  octet instead[4];
  detail::aad_memory<0, 32> none;
  CHECK(none.of(7, instead) == instead);
}

TEST_CASE("aad_memory: every job has its own") {
  detail::aad_memory<32, 3> some;
  for (std::size_t k = 0; k < 3; ++k) std::memset(some.of(k, nullptr), static_cast<int>(k), 32);
  for (std::size_t k = 0; k < 3; ++k) CHECK((some.of(k, nullptr)[0] == k && some.of(k, nullptr)[31] == k));
}
