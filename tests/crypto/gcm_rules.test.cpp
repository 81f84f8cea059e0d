#include <esplanade/crypto/gcm_rules.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace esplanade;

TEST_CASE("gcm_rules: check refuses exactly what knows does not know [class 26]") {
  const octet key[64]{};
  for (const unsigned size : {0u, 8u, 16u, 20u, 24u, 32u, 33u})
    for (const unsigned icv : {0u, 4u, 8u, 12u, 16u, 20u})
      for (const unsigned salt : {0u, 3u, 4u, 5u}) {
        suite_sizes s = esp_aes_gcm_16<128>::sizes;
        s.key = static_cast<std::uint8_t>(size), s.icv = static_cast<std::uint8_t>(icv), s.salt = static_cast<std::uint8_t>(salt);
        s.iv = static_cast<std::uint8_t>(12 - salt);
        CHECK(static_cast<bool>(gcm_rules::check(s, {key, size})) == gcm_rules::knows(s));
        CHECK(!gcm_rules::check(s, {key, size + 1}));
      }
}

TEST_CASE("gcm_rules: a job suits when every size is its key's and its pieces add up [class 17]") {
  octet text[64];
  const segment pieces[2] = {{text, 40}, {text + 40, 24}};
  const auto suits_with = [&](auto change) {
    job j;
    j.source = j.destination = pieces;
    j.segments = 2;
    j.length = 64;
    j.icv_length = 16, j.salt_length = 4, j.iv_length = 8;
    change(j);
    return gcm_rules::suits(j, 16);
  };
  CHECK(suits_with([](job&) {}));
  CHECK(suits_with([](job& j) { j.segments = 1, j.length = 40; }));
  CHECK(suits_with([](job& j) { j.segments = 0, j.length = 0; }));
  CHECK(!suits_with([](job& j) { j.segments = 1; }));
  CHECK(!suits_with([](job& j) { j.segments = 0; }));
  CHECK(!suits_with([](job& j) { j.length = 63; }));
  CHECK(!suits_with([](job& j) { j.icv_length = 8; }));
  CHECK(!suits_with([](job& j) { j.iv_length = 7; }));
  CHECK(!suits_with([](job& j) { j.appended_length = 4; }));
}

TEST_CASE("gcm_rules: a refused job is forged, and its text zeroed only when it is to be scrubbed [class 18]") {
  octet text[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  const segment pieces[2] = {{text, 3}, {text + 4, 4}};
  job j;
  j.source = j.destination = pieces;
  j.segments = 2;
  gcm_rules::refuse(j, on_forged::restore);
  CHECK(j.status == job_status::forged);
  CHECK(text[0] == 1);
  gcm_rules::refuse(j, on_forged::scrub);
  CHECK(std::string(reinterpret_cast<const char*>(text), 8) == std::string("\0\0\0\4\0\0\0\0", 8));
}
