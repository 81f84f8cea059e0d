// What a replay window owes its SA and a concept cannot say.
//
// Each law watches one duty on a walk of its own and believes the window in everything else: what counts as received and where
// the right edge stands is taken from the window's own answers. So a window with one fault breaks one law. Whether all answers
// together are right is what the comparison with window_model.hpp shows.
#pragma once

#include <esplanade/testing/window_answer_laws.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// The names of the laws, as `check_window_laws` returns them.
namespace window_law {
inline constexpr const char* accepts_in_window = "accepts every fresh number in the window";
inline constexpr const char* accepts_right_of_window = "accepts every fresh number right of the window";
inline constexpr const char* refuses_accepted = "refuses what it has accepted";
inline constexpr const char* refuses_left_of_window = "refuses left of the window";
inline constexpr const char* jump_clears = "a jump clears what it passes";
inline constexpr const char* refuses_zero = "refuses number 0";
inline constexpr const char* names_the_reason = "says why it refuses";
inline constexpr const char* check_changes_nothing = "check changes nothing";
inline constexpr const char* update_agrees_with_check = "update agrees with check";
inline constexpr const char* right_edge = "the right edge is the highest accepted number";
inline constexpr const char* starts_empty = "start_at begins with an empty window";
inline constexpr const char* while_it_fills = "is the same while it fills";
inline constexpr const char* across_subspaces = "is the same across 2^32";
inline constexpr const char* up_to_the_end = "is the same up to 2^64 - 1";
}  // namespace window_law

/// One broken law: its name, and what was asked and answered when it broke.
struct broken_window_law {
  std::string law;
  std::string where;
};

