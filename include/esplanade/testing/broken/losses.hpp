// Windows that count losses with one fault each, to show that the loss laws can fail and say which law it was.
#pragma once

#include <esplanade/testing/loss_laws.hpp>
#include <esplanade/testing/window_model.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace broken {

enum class loss_fault : std::uint8_t {
  none,
  counts_received,   ///< what came is lost too
  forgets_jumps,     ///< what a jump of more than a window passes is not counted
  settles_at_once,   ///< what the right edge has passed is lost already
  goes_back,         ///< what was settled is open again when late packets come
  never_settles,     ///< keeps everything open
  counts_the_past,   ///< what lies left of the start is lost
};
inline constexpr loss_fault loss_faults[] = {loss_fault::counts_received, loss_fault::forgets_jumps, loss_fault::settles_at_once,
                                             loss_fault::goes_back,       loss_fault::never_settles, loss_fault::counts_the_past};

/// The one law that a fault breaks.
[[nodiscard]] constexpr const char* law_broken_by(loss_fault fault) noexcept {
  switch (fault) {
    case loss_fault::none: return "";
    case loss_fault::counts_received: return loss_law::counts_missing;
    case loss_fault::forgets_jumps: return loss_law::counts_missing;
    case loss_fault::settles_at_once: return loss_law::window_open;
    case loss_fault::goes_back: return loss_law::goes_on;
    case loss_fault::never_settles: return loss_law::comes_to_an_end;
    case loss_fault::counts_the_past: return loss_law::starts_afresh;
  }
  return "";
}

/// The set model, which settles a number as soon as it has left the window, with `Fault` in it.
template <std::uint32_t Packets, loss_fault Fault> class faulty_loss {
  static constexpr bool has(loss_fault fault) noexcept { return Fault == fault; }

 public:
  static constexpr std::uint32_t packets = Packets;

  void start_at(std::uint64_t highest) noexcept {
    model_.start_at(highest);
    came_.clear();
    settled_ = has(loss_fault::counts_the_past) && highest > 100 ? highest - 100 : highest + 1;
    lost_ = 0;
    late_ = false;
  }
  [[nodiscard]] std::uint64_t highest() const noexcept { return model_.highest(); }
  [[nodiscard]] replay_answer check(std::uint64_t number) const noexcept { return model_.check(number); }
  replay_answer update(std::uint64_t number) noexcept {
    const std::uint64_t before = highest();
    const replay_answer answer = model_.update(number);
    if (answer == replay_answer::fresh) came_.insert(number);
    late_ = number < before;
    std::uint64_t to = has(loss_fault::settles_at_once) ? highest() : model_.left_edge();
    if (has(loss_fault::never_settles)) to = settled_;
    const bool jump = highest() - before > Packets;
    for (; settled_ < to; ++settled_)
      if (has(loss_fault::counts_received) || (came_.count(settled_) == 0 && !(has(loss_fault::forgets_jumps) && jump))) ++lost_;
    came_.erase(came_.begin(), came_.lower_bound(settled_));
    return answer;
  }
  [[nodiscard]] std::uint64_t lost() const noexcept { return lost_; }
  [[nodiscard]] std::uint64_t settled() const noexcept { return has(loss_fault::goes_back) && late_ && settled_ > 1 ? settled_ - 1 : settled_; }

 private:
  window_model model_{Packets};
  std::set<std::uint64_t> came_{};
  std::uint64_t settled_ = 1, lost_ = 0;
  bool late_ = false;
};

}  // namespace broken
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
