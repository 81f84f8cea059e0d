// Replay windows with one fault each, to show that the window laws can fail and say which law it was.
// The faults are ones that windows in use have had, or that a reader would make; `window_fault::none` is the sound twin.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include <esplanade/sa/replay_window.hpp>
#include <esplanade/testing/window_laws.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace broken {

enum class window_fault : std::uint8_t {
  none,
  tight_left_edge,         ///< the lowest number of the window counts as too old
  fears_far_jumps,         ///< a jump of 2^31 or more counts as a number of the past
  no_extra_block,          ///< clearing the block that T enters clears the left edge's numbers
  narrow_mask,             ///< a bit's mask has 32 bits and a block has 64
  loose_left_edge,         ///< one number left of the window is let in
  clears_one_block,        ///< a jump clears the block it lands in, not those it passes
  accepts_zero,            ///< 0 is a number like any other
  one_reason,              ///< too old is called replayed
  check_records,           ///< the filter sets the bit
  check_has_its_own_edge,  ///< filter and update draw the left edge differently
  edge_follows_last,       ///< the right edge goes back with a late packet
  start_keeps_bitmap,      ///< start_at moves the edge only
  difference_underflows,   ///< the left edge is T - W, also while T < W
  forgets_at_subspace,     ///< the bitmap is lost when the high half changes
  sum_overflows,           ///< too old is number + W <= T, also near 2^64
};

inline constexpr window_fault window_faults[] = {
    window_fault::tight_left_edge,       window_fault::fears_far_jumps,        window_fault::no_extra_block,    window_fault::narrow_mask,
    window_fault::loose_left_edge,       window_fault::clears_one_block,       window_fault::accepts_zero,      window_fault::one_reason,
    window_fault::check_records,         window_fault::check_has_its_own_edge, window_fault::edge_follows_last, window_fault::start_keeps_bitmap,
    window_fault::difference_underflows, window_fault::forgets_at_subspace,    window_fault::sum_overflows,
};

/// The one law that a fault breaks.
[[nodiscard]] constexpr const char* law_broken_by(window_fault fault) noexcept {
  switch (fault) {
    case window_fault::none: return "";
    case window_fault::tight_left_edge: return window_law::accepts_in_window;
    case window_fault::fears_far_jumps: return window_law::accepts_right_of_window;
    case window_fault::no_extra_block: return window_law::refuses_accepted;
    case window_fault::narrow_mask: return window_law::refuses_accepted;
    case window_fault::loose_left_edge: return window_law::refuses_left_of_window;
    case window_fault::clears_one_block: return window_law::jump_clears;
    case window_fault::accepts_zero: return window_law::refuses_zero;
    case window_fault::one_reason: return window_law::names_the_reason;
    case window_fault::check_records: return window_law::check_changes_nothing;
    case window_fault::check_has_its_own_edge: return window_law::update_agrees_with_check;
    case window_fault::edge_follows_last: return window_law::right_edge;
    case window_fault::start_keeps_bitmap: return window_law::starts_empty;
    case window_fault::difference_underflows: return window_law::while_it_fills;
    case window_fault::forgets_at_subspace: return window_law::across_subspaces;
    case window_fault::sum_overflows: return window_law::up_to_the_end;
  }
  return "";
}

/// A ring of blocks like `window<Packets>`, with `Fault` in it. For Packets of 32 or more; a smaller window has no room for some faults.
template <std::uint32_t Packets, window_fault Fault>
class faulty_window {
 public:
  static constexpr std::uint32_t packets = Packets;

  constexpr void start_at(std::uint64_t highest) noexcept {
    if constexpr (Fault != window_fault::start_keeps_bitmap) clear_all();
    highest_ = last_ = highest;
  }

  [[nodiscard]] constexpr std::uint64_t highest() const noexcept { return Fault == window_fault::edge_follows_last ? last_ : highest_; }

  [[nodiscard]] constexpr replay_answer check(std::uint64_t number) const noexcept {
    if (right_of_window(number)) return replay_answer::fresh;
    const bool own_edge = Fault == window_fault::check_has_its_own_edge && highest_ - number == Packets && number != 0;
    if (!own_edge && left_of_window(number)) return Fault == window_fault::one_reason ? replay_answer::replayed : replay_answer::too_old;
    if ((block(number) & mask(number)) != 0) return replay_answer::replayed;
    if constexpr (Fault == window_fault::check_records) block(number) |= mask(number);
    return replay_answer::fresh;
  }

  constexpr replay_answer update(std::uint64_t number) noexcept {
    if (right_of_window(number)) {
      advance(number);
    } else {
      if (left_of_window(number)) return Fault == window_fault::one_reason ? replay_answer::replayed : replay_answer::too_old;
      if ((block(number) & mask(number)) != 0) return replay_answer::replayed;
    }
    block(number) |= mask(number);
    last_ = number;
    return replay_answer::fresh;
  }

 private:
  static constexpr std::uint32_t full_blocks = (Packets + 63) / 64;
  static constexpr std::uint32_t block_count = std::bit_ceil(Fault == window_fault::no_extra_block ? full_blocks : full_blocks + 1);

  [[nodiscard]] constexpr bool right_of_window(std::uint64_t number) const noexcept {
    if (Fault == window_fault::fears_far_jumps && number - highest_ >= std::uint64_t{1} << 31) return false;
    return number > highest_;
  }

  // The number is not right of the window, unless far jumps are feared: then the distance wraps and is large.
  [[nodiscard]] constexpr bool left_of_window(std::uint64_t number) const noexcept {
    if (number == 0 && Fault != window_fault::accepts_zero) return true;
    if constexpr (Fault == window_fault::tight_left_edge) return highest_ - number >= Packets - 1;
    if constexpr (Fault == window_fault::loose_left_edge) return highest_ - number > Packets;
    if constexpr (Fault == window_fault::difference_underflows) return number <= highest_ - Packets;
    if constexpr (Fault == window_fault::sum_overflows) return number + Packets <= highest_;
    return highest_ - number >= Packets;
  }

  [[nodiscard]] constexpr std::uint64_t& block(std::uint64_t number) const noexcept { return blocks_[(number / 64) & (block_count - 1)]; }

  [[nodiscard]] static constexpr std::uint64_t mask(std::uint64_t number) noexcept {
    const std::uint64_t bit = std::uint64_t{1} << (number % 64);
    return Fault == window_fault::narrow_mask ? bit & 0xFFFFFFFF : bit;
  }

  constexpr void advance(std::uint64_t number) noexcept {
    const std::uint64_t passed = number / 64 - highest_ / 64;
    const bool new_subspace = Fault == window_fault::forgets_at_subspace && (number >> 32) != (highest_ >> 32);
    if (Fault == window_fault::clears_one_block && passed != 0) {
      block(number) = 0;
    } else if (passed >= block_count || new_subspace) {
      clear_all();
    } else {
      for (std::uint64_t i = 0; i < passed; ++i) block(number - 64 * i) = 0;
    }
    highest_ = number;
  }

  constexpr void clear_all() noexcept {
    for (std::uint64_t& each : blocks_) each = 0;
  }

  std::uint64_t highest_{};
  std::uint64_t last_{};
  mutable std::uint64_t blocks_[block_count]{};  // mutable for check_records alone
};

}  // namespace broken
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
