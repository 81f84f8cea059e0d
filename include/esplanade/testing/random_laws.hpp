// What a random source owes those who draw from it, as far as a test can see: it is not stuck and does not repeat.
#pragma once

#include <esplanade/base/random.hpp>
#include <esplanade/testing/broken_law.hpp>

#include <set>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// The names of the laws, as `check_random_laws` returns them.
namespace random_law {
inline constexpr const char* every_bit = "each of the 64 bits is sometimes 0 and sometimes 1";
inline constexpr const char* fresh = "no number comes twice within 4096";
inline constexpr const char* changes = "each bit changes between neighbours about every second time";
}  // namespace random_law

/// The laws that `random` breaks; none when it keeps them all. A sound source breaks one less than once in 10^12 runs.
///   Cost     4096 numbers
template <RandomSource R> std::vector<broken_law> find_broken_random_laws(R& random) {
  std::vector<broken_law> broken;
  constexpr unsigned draws = 4096;
  std::set<std::uint64_t> seen;
  unsigned ones[64]{}, changes[64]{};
  std::uint64_t before = random.next();
  for (unsigned n = 0; n < draws; ++n) {
    const std::uint64_t now = random.next();
    seen.insert(now);
    for (unsigned bit = 0; bit < 64; ++bit) {
      ones[bit] += static_cast<unsigned>(now >> bit & 1);
      changes[bit] += static_cast<unsigned>((now ^ before) >> bit & 1);
    }
    before = now;
  }
  const auto report = [&broken](const char* law, const std::string& where) { report_once(broken, law, where); };
  for (unsigned bit = 0; bit < 64; ++bit) {
    const bool stuck = ones[bit] == 0 || ones[bit] == draws;
    if (stuck) report(random_law::every_bit, "bit " + std::to_string(bit));
    // 8 standard deviations of a fair coin.
    else if (changes[bit] < draws / 2 - 256 || changes[bit] > draws / 2 + 256) report(random_law::changes, "bit " + std::to_string(bit));
  }
  if (seen.size() != draws) report(random_law::fresh, std::to_string(draws - seen.size()) + " repeated");
  return broken;
}

/// Only the names of the laws that `random` breaks.
template <RandomSource R> std::vector<std::string> check_random_laws(R& random) { return names_of(find_broken_random_laws(random)); }

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
