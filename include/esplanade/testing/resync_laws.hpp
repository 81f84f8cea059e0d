// What a resynchronisation policy owes its SA, and the concept cannot say: it is due after failures in a row, and only then.
#pragma once

#include <esplanade/sa/resync.hpp>
#include <esplanade/testing/broken_law.hpp>

#include <memory>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// The names of the laws, as `check_resync_laws` returns them.
namespace resync_law {
inline constexpr const char* patient = "is not due before `threshold` failures in a row";
inline constexpr const char* due = "is due after `threshold` failures in a row, until it was tried";
inline constexpr const char* edge = "does not count failures from before the right edge moved";
inline constexpr const char* delivered = "does not count failures from before a packet was delivered";
inline constexpr const char* passed_since = "is not due when a packet has passed since the last failure";
inline constexpr const char* suspects = "suspects whenever it is due";
inline constexpr const char* tried = "counts anew when a packet was tried";
inline constexpr const char* fresh = "counts anew when it is started again";
}  // namespace resync_law

/// The laws that resynchronisation policy `R` breaks when one lane asks; none when it keeps them all.
///   Units    thresholds of 2 and more: with 1 there is no "in a row"
template <ResyncPolicy R> std::vector<broken_law> find_broken_resync_laws() {
  static_assert(R::threshold >= 2, "resync_laws: choose a threshold of 2 or more, so that failures in a row can be told from others");
  std::vector<broken_law> broken;
  const auto report = [&broken](const char* law, const std::string& where) { report_once(broken, law, where); };
  struct place {
    std::uint64_t highest, delivered;
  };
  const auto fails = [](typename R::state& s, place at, std::uint32_t times) {
    for (std::uint32_t i = 0; i < times; ++i) s.note_failure(at.highest, at.delivered);
  };
  constexpr std::uint64_t most = ~std::uint64_t{0};

  for (const place at : {place{0, 0}, place{100, 40}, place{std::uint64_t{1} << 32, 7}, place{most, most}}) {
    const std::string where = "right edge " + std::to_string(at.highest);
    const auto made = [] {
      auto s = std::make_unique<typename R::state>();
      s->start();
      return s;
    };
    const place ahead{at.highest + 1, at.delivered}, later{at.highest, at.delivered + 1};

    auto s = made();
    for (std::uint32_t i = 0; i < R::threshold; ++i) {
      if (s->due(at.highest, at.delivered)) report(resync_law::patient, where + ", " + std::to_string(i) + " failures");
      fails(*s, at, 1);
    }
    // One more may fail before a packet comes that can be tried.
    for (unsigned more = 0; more < 2; ++more, fails(*s, at, 1)) {
      if (!s->due(at.highest, at.delivered)) report(resync_law::due, where);
      else if (!s->suspects()) report(resync_law::suspects, where);
      if (s->due(ahead.highest, ahead.delivered) || s->due(later.highest, later.delivered)) report(resync_law::passed_since, where);
    }

    for (const auto& [behind, law] : {std::pair{ahead, resync_law::edge}, std::pair{later, resync_law::delivered}}) {
      s = made();
      fails(*s, at, R::threshold - 1);
      fails(*s, behind, 1);
      if (s->due(behind.highest, behind.delivered)) report(law, where);
    }

    s = made();
    fails(*s, at, R::threshold);
    s->tried();
    fails(*s, at, 1);
    if (s->due(at.highest, at.delivered)) report(resync_law::tried, where);

    s = made();
    fails(*s, at, R::threshold);
    s->start();
    fails(*s, at, 1);
    if (s->due(at.highest, at.delivered)) report(resync_law::fresh, where);
  }
  return broken;
}
/// Only their names.
template <ResyncPolicy R> std::vector<std::string> check_resync_laws() { return names_of(find_broken_resync_laws<R>()); }

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
