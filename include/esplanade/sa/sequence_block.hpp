// Sequence numbers in blocks, so that lanes that send on one SA seldom meet.
#pragma once

#include <esplanade/base/atomic.hpp>
#include <esplanade/base/counter.hpp>
#include <esplanade/sa/sequence.hpp>

namespace esplanade {
inline namespace v0 {

/// Each lane leases from a block of `Block` numbers that is its own, and reserves the next when that is used up.
/// `using sequence = esplanade::reserved_block<32, 512, 1024>;` in a profile with `lanes` > 1, for a peer whose window holds 1024.
///
///        reserved so far ──────────────────────────────►│ shared counter
///     ...|AAAAAAAA|BBBBBBBB|aaaaaa..|BBBBBBBB|BBBBbb..|        A, B leased   a, b just now   . not yet
///                             │◄── more than MaxSkew? ─►│        then A gives the rest of its block up and reserves a new one
///
///   Units    numbers: a block, how far behind the shared counter a lane may lease, and the window that the peer is known to have
///   Cost     per packet a read of the shared line, which changes once a block, and a write of the lane's own line; no locked instruction
///   Reach    a leased number is at most MaxSkew behind the counter; until its packet arrives every lane may begin one more block:
///            Lanes * Block + MaxSkew <= PeerWindow is a profile rule, so a slow or idle lane loses nothing
///   Runs     lie in one block, so that Reach holds: a run of more than Block numbers is never leased, and one that the lane's block
///            has no room for gives the rest of it up
///   Rest     at the end each lane may hold a block that it does not use: at most Lanes * Block numbers stay unused
///   Threads  each lane takes under its own number; anybody reads; start and move with no lane at work
///   Lanes    the state has a line for each, so the policy is `over<Lanes>`; a profile's `lanes` is put in by itself
template <std::uint32_t Block, std::uint64_t MaxSkew, std::uint64_t PeerWindow, class Atomics = real_atomics> struct reserved_block {
  static constexpr const char* name = "reserved_block";
  static constexpr std::size_t lanes_max = 64;
  static constexpr std::uint64_t block = Block, max_skew = MaxSkew, peer_window = PeerWindow;

  /// Whether a block lives to be used, and the peer's window reaches back to every number that so many lanes may send late.
  [[nodiscard]] static constexpr bool fits(std::size_t lanes) noexcept {
    return lanes >= 1 && lanes <= lanes_max && Block >= 1 && Block <= MaxSkew && MaxSkew <= PeerWindow && lanes * block <= PeerWindow - MaxSkew;
  }

  template <std::size_t Lanes>
    requires(fits(Lanes))
  struct over {
    static constexpr const char* name = "reserved_block";
    static constexpr std::size_t lanes_max = Lanes;

    class alignas(64) state {
     public:
      state() noexcept = default;
      state(const state&) = delete;
      state& operator=(const state&) = delete;
      state(state&& other) noexcept
          : next_(other.next_.exchange(0, order::relaxed)), last_(std::exchange(other.last_, 0)) {
        for (std::size_t i = 0; i < Lanes; ++i) lanes_[i].set(other.lanes_[i].next.exchange(0, order::relaxed), other.lanes_[i].end.load(order::relaxed));
        for (std::size_t i = 0; i < Lanes; ++i) lanes_[i].abandoned = other.lanes_[i].abandoned;
      }
      state& operator=(state&&) = delete;

      /// Numbers from `first` to `last` are to be had; first ≥ 1.
      void start(std::uint64_t first, std::uint64_t last) noexcept {
        last_ = last;
        for (lane_block& own : lanes_) {
          own.set(0, 0);
          own.abandoned.set(0);
        }
        next_.store(first, order::relaxed);
      }
      /// The next number for lane `lane`, or an empty lease when none is left for it; an attempt beyond the end changes nothing.
      [[nodiscard]] ESPLANADE_INLINE sequence_lease take(std::size_t lane) noexcept {
        if (lane >= Lanes) [[unlikely]] return sequence_lease{};
        lane_block& own = lanes_[lane];
        std::uint64_t reserve = next_.load(order::relaxed);
        std::uint64_t number = own.next.load(order::relaxed);
        const std::uint64_t reserved = reserve == 0 ? last_ : reserve - 1;
        if (number == 0 || reserved - number >= MaxSkew) [[unlikely]] {
          if (number != 0) own.abandon();
          number = begin_block(own, reserve);
          if (number == 0) return sequence_lease{};
        }
        own.next.store(number == own.end.load(order::relaxed) ? 0 : number + 1, order::relaxed);
        return sequence_lease{number};
      }
      /// The next `count` ≥ 1 numbers of one block for lane `lane`, or none of them and nothing changed.
      [[nodiscard]] sequence_run take_run(std::size_t lane, std::uint32_t count) noexcept {
        if (lane >= Lanes || count > Block) return {};
        lane_block& own = lanes_[lane];
        const std::uint64_t reserve = next_.load(order::relaxed), reserved = reserve == 0 ? last_ : reserve - 1;
        std::uint64_t first = own.next.load(order::relaxed);
        if (first == 0 || reserved - first >= MaxSkew || own.end.load(order::relaxed) - first < count - 1) {
          const std::uint64_t rest = own.rest();
          first = begin_block(own, reserve, count);
          if (first == 0) return {};
          own.abandoned.add(rest);
        }
        own.next.store(first + (count - 1) == own.end.load(order::relaxed) ? 0 : first + count, order::relaxed);
        return {first, count};
      }

      /// The highest number leased so far; 0 for none.
      [[nodiscard]] std::uint64_t used() const noexcept {
        const std::uint64_t highest = reserved();
        // Of the highest block at least one number is leased. If a lane still holds its rest, that is what is not.
        for (const lane_block& own : lanes_)
          if (own.end.load(order::relaxed) == highest) return highest - own.rest();
        return highest;
      }
      /// The highest number that a lane holds or has leased: what a restored SA has to jump beyond.
      [[nodiscard]] std::uint64_t reserved() const noexcept {
        const std::uint64_t next = next_.load(order::relaxed);
        return next == 0 ? last_ : next - 1;
      }
      /// How many numbers are left, those that lanes hold with them.
      [[nodiscard]] std::uint64_t left() const noexcept {
        const std::uint64_t next = next_.load(order::relaxed);
        std::uint64_t sum = next == 0 ? 0 : last_ - next + 1;
        for (const lane_block& own : lanes_) sum += own.rest();
        return sum;
      }
      /// How many numbers were given up because their block had fallen behind; they are never sent.
      [[nodiscard]] std::uint64_t abandoned() const noexcept {
        std::uint64_t sum = 0;
        for (const lane_block& own : lanes_) sum += own.abandoned.get();
        return sum;
      }

     private:
      // A lane's own: others only read it, so these are not the words that lanes contend for.
      struct alignas(64) lane_block {
        atomic_word<std::uint64_t> next{};  // 0: the block is used up
        atomic_word<std::uint64_t> end{};   // its last number
        counter abandoned{};

        void set(std::uint64_t first, std::uint64_t last) noexcept {
          next.store(first, order::relaxed);
          end.store(last, order::relaxed);
        }
        [[nodiscard]] std::uint64_t rest() const noexcept {
          const std::uint64_t first = next.load(order::relaxed), last = end.load(order::relaxed);
          if (first == 0 || first > last) return 0;
          return last - first < Block ? last - first + 1 : Block;  // a reader may see half of a change
        }
        void abandon() noexcept {
          abandoned.add(rest());
          next.store(0, order::relaxed);
        }
      };

      // Reserves the block that begins at `from` or, where another lane was first, behind it; → its first number, 0 when fewer
      // than `least` are left.
      // Relaxed for the reason that atomic_sequence has.
      [[nodiscard]] ESPLANADE_COLD std::uint64_t begin_block(lane_block& own, std::uint64_t from, std::uint32_t least = 1) noexcept {
        std::uint64_t end;
        do {
          if (from - 1 >= last_ || last_ - from < least - 1) return 0;  // also when it is 0: ended or never started
          end = last_ - from < Block ? last_ : from + (Block - 1);
        } while (!next_.compare_exchange(from, end == last_ ? 0 : end + 1, order::relaxed, order::relaxed));
        own.set(from, end);
        return from;
      }

      typename Atomics::template word<std::uint64_t> next_{};  // the shared counter: the first number that nobody has reserved; 0: none
      std::uint64_t last_ = 0;
      lane_block lanes_[Lanes];
    };
  };
};

static_assert(SequencePolicy<reserved_block<32, 512, 1024>::over<2>> && LeasesRuns<reserved_block<32, 512, 1024>::over<2>::state>);

}  // namespace v0
}  // namespace esplanade
