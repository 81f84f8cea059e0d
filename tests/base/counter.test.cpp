#include <doctest/doctest.h>

#include <esplanade/base/counter.hpp>

#include <thread>
#include <vector>

using namespace esplanade;

TEST_CASE_TEMPLATE("counter: adds, is set and read, over all 64 bits", C, counter, shared_counter) {
  C c;
  CHECK(c.get() == 0);
  c.add(5);
  c.add(0);
  CHECK(c.get() == 5);
  c.set(0xffff'ffff);
  c.add(2);
  CHECK(c.get() == 0x1'0000'0001);
  c.set(~std::uint64_t{0});
  c.add(1);
  CHECK(c.get() == 0);
}

TEST_CASE("counter: readers beside its writer see values that it had, in their order") {
  constexpr std::uint64_t step = 0x1'0000'0001;  // both halves change at once: a torn value would show
  constexpr int steps = 20'000;
  counter c;
  std::thread writer([&c] {
    for (int i = 0; i < steps; ++i) c.add(step);
  });
  std::uint64_t last = 0;
  bool whole = true, in_order = true;
  while (last != steps * step) {
    const std::uint64_t now = c.get();
    whole = whole && now % step == 0;
    in_order = in_order && now >= last;
    last = now;
  }
  writer.join();
  CHECK(whole);
  CHECK(in_order);
}

TEST_CASE("shared_counter: no addition of several writers is lost") {
  constexpr int writers = 3, each = 20'000;
  shared_counter c;
  std::vector<std::thread> all;
  for (int w = 0; w < writers; ++w)
    all.emplace_back([&c] {
      for (int i = 0; i < each; ++i) c.add(3);
    });
  for (std::thread& one : all) one.join();
  CHECK(c.get() == std::uint64_t{3} * writers * each);
}
