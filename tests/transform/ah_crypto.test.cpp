#include "support/ah.hpp"
#include "support/stages.hpp"

#include <esplanade/transform/ah_crypto.hpp>

using namespace support;

namespace {
struct of_both : profile {
  static constexpr auto suites = esplanade::suites<gcm128, ah<hmac_sha1_96>, ah<hmac_sha2_384_192>, ah_aes_gmac<256>>;
};
struct to_8 : of_both {
  using ah_padding = ah_padding_to_8;
};
template <class Profile> esplanade::detail::sa_core core_of(const suite_sizes& suite) {
  inbound_sa<Profile, null_crypto> sa;
  null_crypto crypto;
  sa_form form{.suite = suite};
  REQUIRE(sa.install(crypto, form.parameters()));
  return sa.core();
}
}  // namespace

TEST_CASE("ah_octets_of: by suite, family and policy [class 10]") {
  const struct {
    suite_sizes suite;
    std::size_t of_4, of_8;
  } rows[] = {{ah_sha1, 24, 24}, {ah_sha384, 36, 40}, {ah_aes_gmac<256>::sizes, 36, 40}};
  for (const auto& row : rows) {
    const auto core = core_of<of_both>(row.suite);
    CHECK(is_ah<of_both>(core));
    CHECK(ah_octets_of<of_both>(core, family::ipv4) == row.of_4);
    CHECK(ah_octets_of<of_both>(core, family::ipv6) == row.of_8);
    CHECK(ah_octets_of<to_8>(core, family::ipv4) == row.of_8);
    CHECK(esplanade::detail::security_header_octets<of_both>(core, family::ipv4) == row.of_4);
  }
  const auto esp = core_of<of_both>(gcm128::sizes);
  CHECK_FALSE(is_ah<of_both>(esp));
  CHECK(esplanade::detail::security_header_octets<of_both>(esp, family::ipv6) == 16);
}
