// Engines side by side: what is theirs alone stands in the tests of each.
#include "crypto/families.hpp"
#include "crypto/guarded_memory.hpp"
#include "crypto/jobs.hpp"

#include <doctest/doctest.h>

#include <esplanade/capability/profile.hpp>
#include <esplanade/crypto/botan.hpp>
#include <esplanade/testing/crypto_laws.hpp>

#include <algorithm>
#include <bit>
#include <deque>
#include <memory>

using namespace esplanade;
using jobs::bytes;
using jobs::random_bytes;

namespace {

struct only_gcm : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, esp_aes_gcm_16<256>>;
};
struct only_cbc : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_cbc<128, hmac_sha1_96>>;
};
struct some : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, esp_aes_cbc<128, hmac_sha1_96>, esp_null_aes_gmac<128>>;
};

// A job of any suite, with memory of its own.
struct own_job {
  bytes text, icv, aad;
  segment piece{};
  job work{};
  own_job(const suite_sizes& suite, std::uint32_t schedule, std::size_t length, std::uint64_t seed) : text(random_bytes(length, seed)), icv(suite.icv), aad(random_bytes(12, seed + 1)) {
    piece = {text.data(), text.size()};
    work = jobs::job_over(suite, schedule, piece, icv.data(), aad.data(), aad.size());
    for (std::size_t i = 0; i < 4; ++i) work.salt_memory[i] = static_cast<octet>(seed + i);
    for (std::size_t i = 0; i < 16; ++i) work.iv_memory[i] = static_cast<octet>(seed * 3 + i);
  }
  own_job(const own_job&) = delete;
  own_job& operator=(const own_job&) = delete;
};

}  // namespace

TEST_CASE("botan_for: a profile gets the engines that its suites need, and with GCM alone `botan` itself [row 11]") {
  static_assert(std::is_same_v<botan_for<only_gcm>, botan> && std::is_same_v<botan, botan_gcm>);
  static_assert(std::is_same_v<botan_for<only_cbc>, botan_cipher_mac>);
  using composed = botan_for<some>;
  static_assert(composed::supports<esp_aes_gcm_16<192>> && composed::supports<esp_null<aes_xcbc_96>> && composed::supports<ah_aes_gmac<128>>);
  static_assert(!composed::supports<esp_chacha20_poly1305> && !composed::supports<esp_aes_ccm_8<128>> && !composed::supports<legacy::esp_des_cbc<hmac_sha1_96>>);
  static_assert(!composed::supports<esp_null<legacy::hmac_md5_96>>);
  jobs::each_suite([](const char* name, const suite_sizes& sizes) {
    CAPTURE(name);
    CHECK(botan_all::takes(sizes));
  });
}

TEST_CASE("crypto_families: a key of a suite that no engine has is refused in words") {
  const std::unique_ptr<botan_for<some>> provider(new botan_for<some>(4));
  const result<std::uint32_t> added = provider->add_key(esp_chacha20_poly1305::sizes, bytes(32));
  REQUIRE(!added);
  CHECK(added.why().kind == fault_kind::not_supported);
  CHECK(same_text(added.why().field, "sizes.family"));
  botan_gmac other(4);
  CHECK(same_text(other.add_key(esp_chacha20_poly1305::sizes, bytes(32)).why().field, "sizes.family"));
  suite_sizes odd = esp_aes_cbc<128, hmac_sha1_96>::sizes;
  odd.icv = 8;
  CHECK(same_text(provider->add_key(odd, bytes(36)).why().field, "sizes.mac"));
}

TEST_CASE("crypto_families: keeps the laws with suites of two engines [class 18]") {
  const std::unique_ptr<botan_all> provider(new botan_all(16));
  for (const suite_sizes& sizes : {esp_aes_gcm_16<128>::sizes, esp_aes_cbc<128, hmac_sha2_256_128>::sizes})
    for (const testing::broken_law& one : testing::find_broken_crypto_laws(*provider, sizes)) FAIL_CHECK(one.law << " — " << one.where);
}

