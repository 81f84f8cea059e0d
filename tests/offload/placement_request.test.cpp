#include "support/world.hpp"

#include <esplanade/offload/placement_request.hpp>

using namespace support;

namespace {
constexpr std::uint64_t high = std::uint64_t{7} << 32;
bool is(const_octets a, const bytes& b) { return bytes(a.begin(), a.end()) == b; }
}  // namespace

TEST_CASE("placement_request: keys stand where the model looks for them, with their salt behind [class 21]") {
  sa_form form{.suite = gcm128::sizes, .esn = true};
  placement_request gcm;
  REQUIRE(gcm.add(false, form.parameters(), high + 5));
  const sa_request& r = gcm.get();
  CHECK(r.count == 1);
  CHECK_FALSE(r.inbound);
  CHECK(r.elements[0].high == 7);
  CHECK(r.elements[0].spi == form.spi);
  CHECK(r.source == form.made.source);
  CHECK(r.destination == form.made.destination);
  bytes key = form.key;
  put(key, form.salt);
  CHECK(is(r.elements[0].encryption_key, key));
  CHECK(r.elements[0].integrity_key.empty());
  CHECK(accepts({.ah = true, .esp = true, .tunnel = true, .esn = true, .integrity = all_offload_integrity, .encryption = all_offload_encryption, .sa_capacity = 1}, r));

  sa_form null{.suite = esp_null_aes_gmac<128>::sizes};
  placement_request gmac;
  REQUIRE(gmac.add(true, null.parameters(), high));
  key = null.key;
  put(key, null.salt);
  CHECK(is(gmac.get().elements[0].integrity_key, key));
  CHECK(gmac.get().elements[0].encryption_key.empty());
  CHECK(gmac.get().elements[0].high == 0);  // no ESN

  sa_form cbc{.suite = esp_aes_cbc<256, hmac_sha1_96>::sizes};
  placement_request apart;
  REQUIRE(apart.add(true, cbc.parameters(), 0));
  CHECK(is(apart.get().elements[0].encryption_key, bytes(cbc.key.begin(), cbc.key.begin() + 32)));
  CHECK(is(apart.get().elements[0].integrity_key, bytes(cbc.key.begin() + 32, cbc.key.end())));
}

TEST_CASE("placement_request: ESP and then AH, and nothing else, make a bundle") {
  sa_form esp{}, of_ah{.suite = ah<hmac_sha1_96>::sizes, .spi = 0x2001, .which = 2};
  placement_request both, wrong;
  REQUIRE(both.add(true, esp.parameters(), 0));
  REQUIRE(both.add(true, of_ah.parameters(), 0));
  CHECK(both.get().count == 2);
  CHECK(both.get().elements[1].spi == 0x2001);
  REQUIRE(wrong.add(true, of_ah.parameters(), 0));
  CHECK(wrong.add(true, esp.parameters(), 0).why().kind == fault_kind::invalid_value);
}

TEST_CASE("placement_request: what the model has no words for stays in software") {
  sa_form chacha{.suite = esp_chacha20_poly1305::sizes}, form{};
  placement_request request;
  CHECK(request.add(true, chacha.parameters(), 0).why().field == std::string("suite"));
  sa_parameters p = form.parameters();
  p.mode = mode::beet;
  CHECK(request.add(true, p, 0).why().field == std::string("mode"));
  p = form.parameters();
  p.encapsulation = encapsulation::wesp;
  CHECK(request.add(true, p, 0).why().field == std::string("encapsulation"));
  p.encapsulation = encapsulation::none | encapsulation::udp;  // in two ways
  CHECK(request.add(true, p, 0).why().field == std::string("encapsulation"));
  p.encapsulation = encapsulation::udp;
  REQUIRE(request.add(true, p, 0));
  CHECK(request.get().udp_esp == set_of<udp_esp_layout>(udp_esp_layout::tunnel));
}
