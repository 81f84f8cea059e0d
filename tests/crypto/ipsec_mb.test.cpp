// What intel-ipsec-mb has beside what all AES-GCM providers have in common: several kinds of code for several processors.
#ifdef ESPLANADE_TESTS_IPSEC_MB
#include <esplanade/crypto/ipsec_mb.hpp>  // in front of Botan's headers, which must bear it

#include "crypto/gcm_reference.hpp"

#include <esplanade/testing/crypto_laws.hpp>

using namespace esplanade;
using jobs::random_bytes;
using jobs::task;

#if defined(GCM) || defined(DES) || defined(CBC) || defined(STS_COMPLETED)
#error "macros of intel-ipsec-mb with everyday names reach those who include ipsec_mb.hpp"
#endif

namespace {
constexpr IMB_ARCH kinds[] = {IMB_ARCH_SSE, IMB_ARCH_AVX, IMB_ARCH_AVX2, IMB_ARCH_AVX512};

// Calls work(provider) for every kind of code that this processor runs; says how many they are.
template <class Work> std::size_t each_kind(Work work) {
  std::size_t count = 0;
  for (const IMB_ARCH kind : kinds) {
    CAPTURE(kind);
    ipsec_mb provider(16, kind);
    const result<std::uint32_t> added = provider.add_key(esp_aes_gcm_16<128>::sizes, random_bytes(16, 1));
    if (!added) continue;
    provider.remove_key(*added);
    work(provider);
    ++count;
  }
  return count;
}
}  // namespace

TEST_CASE("ipsec_mb: the code for every kind of processor equals Botan's GCM at every length") {
  CHECK(each_kind([](ipsec_mb& provider) { jobs::check_every_length(provider); }) >= 1);
}

TEST_CASE("ipsec_mb: no code for any kind of processor touches an octet beyond [class 27, 28]") {
  each_kind([](ipsec_mb& provider) {
    jobs::check_no_octet_beyond_buffers(provider);
    jobs::check_no_octet_beyond_segments(provider);
  });
}

TEST_CASE("ipsec_mb: the code for every kind of processor keeps the laws [class 17, 18, 28, 46]") {
  each_kind([](ipsec_mb& provider) {
    for (const suite_sizes& suite : {esp_aes_gcm_16<128>::sizes, esp_aes_gcm_8<256>::sizes})
      for (const testing::broken_law& one : testing::find_broken_crypto_laws(provider, suite)) FAIL_CHECK(one.law << " — " << one.where);
  });
}

TEST_CASE("ipsec_mb: where the library does not run, keys are refused in words and jobs are failed") {
  // The kind without AES-NI, and one that no processor has: what a processor without AES-NI answers.
  for (const IMB_ARCH kind : {IMB_ARCH_NOAESNI, IMB_ARCH_NUM}) {
    ipsec_mb provider(4, kind);
    const result<std::uint32_t> added = provider.add_key(esp_aes_gcm_16<128>::sizes, random_bytes(16, 1));
    REQUIRE(!added);
    CHECK(added.why().kind == fault_kind::not_supported);
    CHECK(std::string(added.why().reason).find("AES-NI") != std::string::npos);
    ipsec_mb::workspace w;
    task t = jobs::some_task(64);
    CHECK(jobs::seal(provider, w, 0, t) == job_status::failed);
    CHECK(t.text == jobs::some_task(64).text);
    CHECK(jobs::open(provider, w, 0, t) == job_status::failed);
    provider.remove_key(0);  // nothing
  }
}

TEST_CASE("ipsec_mb: a job whose memory stands nowhere is failed, not passed on in clear [class 45]") {
  // The library returns without a word when it is given no memory.
  ipsec_mb provider;
  ipsec_mb::workspace w;
  const std::uint32_t schedule = *provider.add_key(esp_aes_gcm_16<128>::sizes, random_bytes(16, 1));
  const auto statuses_with = [&](auto change) {
    task t = jobs::some_task(64);
    segment whole[2] = {{t.text.data(), 32}, {t.text.data() + 32, 32}};
    segment there[2] = {whole[0], whole[1]};
    std::vector<job_status> all;
    for (unsigned call = 0; call < 4; ++call) {
      job j;
      const segment length{nullptr, 64};
      jobs::fill(j, schedule, t.nonce, t.aad.data(), t.aad.size(), length, t.icv.data(), t.icv.size());
      j.source = whole;
      j.destination = there;
      j.segments = 2;
      change(j, whole, there);
      job* const list[] = {&j};
      if (call == 0) provider.seal(w, list);
      if (call == 1) provider.open(w, list, on_forged::restore);
      if (call == 2) provider.open(w, list, on_forged::scrub);
      if (call == 3) provider.verify(w, list);
      all.push_back(j.status);
    }
    return all;
  };
  const std::vector<job_status> failed(4, job_status::failed);
  CHECK(statuses_with([](job&, segment*, segment*) {}) != failed);
  CHECK(statuses_with([](job&, segment* from, segment*) { from[0].data = nullptr; }) == failed);
  CHECK(statuses_with([](job&, segment* from, segment*) { from[1].data = nullptr; }) == failed);
  CHECK(statuses_with([](job&, segment*, segment* to) { to[1].data = nullptr; }) == failed);
  CHECK(statuses_with([](job& j, segment* from, segment*) { from[0] = {nullptr, 64}, j.segments = 1; }) == failed);
  CHECK(statuses_with([](job& j, segment*, segment*) { j.icv = nullptr; }) == failed);
  CHECK(statuses_with([](job& j, segment*, segment*) { j.aad = nullptr; }) == failed);
  // Nowhere is good enough for no octets.
  CHECK(statuses_with([](job& j, segment* from, segment* to) { from[0] = to[0] = {nullptr, 0}, j.length = 32; })[0] == job_status::done);
  CHECK(statuses_with([](job& j, segment*, segment*) { j.aad = nullptr, j.aad_length = 0; })[0] == job_status::done);
}

TEST_CASE("ipsec_mb: a key is wiped when it is removed, and its schedule is whole cache lines [class 41]") {
  static_assert(ipsec_mb::schedule_bytes % 64 == 0);
  ipsec_mb provider(1);
  const jobs::bytes key = random_bytes(32, 1);
  const std::uint32_t schedule = *provider.add_key(esp_aes_gcm_16<256>::sizes, key);
  // Round keys begin with the key itself; one of the provider's words points there.
  const octet* at = nullptr;
  std::uintptr_t words[sizeof(ipsec_mb) / sizeof(std::uintptr_t)];
  std::memcpy(words, static_cast<const void*>(&provider), sizeof words);
  for (const std::uintptr_t word : words)
    if (word % 64 == 0 && word > 1u << 20 && std::memcmp(reinterpret_cast<const octet*>(word), key.data(), key.size()) == 0)
      at = reinterpret_cast<const octet*>(word);
  REQUIRE(at != nullptr);
  const jobs::bytes held(at, at + sizeof(gcm_key_data));
  CHECK(held != jobs::bytes(held.size()));
  provider.remove_key(schedule);
  CHECK(jobs::bytes(at, at + sizeof(gcm_key_data)) == jobs::bytes(held.size()));
}
#endif
