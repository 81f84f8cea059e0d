#include "support/bundles.hpp"

#include <doctest/doctest.h>

#include <esplanade/offload/device_install.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/faults.hpp>

using namespace support;
using crypto_type = testing::key_keeper<testing::mixing_crypto>;
using bundle = device_sa<broad_nic, crypto_type>;

namespace {
bool same(const_octets a, const bytes& b) { return bytes(a.begin(), a.end()) == b; }
}  // namespace

TEST_CASE("device_install: a cipher's key and its MAC's stand in one piece, and a salt is the end of the key that it comes with (U-5)") {
  bundle_form combined{};
  detail::gathered_key gcm;
  const offload_element& first = combined.request().elements[0];
  REQUIRE(gcm.gather(first, esp_aes_gcm_16<128>::sizes));
  CHECK(same(gcm.key, bytes(combined.keys[0].begin(), combined.keys[0].begin() + 16)));
  CHECK(same(gcm.salt, bytes(combined.keys[0].begin() + 16, combined.keys[0].end())));

  bundle_form apart{.first = {protocol_kind::esp, offload_integrity::hmac_sha1, offload_encryption::aes_cbc_128, 0}};
  detail::gathered_key both;
  REQUIRE(both.gather(apart.request().elements[0], esp_aes_cbc<128, hmac_sha1_96>::sizes));
  bytes expected = apart.keys[0];
  expected.insert(expected.end(), apart.keys[1].begin(), apart.keys[1].end());
  CHECK(same(both.key, expected));
  CHECK(both.salt.empty());
}

TEST_CASE("device_install: a key of another size is refused, whichever it is, and by its name") {
  const auto refusal = [](offload_element e, const suite_sizes& suite) {
    detail::gathered_key keys;
    const auto done = keys.gather(e, suite);
    REQUIRE_FALSE(done);
    CHECK(done.why().kind == fault_kind::invalid_value);
    return std::string(done.why().field);
  };
  const bytes long_enough(64);
  const auto key = [&](std::size_t n) { return const_octets{long_enough.data(), n}; };
  for (const std::size_t n : {std::size_t{0}, std::size_t{16}, std::size_t{19}, std::size_t{21}, std::size_t{36}}) {
    offload_element e;
    e.encryption_key = key(n);
    CHECK(refusal(e, esp_aes_gcm_16<128>::sizes) == "encryption_key");
    offload_element m;
    m.integrity_key = key(n);
    CHECK(refusal(m, ah_aes_gmac<128>::sizes) == "integrity_key");
  }
  offload_element e;
  e.encryption_key = key(16);
  e.integrity_key = key(19);
  CHECK(refusal(e, esp_aes_cbc<128, hmac_sha1_96>::sizes) == "integrity_key");
  e.encryption_key = key(15);
  CHECK(refusal(e, esp_aes_cbc<128, hmac_sha1_96>::sizes) == "encryption_key");
}

TEST_CASE("device_install: a bundle is there whole, and its keys with the provider") {
  crypto_type crypto;
  bundle b;
  bundle_form form{.inbound = true, .second = ah_named(), .count = 2, .esn = true, .high = 9, .udp_esp = {}};
  REQUIRE(install_bundle(b, crypto, form.request()));
  CHECK(crypto.keys() == 2);
  CHECK(b.inbound);
  CHECK(b.esp.core().spi == form.spi);
  CHECK(b.ah.core().spi == form.second_spi);
  CHECK(b.esp.high.load(order::relaxed) == 9);
  CHECK(b.source == form.source);
  CHECK(b.destination == form.destination);
  uninstall_bundle(b, crypto);
  CHECK(crypto.keys() == 0);
  CHECK_FALSE(b.esp.core().installed);
  CHECK_FALSE(b.ah.core().installed);
}

TEST_CASE("device_install: when the second element is refused the first one's key is gone again [class 39]") {
  crypto_type crypto;
  bundle b;
  bundle_form form{.second = ah_named(offload_integrity::aes_gmac_192), .count = 2};  // not built in
  const auto done = install_bundle(b, crypto, form.request());
  REQUIRE_FALSE(done);
  CHECK(done.why().kind == fault_kind::not_supported);
  CHECK(crypto.keys() == 0);
  CHECK_FALSE(b.esp.core().installed);
  CHECK_FALSE(b.ah.core().installed);
}

TEST_CASE("device_install: what an old bundle of the place had come to is forgotten [class 38]") {
  crypto_type crypto;
  bundle b;
  for (atomic_word<std::uint64_t>* w : {&b.esp_reached, &b.ah_reached}) w->store(77, order::relaxed);
  for (atomic_word<std::uint32_t>* w : {&b.carries_packets, &b.asked_to_go}) w->store(1, order::relaxed);
  bundle_form form{};
  REQUIRE(install_bundle(b, crypto, form.request()));
  CHECK(b.esp_reached.load(order::relaxed) == 0);
  CHECK(b.ah_reached.load(order::relaxed) == 0);
  CHECK(b.carries_packets.load(order::relaxed) == 0);
  CHECK(b.asked_to_go.load(order::relaxed) == 0);
  CHECK(b.esp.high.load(order::relaxed) == 0);
  uninstall_bundle(b, crypto);
}
