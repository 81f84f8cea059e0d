// What all AES-GCM providers have in common.
#include "crypto/gcm_reference.hpp"

#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/crypto_laws.hpp>

#include <thread>

using namespace esplanade;
using jobs::bytes;
using jobs::check_same;
using jobs::random_bytes;
using jobs::some_task;
using jobs::suite_for;
using jobs::task;
using jobs::whole_packet;
using testing::broken_law;

namespace {

constexpr auto all_suites = suites<esp_aes_gcm_8<128>, esp_aes_gcm_8<192>, esp_aes_gcm_8<256>, esp_aes_gcm_12<128>, esp_aes_gcm_12<192>, esp_aes_gcm_12<256>,
                                   esp_aes_gcm_16<128>, esp_aes_gcm_16<192>, esp_aes_gcm_16<256>>;

}  // namespace

TEST_CASE_TEMPLATE("gcm: the salt is read in network order and none of its octets is another [class 26]", C, GCM_PROVIDERS) {
  // With the salt backwards or one octet changed, what Botan's own GCM makes of it is not reached.
  C provider;
  typename C::workspace w;
  for (const std::size_t key_size : {16u, 24u, 32u}) {
    const bytes key = random_bytes(key_size, 60 + key_size);
    const std::uint32_t schedule = *provider.add_key(suite_for(key_size), key);
    task plain = some_task(60, key_size, 20);
    plain.nonce[0] = 0xca, plain.nonce[3] = 0x0d;  // it reads differently backwards
    const task sealed = whole_packet(key).seal(plain);
    check_same(provider, w, schedule, plain, sealed);
    for (std::size_t change = 0; change < 5; ++change) {
      task t = plain;
      if (change == 4) std::reverse(t.nonce.begin(), t.nonce.begin() + 4);
      else t.nonce[change] = static_cast<octet>(t.nonce[change] ^ 1);
      CHECK(jobs::seal(provider, w, schedule, t) == job_status::done);
      CHECK(t.text != sealed.text);
      CHECK(t.icv != sealed.icv);
    }
  }
}

TEST_CASE_TEMPLATE("gcm: keeps the laws of providers for every suite [class 17, 18, 28, 46]", C, GCM_PROVIDERS) {
  for (const suite_sizes& suite : all_suites.sizes) {
    if (std::is_same_v<C, botan_aead> && suite.key / 8 + suite.icv / 4 != 6) continue;  // it is slow: one suite of each key size
    C provider;
    for (const broken_law& one : testing::find_broken_crypto_laws(provider, suite)) FAIL_CHECK(int{suite.key} << "/" << int{suite.icv} << ": " << one.law << " — " << one.where);
  }
}

TEST_CASE_TEMPLATE("gcm: keeps the asynchronous laws behind a delay", C, GCM_PROVIDERS) {
  testing::delayed_crypto<C> provider;
  for (const broken_law& one : testing::find_broken_async_crypto_laws(provider, esp_aes_gcm_16<256>::sizes)) FAIL_CHECK(one.law << " — " << one.where);
}

TEST_CASE_TEMPLATE("gcm: every text length and AAD length equals Botan's own GCM", C, GCM_PROVIDERS) {
  C provider;
  jobs::check_every_length(provider);
}

