// The least types that model what the datapath asks of the world: time, chance and who hears of a caller's mistakes; and what archetypes hold on to.
#pragma once

#include <esplanade/base/checks.hpp>
#include <esplanade/base/clock.hpp>
#include <esplanade/base/random.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace archetype {

/// Only once, and nowhere else: what archetypes hold.
struct immovable {
  immovable() = default;
  immovable(const immovable&) = delete;
  immovable& operator=(const immovable&) = delete;
};

/// RandomSource: repeatable numbers, so that laws can be asked of it (xorshift64*).
struct random : immovable {
  std::uint64_t next() noexcept {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545f4914f6cdd1du;
  }

 private:
  std::uint64_t state_ = 1;
};
static_assert(RandomSource<random>);

/// Clock: stands still.
struct clock : immovable {
  [[nodiscard]] std::uint64_t now() const noexcept { return 1; }
};
static_assert(Clock<clock>);

/// ChecksPolicy: hears of nothing, and goes on.
struct checks : immovable {
  static constexpr bool compares = true;
  static void broken(const char*) noexcept {}
};
static_assert(ChecksPolicy<checks>);

}  // namespace archetype
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
