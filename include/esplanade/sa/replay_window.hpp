// Anti-replay windows: which sequence numbers may still be accepted.
//
//   Available         window<Packets>          RFC 6479 ring of 64-bit blocks; Packets is part of the type
//                     shared_window<Packets>   the same for several lanes that update it at once (sa/shared_window.hpp)
//                     counted_window<Packets>  window, and a count of packets that never came (sa/counted_window.hpp)
//                     no_window                an SA without anti-replay; takes no room and asks nothing
//   When to use       window<64> is what RFC 4303 3.4.3 prefers; 1024 and more where queues, cores or paths reorder. A shared_window
//                     only where several lanes receive on one SA: it pays for each packet with two locked instructions. A
//                     counted_window where somebody watches the loss on a path.
//   Not provided      a size chosen at run time, because the size then costs a load and a branch per packet;
//                     a window that shifts, because its cost grows with its size (RFC 6479 section 1);
//                     a window per lane: a number that two lanes receive would be accepted by both;
//                     a count of loss for several writers: two lanes leave a block at once, and neither knows what the other saw.
//
// The window in the manner of RFC 4303 A2: W = packets, T = highest(), B = T - W + 1, time and numbers run to the right.
//
//             B                 T
//       ......===================**********************      . too old   = in the window: each accepted once
//                                                            * right of it: accepted, T moves there and B with it
//    +-----------+-----------+-----------+-----------+
//    |xxxxxxxxccc|ccccccccccc|ccc00000000|  cleared when T enters it
//    +-----------+-----------+-----------+-----------+       c received or not   x no longer asked   0 zero
//
// The blocks form a ring. It has one block more than W numbers fill, because B's and T's blocks are both in use in part:
// clearing the block that T enters must not reach B's. A number's place depends on the number alone, so nothing shifts.
#pragma once

#include <esplanade/base/attributes.hpp>

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>

