#include "support/world.hpp"

#include <doctest/doctest.h>

using namespace support;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128, gcm256>;
};
struct without_esn : gateway {
  static constexpr esn_use esn = off;
  static constexpr auto modes = mode::transport;
};
struct always_esn : gateway {
  static constexpr esn_use esn = always;
};

// What the store says, or "" when it took the SA.
template <class Profile> std::string refused(sa_form& form, bool outbound = false) {
  null_crypto crypto;
  if (outbound) {
    outbound_sa<Profile, null_crypto> sa;
    const auto done = sa.install(crypto, form.made);
    return done ? "" : done.why().field;
  }
  inbound_sa<Profile, null_crypto> sa;
  const auto done = sa.install(crypto, form.made);
  return done ? "" : done.why().field;
}
template <class Profile> std::string refused(sa_form form, void (*change)(sa_parameters&), bool outbound = false) {
  form.parameters();
  change(form.made);
  return refused<Profile>(form, outbound);
}

}  // namespace

TEST_CASE("sa_parameters: SPIs 0 to 255 are refused, 256 is not [class 14, 55]") {
  for (const bool outbound : {false, true})
    for (std::uint32_t spi = 0; spi <= 256; ++spi) {
      sa_form form{.spi = spi};
      form.parameters();
      CHECK(refused<gateway>(form, outbound) == (spi < 256 ? "spi" : ""));
    }
  sa_form last{.spi = 0xffffffff};
  last.parameters();
  CHECK(refused<gateway>(last) == "");
}

TEST_CASE("sa_parameters: keys and salts of every wrong length are refused [class 26, 55]") {
  static const bytes pool(64, octet{7});
  for (const suite_sizes& suite : {gcm128::sizes, gcm256::sizes})
    for (std::size_t n = 0; n <= 64; ++n) {
      sa_form form{.suite = suite};
      form.parameters();
      form.made.key = const_octets(pool).first(n);
      CHECK(refused<gateway>(form) == (n == suite.key ? "" : "key"));
      CHECK(refused<gateway>(form, true) == (n == suite.key ? "" : "key"));
      form.parameters();
      form.made.salt = const_octets(pool).first(n);
      CHECK(refused<gateway>(form) == (n == suite.salt ? "" : "salt"));
      CHECK(refused<gateway>(form, true) == (n == suite.salt ? "" : "salt"));
    }
}

TEST_CASE("sa_parameters: what the profile does not name is refused [class 55]") {
  CHECK(refused<gateway>({}, [](sa_parameters&) {}) == "");
  CHECK(refused<gateway>({.suite = gcm128_8::sizes}, [](sa_parameters&) {}) == "suite");
  CHECK(refused<gateway>({.suite = esp_aes_gcm_16<192>::sizes}, [](sa_parameters&) {}) == "suite");
  CHECK(refused<gateway>({}, [](sa_parameters& p) { p.suite.icv = 15; }) == "suite");
  CHECK(refused<gateway>({}, [](sa_parameters& p) { p.suite = {}; }) == "suite");
  CHECK(refused<gateway>({.mode = mode::transport}, [](sa_parameters&) {}) == "mode");
  CHECK(refused<without_esn>({}, [](sa_parameters&) {}) == "mode");
  CHECK(refused<without_esn>({.mode = mode::transport, .esn = true}, [](sa_parameters&) {}) == "esn");
  CHECK(refused<without_esn>({.mode = mode::transport}, [](sa_parameters&) {}) == "");
  CHECK(refused<always_esn>({.esn = false}, [](sa_parameters&) {}) == "esn");
  CHECK(refused<always_esn>({.esn = true}, [](sa_parameters&) {}) == "");
}

TEST_CASE("sa_parameters: a number beyond 32 bits needs ESN [class 24, 55]") {
  CHECK(refused<gateway>({.start = 0xffffffff}, [](sa_parameters&) {}) == "");
  CHECK(refused<gateway>({.start = 0x100000000}, [](sa_parameters&) {}) == "sequence_start");
  CHECK(refused<gateway>({.esn = true, .start = 0x100000000}, [](sa_parameters&) {}) == "");
  CHECK(refused<gateway>({.esn = true, .start = ~std::uint64_t{0}}, [](sa_parameters&) {}, true) == "");
}

TEST_CASE("sa_parameters: a sending tunnel needs two outer addresses of one family and a hop limit [class 55]") {
  CHECK(refused<gateway>({}, [](sa_parameters& p) { p.source = outside_v6(1); }, true) == "source");
  CHECK(refused<gateway>({}, [](sa_parameters& p) { p.source = {}; }, true) == "destination");
  CHECK(refused<gateway>({}, [](sa_parameters& p) { p.destination = {}; }, true) == "destination");
  CHECK(refused<gateway>({}, [](sa_parameters& p) { p.hop_limit = 0; }, true) == "hop_limit");
  CHECK(refused<gateway>({}, [](sa_parameters& p) { p.hop_limit = 1; }, true) == "");
  CHECK(refused<gateway>({}, [](sa_parameters& p) { p.source = p.destination = {}; }) == "");  // a receiving one does not
  CHECK(refused<without_esn>({.mode = mode::transport}, [](sa_parameters& p) { p.source = p.destination = {}; }, true) == "");
}
