// Sequence policies with one fault each, to show that the sequence laws can fail and say which law it was.
#pragma once

#include <esplanade/testing/sequence_laws.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace broken {

enum class sequence_fault : std::uint8_t {
  none,
  runs_at_once,         ///< leases 1, 2, 3 … before it was started
  starts_early,         ///< leases the number before the first, which may have been used
  repeats_one,          ///< leases one number twice, as a retry would
  stops_early,          ///< the last number is never leased
  repeats_the_last,     ///< behind the end it leases the last number again
  wraps_late,           ///< the 500th attempt behind the end starts over
  says_next,            ///< used() says the number to come
  forgets_one,          ///< left() is one short
  counts_attempts,      ///< attempts behind the end change left()
  starts_at_zero,       ///< started with no number left, it begins at 1
  overlaps_runs,        ///< leases the last number of a run again
  spends_refused_runs,  ///< a run that does not fit takes what is left
  copies,               ///< moving is copying
};

inline constexpr sequence_fault sequence_faults[] = {
    sequence_fault::runs_at_once, sequence_fault::starts_early, sequence_fault::repeats_one, sequence_fault::stops_early,
    sequence_fault::repeats_the_last, sequence_fault::wraps_late, sequence_fault::says_next, sequence_fault::forgets_one,
    sequence_fault::counts_attempts, sequence_fault::starts_at_zero, sequence_fault::overlaps_runs, sequence_fault::spends_refused_runs, sequence_fault::copies,
};

/// The one law that a fault breaks.
[[nodiscard]] constexpr const char* law_broken_by(sequence_fault fault) noexcept {
  switch (fault) {
    case sequence_fault::none: return "";
    case sequence_fault::runs_at_once: return sequence_law::unstarted;
    case sequence_fault::starts_early: return sequence_law::in_range;
    case sequence_fault::repeats_one: return sequence_law::once;
    case sequence_fault::stops_early: return sequence_law::all;
    case sequence_fault::repeats_the_last: return sequence_law::ends;
    case sequence_fault::wraps_late: return sequence_law::ends;
    case sequence_fault::says_next: return sequence_law::used;
    case sequence_fault::forgets_one: return sequence_law::left;
    case sequence_fault::counts_attempts: return sequence_law::end_changes_nothing;
    case sequence_fault::starts_at_zero: return sequence_law::nothing_left;
    case sequence_fault::overlaps_runs: return sequence_law::runs;
    case sequence_fault::spends_refused_runs: return sequence_law::run_or_nothing;
    case sequence_fault::copies: return sequence_law::moved_from;
  }
  return "";
}

/// Counts up like `sequential`, by how many numbers are gone, with `Fault` in it.
template <sequence_fault Fault> struct faulty_sequence {
  static constexpr const char* name = "faulty_sequence";
  class state {
    static constexpr bool has(sequence_fault fault) noexcept { return Fault == fault; }

   public:
    state() noexcept = default;
    state(const state&) = delete;
    state& operator=(const state&) = delete;
    state(state&& other) noexcept
        : first_(other.first_), last_(other.last_), taken_(other.taken_), attempts_(other.attempts_), started_(other.started_) {
      if (!has(sequence_fault::copies)) other.started_ = false;
    }
    state& operator=(state&&) = delete;

    void start(std::uint64_t first, std::uint64_t last) noexcept {
      if (first == 0 && has(sequence_fault::starts_at_zero)) first = 1;
      first_ = first;
      last_ = last;
      taken_ = attempts_ = 0;
      started_ = first != 0;
    }
    [[nodiscard]] sequence_lease take() noexcept {
      if (!started_) return sequence_lease{has(sequence_fault::runs_at_once) && last_ == 0 ? ++taken_ : 0};
      const std::uint64_t count = last_ - first_ + 1;  // 0 stands for 2^64
      if (ended(count)) {
        ++attempts_;
        if (has(sequence_fault::repeats_the_last)) return sequence_lease{last_};
        if (has(sequence_fault::wraps_late) && attempts_ == 500) return sequence_lease{first_};
        return sequence_lease{};
      }
      const std::uint64_t at = taken_++;
      std::uint64_t number = first_ + at;
      if (has(sequence_fault::starts_early) && at == 0 && first_ != 1) --number;
      if (has(sequence_fault::repeats_one) && at == 7) --number;
      return sequence_lease{number};
    }
    [[nodiscard]] sequence_run take_run(std::uint32_t size) noexcept {
      if (!started_) return {};
      const std::uint64_t rest = last_ - first_ + 1 - taken_, first = first_ + taken_;
      if (rest < size) {
        if (has(sequence_fault::spends_refused_runs)) taken_ += rest;
        return {};
      }
      taken_ += has(sequence_fault::overlaps_runs) && size > 1 ? size - 1 : size;
      return {first, size};
    }
    [[nodiscard]] std::uint64_t used() const noexcept {
      const std::uint64_t highest = !started_ ? 0 : first_ + taken_ - 1;
      if (has(sequence_fault::starts_early) && taken_ == 1 && first_ != 1) return highest - 1;
      if (has(sequence_fault::repeats_one) && taken_ == 8) return highest - 1;
      return has(sequence_fault::says_next) ? highest + 1 : highest;
    }
    [[nodiscard]] std::uint64_t left() const noexcept {
      if (!started_) return 0;
      const std::uint64_t rest = last_ - first_ + 1 - taken_;
      if (has(sequence_fault::counts_attempts) && attempts_ != 0) return rest - attempts_;
      return has(sequence_fault::forgets_one) ? rest - 1 : rest;
    }

   private:
    [[nodiscard]] bool ended(std::uint64_t count) const noexcept {
      return taken_ == (has(sequence_fault::stops_early) ? count - 1 : count) && (count != 0 || taken_ != 0);
    }
    std::uint64_t first_ = 0, last_ = 0, taken_ = 0, attempts_ = 0;
    bool started_ = false;
  };
};

}  // namespace broken
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