namespace detail {

inline std::string law_check_changes_nothing(const window_operations& of, std::uint64_t seed, std::uint64_t steps) {
  window_walk walk{seed};
  tested_window asked_often{of, window_walk_origin};
  tested_window left_alone{of, window_walk_origin};
  std::uint64_t highest = window_walk_origin;
  for (std::uint64_t step = 0; step < steps; ++step) {
    const std::uint64_t number = walk.next(highest, of.packets);
    for (const std::uint64_t other : {number, highest, highest + 1, highest - of.packets, highest - walk.below(of.packets), walk.ahead(highest, of.packets),
                                      highest + (std::uint64_t{1} << walk.below(36)), std::uint64_t{0}}) {
      const std::uint64_t edge = asked_often.highest();
      (void)asked_often.check(other);
      if (asked_often.highest() != edge) return asked(other, highest, "check moved the right edge");
    }
    const replay_answer answer = left_alone.update(number);
    if (asked_often.update(number) != answer) return asked(number, highest, "answered differently after checks");
    if (answer == replay_answer::fresh && number > highest) highest = number;
  }
  return {};
}

inline std::string law_update_agrees_with_check(const window_operations& of, std::uint64_t seed, std::uint64_t steps) {
  window_walk walk{seed};
  // Of two windows with the same past one is asked and the other told, so that a check with a memory is not counted here.
  tested_window filter{of, window_walk_origin};
  tested_window recorder{of, window_walk_origin};
  std::uint64_t highest = window_walk_origin;
  for (std::uint64_t step = 0; step < steps; ++step) {
    const std::uint64_t size = of.packets;
    const std::uint64_t choices[] = {walk.next(highest, size), walk.next(highest, size), walk.next(highest, size), highest, highest - size, highest - size + 1,
                                     highest - walk.below(2 * size), highest + (std::uint64_t{1} << walk.below(33)), 0};
    const std::uint64_t number = choices[walk.below(walk.below(8) == 0 ? 9 : 7)];
    const replay_answer before = filter.check(number);
    const replay_answer answer = recorder.update(number);
    if (before != answer) return asked(number, highest, "check and update differ");
    (void)filter.update(number);
    if (answer == replay_answer::fresh && number > highest) highest = number;
  }
  return {};
}

inline std::string law_right_edge(const window_operations& of, std::uint64_t seed, std::uint64_t steps) {
  window_walk walk{seed};
  tested_window window{of};
  if (window.highest() != 0) return "a window without a past has another right edge than 0";
  window.start_at(window_walk_origin);
  window_history history{of.packets, window_walk_origin};
  for (std::uint64_t step = 0; step < steps; ++step) {
    const std::uint64_t number = walk.below(8) == 0 ? history.highest() - walk.below(4 * of.packets) : walk.next(history.highest(), of.packets);
    history.note(number, window.update(number));
    if (window.highest() != history.highest()) return asked(number, history.highest(), "the right edge is elsewhere");
  }
  return {};
}

inline std::string law_starts_empty(const window_operations& of, std::uint64_t seed, std::uint64_t steps) {
  window_walk walk{seed};
  const std::uint64_t size = of.packets;
  std::uint64_t start = window_walk_origin;
  tested_window window{of, start};
  for (std::uint64_t step = 0; step < steps;) {
    for (int i = 0; i < 64; ++i, ++step) (void)window.update(start + 1 + walk.below(size));
    start += walk.below(2) == 0 ? 1 + walk.below(size) : size - walk.below(size);
    if (walk.below(4) == 0) start -= size / 2;
    window.start_at(start);
    if (window.highest() != start) return asked(start, window.highest(), "started elsewhere");
    const std::uint64_t tries = size < 128 ? size : 128;
    const std::uint64_t from = walk.below(size);
    for (std::uint64_t i = 0; i < tries; ++i, ++step) {
      const std::uint64_t number = start - (from + i) % size;
      if (number + size == start + 1) continue;
      const replay_answer answer = window.update(number);
      if (answer != replay_answer::fresh) return asked(number, start, describe(answer));
    }
  }
  return {};
}

// The same packets at two places of the number line, `shift` apart, must get the same answers.
// `reach`: how far before `border` the walks begin. Numbers stay within first … last.
struct shifted_walk {
  std::uint64_t shift;
  std::uint64_t border;
  std::uint64_t reach;
  std::uint64_t first;
  std::uint64_t last;
};

inline std::string law_is_the_same(const window_operations& of, std::uint64_t seed, std::uint64_t steps, const shifted_walk& at) {
  window_walk walk{seed};
  const std::uint64_t size = of.packets;
  for (std::uint64_t step = 0; step < steps;) {
    const std::uint64_t start = at.border - walk.below(at.reach + 1);
    tested_window here{of, start};
    tested_window there{of, start + at.shift};
    std::uint64_t highest = start;
    for (std::uint64_t i = 0; i < 4 * size + 256 && step < steps; ++i, ++step) {
      std::uint64_t number = highest + 1 + walk.below(4);
      if (walk.below(32) == 0) number = walk.ahead(highest, size);
      if (walk.below(2) == 0) number = highest - walk.below(walk.below(4) == 0 ? 2 * size : size);
      if (number < at.first) number = at.first;
      if (number > at.last) number = at.last;
      const replay_answer answer = here.update(number);
      if (there.update(number + at.shift) != answer) return asked(number + at.shift, highest + at.shift, "answered differently than elsewhere");
      if (answer == replay_answer::fresh && number > highest) highest = number;
    }
  }
  return {};
}

// Every shift is a multiple of 2^31, so that no ring can tell the places apart.

inline std::string law_while_it_fills(const window_operations& of, std::uint64_t seed, std::uint64_t steps) {
  return law_is_the_same(of, seed, steps, {0 - window_walk_origin, window_walk_origin, 0, window_walk_origin + 1, ~std::uint64_t{0}});
}

inline std::string law_across_subspaces(const window_operations& of, std::uint64_t seed, std::uint64_t steps) {
  return law_is_the_same(of, seed, steps, {(std::uint64_t{1} << 32) - window_walk_origin, window_walk_origin, of.packets + 64, 0, ~std::uint64_t{0}});
}

inline std::string law_up_to_the_end(const window_operations& of, std::uint64_t seed, std::uint64_t steps) {
  constexpr std::uint64_t last = window_walk_origin + 0x7FFFFFFF;
  return law_is_the_same(of, seed, steps, {~std::uint64_t{0} - last, last, of.packets + 64, 0, last});
}

inline std::vector<broken_window_law> find_broken_window_laws(const window_operations& of, std::uint64_t seed, std::uint64_t steps) {
  struct law {
    const char* name;
    std::string (*broken_at)(const window_operations&, std::uint64_t, std::uint64_t);
  };
  static constexpr law laws[] = {
      {window_law::accepts_in_window, law_accepts_in_window},
      {window_law::accepts_right_of_window, law_accepts_right_of_window},
      {window_law::refuses_accepted, law_refuses_accepted},
      {window_law::refuses_left_of_window, law_refuses_left_of_window},
      {window_law::jump_clears, law_jump_clears},
      {window_law::refuses_zero, law_refuses_zero},
      {window_law::names_the_reason, law_names_the_reason},
      {window_law::check_changes_nothing, law_check_changes_nothing},
      {window_law::update_agrees_with_check, law_update_agrees_with_check},
      {window_law::right_edge, law_right_edge},
      {window_law::starts_empty, law_starts_empty},
      {window_law::while_it_fills, law_while_it_fills},
      {window_law::across_subspaces, law_across_subspaces},
      {window_law::up_to_the_end, law_up_to_the_end},
  };
  std::vector<broken_window_law> broken{};
  for (const law& each : laws)
    if (std::string where = each.broken_at(of, seed, steps); !where.empty()) broken.push_back({each.name, where});
  return broken;
}

}  // namespace detail

/// The laws that `W` breaks, each with the first number that shows it; empty = it keeps them all.
/// `steps`: packets per law; 20 × W::packets + 2000 see every block several times. The same seed gives the same packets.
template <ReplayWindow W>
  requires(W::packets > 0)
std::vector<broken_window_law> find_broken_window_laws(std::uint64_t seed, std::uint64_t steps) {
  return detail::find_broken_window_laws(detail::operations_of<W>, seed, steps);
}

/// The names of the laws that `W` breaks; empty = it keeps them all.
template <ReplayWindow W>
  requires(W::packets > 0)
std::vector<std::string> check_window_laws(std::uint64_t seed, std::uint64_t steps) {
  std::vector<std::string> names{};
  for (const broken_window_law& broken : find_broken_window_laws<W>(seed, steps)) names.push_back(broken.law);
  return names;
}

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