TEST_CASE_TEMPLATE("gcm: lists of any mixture of lengths equal Botan's own GCM packet by packet [class 46]", C, GCM_PROVIDERS) {
  C provider;
  typename C::workspace w;
  testing::seeded numbers{4};
  std::vector<whole_packet> references;
  std::vector<std::uint32_t> schedules;
  for (const std::size_t key_size : {16u, 32u, 24u}) {
    const bytes key = random_bytes(key_size, 50 + key_size);
    references.emplace_back(key);
    schedules.push_back(*provider.add_key(suite_for(key_size), key));
  }
  for (unsigned round = 0; round < 60; ++round) {
    const std::size_t count = 1 + numbers.below(70);
    std::vector<task> plain(count), work;
    std::vector<std::size_t> key(count);
    for (std::size_t i = 0; i < count; ++i) {
      // Runs of one key, so that jobs share calls; now and then one that does not fit with others, or at all.
      key[i] = i != 0 && numbers.below(4) != 0 ? key[i - 1] : numbers.below(3);
      const std::uint64_t kind = numbers.below(40);
      const std::size_t length = kind == 0 ? 8000 + numbers.below(12'000) : kind < 6 ? numbers.below(9000) : numbers.below(200);
      plain[i] = some_task(length, numbers.next(), kind % 5 == 0 ? numbers.below(64) : 8 + kind % 2 * 4);
    }
    work = plain;
    std::vector<job> all(count);
    std::vector<segment> pieces(count);
    std::vector<job*> list;
    for (std::size_t i = 0; i < count; ++i) {
      pieces[i] = {work[i].text.data(), work[i].text.size()};
      jobs::fill(all[i], schedules[key[i]], work[i].nonce, work[i].aad.data(), work[i].aad.size(), pieces[i], work[i].icv.data(), 16);
      list.push_back(&all[i]);
    }
    provider.seal(w, list);
    for (std::size_t i = 0; i < count; ++i) {
      const task sealed = references[key[i]].seal(plain[i]);
      REQUIRE(all[i].status == job_status::done);
      REQUIRE(work[i].text == sealed.text);
      REQUIRE(work[i].icv == sealed.icv);
    }
    provider.verify(w, list);
    for (const job& j : all) REQUIRE(j.status == job_status::done);
    provider.open(w, list, on_forged::scrub);
    for (std::size_t i = 0; i < count; ++i) {
      REQUIRE(all[i].status == job_status::done);
      REQUIRE(work[i].text == plain[i].text);
    }
    provider.recheck(w, list);
    for (const job& j : all) REQUIRE(j.status == job_status::done);
  }
}

TEST_CASE_TEMPLATE("gcm: supports the AES-GCM suites of RFC 4106 and no other nonce", C, GCM_PROVIDERS) {
  bool all = true;
  all_suites.for_each([&all]<class S>() { all = all && C::template supports<S>; });
  CHECK(all);
  CHECK(!C::template supports<testing::nonce_of_11>);
  CHECK(!C::template supports<testing::nonce_of_16>);
  CHECK(C::template supports<testing::nonce_suite<4, 8, 12>>);
  CHECK(!C::template supports<testing::nonce_suite<4, 8, 20>>);
}

TEST_CASE_TEMPLATE("gcm: keys of 0 to 64 octets are refused unless they are the suite's [class 26]", C, GCM_PROVIDERS) {
  C provider;
  for (const suite_sizes& suite : all_suites.sizes)
    for (std::size_t size = 0; size <= 64; ++size) {
      const result<std::uint32_t> added = provider.add_key(suite, random_bytes(size, size));
      CHECK(static_cast<bool>(added) == (size == suite.key));
      if (added) provider.remove_key(*added);
      else CHECK(std::string(added.why().field) == "key");
    }
}

TEST_CASE_TEMPLATE("gcm: suites that AES-GCM does not have are refused, and the fault names the field", C, GCM_PROVIDERS) {
  C provider;
  const auto refused = [&](auto change) {
    suite_sizes s = esp_aes_gcm_16<128>::sizes;
    change(s);
    const result<std::uint32_t> added = provider.add_key(s, random_bytes(s.key, 1));
    return added ? std::string("taken") : std::string(added.why().field);
  };
  CHECK(refused([](suite_sizes&) {}) == "taken");
  CHECK(refused([](suite_sizes& s) { s.family = static_cast<cipher_family>(0x7f); }) == "sizes.family");
  for (const unsigned size : {0u, 1u, 8u, 15u, 17u, 20u, 31u, 33u, 64u})
    CHECK(refused([size](suite_sizes& s) { s.key = static_cast<std::uint8_t>(size); }) == "sizes.key");
  for (std::uint8_t size = 0; size <= 32; ++size)
    if (size != 8 && size != 12 && size != 16) CHECK(refused([size](suite_sizes& s) { s.icv = size; }) == "sizes.icv");
  CHECK(refused([](suite_sizes& s) { s.salt = 3; }) == "sizes.iv");
  CHECK(refused([](suite_sizes& s) { s.iv = 16; s.salt = 0; }) == "sizes.iv");
  CHECK(refused([](suite_sizes& s) { s.iv = 4; s.salt = 8; }) == "sizes.iv");
}

TEST_CASE_TEMPLATE("gcm: shorter ICVs are the front of the whole one, and an ICV of another size is never accepted [class 17]", C, GCM_PROVIDERS) {
  C provider;
  typename C::workspace w;
  const bytes key = random_bytes(16, 1);
  whole_packet reference(key);
  const task whole = reference.seal(some_task(100, 5));
  for (const std::size_t icv : {8u, 12u, 16u}) {
    const std::uint32_t schedule = *provider.add_key(suite_for(16, icv), key);
    task t = some_task(100, 5, 8, icv);
    REQUIRE(jobs::seal(provider, w, schedule, t) == job_status::done);
    CHECK(t.text == whole.text);
    CHECK(t.icv == bytes(whole.icv.begin(), whole.icv.begin() + static_cast<std::ptrdiff_t>(icv)));
    for (std::size_t other = 0; other <= 16; ++other) {
      task shorter = t;
      shorter.icv = bytes(whole.icv.begin(), whole.icv.begin() + static_cast<std::ptrdiff_t>(other));
      CHECK(jobs::open(provider, w, schedule, shorter) == (other == icv ? job_status::done : job_status::failed));
      if (other != icv) CHECK(shorter.text == t.text);
    }
  }
}

TEST_CASE_TEMPLATE("gcm: a job that is none of its key's is failed and nothing is written", C, GCM_PROVIDERS) {
  C provider(2);
  typename C::workspace w;
  const std::uint32_t schedule = *provider.add_key(esp_aes_gcm_16<128>::sizes, random_bytes(16, 1));
  bytes text = random_bytes(64, 2);
  const bytes before = text, aad(8), nonce(12);
  bytes icv(16);
  const segment piece{text.data(), text.size()};
  const auto statuses_with = [&](auto change) {
    job j;
    jobs::fill(j, schedule, nonce, aad.data(), aad.size(), piece, icv.data(), icv.size());
    change(j);
    job* const list[] = {&j};
    std::vector<job_status> all;
    const auto note = [&] { all.push_back(std::exchange(j.status, job_status::pending)); };
    provider.seal(w, list), note();
    provider.open(w, list, on_forged::scrub), note();
    provider.verify(w, list), note();
    provider.recheck(w, list), note();
    return all;
  };
  const std::vector<job_status> failed(4, job_status::failed);
  CHECK(statuses_with([](job& j) { j.schedule = 1; }) == failed);
  CHECK(statuses_with([](job& j) { j.schedule = 2; }) == failed);
  CHECK(statuses_with([](job& j) { j.schedule = ~0u; }) == failed);
  CHECK(statuses_with([](job& j) { j.salt_length = 3; }) == failed);
  CHECK(statuses_with([](job& j) { j.iv_length = 16; }) == failed);
  CHECK(statuses_with([](job& j) { j.iv_length = 0; }) == failed);
  CHECK(statuses_with([](job& j) { j.appended_length = 4; }) == failed);
  CHECK(statuses_with([](job& j) { j.length = 63; }) == failed);
  CHECK(statuses_with([](job& j) { j.length = 65; }) == failed);
  CHECK(statuses_with([](job& j) { j.segments = 0; }) == failed);
  CHECK(text == before);
  CHECK(icv == bytes(16));
  CHECK(statuses_with([](job&) {}) != failed);

  // It does not hold up the others of its list, and lends nobody its neighbours' key.
  job good, wrong;
  const segment other{icv.data(), 0};
  jobs::fill(good, schedule, nonce, aad.data(), aad.size(), piece, icv.data(), icv.size());
  jobs::fill(wrong, 1, nonce, aad.data(), aad.size(), other, icv.data(), icv.size());
  job* const list[] = {&wrong, &good};
  provider.seal(w, list);
  CHECK(wrong.status == job_status::failed);
  CHECK(good.status == job_status::done);

  const bytes key = random_bytes(16, 7);
  const std::uint32_t second = *provider.add_key(esp_aes_gcm_16<128>::sizes, key);
  task first = some_task(64, 1), refused = some_task(64, 2), last = some_task(64, 3);
  const task sealed = whole_packet(key).seal(last);
  job all[3];
  const segment pieces[3] = {{first.text.data(), 64}, {refused.text.data(), 64}, {last.text.data(), 64}};
  jobs::fill(all[0], schedule, first.nonce, first.aad.data(), 8, pieces[0], first.icv.data(), 16);
  jobs::fill(all[1], second, refused.nonce, refused.aad.data(), 8, pieces[1], refused.icv.data(), 12);
  jobs::fill(all[2], second, last.nonce, last.aad.data(), 8, pieces[2], last.icv.data(), 16);
  job* const three[] = {&all[0], &all[1], &all[2]};
  provider.seal(w, three);
  CHECK(all[1].status == job_status::failed);
  CHECK(last.text == sealed.text);
  CHECK(last.icv == sealed.icv);
}

TEST_CASE_TEMPLATE("gcm: holds as many keys as it was made for, and a removed one makes room and is gone", C, GCM_PROVIDERS) {
  C provider(3);
  typename C::workspace w;
  std::vector<std::uint32_t> schedules;
  std::vector<task> sealed;
  for (std::size_t i = 0; i < 3; ++i) {
    const bytes key = random_bytes(16, i);
    schedules.push_back(*provider.add_key(esp_aes_gcm_16<128>::sizes, key));
    sealed.push_back(whole_packet(key).seal(some_task(40, i)));
  }
  const result<std::uint32_t> one_more = provider.add_key(esp_aes_gcm_16<128>::sizes, random_bytes(16, 9));
  REQUIRE(!one_more);
  CHECK(one_more.why().kind == fault_kind::no_space);

  provider.remove_key(schedules[1]);
  provider.remove_key(schedules[1]);  // nothing more
  provider.remove_key(77);
  const auto opens = [&](std::size_t i) {
    task t = sealed[i];
    return jobs::open(provider, w, schedules[i], t);
  };
  CHECK(opens(0) == job_status::done);
  CHECK(opens(1) == job_status::failed);
  CHECK(opens(2) == job_status::done);
  const result<std::uint32_t> again = provider.add_key(esp_aes_gcm_16<128>::sizes, random_bytes(16, 9));
  REQUIRE(again);
  CHECK(*again == schedules[1]);
  CHECK(opens(1) == job_status::forged);  // another key now
  CHECK(!provider.add_key(esp_aes_gcm_16<128>::sizes, random_bytes(16, 10)));
  CHECK(!C(0).add_key(esp_aes_gcm_16<128>::sizes, random_bytes(16, 10)));
}

TEST_CASE_TEMPLATE("gcm: nothing is read or written beyond any buffer [class 27]", C, GCM_PROVIDERS) {
  C provider;
  jobs::check_no_octet_beyond_buffers(provider);
}

TEST_CASE_TEMPLATE("gcm: nothing is read or written beyond any segment [class 27, 28]", C, GCM_PROVIDERS) {
  C provider;
  jobs::check_no_octet_beyond_segments(provider);
}

TEST_CASE_TEMPLATE("gcm: texts, AAD and ICVs stand at any alignment [class 27]", C, GCM_PROVIDERS) {
  C provider;
  typename C::workspace w;
  const bytes key = random_bytes(16, 1);
  whole_packet reference(key);
  const std::uint32_t schedule = *provider.add_key(esp_aes_gcm_16<128>::sizes, key);
  alignas(64) static octet from_memory[64 + 1500], to_memory[64 + 1500], icv_memory[64 + 16], aad_memory[64 + 12];
  for (const std::size_t length : {1u, 4u, 15u, 16u, 20u, 64u, 100u, 260u, 1408u}) {
    const task plain = some_task(length, length, 12), sealed = reference.seal(plain);
    for (std::size_t at = 0; at < 64; ++at)
      for (std::size_t to_at = 0; to_at < 64; to_at += length > 64 ? 7 : 3) {
        std::copy(plain.text.begin(), plain.text.end(), from_memory + at);
        std::copy(plain.aad.begin(), plain.aad.end(), aad_memory + to_at);
        const segment from{from_memory + at, length}, to{to_memory + to_at, length};
        job j;
        jobs::fill(j, schedule, plain.nonce, aad_memory + to_at, 12, from, icv_memory + at, 16);
        j.destination = &to;
        job* const list[] = {&j};
        provider.seal(w, list);
        REQUIRE(std::equal(sealed.text.begin(), sealed.text.end(), to.data));
        REQUIRE(std::equal(sealed.icv.begin(), sealed.icv.end(), icv_memory + at));
        j.source = j.destination;
        provider.open(w, list, on_forged::scrub);
        REQUIRE(j.status == job_status::done);
        REQUIRE(std::equal(plain.text.begin(), plain.text.end(), to.data));
      }
  }
}

TEST_CASE_TEMPLATE("gcm: out of place the source is never written, not even for a moment [class 36]", C, GCM_PROVIDERS) {
  using jobs::guarded_memory;
  C provider;
  typename C::workspace w;
  const std::uint32_t schedule = *provider.add_key(esp_aes_gcm_16<128>::sizes, random_bytes(16, 1));
  for (const std::size_t length : {4u, 64u, 1408u, 9000u, 65'532u}) {
    const task plain = some_task(length);
    guarded_memory source(length, guarded_memory::side::ends_at_guard);
    std::copy(plain.text.begin(), plain.text.end(), source.data());
    source.allow(PROT_READ);
    bytes there(length), icv(16);
    const segment from{source.data(), length}, to{there.data(), length};
    job j;
    jobs::fill(j, schedule, plain.nonce, plain.aad.data(), 8, from, icv.data(), 16);
    j.destination = &to;
    job* const list[] = {&j};
    provider.seal(w, list);
    REQUIRE(j.status == job_status::done);

    source.allow(PROT_READ | PROT_WRITE);
    std::copy(there.begin(), there.end(), source.data());
    source.allow(PROT_READ);
    for (const on_forged mode : {on_forged::scrub, on_forged::restore}) {
      provider.open(w, list, mode);
      CHECK(j.status == job_status::done);
      icv[0] = static_cast<octet>(~icv[0]);
      provider.open(w, list, mode);
      CHECK(j.status == job_status::forged);
      icv[0] = static_cast<octet>(~icv[0]);
    }
  }
}

TEST_CASE_TEMPLATE("gcm: of a forged packet no plaintext is left, and none is written where it is to be restored [class 18]", C, GCM_PROVIDERS) {
  using jobs::guarded_memory;
  C provider;
  typename C::workspace w;
  const std::uint32_t schedule = *provider.add_key(esp_aes_gcm_16<128>::sizes, random_bytes(16, 1));
  for (const std::size_t length : {4u, 64u, 1408u, 9000u, 65'532u}) {
    task t = some_task(length);
    REQUIRE(jobs::seal(provider, w, schedule, t) == job_status::done);
    t.icv[15] = static_cast<octet>(t.icv[15] ^ 1);
    guarded_memory text(length, guarded_memory::side::begins_at_guard);
    std::copy(t.text.begin(), t.text.end(), text.data());
    text.allow(PROT_READ);  // restore writes nothing, so nothing that has to be taken back
    const segment piece{text.data(), length};
    job j;
    jobs::fill(j, schedule, t.nonce, t.aad.data(), t.aad.size(), piece, t.icv.data(), 16);
    job* const list[] = {&j};
    provider.open(w, list, on_forged::restore);
    CHECK(j.status == job_status::forged);
    provider.verify(w, list);
    CHECK(j.status == job_status::forged);

    text.allow(PROT_READ | PROT_WRITE);
    provider.open(w, list, on_forged::scrub);
    CHECK(j.status == job_status::forged);
    CHECK(bytes(text.data(), text.data() + length) == bytes(length, 0));
  }
}

TEST_CASE_TEMPLATE("gcm: lanes share a schedule, and keys come and go beside them", C, GCM_PROVIDERS) {
  C provider(8);
  const bytes key = random_bytes(16, 1);
  const std::uint32_t schedule = *provider.add_key(esp_aes_gcm_16<128>::sizes, key);
  whole_packet reference(key);
  std::vector<task> plain, sealed;
  for (std::size_t i = 0; i < 40; ++i) {
    plain.push_back(some_task(i * 37, i));
    sealed.push_back(reference.seal(plain.back()));
  }
  const auto lane = [&](unsigned& wrong) {
    const std::unique_ptr<typename C::workspace> w(new typename C::workspace);
    for (unsigned round = 0; round < 20; ++round)
      for (std::size_t i = 0; i < plain.size(); ++i) {
        task t = plain[i];
        wrong += jobs::seal(provider, *w, schedule, t) != job_status::done || t.text != sealed[i].text || t.icv != sealed[i].icv;
        wrong += jobs::open(provider, *w, schedule, t) != job_status::done || t.text != plain[i].text;
      }
  };
  unsigned wrong[2] = {0, 0};
  std::thread first(lane, std::ref(wrong[0])), second(lane, std::ref(wrong[1]));
  for (std::size_t i = 0; i < 500; ++i) provider.remove_key(*provider.add_key(esp_aes_gcm_16<256>::sizes, random_bytes(32, i)));
  first.join();
  second.join();
  CHECK(wrong[0] == 0);
  CHECK(wrong[1] == 0);
}
