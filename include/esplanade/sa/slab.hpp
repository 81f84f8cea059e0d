// Records that never move: slots, generations, and the life of a slot from free to reclaimed.
#pragma once

#include <esplanade/base/result.hpp>
#include <esplanade/buffer/batch.hpp>

namespace esplanade {
inline namespace v0 {

/// `Capacity` records in place. A slot is free, live, or retired (removed, but perhaps still in use); reclaiming a slot
/// raises its generation, so that an old handle names nothing.
///   Cost     all O(1) but `reclaim`, which visits retired slots only
///   Threads  one core (single_core reclamation): guards are plain counts
template <class Record, std::size_t Capacity> class slab {
  static_assert(Capacity >= 1 && Capacity <= 0x7fffffff, "a slab holds 1 to 2^31 - 1 records");
  using index = std::uint32_t;
  static constexpr index none = 0xffffffff;

 public:
  static constexpr std::size_t capacity = Capacity;

  /// While one lives, retired records are not reclaimed.
  class guard {
   public:
    explicit guard(std::size_t& inside) noexcept : inside_(&inside) { ++*inside_; }
    guard(guard&& other) noexcept : inside_(other.inside_) { other.inside_ = nullptr; }
    guard& operator=(guard&&) = delete;
    ~guard() {
      if (inside_ != nullptr) --*inside_;
    }

   private:
    std::size_t* inside_;
  };

  slab() noexcept {
    for (index i = 0; i < Capacity; ++i) slots_[i].next = i + 1 < Capacity ? i + 1 : none;
  }
  slab(const slab&) = delete;
  slab& operator=(const slab&) = delete;

  [[nodiscard]] guard enter() noexcept { return guard{inside_}; }
  [[nodiscard]] std::size_t size() const noexcept { return live_; }
  [[nodiscard]] std::size_t retired() const noexcept { return retired_count_; }

  /// A free slot, made live; `none_free()` when there is none.
  [[nodiscard]] std::uint32_t take() noexcept {
    const index i = free_;
    if (i == none) return none;
    free_ = slots_[i].next;
    slots_[i].state = state::live;
    ++live_;
    return i;
  }
  [[nodiscard]] static constexpr std::uint32_t none_free() noexcept { return none; }
  /// Undoes `take` for a slot nobody has seen.
  void give_back(std::uint32_t i) noexcept {
    slots_[i].state = state::free;
    slots_[i].next = free_;
    free_ = i;
    --live_;
  }
  /// A live slot becomes retired.
  void retire(std::uint32_t i) noexcept {
    slots_[i].state = state::retired;
    slots_[i].next = retired_;
    retired_ = i;
    --live_;
    ++retired_count_;
  }
  /// Frees up to `max` retired slots unless a guard lives; calls `last(record)` for each before it can be taken again.
  template <class Last> std::size_t reclaim(std::size_t max, Last last) noexcept {
    std::size_t done = 0;
    for (; inside_ == 0 && done < max && retired_ != none; ++done) {
      const index i = retired_;
      retired_ = slots_[i].next;
      --retired_count_;
      last(slots_[i].record);
      ++slots_[i].generation;
      slots_[i].state = state::free;
      slots_[i].next = free_;
      free_ = i;
    }
    return done;
  }

  [[nodiscard]] ESPLANADE_INLINE Record& record(std::uint32_t i) noexcept { return slots_[i].record; }
  [[nodiscard]] std::uint32_t generation(std::uint32_t i) const noexcept { return slots_[i].generation; }
  /// The live record that slot and generation name, else nullptr.
  [[nodiscard]] ESPLANADE_INLINE Record* live(std::uint32_t i, std::uint32_t generation) noexcept {
    if (i >= Capacity) return nullptr;
    slot& s = slots_[i];
    return s.state == state::live && s.generation == generation ? &s.record : nullptr;
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
  struct slot {
    Record record{};
    std::uint32_t generation = 1;
    index next = none;
    slab::state state = slab::state::free;
  };

  slot slots_[Capacity];
  index free_ = 0, retired_ = none;
  std::size_t live_ = 0, retired_count_ = 0, inside_ = 0;
};

}  // namespace v0
}  // namespace esplanade
