// Numbers that look random and are the same in every run, on every machine.
#pragma once

#include <cstdint>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// A repeatable stream of numbers (SplitMix64). Not for keys.
struct seeded {
  std::uint64_t state = 0;

  std::uint64_t next() noexcept {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  /// 0 … bound - 1; bound is not 0.
  std::uint64_t below(std::uint64_t bound) noexcept { return next() % bound; }
};

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