namespace esplanade {
inline namespace v0 {

/// What a window says of a number. Only `fresh` may go on.
enum class replay_answer : std::uint8_t {
  fresh,     ///< not received yet, and in the window or right of it
  replayed,  ///< in the window and already received
  too_old,   ///< left of the window, or 0, which no sender uses
};

/// The answer in words.
[[nodiscard]] constexpr const char* describe(replay_answer answer) noexcept {
  switch (answer) {
    case replay_answer::fresh: return "fresh";
    case replay_answer::replayed: return "replayed";
    case replay_answer::too_old: return "too old";
  }
  return "not a replay answer";
}

/// Anti-replay window of `Packets` sequence numbers, 1 to 65536; chosen in a profile by `using replay = esplanade::window<1024>;`.
/// Numbers are 64 bits wide with and without ESN (see `infer_number`). RFC 4303 3.4.3, RFC 6479.
/// Cost: an in-order packet touches the right edge and one block; a jump clears the blocks it passes, at most all of them. No division, no shift of the map.
/// Threads: one writer, no reader beside it.
template <std::uint32_t Packets>
struct window {
  static_assert(Packets >= 1 && Packets <= 65536,
                "a replay window holds 1 to 65536 packets, because its bitmap lives in the SA; use no_window for an SA without anti-replay");

  static constexpr std::uint32_t packets = Packets;  ///< W

  /// Nothing received: the first number may be any but 0.
  constexpr window() noexcept = default;

  /// Starts as if `highest` had been the right edge and nothing had been received; `highest` itself is accepted once.
  /// What was accepted before is forgotten: a restored SA that can have seen no number beyond S refuses them all by starting at S + packets.
  constexpr void start_at(std::uint64_t highest) noexcept {
    clear_all();
    highest_ = highest;
  }

  /// T, the right edge.
  [[nodiscard]] constexpr std::uint64_t highest() const noexcept { return highest_; }

  /// The filter before the ICV is checked; changes nothing.
  // RFC 4303 3.4.3: "If the preliminary check is successful, the receiver cannot yet modify its local counter, because the
  // integrity of the Sequence Number has not been verified at this point."
  [[nodiscard]] constexpr replay_answer check(std::uint64_t number) const noexcept {
    if (number > highest_) return replay_answer::fresh;
    if (left_of_window(number)) return replay_answer::too_old;
    return (blocks_[place(number / block_bits)] & bit(number)) != 0 ? replay_answer::replayed : replay_answer::fresh;
  }

  /// Starts the load of what `update(number)` will touch; small windows lie beside what was touched already.
  ESPLANADE_INLINE void expect(std::uint64_t number) const noexcept {
    if constexpr (block_count > 8) prefetch(&blocks_[place(number / block_bits)]);
  }

  /// Test-and-set after the ICV verified; its answer is final, so of many copies in flight exactly one is fresh. Anything but `fresh` changed nothing.
  // RFC 4303 3.4.3: "The receive window is updated only if the integrity verification succeeds."
  constexpr replay_answer update(std::uint64_t number) noexcept {
    if (number > highest_) {
      advance(number);
      blocks_[place(number / block_bits)] |= bit(number);
      return replay_answer::fresh;
    }
    if (left_of_window(number)) return replay_answer::too_old;
    std::uint64_t& block = blocks_[place(number / block_bits)];
    if ((block & bit(number)) != 0) return replay_answer::replayed;
    block |= bit(number);
    return replay_answer::fresh;
  }

 protected:  // counted_window looks at blocks before they are left
  static constexpr std::uint32_t block_bits = 64;
  // The blocks that Packets numbers fill and the extra one of RFC 6479, up to a power of two so that a mask finds the place.
  static constexpr std::uint32_t block_count = std::bit_ceil((Packets + block_bits - 1) / block_bits + 1);

  [[nodiscard]] static constexpr std::size_t place(std::uint64_t block) noexcept { return static_cast<std::size_t>(block & (block_count - 1)); }
  [[nodiscard]] static constexpr std::uint64_t bit(std::uint64_t number) noexcept { return std::uint64_t{1} << (number % block_bits); }
  [[nodiscard]] constexpr std::uint64_t received(std::uint64_t block) const noexcept { return blocks_[place(block)]; }

 private:
  // Precondition: number <= highest_. Written as a distance, so that it holds below Packets and up to 2^64 - 1.
  [[nodiscard]] constexpr bool left_of_window(std::uint64_t number) const noexcept { return highest_ - number >= Packets || number == 0; }

  // RFC 4303 A2.1: "The new bits between T and the top bit are set to indicate that no packets with those sequence numbers
  // have been received yet." Bits of T's own block right of T are zero already.
  constexpr void advance(std::uint64_t number) noexcept {
    const std::uint64_t from = highest_ / block_bits;
    const std::uint64_t to = number / block_bits;
    highest_ = number;
    if (from == to) return;
    if (to - from >= block_count) {
      clear_all();
    } else {
      for (std::uint64_t block = from; block != to;) blocks_[place(++block)] = 0;
    }
  }

  constexpr void clear_all() noexcept {
    for (std::uint64_t& block : blocks_) block = 0;
  }

  std::uint64_t highest_{};
  std::uint64_t blocks_[block_count]{};
};

static_assert(sizeof(window<32>) <= 24 && sizeof(window<64>) <= 24, "the smallest windows fit beside the other hot fields of an SA");
static_assert(sizeof(window<1024>) == 8 + 8 * 32, "17 blocks, 32 with the mask");

/// An SA without anti-replay: every number is fresh, nothing is kept, `highest()` is 0.
// RFC 4303 3.4.3: "If the receiver does not enable anti-replay for an SA, no inbound checks are performed on the Sequence Number."
struct no_window {
  static constexpr std::uint32_t packets = 0;
  static constexpr std::size_t lanes_max = 64;  ///< nothing is written, so any number of lanes may

  constexpr no_window() noexcept = default;
  constexpr void start_at(std::uint64_t) noexcept {}
  [[nodiscard]] constexpr std::uint64_t highest() const noexcept { return 0; }
  [[nodiscard]] constexpr replay_answer check(std::uint64_t) const noexcept { return replay_answer::fresh; }
  constexpr replay_answer update(std::uint64_t) noexcept { return replay_answer::fresh; }
};

/// Says at compile time how many numbers it holds; RFC 4303 A2 bounds it by 2^31.
template <class W>
concept StatesItsSize = requires {
  { W::packets } -> std::convertible_to<std::uint32_t>;
  requires W::packets <= std::uint32_t{1} << 31;
};

/// Starts empty, or at a number.
template <class W>
concept StartsAnywhere = std::default_initializable<W> && requires(W window, const W& seen, std::uint64_t number) {
  { window.start_at(number) } noexcept -> std::same_as<void>;
  { seen.highest() } noexcept -> std::same_as<std::uint64_t>;
};

/// Answers without changing anything.
template <class W>
concept FiltersReplays = requires(const W& seen, std::uint64_t number) {
  { seen.check(number) } noexcept -> std::same_as<replay_answer>;
};

/// Answers and remembers.
template <class W>
concept RecordsNumbers = requires(W window, std::uint64_t number) {
  { window.update(number) } noexcept -> std::same_as<replay_answer>;
};

/// Remembers which sequence numbers an inbound SA has accepted.
///
/// Shape    static packets; start_at(number); highest(); check(number) const; update(number);
///          static lanes_max = how many lanes may update; absent = one
/// Units    packets; numbers are 64-bit host values, never 0
/// Cost     constant for a packet in order; the packet path calls check once and update once
/// Errors   none: the answer is the result, and whatever is not `fresh` changed nothing
/// Threads  one writer per window, unless lanes_max says more
/// Models   window<1 … 65536>, counted_window and shared_window of these sizes, no_window; laws in testing/window_laws.hpp
template <class W>
concept ReplayWindow = StatesItsSize<W> && StartsAnywhere<W> && FiltersReplays<W> && RecordsNumbers<W>;

static_assert(ReplayWindow<window<64>> && ReplayWindow<no_window>);

}  // namespace v0
}  // namespace esplanade
