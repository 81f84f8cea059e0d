#include "crypto/families.hpp"

#include <doctest/doctest.h>

#include <esplanade/crypto/botan.hpp>
#include <esplanade/testing/crypto_laws.hpp>

using namespace esplanade;

TEST_CASE("botan_ccm: keeps the laws with every suite of its own [class 17, 18, 28, 46] [row 4]") {
  for (const jobs::named_suite& row : jobs::ccm_suites) {
    CAPTURE(row.name);
    botan_ccm provider(16);
    for (const testing::broken_law& one : testing::find_broken_crypto_laws(provider, row.sizes)) FAIL_CHECK(one.law << " — " << one.where);
  }
}
