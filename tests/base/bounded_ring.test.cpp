#include <doctest/doctest.h>

#include <esplanade/base/bounded_ring.hpp>

#include <thread>

using namespace esplanade;

TEST_CASE("bounded_ring: what goes in comes out in order, and what finds no place is counted and changes nothing") {
  bounded_ring<int, 4> ring;
  int out = -1;
  CHECK_FALSE(ring.take(out));
  for (int round = 0; round < 50; ++round) {
    for (int i = 0; i < 4; ++i) CHECK(ring.put(round * 10 + i));
    CHECK_FALSE(ring.put(-1));
    for (int i = 0; i < 4; ++i) {
      REQUIRE(ring.take(out));
      CHECK(out == round * 10 + i);
    }
    CHECK_FALSE(ring.take(out));
    CHECK(ring.dropped() == static_cast<std::uint64_t>(round) + 1);
  }
}

TEST_CASE("bounded_ring: a reader beside the writer sees whole records in order, and what it does not see is counted") {
  struct record {
    std::uint64_t number, twice, thrice;
  };
  bounded_ring<record, 16> ring;
  constexpr std::uint64_t most = 200'000;
  atomic_word<int> done{0};
  std::uint64_t seen = 0, last = 0;
  bool whole = true;
  std::thread reader([&] {
    record r{};
    for (;;) {
      const bool finished = done.load(order::acquire) != 0;
      while (ring.take(r)) {
        whole = whole && r.twice == 2 * r.number && r.thrice == 3 * r.number && r.number > last;
        last = r.number;
        ++seen;
      }
      if (finished) return;
    }
  });
  for (std::uint64_t i = 1; i <= most; ++i) ring.put({i, 2 * i, 3 * i});
  done.store(1, order::release);
  reader.join();
  CHECK(whole);
  CHECK(seen != 0);
  CHECK(seen + ring.dropped() == most);
}
