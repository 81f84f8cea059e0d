// The replay window as a set: slow, short and obviously right; what every window is compared with.
#pragma once

#include <cstdint>
#include <set>

#include <esplanade/sa/replay_window.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// A window of any size that keeps the accepted numbers themselves. Point it at your own window, in a test or a fuzz target:
/// both are given the same numbers and must give the same answers.
/// Units: packets; numbers are 64-bit host values. Cost: logarithmic in the window, and the heap.
class window_model {
 public:
  explicit window_model(std::uint32_t packets) : packets_{packets} {}

  void start_at(std::uint64_t highest) {
    accepted_.clear();
    highest_ = highest;
  }

  [[nodiscard]] std::uint32_t packets() const { return packets_; }
  [[nodiscard]] std::uint64_t highest() const { return highest_; }

  /// B: the lowest number that may still be accepted; 1 until the window is full.
  [[nodiscard]] std::uint64_t left_edge() const { return highest_ < packets_ ? 1 : highest_ - packets_ + 1; }

  /// What was accepted and is still in the window, in order.
  [[nodiscard]] const std::set<std::uint64_t>& accepted() const { return accepted_; }

  [[nodiscard]] replay_answer check(std::uint64_t number) const {
    if (number < left_edge()) return replay_answer::too_old;
    return accepted_.count(number) != 0 ? replay_answer::replayed : replay_answer::fresh;
  }

  replay_answer update(std::uint64_t number) {
    const replay_answer answer = check(number);
    if (answer != replay_answer::fresh) return answer;
    accepted_.insert(number);
    if (number > highest_) {
      highest_ = number;
      accepted_.erase(accepted_.begin(), accepted_.lower_bound(left_edge()));
    }
    return answer;
  }

 private:
  std::uint32_t packets_;
  std::uint64_t highest_{};
  std::set<std::uint64_t> accepted_{};
};

/// The model as a policy, for a profile that is to run on it. Ends the process when memory runs out, because a window cannot fail.
template <std::uint32_t Packets>
class set_window {
 public:
  static constexpr std::uint32_t packets = Packets;

  void start_at(std::uint64_t highest) noexcept { model_.start_at(highest); }
  [[nodiscard]] std::uint64_t highest() const noexcept { return model_.highest(); }
  [[nodiscard]] replay_answer check(std::uint64_t number) const noexcept { return model_.check(number); }
  replay_answer update(std::uint64_t number) noexcept { return model_.update(number); }

 private:
  window_model model_{Packets};
};

static_assert(ReplayWindow<set_window<64>>);

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
