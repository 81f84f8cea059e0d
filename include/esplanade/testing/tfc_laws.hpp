// What a traffic padding policy owes the packets it pads, and the concept cannot say.
#pragma once

#include <esplanade/testing/broken_law.hpp>
#include <esplanade/transform/tfc.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// The names of the laws, as `check_tfc_laws` returns them.
namespace tfc_law {
inline constexpr const char* never_shorter = "no packet becomes shorter";
inline constexpr const char* fits = "a packet that fits its path fits it with its padding";
inline constexpr const char* monotone = "a longer packet does not become the shorter one";
inline constexpr const char* repeatable = "equal lengths become equal lengths";
}  // namespace tfc_law

/// The laws that `T` breaks, with the first length that shows it; none when it keeps them all.
///   Cost     every length up to the largest `most` asked for, 1500
template <TfcPolicy T> std::vector<broken_law> find_broken_tfc_laws() {
  std::vector<broken_law> broken;
  const auto report = [&broken](const char* law, std::size_t inner, std::size_t most, std::size_t padded) {
    for (const broken_law& one : broken)
      if (one.law == law) return;
    broken.push_back({law, std::to_string(inner) + " octets of at most " + std::to_string(most) + " become " + std::to_string(padded)});
  };
  for (const std::size_t most : {std::size_t{60}, std::size_t{576}, std::size_t{1446}, std::size_t{1500}}) {
    std::size_t before = 0;
    for (std::size_t inner = 20; inner <= most; ++inner) {
      const std::size_t padded = T::padded(inner, most);
      if (padded < inner) report(tfc_law::never_shorter, inner, most, padded);
      else if (padded > most) report(tfc_law::fits, inner, most, padded);
      else if (padded < before) report(tfc_law::monotone, inner, most, padded);
      else if (T::padded(inner, most) != padded) report(tfc_law::repeatable, inner, most, padded);
      before = padded;
    }
  }
  return broken;
}

/// Only the names of the laws that `T` breaks.
template <TfcPolicy T> std::vector<std::string> check_tfc_laws() { return names_of(find_broken_tfc_laws<T>()); }

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
