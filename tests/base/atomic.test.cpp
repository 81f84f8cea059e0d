#include <cstdint>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <esplanade/base/atomic.hpp>

using namespace esplanade;

static_assert(sizeof(atomic_word<std::uint64_t>) == 8 && alignof(atomic_word<std::uint64_t>) == 8);
static_assert(sizeof(atomic_word<std::uint8_t>) == 1);

TEST_CASE("atomic_word: every operation says what stood there and leaves what it was told") {
  atomic_word<std::uint64_t> word{7};
  CHECK(word.load(order::acquire) == 7);
  word.store(8, order::release);
  CHECK(word.exchange(9, order::acq_rel) == 8);
  CHECK(word.fetch_add(2, order::seq_cst) == 9);
  std::uint64_t expected = 10;
  CHECK_FALSE(word.compare_exchange(expected, 12, order::acq_rel, order::acquire));
  CHECK(expected == 11);
  CHECK(word.compare_exchange(expected, 12, order::acq_rel, order::acquire));
  CHECK(word.load(order::relaxed) == 12);
  int at = 0;
  atomic_word<int*> pointer;
  CHECK(pointer.load(order::relaxed) == nullptr);
  pointer.store(&at, order::release);
  CHECK(pointer.load(order::acquire) == &at);
}

TEST_CASE("atomic_word: no addition of four threads is lost") {
  atomic_word<std::uint32_t> sum;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&sum] {
      for (int i = 0; i < 10000; ++i) sum.fetch_add(1, order::relaxed);
    });
  for (std::thread& t : threads) t.join();
  CHECK(sum.load(order::relaxed) == 40000);
}
