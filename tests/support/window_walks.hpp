// Walks on which a replay window is compared with the set model, for every window there is.
#pragma once

#include <esplanade/sa/replay_window.hpp>
#include <esplanade/testing/window_laws.hpp>
#include <esplanade/testing/window_model.hpp>

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace support::windows {

using esplanade::replay_answer;
using esplanade::testing::window_model;
using esplanade::testing::detail::operations_of;
using esplanade::testing::detail::tested_window;
using esplanade::testing::detail::window_operations;
using enum esplanade::replay_answer;

inline constexpr std::uint64_t last_number = ~std::uint64_t{0};

// Repeatable numbers for the walks.
class dice {
 public:
  explicit dice(std::uint64_t seed) : walk_{seed} {}
  std::uint64_t below(std::uint64_t bound) { return walk_.below(bound); }

 private:
  esplanade::testing::detail::window_walk walk_;
};

// A window and the set model, offered the same packets. The first difference is kept.
// The window comes as a table of its operations, so that 256 sizes do not compile 256 times.
struct compared {
  explicit compared(const window_operations& of) : packets{of.packets}, ours{of}, model{of.packets} {}

  std::uint64_t packets;
  tested_window ours;
  window_model model;
  std::string difference{};
  std::uint64_t asked = 0;

  void start_at(std::uint64_t highest) {
    ours.start_at(highest);
    model.start_at(highest);
  }

  void differ(const char* what, std::uint64_t number, replay_answer expected, replay_answer got) {
    if (!difference.empty()) return;
    difference = std::string{what} + " of " + std::to_string(number) + " with right edge " + std::to_string(model.highest()) + ": expected " + describe(expected) +
                 ", got " + describe(got);
  }

  void compare(std::uint64_t number, replay_answer expected) {
    ++asked;
    if (const replay_answer got = ours.check(number); got != expected) differ("check", number, expected, got);
    if (expected == fresh) return;
    if (const replay_answer got = ours.update(number); got != expected) differ("update", number, expected, got);
  }

  replay_answer offer(std::uint64_t number) {
    compare(number, model.check(number));
    const replay_answer expected = model.update(number);
    if (const replay_answer got = expected == fresh ? ours.update(number) : expected; got != expected) differ("update", number, expected, got);
    if (ours.highest() != model.highest() && difference.empty()) difference = "right edge is not " + std::to_string(model.highest());
    return expected;
  }

  // Offers every number around and in the window again: what was received is replayed, what was not is still fresh.
  void sweep(std::uint64_t margin = 66) {
    const std::uint64_t highest = model.highest();
    const std::uint64_t left = model.left_edge();
    const std::uint64_t begin = left > margin ? left - margin : 0;
    const std::uint64_t end = last_number - highest > margin ? highest + margin : last_number;
    auto received = model.accepted().begin();
    for (std::uint64_t number = begin;; ++number) {
      replay_answer expected = number < left ? too_old : fresh;
      if (received != model.accepted().end() && *received == number) {
        expected = replayed;
        ++received;
      }
      compare(number, expected);
      if (number == end) break;
    }
    if (received != model.accepted().end() && difference.empty()) difference = "the sweep missed received numbers";
  }
};

inline void expect_same(const compared& walk, const char* name) {
  CHECK_MESSAGE(walk.difference.empty(), name << ", W = " << walk.packets << ": " << walk.difference);
  CHECK(walk.asked > walk.packets);
}

// The operations of W<1>, W<2> … W<256>.
template <template <std::uint32_t> class W, std::uint32_t... Offsets>
std::vector<const window_operations*> sizes_from_1(std::integer_sequence<std::uint32_t, Offsets...>) {
  return {&operations_of<W<1 + Offsets>>...};
}
template <template <std::uint32_t> class W> const std::vector<const window_operations*>& every_size_to_256() {
  static const std::vector<const window_operations*> sizes = sizes_from_1<W>(std::make_integer_sequence<std::uint32_t, 256>{});
  return sizes;
}

inline void fills_in_order(const std::vector<const window_operations*>& sizes) {
  for (const window_operations* size : sizes) {
    compared walk{*size};
    const std::uint64_t W = walk.packets;
    walk.sweep();
    for (std::uint64_t number = 1; number <= 3 * W + 70; ++number) {
      walk.offer(number);
      walk.sweep(2);
    }
    walk.sweep();
    expect_same(walk, "in order");
  }
}

inline void comes_backwards(const std::vector<const window_operations*>& sizes) {
  for (const window_operations* size : sizes) {
    compared walk{*size};
    const std::uint64_t W = walk.packets;
    for (std::uint64_t end = W; end <= 4 * W; end += W)
      for (std::uint64_t number = end; number > end - W; --number) {
        walk.offer(number);
        walk.sweep(2);
      }
    expect_same(walk, "backwards");
  }
}

inline void comes_shuffled(const std::vector<const window_operations*>& sizes) {
  for (const window_operations* size : sizes) {
    compared walk{*size};
    const std::uint64_t W = walk.packets;
    dice roll{W};
    for (std::uint64_t base = 0; base <= 3 * W; base += 1 + roll.below(3)) {
      walk.offer(base + 1 + roll.below(W));
      walk.offer(base + roll.below(2 * W));
      walk.sweep(2);
    }
    expect_same(walk, "shuffled");
  }
}

inline void starts_anywhere(const std::vector<const window_operations*>& sizes) {
  for (const window_operations* size : sizes) {
    compared walk{*size};
    const std::uint64_t W = walk.packets;
    for (std::uint64_t start = 0; start <= W + 66; ++start) {
      walk.start_at(start);
      walk.offer(start);
      walk.offer(1);
      walk.offer(start - start / 2);
      walk.sweep(1);
    }
    walk.start_at(W);
    for (std::uint64_t number = W; number > 0; --number) walk.offer(number);
    walk.sweep();
    CHECK(walk.model.accepted().size() == W);
    expect_same(walk, "started");
  }
}

inline void jumps(const std::vector<const window_operations*>& sizes) {
  for (const window_operations* size : sizes) {
    compared walk{*size};
    const std::uint64_t W = walk.packets;
    std::set<std::uint64_t> jumps{1, 2, 3, W, W + 1, W + 2, W + 62, W + 63, W + 64, W + 65, W + 66, 2 * W, 3 * W, 1000003, std::uint64_t{1} << 33};
    if (W > 2) jumps.insert({W - 2, W - 1});
    for (std::uint64_t border = 64; border <= 3 * W + 192; border += 64) jumps.insert({border - 2, border - 1, border, border + 1, border + 2});
    dice roll{W};
    std::uint64_t turn = 0;
    for (const std::uint64_t jump : jumps)
      for (std::uint64_t place = 0; place < 64; ++place) {
        const std::uint64_t from = walk.model.highest() + 1 + (place + 63 - walk.model.highest() % 64) % 64;
        walk.offer(from);
        const std::uint64_t left = walk.model.left_edge();
        if (++turn % 16 == 0) {
          for (std::uint64_t number = left; number < from; ++number)
            if (roll.below(4) != 0) walk.offer(number);
        } else {
          for (const std::uint64_t number : {left, left + 1, from - 1, from - from % 64, left + roll.below(W), left + roll.below(W)})
            if (number <= from) walk.offer(number);
        }
        walk.offer(from + jump);
        walk.sweep();
      }
    expect_same(walk, "jumps");
  }
}

inline void reaches_the_end(const std::vector<const window_operations*>& sizes) {
  for (const window_operations* size : sizes) {
    compared walk{*size};
    const std::uint64_t W = walk.packets;
    dice roll{W};
    walk.start_at(last_number - 2 * W - 130);
    while (walk.model.highest() != last_number) {
      const std::uint64_t room = last_number - walk.model.highest();
      walk.offer(walk.model.highest() + 1 + roll.below(room < 3 ? room : 3));
      walk.offer(walk.model.highest() - roll.below(W));
      walk.sweep(3);
    }
    for (std::uint64_t late = 0; late < W + 2; ++late) walk.offer(last_number - late);
    walk.sweep();
    CHECK(walk.model.accepted().size() == W);
    CHECK(walk.ours.highest() == last_number);
    expect_same(walk, "upper end");
  }
}

inline void walks_at_random(const window_operations& of, std::uint64_t start, std::uint64_t seed) {
  compared walk{of};
  const std::uint64_t W = of.packets;
  walk.start_at(start);
  esplanade::testing::detail::window_walk packets{seed};
  for (std::uint64_t step = 0; step < 20000; ++step) {
    const std::uint64_t highest = walk.model.highest();
    const std::uint64_t left = walk.model.left_edge();
    walk.offer(packets.below(4) == 0 ? packets.ahead(highest, W) : highest + 1);
    walk.offer(packets.below(2) == 0 && highest > W ? highest - packets.below(W) : left + packets.below(64));
    walk.offer(walk.model.left_edge());
    walk.offer(walk.model.left_edge() - 1);
    if (step % (W / 4) == 0) walk.sweep(130);
  }
  expect_same(walk, "random");
}

inline void crosses_subspaces(const std::vector<const window_operations*>& sizes) {
  for (const window_operations* size : sizes) {
    compared walk{*size};
    const std::uint64_t W = walk.packets, border = std::uint64_t{1} << 32;
    dice roll{W};
    walk.start_at(border - W - 70);
    while (walk.model.highest() < border + W + 70) {
      walk.offer(walk.model.highest() + 1 + roll.below(3));
      walk.offer(walk.model.highest() - roll.below(W));
      walk.sweep(2);
    }
    walk.offer(2 * border + W / 2);  // and from subspace to subspace at once
    walk.sweep();
    expect_same(walk, "across 2^32");
  }
}

}  // namespace support::windows
