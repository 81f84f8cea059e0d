#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <esplanade/sa/esn.hpp>
#include <esplanade/sa/replay_window.hpp>
#include <esplanade/testing/window_laws.hpp>

namespace {

using esplanade::infer_number;
using esplanade::replay_answer;
using esplanade::window;

constexpr std::uint64_t subspace = std::uint64_t{1} << 32;
constexpr std::uint64_t last_number = ~std::uint64_t{0};

constexpr std::uint32_t low_half(std::uint64_t number) { return static_cast<std::uint32_t>(number); }

// RFC 4303 A2.2 in its own terms: the case, then the high half, which may come out as -1 or 2^32.
std::uint64_t by_the_cases(std::uint32_t low, std::uint64_t highest, std::uint32_t packets) {
  const std::uint32_t tl = low_half(highest);
  const std::int64_t th = static_cast<std::int64_t>(highest >> 32);
  const std::uint32_t bl = tl - packets + 1;
  const bool case_a = tl >= packets - 1;
  const std::int64_t high = case_a ? (low >= bl ? th : th + 1) : (low >= bl ? th - 1 : th);
  if (high < 0 || high > 0xFFFFFFFF) return 0;
  return static_cast<std::uint64_t>(high) << 32 | low;
}

}  // namespace

TEST_CASE("esn: cases A and B, numbered") {
  struct row {
    std::uint32_t packets;
    std::uint64_t highest;
    std::uint32_t low;
    std::uint64_t expected;
  };
  constexpr std::uint64_t th = 7 * subspace;
  constexpr std::uint64_t top = 0xFFFFFFFF * subspace;
  constexpr row rows[] = {
      // case A: Tl >= W - 1
      {64, th + 1000, 1000, th + 1000} /* 1: T */,
      {64, th + 1000, 1001, th + 1001} /* 2: T + 1 */,
      {64, th + 1000, 937, th + 937} /* 3: B */,
      {64, th + 1000, 936, th + subspace + 936} /* 4: left of B is the next subspace */,
      {64, th + 1000, 0, th + subspace} /* 5: its first number */,
      {64, th + 1000, 0xFFFFFFFF, th + 0xFFFFFFFF} /* 6: the last of this one */,
      {64, th + 63, 0, th} /* 7: Tl = W - 1, Bl = 0 */,
      {64, th + 63, 0xFFFFFFFF, th + 0xFFFFFFFF} /* 8: Tl = W - 1: nothing is left of Bl */,
      {64, th + 0xFFFFFFFF, 0, th + subspace} /* 9: T + 1 over the border */,
      {64, th + 0xFFFFFFFF, 0xFFFFFFC0, th + 0xFFFFFFC0} /* 10: B */,
      {64, th + 0xFFFFFFFF, 0xFFFFFFBF, th + subspace + 0xFFFFFFBF} /* 11 */,
      // case B: Tl < W - 1
      {64, th + 62, 0xFFFFFFFF, th - 1} /* 12: B lies in the subspace before */,
      {64, th + 62, 0, th} /* 13 */,
      {64, th, 0, th} /* 14: T */,
      {64, th, 0xFFFFFFC1, th - 63} /* 15: B */,
      {64, th, 0xFFFFFFC0, th + 0xFFFFFFC0} /* 16: left of B, so far right */,
      {64, th, 1, th + 1} /* 17 */,
      {64, th + 62, 63, th + 63} /* 18 */,
      // case B with Th = 0: a high half of -1 does not exist
      {64, 0, 1, 1} /* 19: the first packet */,
      {64, 0, 0xFFFFFFC0, 0xFFFFFFC0} /* 20: a far jump */,
      {64, 0, 0xFFFFFFC1, 0} /* 21: would be -63 */,
      {64, 0, 0xFFFFFFFF, 0} /* 22: would be -1 */,
      {64, 62, 0xFFFFFFFF, 0} /* 23: would be -1 */,
      {64, 63, 0xFFFFFFFF, 0xFFFFFFFF} /* 24: case A again */,
      {64, 0, 0, 0} /* 25: number 0, which nobody sends */,
      {64, 62, 1, 1} /* 26 */,
      // case A with Th = 2^32 - 1: a high half of 2^32 does not exist
      {64, top + 1000, 936, 0} /* 27 */,
      {64, top + 1000, 937, top + 937} /* 28 */,
      {64, last_number, 0xFFFFFFFF, last_number} /* 29 */,
      {64, last_number, 0xFFFFFFC0, last_number - 63} /* 30: B */,
      {64, last_number, 0xFFFFFFBF, 0} /* 31 */,
      {64, last_number, 0, 0} /* 32: no wrap to 0 */,
      {64, last_number, 1, 0} /* 33: no wrap to 1 */,
      {64, top + 62, 0xFFFFFFFF, top - 1} /* 34: case B at the top */,
      // sizes
      {1, th + 5, 5, th + 5} /* 35 */,
      {1, th + 5, 4, th + subspace + 4} /* 36 */,
      {0, th + 5, 5, th + 5} /* 37: 0 counts as 1 */,
      {0, th + 5, 4, th + subspace + 4} /* 38 */,
      {65536, th + 65534, 0xFFFFFFFF, th - 1} /* 39 */,
      {65536, th + 65535, 0xFFFFFFFF, th + 0xFFFFFFFF} /* 40 */,
      {std::uint32_t{1} << 31, th, 0x80000001, th - 0x7FFFFFFF} /* 41: the largest window of RFC 4303 A2 */,
      {std::uint32_t{1} << 31, th, 0x80000000, th + 0x80000000} /* 42 */,
  };
  for (std::size_t i = 0; i < std::size(rows); ++i) {
    INFO("row " << i + 1);
    CHECK(infer_number(rows[i].low, rows[i].highest, rows[i].packets) == rows[i].expected);
  }
}

