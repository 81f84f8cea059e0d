#include <doctest/doctest.h>

#include <esplanade/capability/profile_capabilities.hpp>

using namespace esplanade;

namespace {
struct small : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, esp_chacha20_poly1305>;
  static constexpr auto esn = off;
};
struct large : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, esp_null<hmac_sha1_96>, esp_aes_cbc<128, hmac_sha1_96>, ah<hmac_sha1_96>, ah_aes_gmac<256>, esp_null_aes_gmac<256>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp;
  static constexpr std::size_t levels = 2;
};
constexpr device_capabilities most_of_small = capabilities_of<small>(4);
constexpr device_capabilities most_of_large = capabilities_of<large>();
static_assert(report_rules<small, most_of_small>::kept && report_rules<large, most_of_large>::kept && report_rules<small, device_capabilities{}>::kept);
}  // namespace

TEST_CASE("profile_capabilities: says what a profile was built with, and nothing of suites that have no name in the model") {
  const device_capabilities c = most_of_small;
  CHECK((c.esp && !c.ah && !c.ah_and_esp && c.tunnel && !c.transport && !c.transport_in_tunnel && !c.esn && c.any()));
  CHECK(c.encryption == set_of(offload_encryption::aes_gcm_128));
  CHECK(c.integrity.empty());
  CHECK(c.udp_esp.empty());
  CHECK(c.sa_capacity == 4);
  const device_capabilities d = most_of_large;
  CHECK((d.ah && d.esp && d.ah_and_esp && d.transport && d.tunnel && d.transport_in_tunnel && d.esn));
  CHECK(d.udp_esp == all_udp_esp_layouts);
  CHECK(d.integrity.bits == 0x22);
  CHECK(d.encryption.bits == 0x049);
}

TEST_CASE("profile_capabilities: a report of more than the profile has is refused, whichever field says it") {
  CHECK(check_report_of<small>(most_of_small));
  CHECK(check_report_of<small>({}));
  for (bool device_capabilities::*member : {&device_capabilities::ah, &device_capabilities::ah_and_esp, &device_capabilities::transport, &device_capabilities::transport_in_tunnel, &device_capabilities::esn}) {
    device_capabilities more = most_of_small;
    more.*member = true;
    CHECK(same_text(check_report_of<small>(more).why().field, "report"));
  }
  device_capabilities more = most_of_small;
  more.encryption = more.encryption | offload_encryption::aes_gcm_256;
  CHECK_FALSE(check_report_of<small>(more));
}

namespace {
struct gap : profile {
  static constexpr auto suites = esplanade::suites<esp_null<hmac_sha2_256_128>, esp_aes_cbc<128, hmac_sha1_96>>;
};
}  // namespace

TEST_CASE("profile_capabilities: masks promise every pair of their algorithms, and all of them must be built") {
  constexpr device_capabilities c = capabilities_of<gap>();
  CHECK(same_text(check_report_of<gap>(c).why().field, "encryption"));
  device_capabilities less = c;
  less.integrity = offload_integrity::hmac_sha1;
  less.encryption = offload_encryption::aes_cbc_128;
  CHECK(check_report_of<gap>(less));
  CHECK(check_report_of<large>(most_of_large));
}
