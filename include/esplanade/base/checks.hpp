// What a lane does about a caller who breaks its contract: spans that do not fit each other, room that does not suffice.
//
//   Available         checks_trap   default: stops the program there, before a foreign octet is read or written
//                     checks_off    the caller is trusted, and nothing is compared
//   When to use       checks_off where the sizes agree by construction and the few comparisons of a batch count. A policy of
//                     one's own writes the words down and may go on: the batch is then refused whole, with no survivor.
//   Not provided      a macro: two parts of one program would mean different lanes by one name. An exception: the packet path
//                     throws nothing.
#pragma once

#include <esplanade/base/attributes.hpp>

#include <concepts>

namespace esplanade {
inline namespace v0 {

/// Stops where the contract was broken; the words are in a register when a debugger looks.
struct checks_trap {
  static constexpr bool compares = true;
  [[noreturn]] ESPLANADE_COLD static void broken(const char*) noexcept { stop_here(); }
};
/// Compares nothing.
struct checks_off {
  static constexpr bool compares = false;
  static void broken(const char*) noexcept {}
};

/// Hears of contracts that a caller broke.
///   Shape    C::compares; C::broken(words) noexcept, which may return: the call is then refused whole
///   Units    words: one sentence with static storage
///   Cost     a few comparisons for each batch while C::compares, nothing otherwise
///   Threads  called on any lane
///   Models   checks_trap, checks_off. Archetype: testing::archetype::checks
template <class C>
concept ChecksPolicy = requires(const char* words) {
  requires std::same_as<const bool, decltype(C::compares)>;
  { C::broken(words) } noexcept -> std::same_as<void>;
};

namespace detail {
/// Whether a contract holds, which policy `Checks` hears of where it does not; it holds unlooked at where that compares nothing.
template <class Checks> [[nodiscard]] ESPLANADE_INLINE bool upheld([[maybe_unused]] bool holds, [[maybe_unused]] const char* words) noexcept {
  if constexpr (Checks::compares) {
    if (!holds) [[unlikely]] {
      Checks::broken(words);
      return false;
    }
  }
  return true;
}
}  // namespace detail

}  // namespace v0
}  // namespace esplanade
