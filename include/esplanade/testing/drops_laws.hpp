// What a drops policy owes whoever asks an SA for its losses, and the concept cannot say: none is forgotten, none counts twice.
#pragma once

#include <esplanade/sa/drops.hpp>
#include <esplanade/testing/broken_law.hpp>

#include <memory>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// The names of the laws, as `check_drops_laws` returns them.
namespace drops_law {
inline constexpr const char* counted = "a loss adds one where its verdict is read";
inline constexpr const char* apart = "verdicts share a counter both ways or not at all";
inline constexpr const char* cleared = "a cleared SA has lost nothing";
}  // namespace drops_law

namespace detail {
template <class Drops> void find_broken_drops_laws(const char* direction, std::vector<broken_law>& broken) {
  const auto report = [&](const char* law, std::size_t v) { report_once(broken, law, std::string(direction) + ", " + name_of(static_cast<verdict>(v))); };
  const auto drops = std::make_unique<Drops>();
  drops->clear();
  std::vector<std::vector<bool>> reaches(verdict_count, std::vector<bool>(verdict_count));
  for (std::size_t noted = 0; noted < verdict_count; ++noted) {
    std::uint64_t before[verdict_count];
    for (std::size_t v = 0; v < verdict_count; ++v) before[v] = (*drops)[static_cast<verdict>(v)];
    drops->note(static_cast<verdict>(noted));
    for (std::size_t v = 0; v < verdict_count; ++v) reaches[noted][v] = (*drops)[static_cast<verdict>(v)] != before[v];
    if ((*drops)[static_cast<verdict>(noted)] != before[noted] + 1) report(drops_law::counted, noted);
  }
  for (std::size_t a = 0; a < verdict_count; ++a)
    for (std::size_t b = 0; b < a; ++b)
      if (reaches[a][b] != reaches[b][a]) report(drops_law::apart, a);
  drops->clear();
  for (std::size_t v = 0; v < verdict_count; ++v)
    if ((*drops)[static_cast<verdict>(v)] != 0) report(drops_law::cleared, v);
}
}  // namespace detail

/// The laws that drops policy `D` breaks, in either direction, on one lane and on several; none when it keeps them all.
template <DropsPolicy D> std::vector<broken_law> find_broken_drops_laws() {
  std::vector<broken_law> broken;
  detail::find_broken_drops_laws<typename D::template inbound<1>>("inbound", broken);
  detail::find_broken_drops_laws<typename D::template outbound<1>>("outbound", broken);
  detail::find_broken_drops_laws<typename D::template inbound<4>>("inbound on several lanes", broken);
  detail::find_broken_drops_laws<typename D::template outbound<4>>("outbound on several lanes", broken);
  return broken;
}
/// Only their names.
template <DropsPolicy D> std::vector<std::string> check_drops_laws() { return names_of(find_broken_drops_laws<D>()); }

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
