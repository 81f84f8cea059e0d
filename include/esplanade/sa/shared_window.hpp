// The anti-replay window of an SA that several lanes receive on at once.
#pragma once

#include <esplanade/base/atomic.hpp>
#include <esplanade/sa/replay_window.hpp>

namespace esplanade {
inline namespace v0 {

/// A `window<Packets>` that any number of lanes update without a lock: `using replay = esplanade::shared_window<1024>;`
/// in a profile with `lanes` > 1. Of all copies of a number, on whatever lanes, exactly one is ever `fresh`.
///
///     right edge T  ────────────┐              a word: │ tag: 32 bits │ received: 32 bits │
///       | word 0 | word 1 | word 2 | word 3 |          says which 32 numbers it stands for just now, and which of them came
///
///   update(n):  1  left of the window           → too_old
///               2  T := max(T, n)               T moves first, so nobody ever sees a word of a new round with a T that leaves the old
///               3  the word of n's block:         round inside the window
///                    of this round, bit set     → replayed
///                    of this round, bit clear   → set it                          → fresh
///                    of another round, and n left of T's window by now            → too_old
///                    of another round otherwise: it is an older one               → the word becomes this round's, n alone → fresh
///
///   Cost     two compare-and-swaps for a packet in order, one for a late one; repeated only when another lane came between.
///            A jump clears nothing: words of old rounds are found out by their tag. No division
///   Order    T moves before the number that moved it is accepted: another lane may find a number too old on account of one that is only
///            just being accepted. Otherwise the answers are those of one lane that was given all numbers in some order
///   Threads  any number update, check and read; start_at with no lane at work
///   Limits   a word that nothing touched while 2^32 rounds passed (2^39 numbers and more) is taken for this round's; then a number
///            that did not come may be called replayed, and none is accepted twice
template <std::uint32_t Packets, class Atomics = real_atomics> class alignas(64) shared_window {
  static_assert(Packets >= 1 && Packets <= 65536,
                "a replay window holds 1 to 65536 packets, because its bitmap lives in the SA; use no_window for an SA without anti-replay");

 public:
  static constexpr std::uint32_t packets = Packets;  ///< W
  static constexpr std::size_t lanes_max = 64;

  /// Nothing received: the first number may be any but 0.
  shared_window() noexcept = default;
  shared_window(const shared_window&) = delete;
  shared_window& operator=(const shared_window&) = delete;

  /// Starts as if `highest` had been the right edge and nothing had been received; see window<>.
  void start_at(std::uint64_t highest) noexcept {
    for (auto& word : words_) word.store(0, order::relaxed);
    edge_.store(highest, order::release);
  }

  /// T, the right edge: the highest number that an update has begun for.
  [[nodiscard]] std::uint64_t highest() const noexcept { return edge_.load(order::acquire); }

  /// The filter before the ICV is checked; changes nothing. What another lane does meanwhile it may miss: update is final.
  [[nodiscard]] replay_answer check(std::uint64_t number) const noexcept {
    const std::uint64_t edge = edge_.load(order::acquire);
    if (number > edge) return replay_answer::fresh;
    if (left_of(edge, number)) return replay_answer::too_old;
    const std::uint64_t word = words_[place(number)].load(order::acquire);
    return tag(word) == round(number) && (word & bit(number)) != 0 ? replay_answer::replayed : replay_answer::fresh;
  }

  /// Test-and-set after the ICV verified; its answer is final. RFC 4303 3.4.3.
  // Whoever sees a word of a newer round sees, in the order of acquire and release, the T that was moved before the word was
  // written, and that T leaves every older round of this place outside the window.
  replay_answer update(std::uint64_t number) noexcept {
    std::uint64_t edge = edge_.load(order::acquire);
    while (number > edge)
      if (edge_.compare_exchange(edge, number, order::acq_rel, order::acquire)) edge = number;
    if (left_of(edge, number)) return replay_answer::too_old;

    auto& at = words_[place(number)];
    std::uint64_t word = at.load(order::acquire);
    for (;;) {
      std::uint64_t with = word | bit(number);
      if (tag(word) == round(number)) {
        if (with == word) return replay_answer::replayed;
      } else {
        if (left_of(edge_.load(order::acquire), number)) return replay_answer::too_old;
        with = std::uint64_t{round(number)} << 32 | bit(number);
      }
      if (at.compare_exchange(word, with, order::acq_rel, order::acquire)) return replay_answer::fresh;
    }
  }

 private:
  static constexpr std::uint32_t word_numbers = 32;
  // The words that Packets numbers fill, one more because the first and the last are in the window in part, up to a power of two.
  static constexpr std::uint32_t word_count = std::bit_ceil((Packets + word_numbers - 1) / word_numbers + 1);
  static constexpr std::uint64_t round_numbers = std::uint64_t{word_numbers} * word_count;

  [[nodiscard]] static constexpr std::size_t place(std::uint64_t number) noexcept { return static_cast<std::size_t>(number / word_numbers & (word_count - 1)); }
  [[nodiscard]] static constexpr std::uint64_t bit(std::uint64_t number) noexcept { return std::uint64_t{1} << (number % word_numbers); }
  [[nodiscard]] static constexpr std::uint32_t round(std::uint64_t number) noexcept { return static_cast<std::uint32_t>(number / round_numbers); }
  [[nodiscard]] static constexpr std::uint32_t tag(std::uint64_t word) noexcept { return static_cast<std::uint32_t>(word >> 32); }
  // Precondition: number <= edge.
  [[nodiscard]] static constexpr bool left_of(std::uint64_t edge, std::uint64_t number) noexcept { return edge - number >= Packets || number == 0; }

  typename Atomics::template word<std::uint64_t> edge_{};
  typename Atomics::template word<std::uint64_t> words_[word_count]{};
};

static_assert(ReplayWindow<shared_window<64>> && sizeof(shared_window<64>) == 64, "edge and words of the smallest windows share a line");

}  // namespace v0
}  // namespace esplanade
