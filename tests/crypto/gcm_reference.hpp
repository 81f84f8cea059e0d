// What tests compare AES-GCM providers with, and which providers there are.
#pragma once

#include "crypto/guarded_memory.hpp"
#include "crypto/jobs.hpp"

#include <doctest/doctest.h>

#include <esplanade/crypto/botan.hpp>
#include <esplanade/testing/cuts.hpp>

#include <memory>

// A list of types for TEST_CASE_TEMPLATE. intel-ipsec-mb is where the build found it.
#ifdef ESPLANADE_TESTS_IPSEC_MB
#include <esplanade/crypto/ipsec_mb.hpp>
#define GCM_PROVIDERS ::esplanade::botan, ::esplanade::botan_aead, ::esplanade::ipsec_mb
#else
#define GCM_PROVIDERS ::esplanade::botan, ::esplanade::botan_aead
#endif

namespace jobs {

inline suite_sizes suite_for(std::size_t key, std::size_t icv = 16) {
  suite_sizes s = esp_aes_gcm_16<128>::sizes;
  s.key = static_cast<std::uint8_t>(key);
  s.icv = static_cast<std::uint8_t>(icv);
  return s;
}

// AES-GCM of a whole packet by Botan's AEAD, which shares the block cipher with the provider but neither its counters, its
// GHASH input nor its walk over texts: {ciphertext, ICV}.
class whole_packet {
 public:
  explicit whole_packet(const bytes& key) {
#if BOTAN_VERSION_MAJOR >= 3
    constexpr auto direction = Botan::Cipher_Dir::Encryption;
#else
    constexpr auto direction = Botan::Cipher_Dir::ENCRYPTION;
#endif
    mode_ = Botan::AEAD_Mode::create_or_throw("AES-" + std::to_string(key.size() * 8) + "/GCM(16)", direction);
    mode_->set_key(key.data(), key.size());
  }
  task seal(const task& t) {
    Botan::secure_vector<std::uint8_t> text(t.text.begin(), t.text.end());
    mode_->set_associated_data(t.aad.data(), t.aad.size());
    mode_->start(t.nonce.data(), t.nonce.size());
    mode_->finish(text);
    task sealed = t;
    sealed.text.assign(text.begin(), text.end() - 16);
    sealed.icv.assign(text.end() - 16, text.end() - 16 + static_cast<std::ptrdiff_t>(t.icv.size()));
    return sealed;
  }

