// Sequence numbers for sending: each is leased once, and none is left after the last (RFC 4303 3.3.3).
#pragma once

#include <esplanade/base/attributes.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace esplanade {
inline namespace v0 {

inline constexpr std::uint64_t sequence_last_32 = 0xffff'ffffu;             ///< without ESN
inline constexpr std::uint64_t sequence_last_64 = 0xffff'ffff'ffff'ffffu;   ///< with ESN

/// The right to seal one packet with one sequence number. Move-only; consumed once, by the stage that seals.
class sequence_lease {
 public:
  constexpr sequence_lease() noexcept = default;  ///< no number: nothing can be sealed with it
  constexpr explicit sequence_lease(std::uint64_t number) noexcept : number_(number) {}
  sequence_lease(const sequence_lease&) = delete;
  sequence_lease& operator=(const sequence_lease&) = delete;
  constexpr sequence_lease(sequence_lease&& other) noexcept : number_(std::exchange(other.number_, 0)) {}
  constexpr sequence_lease& operator=(sequence_lease&& other) noexcept {
    number_ = std::exchange(other.number_, 0);
    return *this;
  }
  [[nodiscard]] constexpr explicit operator bool() const noexcept { return number_ != 0; }
  /// The number, without giving it up; 0 when there is none.
  [[nodiscard]] constexpr std::uint64_t number() const noexcept { return number_; }
  /// Gives up the lease for its number; 0 when there was none.
  [[nodiscard]] constexpr std::uint64_t consume() noexcept { return std::exchange(number_, 0); }

 private:
  std::uint64_t number_ = 0;
};

/// The right to seal so many packets with numbers that follow each other: a large send, which somebody else cuts. Move-only;
/// consumed once.
class sequence_run {
 public:
  constexpr sequence_run() noexcept = default;  ///< no number
  constexpr sequence_run(std::uint64_t first, std::uint32_t count) noexcept : first_(first), count_(count) {}
  sequence_run(const sequence_run&) = delete;
  sequence_run& operator=(const sequence_run&) = delete;
  constexpr sequence_run(sequence_run&& other) noexcept : first_(std::exchange(other.first_, 0)), count_(std::exchange(other.count_, 0u)) {}
  constexpr sequence_run& operator=(sequence_run&& other) noexcept {
    first_ = std::exchange(other.first_, 0);
    count_ = std::exchange(other.count_, 0u);
    return *this;
  }
  [[nodiscard]] constexpr explicit operator bool() const noexcept { return first_ != 0; }
  [[nodiscard]] constexpr std::uint64_t first() const noexcept { return first_; }
  [[nodiscard]] constexpr std::uint32_t count() const noexcept { return count_; }
  /// Gives up the whole run for its first number; 0 when there was none.
  [[nodiscard]] constexpr std::uint64_t consume() noexcept {
    count_ = 0;
    return std::exchange(first_, 0);
  }

 private:
  std::uint64_t first_ = 0;
  std::uint32_t count_ = 0;
};

// Sequence policies
//   Available            sequential       one lane sends on an SA
//                        atomic_sequence  several lanes share one counter (sa/sequence_atomic.hpp)
//                        reserved_block   several lanes, each with a block of numbers of its own (sa/sequence_block.hpp)
//   When to use          sequential always, unless several lanes send on one SA; then atomic_sequence when numbers must leave in
//                        order as nearly as can be or the peer's window is small, and reserved_block when they are many or busy:
//                        it touches the shared counter's line once a block, not once a packet.
//   Not provided, because
//     wrapping           RFC 4303 3.3.3: a sender must not let the counter cycle while anti-replay is on.
//     starting at random receivers infer nothing from the first number, and the end comes sooner.
//     a number per lane  (lane in the low bits) a lane that idles leaves holes as wide as the others are fast, and the peer's
//                        window cannot reach back to them.

/// Counts up from 1 on one core.
struct sequential {
  static constexpr const char* name = "sequential";
  /// The state inside an outbound SA. Not copyable: two counters under one key would seal with one nonce twice.
  class state {
   public:
    constexpr state() noexcept = default;
    state(const state&) = delete;
    state& operator=(const state&) = delete;
    constexpr state(state&& other) noexcept
        : next_(std::exchange(other.next_, 0)), last_(std::exchange(other.last_, 0)) {}
    state& operator=(state&&) = delete;

    /// Numbers from `first` to `last` are to be had; first ≥ 1.
    constexpr void start(std::uint64_t first, std::uint64_t last) noexcept {
      next_ = first;
      last_ = last;
    }
    /// The next number, or an empty lease when none is left; an attempt beyond the end changes nothing.
    [[nodiscard]] ESPLANADE_INLINE constexpr sequence_lease take() noexcept {
      const std::uint64_t number = next_;
      if (number - 1 >= last_) [[unlikely]] return sequence_lease{};  // also when next_ is 0: never started, or over
      next_ = number + 1;                                            // 0 behind the last number of 64 bits
      return sequence_lease{number};
    }
    /// The next `count` ≥ 1 numbers, or none of them.
    [[nodiscard]] constexpr sequence_run take_run(std::uint32_t count) noexcept {
      const std::uint64_t first = next_;
      if (first - 1 >= last_ || last_ - first < count - 1) return {};
      next_ = first + count;
      return {first, count};
    }
    /// The highest number leased so far; 0 for none.
    [[nodiscard]] constexpr std::uint64_t used() const noexcept { return next_ == 0 ? last_ : next_ - 1; }
    /// How many numbers are left.
    [[nodiscard]] constexpr std::uint64_t left() const noexcept { return next_ == 0 ? 0 : last_ - next_ + 1; }

   private:
    std::uint64_t next_ = 0;
    std::uint64_t last_ = 0;
  };
};

/// Leases a number to anybody, or to the lane that asks.
template <class State>
concept LeasesNumbers = requires(State& s) {
  { s.take() } noexcept -> std::same_as<sequence_lease>;
} || requires(State& s, std::size_t lane) {
  { s.take(lane) } noexcept -> std::same_as<sequence_lease>;
};

/// A sequence policy: how numbers are leased.
///   Shape    S::state              inside the SA; not copyable
///            s.start(first, last)  once, before traffic
///            s.take()              → sequence_lease; empty when the numbers are used up, however often asked;
///                                  or s.take(lane), for a policy that keeps something for each lane
///            s.take_run(n)         → sequence_run: n ≥ 1 numbers that follow each other, or none and nothing changed; with a lane
///                                  s.take_run(lane, n). Absent: large sends are cut before they are sealed
///            s.used(), s.left()    for control and for rekeying in time
///            S::lanes_max          how many lanes may take; absent = one
///            S::over<Lanes>        the policy for so many lanes, when its state depends on them; stands for S then
///   Cost     no lock, no allocation
///   Threads  as many lanes as lanes_max says
///   Models   sequential, atomic_sequence, reserved_block<…>::over<Lanes>
template <class S>
concept SequencePolicy = requires(typename S::state& s, const typename S::state& k, std::uint64_t n) {
  { s.start(n, n) } noexcept;
  { k.used() } noexcept -> std::same_as<std::uint64_t>;
  { k.left() } noexcept -> std::same_as<std::uint64_t>;
} && LeasesNumbers<typename S::state> && !std::is_copy_constructible_v<typename S::state> && !std::is_copy_assignable_v<typename S::state>;

static_assert(SequencePolicy<sequential>);

/// The next number for lane `lane`, from either form of `take`.
template <LeasesNumbers State> [[nodiscard]] ESPLANADE_INLINE constexpr sequence_lease take_number(State& s, std::size_t lane) noexcept {
  if constexpr (requires { s.take(lane); }) return s.take(lane);
  else return s.take();
}

/// Whether numbers can be had several at a time.
template <class State>
concept LeasesRuns = requires(State& s, std::uint32_t n) {
  { s.take_run(n) } noexcept -> std::same_as<sequence_run>;
} || requires(State& s, std::size_t lane, std::uint32_t n) {
  { s.take_run(lane, n) } noexcept -> std::same_as<sequence_run>;
};
static_assert(LeasesRuns<sequential::state>);

/// The next `count` numbers for lane `lane`, all of them or none.
template <LeasesRuns State> [[nodiscard]] constexpr sequence_run take_numbers(State& s, std::size_t lane, std::uint32_t count) noexcept {
  if constexpr (requires { s.take_run(lane, count); }) return s.take_run(lane, count);
  else return s.take_run(count);
}

}  // namespace v0
}  // namespace esplanade
