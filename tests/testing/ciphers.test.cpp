// The test ciphers keep the laws they should, and every law has a provider that breaks it and no other.
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <esplanade/testing/broken/ciphers.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/crypto_laws.hpp>

using namespace esplanade;
using namespace esplanade::testing;

namespace {

constexpr suite_sizes sizes = esp_aes_gcm_16<128>::sizes;

std::string words(const std::vector<broken_law>& broken) {
  std::string all;
  for (const broken_law& one : broken) all += "\n  " + one.law + " — " + one.where;
  return all;
}
template <class C> std::vector<broken_law> laws_broken_by(C& provider, const suite_sizes& suite) {
  if constexpr (C::abilities.asynchronous) return find_broken_async_crypto_laws(provider, suite);
  else return find_broken_crypto_laws(provider, suite);
}
template <class C> void keeps_the_laws(C&& provider, const suite_sizes& suite = sizes) {
  const std::vector<broken_law> broken = laws_broken_by(provider, suite);
  CHECK_MESSAGE(broken.empty(), std::string(provider.name) << words(broken));
}

std::vector<std::string> laws_seen_broken;

template <class C> void breaks_only(const char* law) {
  C provider;
  const std::vector<broken_law> broken = laws_broken_by(provider, sizes);
  CHECK_MESSAGE(names_of(broken) == std::vector<std::string>{law}, "expected: " << std::string(law) << words(broken));
  for (const broken_law& one : broken) {
    CHECK(!one.where.empty());
    laws_seen_broken.push_back(one.law);
  }
}

// One job of one segment, in place.
struct small_job {
  explicit small_job(std::uint32_t schedule, octet value = 0x11) {
    memory.fill(value);
    work.source = work.destination = &piece;
    work.length = 64;
    work.schedule = schedule;
    work.icv = memory.data() + 64;
    work.icv_length = 16;
    work.aad = work.aad_memory;
    work.aad_length = 8;
    work.salt_length = 4;
    work.iv_length = 8;
    work.iv_memory[0] = value;
  }
  small_job(const small_job&) = delete;
  small_job& operator=(const small_job&) = delete;
  std::array<octet, 80> memory{};
  segment piece{memory.data(), 64};
  job work{};
};

}  // namespace

TEST_CASE("mixing_crypto: keeps the laws for every suite") {
  keeps_the_laws(mixing_crypto{});
  keeps_the_laws(mixing_crypto{}, esp_aes_gcm_12<192>::sizes);
  keeps_the_laws(mixing_crypto{}, esp_aes_gcm_8<256>::sizes);
  keeps_the_laws(mixing_crypto{}, {cipher_family::aes_gcm, 64, 0, 16, 32, 16});
}

TEST_CASE("nonce_probe: keeps the laws with nonces of 11, 12 and 16 octets") {
  keeps_the_laws(nonce_probe{}, nonce_of_11::sizes);
  keeps_the_laws(nonce_probe{}, nonce_of_12::sizes);
  keeps_the_laws(nonce_probe{}, nonce_of_16::sizes);
}

TEST_CASE("nonce_probe: writes down salt and IV of every job and takes no other nonces") {
  nonce_probe probe;
  nonce_probe::workspace w;
  CHECK(nonce_probe::supports<nonce_of_11>);
  CHECK(!nonce_probe::supports<nonce_suite<4, 4>>);
  CHECK(!probe.add_key(nonce_suite<4, 4>::sizes, std::vector<octet>(16)));
  const std::uint32_t schedule = *probe.add_key(nonce_of_11::sizes, std::vector<octet>(16));
  small_job one(schedule);
  one.work.salt_length = 3;
  for (std::size_t i = 0; i < 3; ++i) one.work.salt_memory[1 + i] = static_cast<octet>(0xa0 + i);
  for (std::size_t i = 0; i < 8; ++i) one.work.iv_memory[i] = static_cast<octet>(1 + i);
  job* const jobs[] = {&one.work};
  probe.seal(w, jobs);
  REQUIRE(one.work.status == job_status::done);
  REQUIRE(probe.seen().size() == 1);
  CHECK(probe.seen()[0] == std::vector<octet>{0xa0, 0xa1, 0xa2, 1, 2, 3, 4, 5, 6, 7, 8});
  probe.forget();
  CHECK(probe.seen().empty());
}

TEST_CASE("mixing_crypto: a job that is none of its key's is failed") {
  mixing_crypto c;
  mixing_crypto::workspace w;
  const std::uint32_t schedule = *c.add_key(sizes, std::vector<octet>(16));
  const auto sealed = [&](auto change) {
    small_job one(schedule);
    change(one.work);
    job* const jobs[] = {&one.work};
    c.seal(w, jobs);
    return one.work.status;
  };
  CHECK(sealed([](job&) {}) == job_status::done);
  CHECK(sealed([](job& j) { j.icv_length = 12; }) == job_status::failed);
  CHECK(sealed([](job& j) { j.length = 63; }) == job_status::failed);
  CHECK(sealed([&](job& j) { j.schedule = schedule + 1; }) == job_status::failed);
  c.remove_key(schedule);
  CHECK(sealed([](job&) {}) == job_status::failed);
}