 private:
  std::unique_ptr<Botan::AEAD_Mode> mode_;
};

inline task some_task(std::size_t length, std::uint64_t seed = 1, std::size_t aad = 8, std::size_t icv = 16) {
  return {random_bytes(12, seed), random_bytes(aad, seed + 1), random_bytes(length, seed + 2), bytes(icv)};
}

template <class C> void check_same(C& provider, typename C::workspace& w, std::uint32_t schedule, const task& plain, const task& sealed) {
  task t = plain;
  REQUIRE(jobs::seal(provider, w, schedule, t) == job_status::done);
  REQUIRE(t.text == sealed.text);
  REQUIRE(t.icv == sealed.icv);
  REQUIRE(jobs::open(provider, w, schedule, t) == job_status::done);
  REQUIRE(t.text == plain.text);
}

/// Texts of all lengths to 4200 octets, of the longest and of some between, and AAD of all lengths to 300, against the reference.
template <class C> void check_every_length(C& provider) {
  const std::unique_ptr<typename C::workspace> lane(new typename C::workspace);
  typename C::workspace& w = *lane;
  for (const std::size_t key_size : {16u, 24u, 32u}) {
    const bytes key = random_bytes(key_size, key_size);
    whole_packet reference(key);
    const result<std::uint32_t> added = provider.add_key(suite_for(key_size), key);
    REQUIRE(added);
    const std::uint32_t schedule = *added;
    for (std::size_t length = 0; length <= 4200; length += key_size == 16 ? 1 : 37) {
      CAPTURE(length);
      const task plain = some_task(length, length, length % 3 == 0 ? 12 : 8);
      check_same(provider, w, schedule, plain, reference.seal(plain));
    }
    // Around the workspace's 8 KiB, around carries of the counter, and the longest.
    for (const std::size_t length : {8144u, 8160u, 8175u, 8176u, 8177u, 8191u, 8192u, 8193u, 16'368u, 16'384u, 16'400u, 32'000u, 65'500u, 65'519u, 65'520u, 65'521u, 65'534u, 65'535u}) {
      CAPTURE(length);
      const task plain = some_task(length, length);
      check_same(provider, w, schedule, plain, reference.seal(plain));
    }
    for (std::size_t aad = 0; aad <= 300; ++aad)
      for (const std::size_t length : {0u, 1u, 68u, 9000u}) {
        if (length == 9000 && aad % 16 > 1) continue;
        CAPTURE(aad);
        const task plain = some_task(length, aad, aad);
        check_same(provider, w, schedule, plain, reference.seal(plain));
      }
    const task long_aad = some_task(40, 1, 65'535);
    check_same(provider, w, schedule, long_aad, reference.seal(long_aad));
  }
}

/// Texts of all lengths to 300 octets and of some beyond, with AAD of several, that end and begin at forbidden pages.
template <class C> void check_no_octet_beyond_buffers(C& provider) {
  const std::unique_ptr<typename C::workspace> lane(new typename C::workspace);
  typename C::workspace& w = *lane;
  const bytes key = random_bytes(16, 1);
  whole_packet reference(key);
  const result<std::uint32_t> added = provider.add_key(esp_aes_gcm_16<128>::sizes, key);
  REQUIRE(added);
  const std::uint32_t schedule = *added;
  const auto run = [&](std::size_t length, guarded_memory::side where, bool in_place, std::size_t aad_size) {
    CAPTURE(length);
    const task plain = some_task(length, length, aad_size), sealed = reference.seal(plain);
    guarded_memory source(length, where), destination(length, where), aad(aad_size, where), icv(16, where);
    std::copy(plain.aad.begin(), plain.aad.end(), aad.data());
    std::copy(plain.text.begin(), plain.text.end(), source.data());
    const segment from{source.data(), length}, to{destination.data(), length};
    job j;
    fill(j, schedule, plain.nonce, aad.data(), aad_size, from, icv.data(), 16);
    if (!in_place) j.destination = &to;
    job* const list[] = {&j};
    provider.seal(w, list);
    REQUIRE(j.status == job_status::done);
    const octet* const written = in_place ? source.data() : destination.data();
    REQUIRE(std::equal(sealed.text.begin(), sealed.text.end(), written));
    REQUIRE(std::equal(sealed.icv.begin(), sealed.icv.end(), icv.data()));
    std::copy(sealed.text.begin(), sealed.text.end(), source.data());
    provider.verify(w, list);
    REQUIRE(j.status == job_status::done);
    provider.open(w, list, on_forged::scrub);
    REQUIRE(j.status == job_status::done);
    REQUIRE(std::equal(plain.text.begin(), plain.text.end(), written));
    if (!in_place) std::copy(plain.text.begin(), plain.text.end(), source.data());
    provider.recheck(w, list);
    REQUIRE(j.status == job_status::done);
    icv.data()[0] = static_cast<octet>(~icv.data()[0]);
    provider.open(w, list, on_forged::scrub);
    REQUIRE(j.status == job_status::forged);
  };
  for (const guarded_memory::side where : {guarded_memory::side::ends_at_guard, guarded_memory::side::begins_at_guard})
    for (const bool in_place : {true, false}) {
      for (std::size_t length = 0; length <= 300; ++length) run(length, where, in_place, length % 21);
      for (const std::size_t length : {511u, 512u, 1407u, 1408u, 1409u, 4095u, 4096u, 8176u, 8177u, 9000u, 65'500u, 65'535u}) run(length, where, in_place, 8);
    }
}

/// The same for texts that are cut into segments at random.
template <class C> void check_no_octet_beyond_segments(C& provider) {
  const std::unique_ptr<typename C::workspace> lane(new typename C::workspace);
  typename C::workspace& w = *lane;
  const bytes key = random_bytes(32, 1);
  whole_packet reference(key);
  const result<std::uint32_t> added = provider.add_key(esp_aes_gcm_16<256>::sizes, key);
  REQUIRE(added);
  const std::uint32_t schedule = *added;
  testing::seeded numbers{11};
  for (std::size_t length = 0; length <= 300; ++length) {
    const testing::cut sizes = testing::random_cut(length, 5, numbers);
    const task plain = some_task(length, length), sealed = reference.seal(plain);
    std::vector<std::unique_ptr<guarded_memory>> memory;
    std::vector<segment> pieces;
    std::size_t from = 0;
    for (const std::size_t size : sizes) {
      memory.emplace_back(new guarded_memory(size, numbers.below(2) == 0 ? guarded_memory::side::ends_at_guard : guarded_memory::side::begins_at_guard));
      pieces.push_back({memory.back()->data(), size});
      std::copy_n(plain.text.begin() + static_cast<std::ptrdiff_t>(from), size, memory.back()->data());
      from += size;
    }
    const auto text = [&] {
      bytes all;
      for (const segment& piece : pieces) all.insert(all.end(), piece.data, piece.data + piece.size);
      return all;
    };
    bytes icv(16);
    job j;
    const segment whole{nullptr, length};
    fill(j, schedule, plain.nonce, plain.aad.data(), plain.aad.size(), whole, icv.data(), 16);
    j.source = j.destination = pieces.data();
    j.segments = static_cast<std::uint8_t>(pieces.size());
    job* const list[] = {&j};
    provider.seal(w, list);
    REQUIRE(text() == sealed.text);
    REQUIRE(icv == sealed.icv);
    provider.open(w, list, on_forged::scrub);
    REQUIRE(j.status == job_status::done);
    REQUIRE(text() == plain.text);
  }
}

}  // namespace jobs
