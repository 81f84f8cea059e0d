#include "support/window_walks.hpp"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <esplanade/sa/replay_window.hpp>

using namespace support::windows;
using esplanade::no_window;
using esplanade::window;

TEST_CASE("replay_window: numbered table") {
  struct row {
    std::uint64_t number;
    replay_answer expected;
  };
  // W = 32, from an empty window.
  constexpr row rows[] = {
      {0, too_old} /* 1: no sender uses 0 */,
      {1, fresh} /* 2 */,
      {1, replayed} /* 3 */,
      {3, fresh} /* 4 */,
      {2, fresh} /* 5: late */,
      {2, replayed} /* 6 */,
      {32, fresh} /* 7: the window is full, B = 1 */,
      {1, replayed} /* 8 */,
      {0, too_old} /* 9: T = W and 0 lies left */,
      {33, fresh} /* 10: B = 2 */,
      {1, too_old} /* 11: received, and now left of the window */,
      {2, replayed} /* 12: B itself */,
      {63, fresh} /* 13: last bit of the first block */,
      {64, fresh} /* 14: first bit of the second */,
      {33, replayed} /* 15: B, in the first block still */,
      {34, fresh} /* 16 */,
      {32, too_old} /* 17 */,
      {96, fresh} /* 18: jump by W */,
      {64, too_old} /* 19 */,
      {65, fresh} /* 20: B, passed by the jump */,
      {129, fresh} /* 21: jump by W + 1; block 2 takes the place of block 0 */,
      {98, fresh} /* 22: nothing of block 0 shines through */,
      {128, fresh} /* 23 */,
      {1000000, fresh} /* 24: past everything */,
      {999969, fresh} /* 25: B */,
      {999968, too_old} /* 26 */,
      {0, too_old} /* 27 */,
      {std::uint64_t{1} << 32, fresh} /* 28: the next subspace */,
      {(std::uint64_t{1} << 32) - 1, fresh} /* 29: late, from the one before */,
      {(std::uint64_t{1} << 32) - 31, fresh} /* 30: B */,
      {(std::uint64_t{1} << 32) - 32, too_old} /* 31 */,
      {last_number, fresh} /* 32: the last number */,
      {last_number, replayed} /* 33 */,
      {last_number - 31, fresh} /* 34: B */,
      {last_number - 32, too_old} /* 35 */,
  };
  window<32> ours{};
  for (std::size_t i = 0; i < std::size(rows); ++i) {
    INFO("row " << i + 1 << ", number " << rows[i].number);
    CHECK(ours.check(rows[i].number) == rows[i].expected);
    CHECK(ours.update(rows[i].number) == rows[i].expected);
  }
}

TEST_CASE("replay_window: every size to 256 fills like the set model, in order [row 46]") { fills_in_order(every_size_to_256<window>()); }

TEST_CASE("replay_window: every size to 256 equals the set model when packets come backwards, W at a time") { comes_backwards(every_size_to_256<window>()); }

TEST_CASE("replay_window: every size to 256 equals the set model under random reordering, loss and repetition [row 54]") { comes_shuffled(every_size_to_256<window>()); }

TEST_CASE("replay_window: every size to 256 may start anywhere") { starts_anywhere(every_size_to_256<window>()); }

TEST_CASE("replay_window: every size to 256 equals the set model after jumps of every size near a block border, from every place in a block [row 47]") { jumps(every_size_to_256<window>()); }

TEST_CASE("replay_window: every size to 256 is right up to 2^64 - 1 [row 54]") { reaches_the_end(every_size_to_256<window>()); }

TEST_CASE("replay_window: every size to 256 equals the set model across 2^32 [class 25] [row 54]") { crosses_subspaces(every_size_to_256<window>()); }

TEST_CASE("replay_window: large sizes equal the set model on random walks [row 45]") {
  for (const std::uint64_t start : {std::uint64_t{0}, std::uint64_t{12345}, (std::uint64_t{1} << 32) - 5000, std::uint64_t{1} << 63}) {
    walks_at_random(operations_of<window<1000>>, start, 1 + start);
    walks_at_random(operations_of<window<1024>>, start, 2 + start);
    walks_at_random(operations_of<window<4096>>, start, 3 + start);
    walks_at_random(operations_of<window<65535>>, start, 4 + start);
    walks_at_random(operations_of<window<65536>>, start, 5 + start);
  }
}

TEST_CASE("replay_window: of 32 copies exactly one is fresh, though the filter let all of them through") {
  const auto copies = []<std::uint32_t W>(std::uint64_t start, std::uint64_t number) {
    window<W> ours{};
    ours.start_at(start);
    int passed = 0;
    int accepted = 0;
    for (int i = 0; i < 32; ++i) passed += ours.check(number) == fresh;
    for (int i = 0; i < 32; ++i) accepted += ours.update(number) == fresh;
    CHECK(passed == 32);
    CHECK(accepted == 1);
    CHECK(ours.check(number) == replayed);
  };
  copies.operator()<32>(0, 1);
  copies.operator()<64>(100, 101);
  copies.operator()<64>(100, 100);
  copies.operator()<64>(100, 37);
  copies.operator()<1024>(5000, 900000);
  copies.operator()<65536>(last_number - 1, last_number);
}