TEST_CASE("failing_crypto: fails or forges the job it is asked to, and no other") {
  keeps_the_laws(failing_crypto<mixing_crypto>{});
  failing_crypto<mixing_crypto> c;
  failing_crypto<mixing_crypto>::workspace w;
  const std::uint32_t schedule = *c.add_key(sizes, std::vector<octet>(16));
  for (std::size_t n = 0; n < 3; ++n) {
    small_job a(schedule, 1), b(schedule, 2), d(schedule, 3);
    small_job* const all[] = {&a, &b, &d};
    job* const jobs[] = {&a.work, &b.work, &d.work};

    c.fail_at(n);
    c.seal(w, jobs);
    for (std::size_t i = 0; i < 3; ++i) CHECK(jobs[i]->status == (i == n ? job_status::failed : job_status::done));
    CHECK(all[n]->memory[0] == n + 1);  // untouched

    c.fail_at(c.never);
    job* const failed[] = {jobs[n]};
    c.seal(w, failed);
    c.forge_at(n);
    const std::array<octet, 80> before = all[n]->memory;
    c.open(w, jobs, on_forged::restore);
    for (std::size_t i = 0; i < 3; ++i) CHECK(jobs[i]->status == (i == n ? job_status::forged : job_status::done));
    CHECK(all[n]->memory == before);
    CHECK(c.jobs() == 3);

    c.seal(w, jobs);  // jobs 3 to 5: none asked for
    c.forge_at(n);
    c.seal(w, jobs);
    for (const job* j : jobs) CHECK(j->status == job_status::done);
    c.open(w, jobs, on_forged::scrub);
    for (std::size_t i = 0; i < 3; ++i) CHECK(jobs[i]->status == (i == n ? job_status::forged : job_status::done));
    CHECK(all[n]->memory[0] == 0);
  }
}

TEST_CASE("contiguous_crypto: keeps the laws and fails texts of several segments") {
  keeps_the_laws(contiguous_crypto<mixing_crypto>{});
  contiguous_crypto<mixing_crypto> c;
  contiguous_crypto<mixing_crypto>::workspace w;
  small_job one(*c.add_key(sizes, std::vector<octet>(16)));
  const segment halves[] = {{one.memory.data(), 32}, {one.memory.data() + 32, 32}};
  one.work.source = one.work.destination = halves;
  one.work.segments = 2;
  const std::array<octet, 80> before = one.memory;
  job* const jobs[] = {&one.work};
  c.seal(w, jobs);
  CHECK(one.work.status == job_status::failed);
  c.recheck(w, jobs);
  CHECK(one.work.status == job_status::failed);
  CHECK(one.memory == before);
}

TEST_CASE("out_of_place_crypto: keeps the laws and fails texts in place or overlapping") {
  keeps_the_laws(out_of_place_crypto<mixing_crypto>{});
  out_of_place_crypto<mixing_crypto> c;
  out_of_place_crypto<mixing_crypto>::workspace w;
  small_job one(*c.add_key(sizes, std::vector<octet>(16)));
  job* const jobs[] = {&one.work};
  c.seal(w, jobs);
  CHECK(one.work.status == job_status::failed);
  std::array<octet, 160> memory{};
  segment from{memory.data(), 64};
  segment to{memory.data() + 63, 64};
  one.work.source = &from;
  one.work.destination = &to;
  c.seal(w, jobs);
  CHECK(one.work.status == job_status::failed);
  to.data = memory.data() + 64;
  c.seal(w, jobs);
  CHECK(one.work.status == job_status::done);
}

TEST_CASE("delayed_crypto: keeps the laws at any delay") {
  for (const std::uint64_t seed : {1u, 2u, 3u})
    for (const std::uint64_t most_reaps : {0u, 1u, 20u}) keeps_the_laws(delayed_crypto<mixing_crypto>{seed, most_reaps});
}

