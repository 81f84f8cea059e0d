// Every suite that intel-ipsec-mb has: the laws, and the same octets as Botan's.
#ifdef ESPLANADE_TESTS_IPSEC_MB
#include <esplanade/crypto/ipsec_mb.hpp>  // in front of Botan's headers, which must bear it

#include <esplanade/crypto/botan.hpp>
#include <esplanade/testing/crypto_laws.hpp>

#include "crypto/families.hpp"
#include "crypto/jobs.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

using namespace esplanade;
using jobs::random_bytes;

namespace {
// This processor's best code for every suite, and the oldest for the first of each group.
constexpr IMB_ARCH kinds[] = {IMB_ARCH_NONE, IMB_ARCH_SSE};

template <class Provider, class Rows> std::size_t laws_are_kept(const Rows& rows) {
  std::size_t asked = 0;
  for (const IMB_ARCH kind : kinds)
    for (const jobs::named_suite& row : rows) {
      if (!Provider::takes(row.sizes) || (kind == IMB_ARCH_SSE && &row != std::begin(rows))) continue;
      CAPTURE(kind);
      INFO(std::string(row.name));
      Provider provider(16, kind);
      const result<std::uint32_t> added = provider.add_key(row.sizes, random_bytes(row.sizes.key, 1));
      if (!added) {
        CHECK(added.why().kind == fault_kind::not_supported);  // not this processor's
        continue;
      }
      provider.remove_key(*added);
      ++asked;
      for (const testing::broken_law& one : testing::find_broken_crypto_laws(provider, row.sizes)) FAIL_CHECK(one.law << " — " << one.where);
    }
  return asked;
}

// One packet's work as the sealing stage lays it out: AAD, text and ICV behind each other, in one piece or cut somewhere.
struct packet_job {
  std::vector<octet> memory;
  segment pieces[3];
  job work;
  packet_job(const suite_sizes& s, std::uint32_t schedule, std::size_t length, std::size_t appended, bool is_cut, std::uint64_t seed)
      : memory(random_bytes(24 + length + s.icv, seed)) {
    const std::size_t aad = 8 + (s.mac != mac_family::none || s.family == cipher_family::aes_gmac ? std::size_t{s.iv} : 0);
    octet* const text = memory.data() + 24;
    const std::uint32_t size = static_cast<std::uint32_t>(length), first = size / 3, second = size / 2;
    if (is_cut) pieces[0] = {text, first}, pieces[1] = {text + first, second}, pieces[2] = {text + first + second, size - first - second};
    else pieces[0] = {text, size};
    work.source = work.destination = pieces;
    work.segments = is_cut ? 3 : 1;
    work.length = size;
    work.schedule = schedule;
    work.icv = text + length;
    work.icv_length = s.icv;
    work.aad = text - aad;
    work.aad_length = static_cast<std::uint16_t>(aad);
    work.salt_length = s.salt;
    work.iv_length = static_cast<std::uint8_t>(s.iv + s.implicit_iv);
    work.appended_length = static_cast<std::uint8_t>(s.form() == job_form::mac ? appended : 0);
    for (std::size_t i = 0; i < s.salt; ++i) work.salt_memory[salt_max - s.salt + i] = static_cast<octet>(seed + i);
    for (std::size_t i = 0; i < work.iv_length; ++i) work.iv_memory[i] = static_cast<octet>(seed * 3 + i);
    for (std::size_t i = 0; i < work.appended_length; ++i) work.appended[i] = static_cast<octet>(seed * 5 + i);
  }
  packet_job(const packet_job&) = delete;
  packet_job& operator=(const packet_job&) = delete;
};
struct gcm { static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>; };
struct cbc { static constexpr auto suites = esplanade::suites<esp_aes_cbc<128, hmac_sha1_96>, esp_chacha20_poly1305>; };
struct both { static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, ah_aes_gmac<128>>; };
}  // namespace

TEST_CASE("ipsec_mb_gmac: keeps the laws [class 7, 17, 18, 28, 46]") {
  CHECK(laws_are_kept<ipsec_mb_gmac>(jobs::gmac_suites) >= 6);
}
TEST_CASE("ipsec_mb_burst: keeps the laws with AES-CCM and ChaCha20-Poly1305 [class 17, 18, 28, 46]") {
  CHECK(laws_are_kept<ipsec_mb_burst>(jobs::ccm_suites) >= 5);
  CHECK(laws_are_kept<ipsec_mb_burst>(jobs::chacha_suites) >= 2);
}
TEST_CASE("ipsec_mb_burst: keeps the laws with every cipher and every MAC beside it [class 7, 17, 18, 28, 46]") {
  CHECK(laws_are_kept<ipsec_mb_burst>(jobs::cipher_mac_suites) >= 10);
}
TEST_CASE("ipsec_mb_burst: keeps the laws with legacy suites [class 7, 17, 18, 28, 46]") { CHECK(laws_are_kept<ipsec_mb_burst>(jobs::legacy_suites) >= 5); }

