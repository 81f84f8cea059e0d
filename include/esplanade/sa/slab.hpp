// Records that never move: slots, generations, and the life of a slot from free to reclaimed.
#pragma once

#include <esplanade/base/result.hpp>
#include <esplanade/buffer/batch.hpp>
#include <esplanade/sa/reclaim.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
/// A record and what its slab knows of it.
template <class Record, class Reclaim> struct slab_slot {
  Record record{};
  typename Reclaim::atomics::template word<std::uint64_t> tag{std::uint64_t{1} << 32};  // generation ‖ state
  std::uint64_t retired = 0;                                                              // the policy's tag
  std::uint32_t next = 0;  // in the list of free slots, or of retired ones from old to new
};

/// The life of slots, wherever they lie. `Places` says: `slot(i)`, one that exists; `reach(i)`, nullptr where there is none.
template <class Record, class Places, ReclaimPolicy Reclaim> class basic_slab {
  using index = std::uint32_t;
  static constexpr index none = 0xffffffff;

 public:
  basic_slab() noexcept = default;
  basic_slab(const basic_slab&) = delete;
  basic_slab& operator=(const basic_slab&) = delete;

  /// Who is inside; lanes enter here.
  [[nodiscard]] Reclaim& reclaimer() noexcept { return reclaimer_; }
  [[nodiscard]] std::size_t size() const noexcept { return live_; }
  [[nodiscard]] std::size_t retired() const noexcept { return retired_count_; }

  /// A free slot, to be filled and then published or given back; `none_free()` when there is none.
  [[nodiscard]] std::uint32_t take() noexcept {
    const index i = free_;
    if (i != none) free_ = places_.slot(i).next;
    return i;
  }
  [[nodiscard]] static constexpr std::uint32_t none_free() noexcept { return none; }
  /// From here on its handle names it.
  void publish(std::uint32_t i) noexcept {
    places_.slot(i).tag.store(tag_of(generation(i), state::live), order::release);
    ++live_;
  }
  /// Undoes `take` for a slot that was not published.
  void give_back(std::uint32_t i) noexcept {
    places_.slot(i).next = free_;
    free_ = i;
  }
  /// A live slot becomes retired: its handle names nothing. Who finds it otherwise is kept from it beforehand.
  void retire(std::uint32_t i) noexcept {
    auto& s = places_.slot(i);
    s.tag.store(tag_of(generation(i), state::retired), order::release);
    s.retired = reclaimer_.retire();
    s.next = none;
    (oldest_ == none ? oldest_ : places_.slot(newest_).next) = i;
    newest_ = i;
    --live_;
    ++retired_count_;
  }
  /// Frees up to `max` retired slots that are in nobody's hands; calls `last(record)` for each before it can be taken again.
  template <class Last> std::size_t reclaim(std::size_t max, Last last) noexcept {
    if (oldest_ == none) return 0;
    const std::uint64_t passed = reclaimer_.passed();
    std::size_t done = 0;
    for (; done < max && oldest_ != none && places_.slot(oldest_).retired < passed; ++done) {
      const index i = oldest_;
      auto& s = places_.slot(i);
      oldest_ = s.next;
      --retired_count_;
      last(s.record);
      s.tag.store(tag_of(generation(i) + 1, state::free), order::release);
      give_back(i);
    }
    return done;
  }

  [[nodiscard]] ESPLANADE_INLINE Record& record(std::uint32_t i) noexcept { return places_.slot(i).record; }
  [[nodiscard]] std::uint32_t generation(std::uint32_t i) noexcept { return static_cast<std::uint32_t>(places_.slot(i).tag.load(order::relaxed) >> 32); }
  /// The live record that slot and generation name, else nullptr.
  [[nodiscard]] ESPLANADE_INLINE Record* live(std::uint32_t i, std::uint32_t generation) noexcept {
    auto* const s = places_.reach(i);
    return s != nullptr && s->tag.load(order::acquire) == tag_of(generation, state::live) ? &s->record : nullptr;
  }
  /// Calls `each(slot, record)` for all live ones; the writer's.
  template <class Each> void for_each_live(Each each) noexcept {
    for (std::uint32_t i = 0; i < places_.size(); ++i)
      if (Record* const r = live(i, generation(i))) each(i, *r);
  }
  ESPLANADE_INLINE void prefetch_slot(std::uint32_t i) noexcept {
    if (const auto* const s = places_.reach(i)) {
      const char* at = reinterpret_cast<const char*>(s);
      prefetch(at);
      prefetch(at + 64);
      prefetch(at + sizeof *s - 64);
    }
  }

 protected:
  /// Slots from `first` up to `end` are new and free.
  void add_free(std::uint32_t first, std::uint32_t end) noexcept {
    while (end != first) give_back(--end);
  }
  Places places_;

 private:
  enum class state : std::uint8_t { free, live, retired };
  // One word, so that a reader sees generation and state of one moment.
  [[nodiscard]] static constexpr std::uint64_t tag_of(std::uint32_t generation, state is) noexcept {
    return static_cast<std::uint64_t>(generation) << 32 | static_cast<std::uint64_t>(is);
  }

  index free_ = none, oldest_ = none, newest_ = none;
  std::size_t live_ = 0, retired_count_ = 0;
  Reclaim reclaimer_;
};

template <class Record, std::size_t Capacity, class Reclaim> class fixed_places {
 public:
  using slot_type = slab_slot<Record, Reclaim>;
  [[nodiscard]] static constexpr std::uint32_t size() noexcept { return Capacity; }
  [[nodiscard]] ESPLANADE_INLINE slot_type& slot(std::uint32_t i) noexcept { return slots_[i]; }
  [[nodiscard]] ESPLANADE_INLINE slot_type* reach(std::uint32_t i) noexcept { return i < Capacity ? &slots_[i] : nullptr; }

 private:
  slot_type slots_[Capacity];
};
}  // namespace detail

/// `Capacity` records in place. A slot is free, live, or retired (removed, but perhaps still in use); reclaiming a slot
/// raises its generation, so that an old handle names nothing.
///   Shape    take() → fill the record → publish(); retire() → reclaim(), which asks the policy who is still inside
///   Cost     all O(1) but `reclaim`, which visits retired slots only, oldest first
///   Threads  as Reclaim says: one writer; under a guard of epoch, live() is for any number of readers beside it
template <class Record, std::size_t Capacity, ReclaimPolicy Reclaim = single_core>
class slab : public detail::basic_slab<Record, detail::fixed_places<Record, Capacity, Reclaim>, Reclaim> {
  static_assert(Capacity >= 1 && Capacity <= 0x7fffffff, "a slab holds 1 to 2^31 - 1 records");

 public:
  static constexpr std::size_t capacity = Capacity;
  static constexpr const char* more = "a store of larger capacity, or reclaim() after removing SAs";  ///< what helps when it is full

  slab() noexcept { this->add_free(0, static_cast<std::uint32_t>(Capacity)); }
};

}  // namespace v0
}  // namespace esplanade
