#include "crypto/families.hpp"

#include <doctest/doctest.h>

#include <esplanade/crypto/botan.hpp>
#include <esplanade/testing/crypto_laws.hpp>

using namespace esplanade;

TEST_CASE("botan_cipher_mac: keeps the laws with every suite of its own [class 17, 18, 28, 46] [row 6, 7, 8, 9]") {
  for (const jobs::named_suite& row : jobs::cipher_mac_suites) {
    CAPTURE(row.name);
    botan_cipher_mac provider(16);
    for (const testing::broken_law& one : testing::find_broken_crypto_laws(provider, row.sizes)) FAIL_CHECK(one.law << " — " << one.where);
  }
}

TEST_CASE("botan_legacy: keeps the laws with every suite of its own [class 17, 18, 28, 46]") {
  for (const jobs::named_suite& row : jobs::legacy_suites) {
    CAPTURE(row.name);
    botan_legacy provider(16);
    for (const testing::broken_law& one : testing::find_broken_crypto_laws(provider, row.sizes)) FAIL_CHECK(one.law << " — " << one.where);
  }
}
