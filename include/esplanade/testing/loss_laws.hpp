// What a window that counts losses owes on top of the window laws.
#pragma once

#include <esplanade/sa/replay_window.hpp>
#include <esplanade/testing/broken_law.hpp>
#include <esplanade/testing/window_laws.hpp>

#include <concepts>
#include <set>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// The names of the laws, as `check_loss_laws` returns them.
namespace loss_law {
inline constexpr const char* counts_missing = "what is settled and did not come is lost, each once";
inline constexpr const char* window_open = "nothing is settled in the window or right of it";
inline constexpr const char* goes_on = "what is settled stays settled";
inline constexpr const char* comes_to_an_end = "a number is settled when the right edge is two windows and 256 past it";
inline constexpr const char* starts_afresh = "start_at begins with nothing lost, and settles what lies left of it";
}  // namespace loss_law

/// The laws that `W` breaks with its members `lost()` and `settled()`; none when it keeps them all.
template <ReplayWindow W>
  requires requires(const W& seen) {
    { seen.lost() } -> std::same_as<std::uint64_t>;
    { seen.settled() } -> std::same_as<std::uint64_t>;
  }
std::vector<broken_law> find_broken_loss_laws(std::uint64_t seed, std::uint64_t steps) {
  std::vector<broken_law> broken;
  const auto report = [&broken](const char* law, const std::string& where) { report_once(broken, law, where); };
  detail::window_walk walk{seed};
  W window{};
  const std::uint64_t starts[] = {0, 1, 62, 63, 64, 100, (std::uint64_t{1} << 32) - 70, ~std::uint64_t{0} - 4000000, detail::window_walk_origin};
  for (const std::uint64_t start : starts) {
    window.start_at(start);
    if (window.lost() != 0 || window.settled() != start + 1) {
      report(loss_law::starts_afresh, "start_at(" + std::to_string(start) + ")");
      continue;
    }
    std::uint64_t highest = start, settled = start + 1, missing = 0;
    std::set<std::uint64_t> came;  // at or right of `settled`
    for (std::uint64_t step = 0; step < steps; ++step) {
      std::uint64_t number = walk.below(3) != 0 ? highest + 1 + walk.below(3) : walk.next(highest, W::packets);
      if (highest > ~std::uint64_t{0} - 100000 - 4 * W::packets) break;  // the last jump may take it beyond 2^64
      if (number == 0 || number > highest + 100000 + 4 * W::packets) number = 1;
      if (window.update(number) == replay_answer::fresh && number > start) {
        came.insert(number);
        if (number > highest) highest = number;
      }
      const std::string where = "number " + std::to_string(number) + " after start_at(" + std::to_string(start) + ")";
      const std::uint64_t now = window.settled();
      if (now < settled) {
        report(loss_law::goes_on, where);
        break;
      }
      if (now > (highest < W::packets ? 1 : highest - W::packets + 1) && now > start + 1) {
        report(loss_law::window_open, where);
        break;
      }
      if (highest - start > 2 * std::uint64_t{W::packets} + 256 && now < highest - 2 * std::uint64_t{W::packets} - 256) report(loss_law::comes_to_an_end, where);
      missing += now - settled;
      while (!came.empty() && *came.begin() < now) {
        came.erase(came.begin());
        --missing;
      }
      settled = now;
      if (window.lost() != missing)
        report(loss_law::counts_missing, where + ": " + std::to_string(missing) + " did not come, and " + std::to_string(window.lost()) + " are counted");
    }
  }
  return broken;
}
/// Only their names.
template <class W> std::vector<std::string> check_loss_laws(std::uint64_t seed, std::uint64_t steps) { return names_of(find_broken_loss_laws<W>(seed, steps)); }

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
