#include "../support/reports.hpp"

#include <doctest/doctest.h>

#include <esplanade/capability/require.hpp>

using namespace esplanade;

namespace {
constexpr device_capabilities device = [] {
  device_capabilities c;
  c.framings = link_framing::ieee_802_3;
  c.ah = c.esp = c.transport = c.tunnel = true;
  c.integrity = offload_integrity::hmac_sha1;
  c.encryption = offload_encryption::aes_gcm_128;
  c.sa_capacity = 8;
  return c;
}();
static_assert(requirement<device, need_of<esp_aes_gcm_16<128>>()>::kept);
static_assert(requirement<device, need_of<ah<hmac_sha1_96>>() | need_of(offload_feature::tunnel)>::kept);
static_assert(detail::first_lack(device, need_of<esp_aes_gcm_16<256>>()) == detail::lack::encryption);
static_assert(detail::first_lack(device, need_of<esp_chacha20_poly1305>()) == detail::lack::nameless);
static_assert(detail::first_lack(device, need_of(offload_feature::ah | offload_feature::esp)) == detail::lack::ah_and_esp);
static_assert(detail::first_lack({}, {}) == detail::lack::any);
}  // namespace

TEST_CASE("require: of a probed device it answers as the gates do") {
  CHECK(require(device, need_of<esp_aes_gcm_16<128>>()));
  CHECK(same_text(require(device, need_of<esp_aes_gcm_16<256>>()).why().field, "encryption"));
  CHECK(same_text(require(device, need_of<esp_chacha20_poly1305>()).why().field, "suite"));
  CHECK(same_text(require(device, need_of(offload_feature::esn)).why().field, "esn"));
  CHECK_FALSE(require({}, {}));
}

TEST_CASE("require: prefer degrades wish by wish, and loses none") {
  const offload_need wishes = need_of<esp_aes_gcm_16<128>>() | need_of<esp_aes_gcm_16<256>>() | need_of<ah<hmac_sha1_96>>() | need_of(offload_feature::esn) | need_of<esp_chacha20_poly1305>();
  const preference p = prefer(device, wishes);
  CHECK(p.device.encryption == set_of(offload_encryption::aes_gcm_128));
  CHECK(p.software.encryption == set_of(offload_encryption::aes_gcm_256));
  CHECK(p.device.features == (offload_feature::ah | offload_feature::esp));
  CHECK(p.software.features == (offload_feature::ah_and_esp | offload_feature::esn));
  CHECK(p.software.nameless);
  CHECK_FALSE(p.all_on_device());
  CHECK(prefer(device, need_of<esp_aes_gcm_16<128>>()).all_on_device());
  const preference nothing = prefer({}, wishes);
  CHECK((nothing.device.features.empty() && nothing.device.encryption.empty()));
  reports::source random{10};
  for (int round = 0; round < 2000; ++round) {
    const device_capabilities c = random.ipsec();
    offload_need x;
    x.features = set_of<offload_feature>::from_bits(random.below(0x2000));
    x.framings = set_of<link_framing>::from_bits(random.below(32));
    x.udp_esp = set_of<udp_esp_layout>::from_bits(random.below(16));
    x.integrity = set_of<offload_integrity>::from_bits(random.below(64));
    x.encryption = set_of<offload_encryption>::from_bits(random.below(512));
    const preference q = prefer(c, x);
    CHECK((q.device.features | q.software.features) == with_combinations(x.features));
    CHECK((q.device.encryption | q.software.encryption) == x.encryption);
    CHECK((q.device.features & q.software.features).empty());
    if (c.any() && q.all_on_device() && !x.features.covers(offload_feature::large_send | offload_feature::tunnel)) CHECK(require(c, x));
    if (!q.all_on_device()) CHECK_FALSE(require(c, x));
  }
}

TEST_CASE("require: the words of the compiler and of the fault speak of the same gate") {
  CHECK(same_text(require(device, need_of(offload_feature::large_send | offload_feature::transport)).why().field, "large_send"));
  CHECK(detail::first_lack(device, need_of(offload_feature::large_send | offload_feature::transport)) == detail::lack::large_send);
  CHECK(detail::first_lack(device, need_of(offload_feature::ipv6)) == detail::lack::ipv6);
  CHECK(same_text(require(device, need_of(offload_feature::ipv6)).why().field, "ipv6"));
}
