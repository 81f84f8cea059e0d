// One counter that several lanes lease sequence numbers from.
#pragma once

#include <esplanade/base/atomic.hpp>
#include <esplanade/sa/sequence.hpp>

namespace esplanade {
inline namespace v0 {

/// Counts up from 1 on several cores: `using sequence = esplanade::atomic_sequence;` in a profile with `lanes` > 1.
///   Cost     one compare-and-swap per packet on a cache line that all lanes write; a lane repeats it only when another came before it
///   Threads  any number of lanes take; anybody reads; start and move with no lane at work
///   Order    numbers are leased in order; what two lanes leased may leave in either order
// Not fetch_add: it changes the counter also behind the last number, so lanes that try long enough would bring it round to numbers
// that were used (RFC 4303 3.3.3). Order relaxed throughout: one word is at stake, and its changes have one order for everybody.
template <class Atomics = real_atomics> struct basic_atomic_sequence {
  static constexpr const char* name = "atomic_sequence";
  static constexpr std::size_t lanes_max = 64;

  class alignas(64) state {
   public:
    state() noexcept = default;
    state(const state&) = delete;
    state& operator=(const state&) = delete;
    state(state&& other) noexcept
        : next_(other.next_.exchange(0, order::relaxed)), last_(std::exchange(other.last_, 0)) {}
    state& operator=(state&&) = delete;

    /// Numbers from `first` to `last` are to be had; first ≥ 1.
    void start(std::uint64_t first, std::uint64_t last) noexcept {
      last_ = last;
      next_.store(first, order::relaxed);
    }
    /// The next number, or an empty lease when none is left; an attempt beyond the end changes nothing.
    [[nodiscard]] ESPLANADE_INLINE sequence_lease take() noexcept {
      std::uint64_t number = next_.load(order::relaxed);
      do {
        if (number - 1 >= last_) [[unlikely]] return sequence_lease{};  // also when it is 0: ended or never started
      } while (!next_.compare_exchange(number, number + 1, order::relaxed, order::relaxed));  // behind 2^64 - 1 comes 0, the end
      return sequence_lease{number};
    }
    /// The next `count` ≥ 1 numbers, or none of them.
    [[nodiscard]] sequence_run take_run(std::uint32_t count) noexcept {
      std::uint64_t first = next_.load(order::relaxed);
      do {
        if (first - 1 >= last_ || last_ - first < count - 1) return {};
      } while (!next_.compare_exchange(first, first + count, order::relaxed, order::relaxed));
      return {first, count};
    }
    /// The highest number leased so far; 0 for none.
    [[nodiscard]] std::uint64_t used() const noexcept {
      const std::uint64_t next = next_.load(order::relaxed);
      return next == 0 ? last_ : next - 1;
    }
    /// How many numbers are left.
    [[nodiscard]] std::uint64_t left() const noexcept {
      const std::uint64_t next = next_.load(order::relaxed);
      return next == 0 ? 0 : last_ - next + 1;
    }

   private:
    typename Atomics::template word<std::uint64_t> next_{};
    std::uint64_t last_ = 0;
  };
};
using atomic_sequence = basic_atomic_sequence<>;

static_assert(SequencePolicy<atomic_sequence> && LeasesRuns<atomic_sequence::state>);

}  // namespace v0
}  // namespace esplanade
