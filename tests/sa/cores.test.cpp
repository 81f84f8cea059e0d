// One SA on several cores at full speed: what cannot be run in every order is run often. Made for ThreadSanitizer too.
#include <doctest/doctest.h>

#include <esplanade/sa/counted_window.hpp>
#include <esplanade/sa/sequence_atomic.hpp>
#include <esplanade/sa/sequence_block.hpp>
#include <esplanade/sa/shared_window.hpp>

#include <algorithm>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

using namespace esplanade;

namespace {

// Begins the work of all threads at once.
template <class Work> void on_threads(std::size_t count, Work work) {
  atomic_word<std::uint32_t> ready{0};
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < count; ++t)
    threads.emplace_back([&, t] {
      ready.fetch_add(1, order::acq_rel);
      while (ready.load(order::acquire) != count) std::this_thread::yield();
      work(t);
    });
  for (std::thread& thread : threads) thread.join();
}

template <class State> std::uint64_t abandoned_of(const State& s) {
  if constexpr (requires { s.abandoned(); }) return s.abandoned();
  else return 0;
}

// Four lanes take until nothing is left, and then for a while.
template <class State> void leases_each_once(std::uint64_t first, std::uint64_t last) {
  State state;
  state.start(first, last);
  std::vector<std::uint64_t> leased[4];
  on_threads(4, [&](std::size_t lane) {
    for (unsigned refused = 0; refused < 2000;) {
      const std::uint64_t number = take_number(state, lane).consume();
      if (number == 0) ++refused;
      else leased[lane].push_back(number);
    }
  });
  std::vector<std::uint64_t> all;
  for (const auto& one : leased) {
    CHECK(std::is_sorted(one.begin(), one.end()));
    all.insert(all.end(), one.begin(), one.end());
  }
  std::sort(all.begin(), all.end());
  CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
  REQUIRE(!all.empty());
  CHECK(all.front() >= first);
  CHECK(all.back() <= last);
  CHECK(all.size() + abandoned_of(state) == last - first + 1);
  CHECK(state.left() == 0);
}

template <class State> void is_read_beside_work() {
  State state;
  state.start(1, sequence_last_32);
  atomic_word<std::uint32_t> done{0};
  on_threads(3, [&](std::size_t thread) {
    if (thread < 2) {
      for (unsigned i = 0; i < 20000; ++i) (void)take_number(state, thread).consume();
      done.fetch_add(1, order::release);
      return;
    }
    std::uint64_t used = 0;
    while (done.load(order::acquire) != 2) {
      const std::uint64_t left = state.left(), now = state.used();
      if (left > sequence_last_32 - used + 128 || now + 128 < used) FAIL_CHECK("used " << now << " after " << used << ", left " << left);
      used = std::max(used, now);
    }
  });
  CHECK(state.used() >= 40000);
}

}  // namespace

TEST_CASE("atomic_sequence, reserved_block: four lanes lease each number once, to the last and not beyond [class 21, 22]") {
  for (const std::uint64_t last : {std::uint64_t{40000}, sequence_last_32, sequence_last_64}) {
    leases_each_once<atomic_sequence::state>(last - 39999, last);
    leases_each_once<reserved_block<1, 8, 64>::over<4>::state>(last - 39999, last);
    leases_each_once<reserved_block<7, 28, 64>::over<4>::state>(last - 39999, last);
    leases_each_once<reserved_block<32, 512, 1024>::over<4>::state>(last - 39999, last);
  }
}

TEST_CASE("atomic_sequence, reserved_block: control reads while lanes lease") {
  is_read_beside_work<atomic_sequence::state>();
  is_read_beside_work<reserved_block<32, 512, 1024>::over<2>::state>();
}

TEST_CASE("shared_window: one stream of numbers offered on four threads is accepted once [class 34, 35] [row 53]") {
  const auto offered_by_all = []<std::uint32_t W>(std::uint64_t start, std::uint64_t count) {
    shared_window<W> window;
    window.start_at(start);
    std::vector<std::uint64_t> accepted[4];
    on_threads(4, [&](std::size_t lane) {
      std::mt19937_64 roll{lane};
      for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t number = start + 1 + i;
        if (window.update(number) == replay_answer::fresh) accepted[lane].push_back(number);
        const std::uint64_t late = number - std::min<std::uint64_t>(i, roll() % (2 * W));
        if (window.check(late) != replay_answer::fresh) continue;
        if (window.update(late) == replay_answer::fresh) accepted[lane].push_back(late);
      }
    });
    std::vector<std::uint64_t> all;
    for (const auto& one : accepted) all.insert(all.end(), one.begin(), one.end());
    std::sort(all.begin(), all.end());
    CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
    CHECK(window.highest() == start + count);
    // Whoever came first with a number that moved the edge had it accepted; only a lane that was overtaken by a window lost some.
    CHECK(std::binary_search(all.begin(), all.end(), start + count));
  };
  offered_by_all.operator()<32>(0, 20000);
  offered_by_all.operator()<64>((std::uint64_t{1} << 32) - 10000, 20000);
  offered_by_all.operator()<1024>(~std::uint64_t{0} - 20000, 20000);
}

