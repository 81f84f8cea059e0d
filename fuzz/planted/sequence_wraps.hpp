// A sequence policy that starts again behind the last number (RFC 4303 3.3.3 forbids it: nonces would repeat).
#pragma once

#include "composed.hpp"

namespace planted {

struct wrapping_sequence {
  static constexpr const char* name = "wrapping";
  class state {
   public:
    constexpr state() noexcept = default;
    state(const state&) = delete;
    state& operator=(const state&) = delete;
    constexpr state(state&& other) noexcept : next_(other.next_), last_(other.last_) {}
    state& operator=(state&&) = delete;
    constexpr void start(std::uint64_t first, std::uint64_t last) noexcept {
      next_ = first;
      last_ = last;
    }
    [[nodiscard]] constexpr sequence_lease take() noexcept {
      if (next_ == 0) next_ = 1;
      const std::uint64_t number = next_;
      next_ = number == last_ ? 1 : number + 1;
      return sequence_lease{number};
    }
    [[nodiscard]] constexpr std::uint64_t used() const noexcept { return next_ - 1; }
    [[nodiscard]] constexpr std::uint64_t left() const noexcept { return last_ - next_ + 1; }

   private:
    std::uint64_t next_ = 0, last_ = 0;
  };
};

struct sequence_wraps_lists {
  struct profile : sound_profile {
    using sequence = wrapping_sequence;
  };
  static constexpr auto receiving = sound_receiving<profile>;
  static constexpr auto sending = sound_sending<profile>;
};
using sequence_wraps = composed<sequence_wraps_lists>;

}  // namespace planted