TEST_CASE("replay_window: a forged far number that only the filter saw moves nothing") {
  window<64> ours{};
  for (std::uint64_t number = 1; number <= 1000; ++number) {
    CHECK(ours.check(last_number - number) == fresh);
    CHECK(ours.update(number) == fresh);
  }
  CHECK(ours.highest() == 1000);
}

TEST_CASE("replay_window: start_at forgets, and S + W refuses what may have been seen up to S") {
  window<100> ours{};
  for (std::uint64_t number = 1; number <= 500; ++number) ours.update(number);
  ours.start_at(500);
  CHECK(ours.highest() == 500);
  for (std::uint64_t number = 401; number <= 500; ++number) CHECK(ours.update(number) == fresh);
  CHECK(ours.update(400) == too_old);
  ours.start_at(500 + window<100>::packets);
  for (std::uint64_t number = 0; number <= 500; ++number) CHECK(ours.update(number) == too_old);
  for (std::uint64_t number = 501; number <= 700; ++number) CHECK(ours.update(number) == fresh);
}

TEST_CASE("replay_window: windows that users take keep the window laws") {
  const auto keeps_all_laws = []<std::uint32_t W>(std::uint64_t steps) {
    for (const auto& broken : esplanade::testing::find_broken_window_laws<window<W>>(W, steps)) FAIL_CHECK("W = " << W << ": " << broken.law << " — " << broken.where);
  };
  keeps_all_laws.operator()<32>(5000);
  keeps_all_laws.operator()<64>(5000);
  keeps_all_laws.operator()<128>(5000);
  keeps_all_laws.operator()<512>(10000);
  keeps_all_laws.operator()<1024>(20000);
}

TEST_CASE("replay_window: no_window finds everything fresh and keeps nothing") {
  no_window none{};
  none.start_at(7);
  for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{7}, std::uint64_t{7}, last_number}) {
    CHECK(none.check(number) == fresh);
    CHECK(none.update(number) == fresh);
  }
  CHECK(none.highest() == 0);
}

TEST_CASE("replay_window: every answer has words of its own") {
  CHECK(std::string{describe(fresh)} == "fresh");
  CHECK(std::string{describe(replayed)} == "replayed");
  CHECK(std::string{describe(too_old)} == "too old");
}

// What follows holds at compile time.

// The answers to numbers offered one after the other, from a right edge.
template <std::uint32_t Packets>
constexpr bool answers(std::uint64_t start, std::initializer_list<std::pair<std::uint64_t, replay_answer>> packets) {
  window<Packets> ours{};
  if (start != 0) ours.start_at(start);
  for (const auto& [number, expected] : packets)
    if (ours.check(number) != expected || ours.update(number) != expected) return false;
  return true;
}

static_assert(answers<1>(0, {{0, too_old}, {1, fresh}, {1, replayed}, {3, fresh}, {2, too_old}, {3, replayed}}));
static_assert(answers<1>(63, {{63, fresh}, {62, too_old}, {64, fresh}, {63, too_old}, {64, replayed}}));
static_assert(answers<64>(64, {{1, fresh}, {0, too_old}, {64, fresh}, {65, fresh}, {1, too_old}, {2, fresh}}));
static_assert(answers<64>(63, {{0, too_old}, {1, fresh}, {63, fresh}, {127, fresh}, {63, too_old}, {64, fresh}}));
static_assert(answers<64>(127, {{64, fresh}, {128, fresh}, {64, too_old}, {65, fresh}, {127, fresh}, {127, replayed}}), "the extra block");
static_assert(answers<65>(128, {{64, fresh}, {63, too_old}, {64, replayed}, {129, fresh}, {64, too_old}, {65, fresh}}));
static_assert(answers<65536>(65536, {{1, fresh}, {0, too_old}, {65537, fresh}, {1, too_old}, {2, fresh}}));
static_assert(answers<64>(last_number - 1, {{last_number - 64, fresh}, {last_number, fresh}, {last_number - 64, too_old}, {last_number - 63, fresh}, {last_number, replayed}}));
static_assert(answers<64>(1, {{last_number, fresh}, {1, too_old}, {last_number - 63, fresh}, {last_number - 64, too_old}}), "from one end to the other");
static_assert(!answers<64>(0, {{1, replayed}}), "the helper itself can say no");

static_assert(esplanade::ReplayWindow<window<1>> && esplanade::ReplayWindow<window<65536>> && esplanade::ReplayWindow<no_window>);
static_assert(esplanade::ReplayWindow<esplanade::testing::set_window<100>>);
static_assert(!esplanade::ReplayWindow<int> && !esplanade::ReplayWindow<window_model>);
static_assert(sizeof(window<32>) == 24 && sizeof(window<64>) == 24 && sizeof(window<65>) == 40 && sizeof(window<128>) == 40);
static_assert(sizeof(window<1024>) == 264 && sizeof(window<4096>) == 1032);
static_assert(std::is_empty_v<no_window> && no_window::packets == 0 && window<1000>::packets == 1000);
static_assert(std::is_trivially_copyable_v<window<1024>> && std::is_nothrow_default_constructible_v<window<1024>>);