TEST_CASE("shared_window: a number that stays in the window is accepted by exactly one of four threads [class 34]") {
  shared_window<65536> window;
  std::vector<std::uint64_t> accepted[4];
  on_threads(4, [&](std::size_t lane) {
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t number = 1; number <= 30000; ++number) numbers.push_back(number);
    std::shuffle(numbers.begin(), numbers.end(), std::mt19937_64{lane});
    for (const std::uint64_t number : numbers)
      if (window.update(number) == replay_answer::fresh) accepted[lane].push_back(number);
  });
  std::vector<std::uint64_t> all;
  for (const auto& one : accepted) all.insert(all.end(), one.begin(), one.end());
  std::sort(all.begin(), all.end());
  CHECK(all.size() == 30000);
  CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
}

// Until a packet arrives each lane may begin one more block. Here packets arrive at once, in the order in which their numbers were
// leased, or as late as that allows; how long a lane idles does not matter.
TEST_CASE("reserved_block: a peer with 64 packets of window loses nothing of four lanes, one of which idles [class 32]") {
  using policy = reserved_block<4, 48, 64>;
  static_assert(policy::fits(4) && !policy::fits(5));
  policy::over<4>::state state;
  state.start(1, sequence_last_32);
  window<64> peer;
  std::mutex wire;
  std::uint64_t refused = 0, sent = 0;
  const auto send = [&](std::size_t lane) {
    const std::lock_guard one_at_a_time{wire};
    const std::uint64_t number = state.take(lane).consume();
    refused += peer.update(number) != replay_answer::fresh;
    ++sent;
  };
  on_threads(4, [&](std::size_t lane) {
    std::mt19937_64 roll{lane};
    for (unsigned i = 0; i < (lane == 3 ? 200u : 10000u); ++i) {
      send(lane);
      if (lane == 3 || roll() % 64 == 0) std::this_thread::yield();  // lane 3 holds a block that it hardly ever uses
    }
  });
  CHECK(sent == 30200);
  CHECK(refused == 0);
}

TEST_CASE("reserved_block: nothing is lost either when every other lane begins one more block before a packet arrives [class 32]") {
  using policy = reserved_block<4, 48, 64>;
  std::mt19937_64 roll{7};
  for (unsigned round = 0; round < 2000; ++round) {
    policy::over<4>::state state;
    state.start(1, sequence_last_32);
    window<64> peer;
    const auto deliver = [&](std::uint64_t number) { return peer.update(number) == replay_answer::fresh; };
    for (unsigned i = 0; i < 40 + round % 50; ++i) CHECK(deliver(state.take(roll() % 3).consume()));
    const std::uint64_t slow = state.take(3).consume();  // leased, and on its way for as long as can be
    for (std::size_t lane = 0; lane < 3; ++lane)
      for (const std::uint64_t before = state.reserved();;) {
        const std::uint64_t number = state.take(lane).consume();
        CHECK(deliver(number));
        if (number > before && number % 4 == 0) break;  // it has used up the block that it began
      }
    CHECK(deliver(slow));
  }
}

TEST_CASE("counted_window: its loss is read while it is written") {
  counted_window<64> window;
  atomic_word<std::uint32_t> done{0};
  on_threads(2, [&](std::size_t thread) {
    if (thread == 0) {
      for (std::uint64_t number = 2; number <= 200000; number += 2) (void)window.update(number);
      done.store(1, order::release);
      return;
    }
    for (std::uint64_t lost = 0; done.load(order::acquire) == 0;) {
      const std::uint64_t now = window.lost();
      if (now < lost || now > 100000) FAIL_CHECK("lost " << now << " after " << lost);
      lost = now;
    }
  });
  CHECK(window.lost() > 99000);
}
