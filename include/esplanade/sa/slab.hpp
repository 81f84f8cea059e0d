// Records that never move: slots, generations, and the life of a slot from free to reclaimed.
#pragma once

#include <esplanade/base/result.hpp>
#include <esplanade/buffer/batch.hpp>
#include <esplanade/sa/reclaim.hpp>

namespace esplanade {
inline namespace v0 {

/// `Capacity` records in place. A slot is free, live, or retired (removed, but perhaps still in use); reclaiming a slot
/// raises its generation, so that an old handle names nothing.
///   Shape    take() → fill the record → publish(); retire() → reclaim(), which asks the policy who is still inside
///   Cost     all O(1) but `reclaim`, which visits retired slots only, oldest first
///   Threads  as Reclaim says: one writer; under a guard of epoch, live() is for any number of readers beside it
template <class Record, std::size_t Capacity, ReclaimPolicy Reclaim = single_core> class slab {
  static_assert(Capacity >= 1 && Capacity <= 0x7fffffff, "a slab holds 1 to 2^31 - 1 records");
  using index = std::uint32_t;
  static constexpr index none = 0xffffffff;

 public:
  static constexpr std::size_t capacity = Capacity;

  slab() noexcept {
    for (index i = 0; i < Capacity; ++i) slots_[i].next = i + 1 < Capacity ? i + 1 : none;
  }
  slab(const slab&) = delete;
  slab& operator=(const slab&) = delete;

  /// Who is inside; lanes enter here.
  [[nodiscard]] Reclaim& reclaimer() noexcept { return reclaimer_; }
  [[nodiscard]] std::size_t size() const noexcept { return live_; }
  [[nodiscard]] std::size_t retired() const noexcept { return retired_count_; }

  /// A free slot, to be filled and then published or given back; `none_free()` when there is none.
  [[nodiscard]] std::uint32_t take() noexcept {
    const index i = free_;
    if (i != none) free_ = slots_[i].next;
    return i;
  }
  [[nodiscard]] static constexpr std::uint32_t none_free() noexcept { return none; }
  /// From here on its handle names it.
  void publish(std::uint32_t i) noexcept {
    slots_[i].tag.store(tag_of(generation(i), state::live), order::release);
    ++live_;
  }
  /// Undoes `take` for a slot that was not published.
  void give_back(std::uint32_t i) noexcept {
    slots_[i].next = free_;
    free_ = i;
  }
  /// A live slot becomes retired: its handle names nothing, and whoever finds it otherwise is kept from it beforehand.
  void retire(std::uint32_t i) noexcept {
    slot& s = slots_[i];
    s.tag.store(tag_of(generation(i), state::retired), order::release);
    s.retired = reclaimer_.retire();
    s.next = none;
    (oldest_ == none ? oldest_ : slots_[newest_].next) = i;
    newest_ = i;
    --live_;
    ++retired_count_;
  }
  /// Frees up to `max` retired slots that are in nobody's hands; calls `last(record)` for each before it can be taken again.
  template <class Last> std::size_t reclaim(std::size_t max, Last last) noexcept {
    if (oldest_ == none) return 0;
    const std::uint64_t passed = reclaimer_.passed();
    std::size_t done = 0;
    for (; done < max && oldest_ != none && slots_[oldest_].retired < passed; ++done) {
      const index i = oldest_;
      oldest_ = slots_[i].next;
      --retired_count_;
      last(slots_[i].record);
      slots_[i].tag.store(tag_of(generation(i) + 1, state::free), order::relaxed);
      give_back(i);
    }
    return done;
  }

  [[nodiscard]] ESPLANADE_INLINE Record& record(std::uint32_t i) noexcept { return slots_[i].record; }
  [[nodiscard]] std::uint32_t generation(std::uint32_t i) const noexcept { return static_cast<std::uint32_t>(slots_[i].tag.load(order::relaxed) >> 32); }
  /// The live record that slot and generation name, else nullptr.
  [[nodiscard]] ESPLANADE_INLINE Record* live(std::uint32_t i, std::uint32_t generation) noexcept {
    if (i >= Capacity) return nullptr;
    slot& s = slots_[i];
    return s.tag.load(order::acquire) == tag_of(generation, state::live) ? &s.record : nullptr;
  }
  ESPLANADE_INLINE void prefetch_slot(std::uint32_t i) const noexcept {
    if (i < Capacity) {
      const char* at = reinterpret_cast<const char*>(&slots_[i]);
      prefetch(at);
      prefetch(at + 64);
      prefetch(at + sizeof(slot) - 64);
    }
  }

 private:
  enum class state : std::uint8_t { free, live, retired };
  // Generation and state in one word, so that a reader sees both of one moment.
  [[nodiscard]] static constexpr std::uint64_t tag_of(std::uint32_t generation, state is) noexcept {
    return static_cast<std::uint64_t>(generation) << 32 | static_cast<std::uint64_t>(is);
  }
  struct slot {
    Record record{};
    typename Reclaim::atomics::template word<std::uint64_t> tag{tag_of(1, state::free)};
    std::uint64_t retired = 0;  // the policy's tag
    index next = none;          // in the list of free slots, or of retired ones from old to new
  };

  slot slots_[Capacity];
  index free_ = 0, oldest_ = none, newest_ = none;
  std::size_t live_ = 0, retired_count_ = 0;
  Reclaim reclaimer_;
};

}  // namespace v0
}  // namespace esplanade