TEST_CASE("esn: equals RFC 4303 A2.2 at and around every edge [row 48]") {
  std::uint64_t asked = 0;
  std::uint64_t different = 0;
  for (const std::uint32_t packets : {1u, 2u, 31u, 32u, 63u, 64u, 65u, 1000u, 1024u, 65536u, 0x7FFFFFFFu, 0x80000000u})
    for (const std::uint64_t high : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{0x7FFFFFFF}, std::uint64_t{0x80000000}, std::uint64_t{0xFFFFFFFE}, std::uint64_t{0xFFFFFFFF}})
      for (const std::uint32_t tl_edge : {0u, packets - 1, packets, 2 * packets, 0x80000000u, 0u - packets})
        for (std::uint32_t tl_offset = 0; tl_offset < 5; ++tl_offset) {
          const std::uint64_t highest = high << 32 | std::uint32_t{tl_edge + tl_offset - 2};
          const std::uint32_t bl = low_half(highest) - packets + 1;
          for (const std::uint32_t edge : {0u, bl, low_half(highest), 0x80000000u})
            for (std::uint32_t offset = 0; offset < 5; ++offset) {
              const std::uint32_t low = edge + offset - 2;
              ++asked;
              if (infer_number(low, highest, packets) != by_the_cases(low, highest, packets)) ++different;
            }
        }
  CHECK(asked == 12 * 7 * 6 * 5 * 4 * 5);
  CHECK(different == 0);
}

TEST_CASE("esn: equals RFC 4303 A2.2 at random, and never leaves the 2^32 numbers from B on") {
  esplanade::testing::detail::window_walk roll{2};
  std::uint64_t different = 0;
  std::uint64_t outside = 0;
  std::uint64_t impossible = 0;
  for (int i = 0; i < 300000; ++i) {
    const auto packets = static_cast<std::uint32_t>(1 + roll.below(std::uint64_t{1} << (1 + roll.below(17))));
    std::uint64_t highest = roll.random() >> roll.below(64);
    if (roll.below(4) == 0) highest = ~highest;
    const auto low = static_cast<std::uint32_t>(roll.below(2) == 0 ? highest + roll.below(3 * std::uint64_t{packets}) - 2 * std::uint64_t{packets} : roll.random());
    const std::uint64_t number = infer_number(low, highest, packets);
    different += number != by_the_cases(low, highest, packets);
    if (number == 0) {
      ++impossible;
      continue;
    }
    const bool right_of_left_edge = highest < packets || number >= highest - packets + 1;
    const bool within_reach = number <= highest || number - highest <= subspace - packets;
    outside += low_half(number) != low || !right_of_left_edge || !within_reach;
  }
  CHECK(different == 0);
  CHECK(outside == 0);
  CHECK(impossible > 0);
}

