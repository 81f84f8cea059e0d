// What the window laws stand on: a replay window without its type, walks over it, and what it said it accepted.
#pragma once

#include <esplanade/sa/replay_window.hpp>

#include <cstdint>
#include <set>
#include <string>

namespace esplanade {
inline namespace v0 {
namespace testing {

namespace detail {

// Far from 0, from multiples of 2^32 and from the end, and a multiple of every power of two that a ring could have.
inline constexpr std::uint64_t window_walk_origin = (std::uint64_t{1} << 40) + (std::uint64_t{1} << 31);

// Repeatable numbers (SplitMix64), and from them the next packet of a sender whose packets are lost, reordered and repeated.
class window_walk {
 public:
  explicit window_walk(std::uint64_t seed) : state_{seed} {}

  std::uint64_t random() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }

  std::uint64_t below(std::uint64_t bound) { return random() % bound; }

  // Moves the right edge: mostly by one, often to a block's border, sometimes past the whole window.
  std::uint64_t ahead(std::uint64_t highest, std::uint64_t packets) {
    const std::uint64_t to_border = 64 - highest % 64;
    switch (below(16)) {
      case 0: return highest + to_border;
      case 1: return highest + to_border + 64 * below(packets / 64 + 3);
      case 2: return highest + to_border + 64 * below(packets / 64 + 3) + 63;
      case 3: return highest + packets + below(3) + (below(2) == 0 ? 0 : 63);
      case 4: return highest + 1 + below(2 * packets + 130);
      case 5: case 6: case 7: return highest + 1 + below(8);
      default: return highest + 1;
    }
  }

  std::uint64_t next(std::uint64_t highest, std::uint64_t packets) {
    return below(3) == 0 ? highest - below(packets) : ahead(highest, packets);
  }

 private:
  std::uint64_t state_;
};

// How to make and use a window without its type: the laws are compiled once, not once per window.
struct window_operations {
  std::uint32_t packets;
  void* (*make)();
  void (*drop)(void*);
  void (*start_at)(void*, std::uint64_t);
  std::uint64_t (*highest)(const void*);
  replay_answer (*check)(const void*, std::uint64_t);
  replay_answer (*update)(void*, std::uint64_t);
};

template <class W>
inline constexpr window_operations operations_of{
    W::packets,
    []() -> void* { return new W{}; },
    [](void* window) { delete static_cast<W*>(window); },
    [](void* window, std::uint64_t highest) { static_cast<W*>(window)->start_at(highest); },
    [](const void* window) { return static_cast<const W*>(window)->highest(); },
    [](const void* window, std::uint64_t number) { return static_cast<const W*>(window)->check(number); },
    [](void* window, std::uint64_t number) { return static_cast<W*>(window)->update(number); },
};

class tested_window {
 public:
  explicit tested_window(const window_operations& of) : of_{of}, window_{of.make()} {}
  tested_window(const window_operations& of, std::uint64_t highest) : tested_window{of} { start_at(highest); }
  tested_window(const tested_window&) = delete;
  tested_window& operator=(const tested_window&) = delete;
  ~tested_window() { of_.drop(window_); }

  void start_at(std::uint64_t highest) { of_.start_at(window_, highest); }
  std::uint64_t highest() const { return of_.highest(window_); }
  replay_answer check(std::uint64_t number) const { return of_.check(window_, number); }
  replay_answer update(std::uint64_t number) { return of_.update(window_, number); }

 private:
  const window_operations& of_;
  void* window_;
};

// What the window said it accepted.
class window_history {
 public:
  window_history(std::uint64_t packets, std::uint64_t start) : packets_{packets}, highest_{start} {}

  void note(std::uint64_t number, replay_answer answer) {
    if (answer != replay_answer::fresh) return;
    accepted_.insert(number);
    if (number > highest_) highest_ = number;
    accepted_.erase(accepted_.begin(), accepted_.lower_bound(left()));
  }

  std::uint64_t highest() const { return highest_; }
  std::uint64_t left() const { return highest_ < packets_ ? 1 : highest_ - packets_ + 1; }
  bool has(std::uint64_t number) const { return accepted_.count(number) != 0; }
  const std::set<std::uint64_t>& accepted() const { return accepted_; }

  // The first accepted number at or right of `number`, else the lowest; precondition: something is accepted.
  std::uint64_t received_from(std::uint64_t number) const {
    const auto at = accepted_.lower_bound(number);
    return at == accepted_.end() ? *accepted_.begin() : *at;
  }

 private:
  std::uint64_t packets_;
  std::uint64_t highest_;
  std::set<std::uint64_t> accepted_{};
};

inline std::string asked(std::uint64_t number, std::uint64_t highest, const char* said) {
  return "number " + std::to_string(number) + " with right edge " + std::to_string(highest) + ": " + said;
}

}  // namespace detail

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
