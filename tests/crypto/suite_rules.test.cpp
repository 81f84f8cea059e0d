#include "crypto/families.hpp"

#include <doctest/doctest.h>

#include <esplanade/crypto/suite_rules.hpp>

#include <vector>

using namespace esplanade;

TEST_CASE("suite_rules: knows every suite of the table, and none with a size changed [class 17, 20]") {
  jobs::each_suite([](const char* name, const suite_sizes& sizes) {
    CAPTURE(name);
    const std::vector<octet> key(sizes.key), longer(sizes.key + 1u);
    CHECK(suite_rules::knows(sizes));
    CHECK(suite_rules::check(sizes, key));
    CHECK(!suite_rules::check(sizes, longer));
    for (std::uint8_t suite_sizes::*size : {&suite_sizes::key, &suite_sizes::salt, &suite_sizes::iv, &suite_sizes::icv}) {
      suite_sizes other = sizes;
      other.*size = static_cast<std::uint8_t>(other.*size + 1);
      CHECK(!suite_rules::knows(other));
      CHECK(!suite_rules::check(other, std::vector<octet>(other.key)));
    }
    if (sizes.mac != mac_family::none) {
      suite_sizes other = sizes;
      ++other.mac_key;
      CHECK(!suite_rules::knows(other));
    }
    suite_sizes both = sizes;  // an AEAD with a MAC beside it, or a MAC where there was none
    both.mac = both.mac == mac_family::none ? mac_family::hmac_sha1 : mac_family::none;
    CHECK(!suite_rules::knows(both));
  });
  CHECK(suite_rules::knows(esp_aes_cbc<128, no_integrity>::sizes));
}

TEST_CASE("suite_rules: a job of another shape than its key's does not suit [class 20]") {
  const job_shape shape = job_shape::of(esp_aes_cbc<128, hmac_sha1_96>::sizes);
  octet text[32]{}, icv[12]{};
  const segment piece{text, 32};
  job j;
  j.source = j.destination = &piece;
  j.icv = icv;
  j.length = 32;
  j.icv_length = 12;
  j.iv_length = 16;
  j.appended_length = 4;
  CHECK(suite_rules::suits(j, shape));
  const auto not_with = [&](auto change) {
    job other = j;
    change(other);
    return !suite_rules::suits(other, shape);
  };
  CHECK(not_with([](job& o) { o.icv_length = 11; }));
  CHECK(not_with([](job& o) { o.icv_length = 0; }));
  CHECK(not_with([](job& o) { o.iv_length = 15; }));
  CHECK(not_with([](job& o) { o.salt_length = 1; }));
  CHECK(not_with([](job& o) { o.length = 31; }));
  CHECK(not_with([](job& o) { o.appended_length = 5; }));
  const segment uneven{text, 24};
  CHECK(not_with([&](job& o) { o.source = o.destination = &uneven, o.length = 24; }));
  CHECK(!suite_rules::suits(j, job_shape::of(esp_aes_gcm_16<128>::sizes)));
}
