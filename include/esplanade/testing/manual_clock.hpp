// A clock that stands still until a test moves it.
#pragma once

#include <esplanade/base/atomic.hpp>
#include <esplanade/base/clock.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// Seconds by hand. Move it from one thread; lanes may ask meanwhile.
class manual_clock {
 public:
  static constexpr const char* name = "manual_clock";
  manual_clock() noexcept = default;
  explicit manual_clock(std::uint64_t start) noexcept : seconds_(start) {}
  [[nodiscard]] std::uint64_t now() const noexcept {
    asked_.fetch_add(1, order::relaxed);
    return seconds_.load(order::relaxed);
  }
  void set(std::uint64_t seconds) noexcept { seconds_.store(seconds, order::relaxed); }
  void advance(std::uint64_t seconds) noexcept { seconds_.fetch_add(seconds, order::relaxed); }
  /// How often it was asked.
  [[nodiscard]] std::uint64_t asked() const noexcept { return asked_.load(order::relaxed); }

 private:
  atomic_word<std::uint64_t> seconds_{};
  mutable atomic_word<std::uint64_t> asked_{};
};
static_assert(Clock<manual_clock>);

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
