// A bounded ring that any number of threads put things into and one at a time takes them out of, in the order they came.
#pragma once

#include <esplanade/base/atomic.hpp>

#include <cstddef>
#include <cstdint>

namespace esplanade {
inline namespace v0 {

/// Up to `Slots` things under way. Each slot says by a number whose turn it is: position p to be filled, p + 1 to be taken.
///
///     push   position = next place whose turn it is ► taken by compare-and-swap ► filled ► turn = position + 1
///     pop    turn = position + 1? ► taken ► turn = position + Slots
///
///   Shape    push and pop return the position + 1, by which one thing is told from every other; 0 = full, or empty
///   Units    Slots is a power of two, 2 or more
///   Cost     O(1); a push that meets another tries again
///   Errors   0
///   Threads  push: any. pop: one at a time, who hand over by something that orders them. One who was stopped between taking a
///            place and filling it holds back what came after, until he goes on and looks himself
template <class T, std::size_t Slots, class Atomics = real_atomics> class request_ring {
  static_assert(Slots >= 2 && (Slots & (Slots - 1)) == 0, "request_ring: a power of two, 2 or more: with one slot, filled and free would be the same turn");
  template <class U> using word = typename Atomics::template word<U>;
  struct slot {
    word<std::uint64_t> turn{};
    T item{};
  };

 public:
  static constexpr std::size_t slots = Slots;

  request_ring() noexcept {
    for (std::size_t i = 0; i < Slots; ++i) slots_[i].turn.store(i, order::relaxed);
  }
  request_ring(const request_ring&) = delete;
  request_ring& operator=(const request_ring&) = delete;

  [[nodiscard]] std::uint64_t push(const T& item) noexcept {
    std::uint64_t at = tail_.load(order::relaxed);
    for (;;) {
      slot& s = slots_[at % Slots];
      const std::uint64_t turn = s.turn.load(order::acquire);
      if (turn == at) {
        if (!tail_.compare_exchange(at, at + 1, order::relaxed, order::relaxed)) continue;
        s.item = item;
        s.turn.store(at + 1, order::release);
        return at + 1;
      }
      if (turn < at) return 0;  // what was put here one round ago is not taken yet
      at = tail_.load(order::relaxed);
    }
  }
  [[nodiscard]] std::uint64_t pop(T& item) noexcept {
    slot& s = slots_[head_ % Slots];
    if (s.turn.load(order::acquire) != head_ + 1) return 0;
    item = s.item;
    s.turn.store(head_ + Slots, order::release);
    return ++head_;
  }

 private:
  alignas(64) word<std::uint64_t> tail_{};
  alignas(64) std::uint64_t head_ = 0;  // of whoever takes
  slot slots_[Slots];
};

}  // namespace v0
}  // namespace esplanade
