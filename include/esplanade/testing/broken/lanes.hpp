// Counters and windows of several lanes with one fault each, to show that running every interleaving finds it.
#pragma once

#include <esplanade/testing/interleave.hpp>

#include <esplanade/sa/sequence_block.hpp>
#include <esplanade/sa/shared_window.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace broken {

enum class lane_sequence_fault : std::uint8_t {
  none,
  load_then_store,   ///< two lanes read one number before either writes the next
  adds_first,        ///< takes by fetch_add and looks afterwards: attempts behind the end move the counter
  keeps_old_blocks,  ///< a block is used to its end, however far behind it has fallen
  block_passes_end,  ///< the last block is as long as the others
};

/// Leases blocks of `Block` numbers like reserved_block, with `Fault` in it. `reserved()`, `left()` and `abandoned()` are its own.
template <lane_sequence_fault Fault, std::uint32_t Block, std::uint64_t MaxSkew, std::size_t Lanes> class faulty_lane_sequence {
  static constexpr bool has(lane_sequence_fault fault) noexcept { return Fault == fault; }

 public:
  void start(std::uint64_t first, std::uint64_t last) noexcept {
    next_.store(first, order::relaxed);
    last_ = last;
  }
  [[nodiscard]] sequence_lease take(std::size_t lane) noexcept {
    block& own = lanes_[lane];
    std::uint64_t next = next_.load(order::relaxed);
    if (own.next != 0 && next - 1 - own.next >= MaxSkew && !has(lane_sequence_fault::keeps_old_blocks)) {
      abandoned_ += own.end - own.next + 1;
      own.next = 0;
    }
    if (own.next == 0) {
      if (has(lane_sequence_fault::adds_first)) {
        next = next_.fetch_add(Block, order::relaxed);
        if (next > last_) return sequence_lease{};
      } else if (has(lane_sequence_fault::load_then_store)) {
        if (next > last_) return sequence_lease{};
        next_.store(end_from(next) + 1, order::relaxed);
      } else {
        do {
          if (next > last_) return sequence_lease{};
        } while (!next_.compare_exchange(next, end_from(next) + 1, order::relaxed, order::relaxed));
      }
      own = {next, end_from(next)};
    }
    const std::uint64_t number = own.next;
    own.next = number == own.end ? 0 : number + 1;
    return sequence_lease{number};
  }
  [[nodiscard]] std::uint64_t reserved() const noexcept { return next_.load(order::relaxed) - 1; }
  [[nodiscard]] std::uint64_t abandoned() const noexcept { return abandoned_; }
  [[nodiscard]] std::uint64_t left() const noexcept {
    std::uint64_t sum = last_ - reserved();
    for (const block& own : lanes_) sum += own.next == 0 ? 0 : own.end - own.next + 1;
    return sum;
  }

 private:
  struct block {
    std::uint64_t next = 0, end = 0;
  };
  [[nodiscard]] std::uint64_t end_from(std::uint64_t from) const noexcept {
    return last_ - from < Block && !has(lane_sequence_fault::block_passes_end) ? last_ : from + Block - 1;
  }
  stepped_atomics::word<std::uint64_t> next_{};
  std::uint64_t last_ = 0, abandoned_ = 0;
  block lanes_[Lanes];
};

enum class shared_window_fault : std::uint8_t {
  none,
  edge_after_word,    ///< the word of the new round can be seen before the edge that leaves the old one
  looks_once,         ///< an older round may take the place of a newer one: the edge is not read again
  sets_without_swap,  ///< the word is read, changed and written; what another lane set between is lost
  edge_goes_back,     ///< the edge is written, not raised: the lower of two numbers may be written last
};

/// 32 numbers in two words like shared_window<32>, with `Fault` in it.
template <shared_window_fault Fault> class faulty_shared_window {
  static constexpr bool has(shared_window_fault fault) noexcept { return Fault == fault; }

 public:
  static constexpr std::uint32_t packets = 32;

  void start_at(std::uint64_t highest) noexcept {
    for (auto& word : words_) word.store(0, order::relaxed);
    edge_.store(highest, order::relaxed);
  }
  [[nodiscard]] std::uint64_t highest() const noexcept { return edge_.load(order::acquire); }
  [[nodiscard]] replay_answer check(std::uint64_t number) const noexcept {
    const std::uint64_t edge = highest(), word = words_[number / 32 % 2].load(order::acquire);
    if (number > edge) return replay_answer::fresh;
    if (left_of(edge, number)) return replay_answer::too_old;
    return word >> 32 == number / 64 && (word >> number % 32 & 1) != 0 ? replay_answer::replayed : replay_answer::fresh;
  }
  replay_answer update(std::uint64_t number) noexcept {
    std::uint64_t edge = edge_.load(order::acquire);
    if (!has(shared_window_fault::edge_after_word)) edge = raise(edge, number);
    if (number <= edge && left_of(edge, number)) return replay_answer::too_old;
    auto& at = words_[number / 32 % 2];
    const std::uint64_t bit = std::uint64_t{1} << number % 32;
    std::uint64_t word = at.load(order::acquire);
    for (;;) {
      std::uint64_t with = word | bit;
      if (word >> 32 == number / 64) {
        if (with == word) return replay_answer::replayed;
      } else {
        if (!has(shared_window_fault::looks_once)) {
          edge = edge_.load(order::acquire);
          if (number <= edge && left_of(edge, number)) return replay_answer::too_old;
        }
        with = number / 64 << 32 | bit;
      }
      if (has(shared_window_fault::sets_without_swap)) {
        at.store(with, order::release);
        break;
      }
      if (at.compare_exchange(word, with, order::acq_rel, order::acquire)) break;
    }
    if (has(shared_window_fault::edge_after_word)) (void)raise(edge_.load(order::acquire), number);
    return replay_answer::fresh;
  }

 private:
  [[nodiscard]] static bool left_of(std::uint64_t edge, std::uint64_t number) noexcept { return edge - number >= packets || number == 0; }
  std::uint64_t raise(std::uint64_t edge, std::uint64_t number) noexcept {
    while (number > edge) {
      if (has(shared_window_fault::edge_goes_back)) edge_.store(number, order::release);
      if (has(shared_window_fault::edge_goes_back) || edge_.compare_exchange(edge, number, order::acq_rel, order::acquire)) return number;
    }
    return edge;
  }

  stepped_atomics::word<std::uint64_t> edge_{};
  stepped_atomics::word<std::uint64_t> words_[2]{};
};

}  // namespace broken
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
