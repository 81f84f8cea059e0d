#include <doctest/doctest.h>

#include <esplanade/testing/interleave.hpp>

#include <set>

using namespace esplanade;
using namespace esplanade::testing;

namespace {

std::set<std::string> seen;

// Threads of so many accesses each, all of one word.
template <unsigned... Steps> struct counting {
  static constexpr unsigned threads = sizeof...(Steps);
  stepped_atomics::word<std::uint32_t> word{};
  std::string order_of_steps{};

  void run(unsigned thread) {
    constexpr unsigned steps[] = {Steps...};
    for (unsigned i = 0; i < steps[thread]; ++i) {
      word.fetch_add(1, order::relaxed);
      order_of_steps += static_cast<char>('a' + thread);
    }
  }
  std::string broken() const {
    seen.insert(order_of_steps);
    const unseen look;
    return word.load(order::relaxed) == (Steps + ...) ? "" : "a step is missing";
  }
};

// Reads, and writes one more: two threads can lose an addition.
template <bool Together> struct adding {
  static constexpr unsigned threads = 2;
  stepped_atomics::word<std::uint32_t> word{};
  void run(unsigned) {
    if (Together) word.fetch_add(1, order::relaxed);
    else word.store(word.load(order::relaxed) + 1, order::relaxed);
  }
  std::string broken() const { return word.load(order::relaxed) == 2 ? "" : "an addition is lost"; }
};

struct waiting_for_nobody {
  static constexpr unsigned threads = 2;
  stepped_atomics::word<std::uint32_t> word{};
  void run(unsigned thread) {
    while (thread == 0 && word.load(order::relaxed) == 0) {
    }
  }
  std::string broken() const { return ""; }
};

struct without_steps {
  static constexpr unsigned threads = 3;
  unsigned ran = 0;
  void run(unsigned) { ++ran; }
  std::string broken() const { return ran == 3 ? "" : "not all ran"; }
};

template <class World> std::uint64_t all_of() {
  seen.clear();
  const interleavings all = run_every_interleaving<World>();
  CHECK(all.broken == "");
  CHECK(all.run == seen.size());  // none twice
  return all.run;
}

}  // namespace

TEST_CASE("interleave: runs every order of steps, and none twice") {
  CHECK(all_of<counting<1, 1>>() == 2);
  CHECK(all_of<counting<2, 2>>() == 6);
  CHECK(all_of<counting<3, 4>>() == 35);
  CHECK(all_of<counting<8, 8>>() == 12870);
  CHECK(all_of<counting<0, 3>>() == 1);
  CHECK(all_of<counting<1, 1, 1>>() == 6);
  CHECK(all_of<counting<3, 3, 3>>() == 1680);
  CHECK(all_of<counting<2, 2, 2, 2>>() == 2520);
}

TEST_CASE("interleave: finds a lost addition and says by which steps [class 54]") {
  const interleavings lost = run_every_interleaving<adding<false>>();
  CHECK(lost.broken == "an addition is lost");
  CHECK(lost.schedule.size() == 4);
  CHECK((lost.schedule.substr(0, 2) == "01" || lost.schedule.substr(0, 2) == "10"));
  const interleavings kept = run_every_interleaving<adding<true>>();
  CHECK(kept.broken == "");
  CHECK(kept.run == 2);
}

TEST_CASE("interleave: a thread that never ends is reported, and one without a shared word runs") {
  CHECK(run_every_interleaving<waiting_for_nobody>().broken == "it does not end");
  CHECK(run_every_interleaving<without_steps>().run == 1);
}

TEST_CASE("stepped_atomics: words do what atomic words do") {
  stepped_atomics::word<std::uint64_t> word{7};
  CHECK(word.load(order::acquire) == 7);
  word.store(8, order::release);
  CHECK(word.exchange(9, order::acq_rel) == 8);
  CHECK(word.fetch_add(2, order::seq_cst) == 9);
  std::uint64_t expected = 10;
  CHECK_FALSE(word.compare_exchange(expected, 12, order::acq_rel, order::acquire));
  CHECK(expected == 11);
  CHECK(word.compare_exchange(expected, 12, order::acq_rel, order::acquire));
  CHECK(word.load(order::relaxed) == 12);
}
