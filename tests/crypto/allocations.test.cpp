// Nothing is allocated on the packet path. `operator new` is counted for the whole test program of this room.
#include "crypto/families.hpp"
#include "crypto/gcm_reference.hpp"

#include <esplanade/crypto/adapters.hpp>
#include <esplanade/crypto/null.hpp>
#include <esplanade/testing/ciphers.hpp>

#include <atomic>
#include <cstdlib>
#include <new>

using namespace esplanade;

namespace {
std::atomic<std::size_t> allocations{0};

void* counted(std::size_t size, std::size_t alignment) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  const std::size_t rounded = (size + alignment) / alignment * alignment;
  if (void* const at = std::aligned_alloc(alignment, rounded)) return at;
  throw std::bad_alloc{};
}

// Seals, verifies, opens, rechecks and forges lists of small, large and cut texts under two keys; returns what was allocated.
template <class C> std::size_t allocations_of(C& provider) {
  const std::unique_ptr<typename C::workspace> w(new typename C::workspace{});
  std::uint32_t schedules[2];
  for (std::uint32_t& schedule : schedules) {
    const result<std::uint32_t> added = provider.add_key(esp_aes_gcm_16<128>::sizes, jobs::bytes(16));
    REQUIRE(added);
    schedule = *added;
  }
  constexpr std::size_t count = 40;
  std::vector<jobs::bytes> texts(count), icvs(count, jobs::bytes(16));
  std::vector<std::array<segment, 3>> pieces(count);
  std::vector<job> all(count);
  std::vector<job*> list;
  const jobs::bytes nonce(12, octet{7}), aad(12, octet{9});
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t size = i == 20 ? 65'532 : i == 21 ? 9000 : i % 3 == 0 ? 1408 : 68;
    texts[i] = jobs::random_bytes(size, i);
    pieces[i] = {segment{texts[i].data(), 5}, segment{texts[i].data() + 5, 30}, segment{texts[i].data() + 35, size - 35}};
    jobs::fill(all[i], schedules[i / 10 % 2], nonce, aad.data(), i % 2 == 0 ? 8 : 12, pieces[i][0], icvs[i].data(), 16);
    all[i].segments = 3;
    all[i].length = static_cast<std::uint32_t>(size);
    list.push_back(&all[i]);
  }
  const std::size_t before = allocations.load();
  for (unsigned round = 0; round < 3; ++round) {
    provider.seal(*w, list);
    provider.verify(*w, list);
    provider.open(*w, list, on_forged::scrub);
    provider.recheck(*w, list);
    provider.seal(*w, list);
    for (jobs::bytes& icv : icvs) icv[0] = static_cast<octet>(~icv[0]);
    provider.open(*w, list, on_forged::restore);
    provider.open(*w, list, on_forged::scrub);
  }
  const std::size_t after = allocations.load();
  for (const job& j : all) CHECK(j.status == job_status::forged);
  return after - before;
}
}  // namespace

// Kept whole, so that g++ does not compare the halves of a pair of which it has inlined one.
#define WHOLE __attribute__((noinline))
WHOLE void* operator new(std::size_t size) { return counted(size, 16); }
WHOLE void* operator new(std::size_t size, std::align_val_t alignment) { return counted(size, static_cast<std::size_t>(alignment)); }
WHOLE void operator delete(void* at) noexcept { std::free(at); }
WHOLE void operator delete(void* at, std::size_t) noexcept { std::free(at); }
WHOLE void operator delete(void* at, std::align_val_t) noexcept { std::free(at); }
WHOLE void operator delete(void* at, std::size_t, std::align_val_t) noexcept { std::free(at); }

TEST_CASE("allocations: are counted") {
  const std::size_t before = allocations.load();
  // Called by name: a new-expression that nobody looks at may be left out by the compiler.
  void* const one = ::operator new(8);
  void* const aligned = ::operator new(sizeof(job), std::align_val_t{alignof(job)});
  CHECK(allocations.load() == before + 2);
  CHECK(reinterpret_cast<std::uintptr_t>(aligned) % 64 == 0);
  ::operator delete(aligned, std::align_val_t{alignof(job)});
  ::operator delete(one);
}

