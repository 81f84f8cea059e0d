#include <doctest/doctest.h>

#include <esplanade/crypto/suite.hpp>

#include <string>
#include <vector>

using namespace esplanade;

namespace {
struct own {
  static constexpr suite_sizes sizes{};
  static constexpr const char* name = "own";
};
struct nameless {
  [[maybe_unused]] static constexpr suite_sizes sizes{};
};
}  // namespace

TEST_CASE("suite: AES-GCM has the sizes of RFC 4106") {
  static constexpr auto all = suites<esp_aes_gcm_8<128>, esp_aes_gcm_8<192>, esp_aes_gcm_8<256>, esp_aes_gcm_12<128>, esp_aes_gcm_12<192>, esp_aes_gcm_12<256>,
                                     esp_aes_gcm_16<128>, esp_aes_gcm_16<192>, esp_aes_gcm_16<256>>;
  static constexpr struct { unsigned key, icv; const char* name; } rows[] = {
      {16, 8, "aes-gcm-8/128"},   {24, 8, "aes-gcm-8/192"},   {32, 8, "aes-gcm-8/256"},   {16, 12, "aes-gcm-12/128"}, {24, 12, "aes-gcm-12/192"},
      {32, 12, "aes-gcm-12/256"}, {16, 16, "aes-gcm-16/128"}, {24, 16, "aes-gcm-16/192"}, {32, 16, "aes-gcm-16/256"}};
  REQUIRE(all.count == std::size(rows));
  for (std::size_t i = 0; i < all.count; ++i) {
    const suite_sizes& s = all.sizes[i];
    CHECK(s.family == cipher_family::aes_gcm);
    CHECK(s.key == rows[i].key);
    CHECK(s.salt == 4);  // RFC 4106 4: the salt is four octets, the nonce twelve
    CHECK(s.iv == 8);    // RFC 4106 3.1
    CHECK(s.icv == rows[i].icv);
    CHECK(s.alignment == 4);
    CHECK(std::string(all.names[i]) == rows[i].name);
  }
}

TEST_CASE("suites: says which suites are in it") {
  static constexpr auto two = suites<esp_aes_gcm_16<128>, esp_aes_gcm_16<256>>;
  CHECK(two.has(esp_aes_gcm_16<128>::sizes));
  CHECK(two.has(esp_aes_gcm_16<256>::sizes));
  CHECK(!two.has(esp_aes_gcm_16<192>::sizes));
  CHECK(!two.has(esp_aes_gcm_12<128>::sizes));
  suite_sizes other = esp_aes_gcm_16<128>::sizes;
  other.alignment = 8;
  CHECK(!two.has(other));
  CHECK(!suites<>.has(esp_aes_gcm_16<128>::sizes));
}

TEST_CASE("suites: a size that all have is common, another is 0") {
  static constexpr auto two = suites<esp_aes_gcm_16<128>, esp_aes_gcm_12<256>>;
  CHECK(two.common(&suite_sizes::salt) == 4);
  CHECK(two.common(&suite_sizes::iv) == 8);
  CHECK(two.common(&suite_sizes::key) == 0);
  CHECK(two.common(&suite_sizes::icv) == 0);
  CHECK(suites<esp_aes_gcm_8<192>>.common(&suite_sizes::icv) == 8);
}

TEST_CASE("suites: visits each once, in the order they were given") {
  std::vector<std::string> seen;
  suites<esp_aes_gcm_16<256>, esp_aes_gcm_8<128>>.for_each([&seen]<class S>() { seen.push_back(S::name); });
  CHECK(seen == std::vector<std::string>{"aes-gcm-16/256", "aes-gcm-8/128"});
}

TEST_CASE("suite: whatever has sizes and a name is one") {
  CHECK(Suite<own>);
  CHECK(Suite<esp_aes_gcm_16<128>>);
  CHECK(!Suite<nameless>);
}