TEST_CASE("crypto_families: jobs of all suites in one list equal their jobs one by one [class 18, 26] [row 11]") {
  const std::unique_ptr<botan_all> provider(new botan_all(64));
  const std::unique_ptr<botan_all::workspace> w(new botan_all::workspace{});
  std::deque<own_job> mixed, alone;
  std::vector<job*> list;
  std::vector<std::uint32_t> schedules;
  std::uint64_t seed = 1;
  std::vector<suite_sizes> sizes;
  jobs::each_suite([&](const char*, const suite_sizes& s) { sizes.push_back(s); });
  for (const suite_sizes& s : sizes) schedules.push_back(provider->add_key(s, random_bytes(s.key, ++seed)).value());
  for (std::size_t round = 0; round < 3; ++round)
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      const std::size_t k = (i * 7 + round) % sizes.size();
      const std::size_t length = (16 + 16 * i * (round + 1)) % 4800;
      mixed.emplace_back(sizes[k], schedules[k], length, i + 100 * round);
      alone.emplace_back(sizes[k], schedules[k], length, i + 100 * round);
      list.push_back(&mixed.back().work);
    }
  provider->seal(*w, list);
  for (std::size_t i = 0; i < mixed.size(); ++i) {
    CAPTURE(i);
    job* one[] = {&alone[i].work};
    provider->seal(*w, one);
    CHECK(mixed[i].work.status == job_status::done);
    CHECK(alone[i].work.status == job_status::done);
    CHECK(mixed[i].text == alone[i].text);
    CHECK(mixed[i].icv == alone[i].icv);
  }
  mixed[5].icv[0] ^= 1;
  provider->verify(*w, list);
  for (std::size_t i = 0; i < mixed.size(); ++i) CHECK(mixed[i].work.status == (i == 5 ? job_status::forged : job_status::done));
  provider->open(*w, list, on_forged::scrub);
  provider->recheck(*w, list);
  for (std::size_t i = 0; i < mixed.size(); ++i) {
    CHECK(mixed[i].work.status == (i == 5 ? job_status::forged : job_status::done));
    if (i != 5) CHECK(mixed[i].text == random_bytes(mixed[i].text.size(), i % sizes.size() + 100 * (i / sizes.size())));
  }
  // A schedule of no engine, and one that is gone.
  provider->remove_key(schedules[0]);
  mixed[0].work.schedule = 0xf0000000;
  mixed[1].work.schedule = schedules[0];
  job* two[] = {&mixed[0].work, &mixed[1].work};
  provider->seal(*w, two);
  CHECK(mixed[0].work.status == job_status::failed);
  CHECK(mixed[1].work.status == job_status::failed);
}

TEST_CASE("botan_all: with any suite no octet beyond text, AAD and ICV is touched, at either end [class 27]") {
  using memory = jobs::guarded_memory;
  const std::unique_ptr<botan_all> provider(new botan_all(4));
  const std::unique_ptr<botan_all::workspace> w(new botan_all::workspace{});
  jobs::each_suite([&](const char* name, const suite_sizes& sizes) {
    CAPTURE(name);
    const std::uint32_t schedule = provider->add_key(sizes, random_bytes(sizes.key, 9)).value();
    for (const memory::side where : {memory::side::ends_at_guard, memory::side::begins_at_guard})
      for (std::size_t length = 0; length <= 9008; length = length < 128 ? length + sizes.alignment : length * 3 / 2 / 16 * 16) {
        memory text(length, where), aad(length % 3 == 0 ? 8 : 24, where), icv(sizes.icv, where);
        const bytes plain = random_bytes(length, length);
        std::copy(plain.begin(), plain.end(), text.data());
        std::fill_n(aad.data(), aad.size(), octet{3});
        const segment piece{text.data(), length};
        job j = jobs::job_over(sizes, schedule, piece, icv.data(), aad.data(), aad.size());
        job* one[] = {&j};
        provider->seal(*w, one);
        provider->verify(*w, one);
        CHECK(j.status == job_status::done);
        provider->open(*w, one, on_forged::scrub);
        provider->recheck(*w, one);
        CHECK(j.status == job_status::done);
        CHECK(std::equal(plain.begin(), plain.end(), text.data()));
      }
    provider->remove_key(schedule);
  });
}

TEST_CASE("botan_ccm: AAD of a length that ESP never has is refused, not miscounted [class 26]") {
  botan_ccm provider(1);
  botan_ccm::workspace w;
  const std::uint32_t schedule = provider.add_key(esp_aes_ccm_16<128>::sizes, bytes(16)).value();
  const bytes aad(0xff00);
  own_job one(esp_aes_ccm_16<128>::sizes, schedule, 40, 1);
  one.work.aad = aad.data();
  job* list[] = {&one.work};
  one.work.aad_length = 0xff00;
  provider.seal(w, list);
  CHECK(one.work.status == job_status::failed);
  one.work.aad_length = 0xfeff;
  provider.seal(w, list);
  CHECK(one.work.status == job_status::done);
}

TEST_CASE("botan_random: two do not say the same, none repeats itself over its fillings, and its bits are even [class 23]") {
  botan_random a, b;
  std::vector<std::uint64_t> seen;
  std::size_t ones = 0;
  for (unsigned i = 0; i < 200'000; ++i) {
    seen.push_back(a.next());
    seen.push_back(b.next());
    ones += static_cast<std::size_t>(std::popcount(seen.back()));
  }
  // Of 12.8 million bits half, give or take eight standard deviations.
  CHECK(ones > 6'400'000 - 8 * 1789);
  CHECK(ones < 6'400'000 + 8 * 1789);
  std::sort(seen.begin(), seen.end());
  CHECK(seen.front() != 0);
  CHECK(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
}