TEST_CASE_TEMPLATE("gcm: allocates nothing once keys are added", C, GCM_PROVIDERS) {
  if (std::is_same_v<C, botan_aead>) return;  // a lane's first use of a key size makes Botan's object for it
  C provider;
  CHECK(allocations_of(provider) == 0);
}

TEST_CASE("null_crypto: allocates nothing") {
  null_crypto provider;
  CHECK(allocations_of(provider) == 0);
}

TEST_CASE("adapters: allocate nothing") {
  gathered<testing::contiguous_crypto<botan>> contiguous;
  CHECK(allocations_of(contiguous) == 0);
  gathered<staged<testing::contiguous_crypto<testing::out_of_place_crypto<testing::mixing_crypto>>>> both;
  CHECK(allocations_of(both) == 0);
}

TEST_CASE("botan_all: allocates nothing with any suite once keys are added") {
  const std::unique_ptr<botan_all> provider(new botan_all(8));
  const std::unique_ptr<botan_all::workspace> w(new botan_all::workspace{});
  jobs::each_suite([&](const char* name, const suite_sizes& sizes) {
    CAPTURE(name);
    const std::uint32_t schedules[] = {provider->add_key(sizes, jobs::random_bytes(sizes.key, 1)).value(), provider->add_key(sizes, jobs::random_bytes(sizes.key, 2)).value()};
    constexpr std::size_t count = 24;
    std::vector<jobs::bytes> texts(count), icvs(count, jobs::bytes(sizes.icv));
    std::vector<std::array<segment, 3>> pieces(count);
    std::vector<job> all(count);
    std::vector<job*> list;
    const jobs::bytes aad(24, octet{9});
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t size = i == 20 ? 65'520 : i == 21 ? 8'992 : i % 3 == 0 ? 1408 : 64;
      texts[i] = jobs::random_bytes(size, i);
      pieces[i] = {segment{texts[i].data(), 5}, segment{texts[i].data() + 5, 30}, segment{texts[i].data() + 35, size - 35}};
      job& j = all[i];
      j.source = j.destination = pieces[i].data();
      if (i % 2 == 0) pieces[i][0] = {texts[i].data(), size};
      j.segments = i % 2 == 0 ? 1 : 3;
      j.length = static_cast<std::uint32_t>(size);
      j.schedule = schedules[i / 6 % 2];
      j.icv = icvs[i].data();
      j.icv_length = sizes.icv;
      j.aad = aad.data();
      j.aad_length = sizes.aead() ? 12 : 24;
      j.salt_length = sizes.salt;
      j.iv_length = static_cast<std::uint8_t>(sizes.iv + sizes.implicit_iv);
      j.appended_length = sizes.form() == job_form::mac ? 4 : 0;
      list.push_back(&j);
    }
    const std::size_t before = allocations.load();
    for (unsigned round = 0; round < 2; ++round) {
      provider->seal(*w, list);
      provider->verify(*w, list);
      provider->open(*w, list, on_forged::scrub);
      provider->recheck(*w, list);
      provider->seal(*w, list);
      for (jobs::bytes& icv : icvs) icv[0] = static_cast<octet>(~icv[0]);
      provider->open(*w, list, on_forged::restore);
      provider->open(*w, list, on_forged::scrub);
    }
    CHECK(allocations.load() == before);
    for (const job& j : all) CHECK(j.status == job_status::forged);
    for (const std::uint32_t schedule : schedules) provider->remove_key(schedule);
  });
}

TEST_CASE("botan_random: allocates nothing, however much is drawn") {
  botan_random source;
  const std::size_t before = allocations.load();
  std::uint64_t sum = 0;
  for (unsigned i = 0; i < 5000; ++i) sum ^= source.next();
  CHECK(sum != 0);
  CHECK(allocations.load() == before);
}