TEST_CASE("esn: a sender's numbers are found again across 2^32, reordered within the window, and each is accepted once") {
  const auto cross = []<std::uint32_t W>(std::uint64_t border, std::uint64_t seed) {
    esplanade::testing::detail::window_walk roll{seed};
    const std::uint64_t before = 2 * std::uint64_t{W} + 50;
    const std::uint64_t after = border > last_number - before ? last_number - border : before;  // 2^64 has nothing behind it
    std::vector<std::uint64_t> sent{};
    for (std::uint64_t number = border - before;; ++number) {
      sent.push_back(number);
      if (number == border + after) break;
    }
    // No packet overtakes W others: swaps stay within blocks of W.
    for (std::size_t block = 0; block + W <= sent.size(); block += W)
      for (std::size_t i = W - 1; i > 0; --i) std::swap(sent[block + i], sent[block + roll.below(i + 1)]);

    window<W> ours{};
    ours.start_at(border - before - 1);
    std::uint64_t wrong = 0;
    std::uint64_t refused = 0;
    std::uint64_t accepted_again = 0;
    const std::uint64_t stride = W < 100 ? 1 : W / 64;
    for (std::size_t i = 0; i < sent.size(); ++i) {
      const std::uint64_t number = infer_number(low_half(sent[i]), ours.highest(), W);
      wrong += number != sent[i];
      refused += ours.check(number) != replay_answer::fresh || ours.update(number) != replay_answer::fresh;
      // Everything received and in the window is sent again; of a large window every so many.
      if (W >= 100 && i % stride != 0) continue;
      const std::size_t first = i >= 2 * W ? i - 2 * W : 0;
      for (std::size_t old = first; old <= i; old += stride) {
        if (ours.highest() - sent[old] >= W) continue;
        const std::uint64_t again = infer_number(low_half(sent[old]), ours.highest(), W);
        wrong += again != sent[old];
        accepted_again += ours.update(again) != replay_answer::replayed;
      }
    }
    INFO("W = " << W << ", border " << border);
    CHECK(ours.highest() == border + after);
    CHECK(wrong == 0);
    CHECK(refused == 0);
    CHECK(accepted_again == 0);
  };
  for (const std::uint64_t border : {subspace, 2 * subspace, 0x80000000 * subspace, 0xFFFFFFFF * subspace, last_number}) {
    cross.operator()<1>(border, 1);
    cross.operator()<32>(border, 2);
    cross.operator()<64>(border, 3);
    cross.operator()<100>(border, 4);
    cross.operator()<1024>(border, 5);
    cross.operator()<65536>(border, 6);
  }
}

TEST_CASE("esn: a loss of up to 2^32 - W packets is bridged, one more is not") {
  constexpr std::uint32_t packets = 64;
  for (const std::uint64_t highest : {std::uint64_t{1}, std::uint64_t{63}, std::uint64_t{5000}, subspace - 1, subspace, 3 * subspace + 17}) {
    const std::uint64_t farthest = highest + subspace - packets;
    CHECK(infer_number(low_half(farthest), highest, packets) == farthest);
    const std::uint64_t beyond = farthest + 1;  // has the low half of B
    CHECK(infer_number(low_half(beyond), highest, packets) == (highest < packets ? 0 : highest - packets + 1));
  }
}

TEST_CASE("esn: near the first number no wire number leads to a high half of -1") {
  std::uint64_t accepted = 0;
  for (std::uint64_t highest = 0; highest < 64; ++highest)
    for (std::uint32_t back = 1; back <= 70; ++back) {
      window<64> ours{};
      ours.start_at(highest);
      const std::uint32_t low = 0u - back;
      const std::uint64_t number = infer_number(low, highest, 64);
      CHECK((number == 0 || number == low));
      CHECK((ours.check(number) == replay_answer::too_old) == (number == 0));
      CHECK((number == 0) == (highest + back < 64));
      accepted += ours.update(number) == replay_answer::fresh;
    }
  CHECK(accepted > 0);
}

TEST_CASE("esn: at the end of the numbers a wire number left of the window is refused, not taken for a new beginning") {
  window<64> ours{};
  ours.start_at(last_number - 100);
  CHECK(ours.update(last_number) == replay_answer::fresh);
  for (std::uint32_t low = 0; low < 1000; ++low) CHECK(ours.update(infer_number(low, ours.highest(), 64)) == replay_answer::too_old);
  CHECK(ours.highest() == last_number);
}

static_assert(infer_number(5, 4, 64) == 5);
static_assert(infer_number(0, 0xFFFFFFFF, 64) == subspace);
static_assert(infer_number(0xFFFFFFFF, subspace, 64) == 0xFFFFFFFF);
static_assert(infer_number(0xFFFFFFFF, 0, 64) == 0);
static_assert(infer_number(0, last_number, 64) == 0);
static_assert(infer_number(0xFFFFFFFF, last_number - 1, 64) == last_number);
static_assert(noexcept(infer_number(0, 0, 0)));