TEST_CASE("delayed_crypto: jobs come back late, in another order, repeatably, and beyond the queue failed") {
  std::vector<std::vector<std::size_t>> orders;
  for (const std::uint64_t seed : {7u, 7u, 8u}) {
    delayed_crypto<mixing_crypto, 16> c(seed, 5);
    delayed_crypto<mixing_crypto, 16>::workspace w;
    const std::uint32_t schedule = *c.add_key(sizes, std::vector<octet>(16));
    std::vector<std::unique_ptr<small_job>> all;
    std::vector<job*> list;
    for (std::size_t i = 0; i < 20; ++i) {
      all.emplace_back(new small_job(schedule));
      list.push_back(&all.back()->work);
    }
    c.submit_seal(w, list);
    CHECK(w.in_flight() == 20);
    for (const job* j : list) CHECK(j->status == job_status::pending);
    CHECK(all[0]->memory[0] == 0x11);  // untouched until it comes back

    std::vector<std::size_t> order;
    job* back[20];
    std::size_t calls = 0;
    for (; order.size() < 20 && calls < 100; ++calls)
      for (std::size_t n = c.reap(w, back), i = 0; i < n; ++i)
        order.push_back(static_cast<std::size_t>(std::find(list.begin(), list.end(), back[i]) - list.begin()));
    CHECK(calls > 1);
    CHECK(calls <= 6);
    CHECK(w.in_flight() == 0);
    CHECK(!std::is_sorted(order.begin(), order.end()));
    std::size_t failed = 0;
    for (const job* j : list) failed += j->status == job_status::failed;
    CHECK(failed == 4);
    orders.push_back(order);
  }
  CHECK(orders[0] == orders[1]);
  CHECK(orders[0] != orders[2]);
}

TEST_CASE("crypto laws: every broken provider is reported under its law and no other") {
  namespace law = crypto_law;
  breaks_only<broken::opens_last_octet_wrong>(law::open_undoes_seal);
  breaks_only<broken::sends_plaintext>(law::hides_text);
  breaks_only<broken::covers_less_text>(law::text_covered);
  breaks_only<broken::covers_less_aad>(law::aad_covered);
  breaks_only<broken::covers_less_nonce>(law::nonce_covered);
  breaks_only<broken::covers_less_appended>(law::appended_covered);
  breaks_only<broken::compares_less_icv>(law::icv_compared);
  breaks_only<broken::uses_less_key>(law::key_covered);
  breaks_only<broken::scrubs_all_but_one>(law::scrub);
  breaks_only<broken::restores_all_but_one>(law::restore);
  breaks_only<broken::minds_cuts>(law::cuts);
  breaks_only<broken::minds_places>(law::places);
  breaks_only<broken::writes_source>(law::source_alone);
  breaks_only<broken::stumbles_at_33rd>(law::list);
  breaks_only<broken::uses_first_key>(law::mixed_keys);
  breaks_only<broken::suspects_next>(law::neighbours);
  breaks_only<broken::forgets_last_status>(law::statuses);
  breaks_only<broken::writes_behind_icv>(law::own_memory);
  breaks_only<broken::verify_writes>(law::verify_writes_nothing);
  breaks_only<broken::verify_believes>(law::verify_agrees);
  breaks_only<broken::recheck_writes>(law::recheck_writes_nothing);
  breaks_only<broken::recheck_verifies>(law::recheck_agrees);
  breaks_only<broken::cuts_keys>(law::key_sizes);
  breaks_only<broken::leaks_keys>(law::room_again);
  breaks_only<broken::loses_jobs>(law::back_once);
  breaks_only<broken::repeats_jobs>(law::back_once);
  breaks_only<broken::clears_behind>(law::back_in_bounds);

  for (const char* name : {law::open_undoes_seal, law::hides_text, law::text_covered, law::aad_covered, law::nonce_covered, law::appended_covered,
                           law::icv_compared, law::key_covered, law::scrub, law::restore, law::cuts, law::places, law::source_alone, law::list,
                           law::mixed_keys, law::neighbours, law::statuses, law::own_memory, law::verify_writes_nothing, law::verify_agrees,
                           law::recheck_writes_nothing, law::recheck_agrees, law::key_sizes, law::room_again, law::back_once, law::back_in_bounds})
    CHECK_MESSAGE(std::find(laws_seen_broken.begin(), laws_seen_broken.end(), name) != laws_seen_broken.end(), std::string(name));
}

TEST_CASE("crypto laws: each finds its fault in the asynchronous provider too") {
  // Through delay, a fault of seal or open is found under the same law.
  delayed_crypto<broken::covers_less_aad> less_aad;
  CHECK(check_async_crypto_laws(less_aad, sizes) == std::vector<std::string>{crypto_law::aad_covered});
  delayed_crypto<broken::scrubs_all_but_one> scrubs;
  CHECK(check_async_crypto_laws(scrubs, sizes) == std::vector<std::string>{crypto_law::scrub});
}

TEST_CASE("crypto laws: a provider that takes no key is reported at once") {
  struct takes_none : mixing_crypto {
    takes_none() : mixing_crypto(0) {}
  } provider;
  CHECK(check_crypto_laws(provider, sizes) == std::vector<std::string>{crypto_law::key_sizes});
}