TEST_CASE("ipsec_mb_all: every suite seals to the octets that Botan makes, in lists, cut anywhere, with an ESN's high half [class 18, 26, 46] [row 11]") {
  const std::unique_ptr<ipsec_mb_all> ours(new ipsec_mb_all(64));
  const std::unique_ptr<ipsec_mb_all::workspace> our_lane(new ipsec_mb_all::workspace{});
  const std::unique_ptr<botan_all> theirs(new botan_all(64));
  const std::unique_ptr<botan_all::workspace> their_lane(new botan_all::workspace{});
  std::size_t compared = 0;
  jobs::each_suite([&](const char* name, const suite_sizes& s) {
    if (!ipsec_mb_all::takes(s)) {
      CHECK(s.family == cipher_family::aes_ccm);
      CHECK(s.key == 24);
      return;
    }
    INFO(std::string(name));
    const std::vector<octet> key = random_bytes(s.key, s.key + s.icv);
    const std::uint32_t our_key = ours->add_key(s, key).value(), their_key = theirs->add_key(s, key).value();
    std::vector<std::unique_ptr<packet_job>> all, same;
    std::vector<job*> list, others;
    for (std::size_t i = 0; i < 150; ++i) {
      const std::size_t length = s.alignment * (1 + i * i % 97);
      for (auto& [memory, jobs, schedule] : {std::tie(all, list, our_key), std::tie(same, others, their_key)}) {
        memory.emplace_back(new packet_job(s, schedule, length, i % 2 * 4, i % 5 == 3, i));
        jobs.push_back(&memory.back()->work);
      }
    }
    ours->seal(*our_lane, list);
    theirs->seal(*their_lane, others);
    for (std::size_t i = 0; i < all.size(); ++i) {
      CAPTURE(i);
      REQUIRE(all[i]->work.status == job_status::done);
      REQUIRE(all[i]->memory == same[i]->memory);
      ++compared;
    }
    // Every seventh is forged; the others open to what they were.
    for (std::size_t i = 0; i < all.size(); i += 7) all[i]->work.icv[i % s.icv] ^= 1;
    const std::vector<octet> sealed = all[0]->memory;
    ours->open(*our_lane, list, on_forged::restore);
    CHECK(all[0]->memory == sealed);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const std::size_t length = all[i]->work.length;
      packet_job plain(s, our_key, length, i % 2 * 4, i % 5 == 3, i);
      CAPTURE(i);
      CHECK(all[i]->work.status == (i % 7 == 0 ? job_status::forged : job_status::done));
      if (i % 7 != 0) CHECK(std::equal(plain.memory.begin(), plain.memory.begin() + static_cast<std::ptrdiff_t>(24 + length), all[i]->memory.begin()));
    }
    ours->remove_key(our_key);
    theirs->remove_key(their_key);
  });
  CHECK(compared >= 30 * 150);
}

TEST_CASE("ipsec_mb_burst: what the library cannot work on is failed, and does not spoil what is behind it") {
  const std::unique_ptr<ipsec_mb_burst> provider(new ipsec_mb_burst(4));
  const std::unique_ptr<ipsec_mb_burst::workspace> lane(new ipsec_mb_burst::workspace{});
  const suite_sizes s = esp_aes_cbc<128, hmac_sha1_96>::sizes;
  const std::uint32_t key = provider->add_key(s, random_bytes(s.key, 1)).value();
  packet_job good(s, key, 64, 0, false, 1), nothing(s, key, 0, 0, false, 2), enormous(s, key, 65536 - 16, 4, false, 3), nowhere(s, key, 64, 0, false, 4);
  nothing.work.aad_length = 0;
  nowhere.work.icv = nullptr;
  job* list[] = {&nothing.work, &enormous.work, &nowhere.work, &good.work};
  provider->seal(*lane, list);
  CHECK(nothing.work.status == job_status::failed);
  CHECK(enormous.work.status == job_status::failed);
  CHECK(nowhere.work.status == job_status::failed);
  CHECK(good.work.status == job_status::done);
  packet_job again(s, key, 64, 0, false, 1);
  job* one[] = {&again.work};
  provider->seal(*lane, one);
  CHECK(again.memory == good.memory);
}

TEST_CASE("ipsec_mb_for: a profile gets the engines that its suites need, and with GCM alone `ipsec_mb` itself") {
  static_assert(std::is_same_v<ipsec_mb_for<gcm>, ipsec_mb>);
  static_assert(std::is_same_v<ipsec_mb_for<cbc>, ipsec_mb_burst>);
  static_assert(ipsec_mb_for<both>::supports<ah_aes_gmac<128>> && !ipsec_mb_for<both>::supports<esp_chacha20_poly1305>);
}
#endif
