// What a replay window must accept, what it must refuse, and what it must say then.
#pragma once

#include <esplanade/testing/window_law_ground.hpp>

#include <bit>
#include <cstdint>
#include <set>
#include <string>

namespace esplanade {
inline namespace v0 {
namespace testing {

namespace detail {

// A law returns where it broke, or nothing.

inline std::string law_accepts_in_window(const window_operations& of, std::uint64_t seed, std::uint64_t steps) {
  window_walk walk{seed};
  const std::uint64_t size = of.packets;
  for (std::uint64_t step = 0; step < steps;) {
    std::uint64_t highest = window_walk_origin + walk.below(256);
    tested_window window{of, highest};
    std::uint64_t taken = 0;
    if (walk.below(2) == 0) {  // the window has moved, but over nothing that was received
      highest += 1 + walk.below(size);
      taken = highest;
      (void)window.update(highest);
    }
    const std::uint64_t left = highest - size + 1;
    // All of a small window, a stretch of a large one, once each and from a random place; the edges always.
    const std::uint64_t tries = size < 512 ? size : 512;
    const std::uint64_t from = walk.below(size);
    for (std::uint64_t i = 0; i < tries; ++i, ++step) {
      const std::uint64_t number = left + (from + i) % size;
      if (number == left || number == highest || number == taken) continue;
      const replay_answer answer = window.update(number);
      if (answer != replay_answer::fresh) return asked(number, highest, describe(answer));
    }
    for (std::uint64_t number = left;; number = highest) {
      const replay_answer answer = number == taken ? replay_answer::fresh : window.update(number);
      if (answer != replay_answer::fresh) return asked(number, highest, describe(answer));
      if (number == highest) break;
    }
  }
  return {};
}

inline std::string law_accepts_right_of_window(const window_operations& of, std::uint64_t seed, std::uint64_t steps) {
  window_walk walk{seed};
  tested_window window{of, window_walk_origin};
  window_history history{of.packets, window_walk_origin};
  for (std::uint64_t step = 0; step < steps; ++step) {
    const std::uint64_t highest = history.highest();
    std::uint64_t number = walk.next(highest, of.packets);
    if (walk.below(64) == 0) number = highest + (std::uint64_t{1} << walk.below(36)) + walk.below(3);
    const replay_answer answer = window.update(number);
    if (number > highest && answer != replay_answer::fresh) return asked(number, highest, describe(answer));
    history.note(number, answer);
  }
  return {};
}

inline std::string law_refuses_accepted(const window_operations& of, std::uint64_t seed, std::uint64_t steps) {
  window_walk walk{seed};
  tested_window window{of, window_walk_origin};
  window_history history{of.packets, window_walk_origin};
  for (std::uint64_t step = 0; step < steps; ++step) {
    const std::uint64_t number = walk.next(history.highest(), of.packets);
    history.note(number, window.update(number));
    if (history.accepted().empty()) continue;
    const auto again = [&](std::uint64_t old) { return window.update(old) == replay_answer::fresh; };
    const std::uint64_t left = history.left();
    for (const std::uint64_t old : {history.received_from(number), history.received_from(left), history.received_from(left + walk.below(of.packets))})
      if (again(old)) return asked(old, history.highest(), "accepted a second time");
    if (walk.below(8) == 0) {  // move the left edge to just before a received number
      const std::uint64_t old = history.received_from(left + walk.below(of.packets));
      const std::uint64_t moved = old + of.packets - 1 - walk.below(of.packets < 64 ? of.packets : 64);
      history.note(moved, window.update(moved));
      if (history.has(old) && again(old)) return asked(old, history.highest(), "accepted a second time");
    }
    if (step % 64 == 0)
      for (const std::uint64_t old : history.accepted())
        if (again(old)) return asked(old, history.highest(), "accepted a second time");
  }
  return {};
}

inline std::string law_refuses_left_of_window(const window_operations& of, std::uint64_t seed, std::uint64_t steps) {
  window_walk walk{seed};
  tested_window window{of, window_walk_origin};
  window_history history{of.packets, window_walk_origin};
  for (std::uint64_t step = 0; step < steps; ++step) {
    const std::uint64_t number = walk.next(history.highest(), of.packets);
    history.note(number, window.update(number));
    const std::uint64_t left = history.left();
    for (const std::uint64_t old : {left - 1, left - 2, left - 64, left - 1 - walk.below(4 * of.packets + 256), 1 + walk.below(left - 1)})
      if (window.update(old) == replay_answer::fresh) return asked(old, history.highest(), "accepted left of the window");
  }
  return {};
}

inline std::string law_jump_clears(const window_operations& of, std::uint64_t seed, std::uint64_t steps) {
  window_walk walk{seed};
  const std::uint64_t size = of.packets;
  const std::uint64_t blocks = (size + 63) / 64;
  // What rings are made of: a passed number this far from a received one may share its bit.
  const std::uint64_t rings[] = {64 * blocks, 64 * (blocks + 1), 64 * std::bit_ceil(blocks + 1), std::bit_ceil(size)};
  for (std::uint64_t step = 0; step < steps;) {
    std::uint64_t highest = window_walk_origin + walk.below(256);
    tested_window window{of, highest};
    std::set<std::uint64_t> received{};
    for (std::uint64_t count = 32 + walk.below(96); count > 0; --count, ++step) {
      const std::uint64_t number = highest + 1 + walk.below(walk.below(8) == 0 ? size / 16 + 4 : 2);
      if (window.update(number) != replay_answer::fresh) continue;
      received.insert(number);
      highest = number;
    }
    const std::uint64_t number = walk.below(2) == 0 ? walk.ahead(highest, size) : highest + 1 + walk.below(3 * rings[2]);
    if (window.update(number) != replay_answer::fresh) continue;
    // The left edge itself is left to law_accepts_in_window.
    const std::uint64_t left = number - size + 1;
    const std::uint64_t low = highest >= left ? highest + 1 : left + 1;
    std::set<std::uint64_t> asked_for{};
    for (const std::uint64_t old : received)
      for (const std::uint64_t ring : rings) {
        const std::uint64_t passed = old + (low - old + ring - 1) / ring * ring;
        if (passed >= number || !asked_for.insert(passed).second) continue;
        const replay_answer answer = window.update(passed);
        if (answer != replay_answer::fresh) return asked(passed, number, describe(answer));
      }
  }
  return {};
}

inline std::string law_refuses_zero(const window_operations& of, std::uint64_t seed, std::uint64_t steps) {
  window_walk walk{seed};
  const std::uint64_t size = of.packets;
  for (std::uint64_t step = 0; step < steps || step < 64; step += 8) {
    tested_window window{of};
    const std::uint64_t starts[] = {0, 1, size - 1, size, size + 1, walk.below(2 * size), walk.below(64), walk.random()};
    const std::uint64_t start = starts[step / 8 % 8];
    if (start != 0) window.start_at(start);
    for (int i = 0; i < 8; ++i) {
      if (window.update(0) == replay_answer::fresh) return asked(0, start, "accepted");
      if (i > 0) (void)window.update(1 + walk.below(size));
    }
  }
  return {};
}

inline std::string law_names_the_reason(const window_operations& of, std::uint64_t seed, std::uint64_t steps) {
  window_walk walk{seed};
  tested_window window{of, window_walk_origin};
  window_history history{of.packets, window_walk_origin};
  for (std::uint64_t step = 0; step < steps; ++step) {
    const std::uint64_t number = walk.next(history.highest(), of.packets);
    history.note(number, window.update(number));
    if (history.accepted().empty()) continue;
    const std::uint64_t left = history.left();
    const std::uint64_t inside = history.received_from(left + walk.below(of.packets));
    if (inside > left && window.update(inside) == replay_answer::too_old) return asked(inside, history.highest(), "too old, but it was received");
    const std::uint64_t old = left - 2 - walk.below(of.packets + 64);
    if (window.update(old) == replay_answer::replayed) return asked(old, history.highest(), "replayed, but it lies left of the window");
  }
  return {};
}

}  // namespace detail

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
