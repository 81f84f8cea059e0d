// Time as lanes see it: whole seconds, from a clock that is given to them.
#pragma once

#include <esplanade/base/attributes.hpp>

#include <concepts>
#include <cstdint>
#include <type_traits>

namespace esplanade {
inline namespace v0 {

/// The clock of a profile that names none: it always says 0, takes no room and is never asked.
struct no_clock {
  static constexpr const char* name = "no_clock";
  [[nodiscard]] static constexpr std::uint64_t now() noexcept { return 0; }
};

/// Where lanes take the time from.
///   Shape    c.now() const   → seconds since some moment; never less than it said before
///   Units    seconds
///   Cost     asked once per burst, so a read of the system's clock is cheap enough
///   Errors   none
///   Threads  any number of lanes ask at once
///   Models   no_clock, testing::manual_clock. Archetype: testing::archetype::clock
template <class C>
concept Clock = requires(const C& clock) {
  { clock.now() } noexcept -> std::same_as<std::uint64_t>;
};
static_assert(Clock<no_clock>);

/// A clock that somebody else owns; of `no_clock` nothing at all.
template <Clock C> class clock_reference {
 public:
  constexpr clock_reference(const C& clock) noexcept : clock_(&clock) {}  // implicit: a clock is given as it is
  /// Not given: no reading of time may come from nowhere.
  template <class Given = C> constexpr clock_reference() noexcept {
    static_assert(std::is_void_v<Given>, "this profile names a clock, and none was given: add .clock = your_clock to what the datapath or lane is made of");
  }
  [[nodiscard]] ESPLANADE_INLINE std::uint64_t now() const noexcept { return clock_->now(); }

 private:
  const C* clock_ = nullptr;
};
template <> class clock_reference<no_clock> {
 public:
  constexpr clock_reference() noexcept = default;
  constexpr clock_reference(const no_clock&) noexcept {}
  [[nodiscard]] static constexpr std::uint64_t now() noexcept { return 0; }
};
static_assert(std::is_empty_v<clock_reference<no_clock>>);

}  // namespace v0
}  // namespace esplanade
