// Slots of key state that jobs name by index, in memory of the provider's.
#pragma once

#include <esplanade/base/octets.hpp>

namespace esplanade {
inline namespace v0 {

/// Which slots are free, and where each is; a slot never moves.
///   Shape    `slots` and `next` have `capacity` elements each and outlive this
///   Threads  claim and release: one at a time; `at` beside them, for slots that are not being claimed or released
template <class Slot> class key_slots {
 public:
  key_slots(Slot* slots, std::uint32_t* next, std::size_t capacity) noexcept
      : slots_(slots), next_(next), capacity_(static_cast<std::uint32_t>(capacity)) {
    for (std::uint32_t i = 0; i < capacity_; ++i) next_[i] = i + 1;
  }
  [[nodiscard]] bool full() const noexcept { return free_ == capacity_; }
  /// The slot that `claim` will hand out; there is one unless `full`.
  [[nodiscard]] Slot& candidate() noexcept { return slots_[free_]; }
  std::uint32_t claim() noexcept {
    const std::uint32_t index = free_;
    free_ = next_[index];
    return index;
  }
  void release(std::uint32_t index) noexcept {
    next_[index] = free_;
    free_ = index;
  }
  /// nullptr beyond the capacity.
  [[nodiscard]] ESPLANADE_INLINE Slot* at(std::uint32_t index) noexcept { return index < capacity_ ? &slots_[index] : nullptr; }
  [[nodiscard]] std::uint32_t capacity() const noexcept { return capacity_; }

 private:
  Slot* slots_;
  std::uint32_t* next_;
  std::uint32_t capacity_;
  std::uint32_t free_ = 0;
};

}  // namespace v0
}  // namespace esplanade
