// Stores that grow while lanes read: records never move, chunks double, and the memory is the caller's.
//
//   chunk 0   [ First ]
//   chunk 1   [ First | First ]                      slot i lies in the chunk that the leading bit of i + First names
//   chunk 2   [ First | First | First | First ]
//
// An inbound store has its index made anew at every growth, at twice the size and in the new memory; lanes that are still in
// the old one finish there. So a growth never waits for anybody. Old index memory is not used again: all of it together is
// less than the current one.
#pragma once

#include <esplanade/base/octets.hpp>
#include <esplanade/sa/sad.hpp>

#include <new>

namespace esplanade {
inline namespace v0 {
namespace detail {

/// Cuts pieces out of memory that was handed in; `need` and `cut` go through the same steps.
class memory_cut {
 public:
  explicit memory_cut(octets memory) noexcept : memory_(memory) {}
  template <class T> static constexpr std::size_t need(std::size_t count) noexcept { return sizeof(T) * count + alignof(T) - 1; }
  /// Memory is enough: the caller has compared.
  template <class T> [[nodiscard]] T* cut(std::size_t count) noexcept {
    const std::size_t past = reinterpret_cast<std::uintptr_t>(memory_.data()) % alignof(T);
    const std::size_t skip = past == 0 ? 0 : alignof(T) - past;
    octet* const from = memory_.data() + skip;
    memory_ = memory_.subspan(skip + sizeof(T) * count);
    T* first = nullptr;
    for (std::size_t i = 0; i < count; ++i) {
      T* const made = ::new (static_cast<void*>(from + i * sizeof(T))) T;
      if (i == 0) first = made;
    }
    return first;
  }

 private:
  octets memory_;
};

/// Slots in chunks that double.
template <class Record, std::size_t First, std::size_t Chunks, class Reclaim> class chunked_places {
  static_assert(std::has_single_bit(First), "the first chunk of a growing store holds a power of two of SAs");
  static_assert(Chunks >= 1 && Chunks <= 31 && (std::uint64_t{First} << Chunks) <= 0x80000000u, "a growing store holds 2^31 - 1 SAs at most: fewer chunks, or a smaller first one");

 public:
  using slot_type = slab_slot<Record, Reclaim>;
  static constexpr std::uint32_t limit = static_cast<std::uint32_t>(First * ((std::size_t{1} << Chunks) - 1));

  chunked_places() noexcept = default;
  chunked_places(const chunked_places&) = delete;
  chunked_places& operator=(const chunked_places&) = delete;
  ~chunked_places() {
    for (std::uint32_t i = size(); i != 0;) slot(--i).~slot_type();
  }

  [[nodiscard]] std::size_t chunks() const noexcept { return chunks_; }
  [[nodiscard]] std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(First * ((std::size_t{1} << chunks_) - 1)); }
  [[nodiscard]] ESPLANADE_INLINE slot_type& slot(std::uint32_t i) noexcept {
    const std::size_t chunk = chunk_of(i);
    return at_[chunk].load(order::relaxed)[i + First - (First << chunk)];
  }
  [[nodiscard]] ESPLANADE_INLINE slot_type* reach(std::uint32_t i) noexcept {
    if (i >= limit) return nullptr;
    const std::size_t chunk = chunk_of(i);
    slot_type* const first = at_[chunk].load(order::acquire);
    return first == nullptr ? nullptr : first + (i + First - (First << chunk));
  }
  void add(slot_type* first) noexcept { at_[chunks_++].store(first, order::release); }

 private:
  [[nodiscard]] static ESPLANADE_INLINE std::size_t chunk_of(std::uint32_t i) noexcept {
    return static_cast<std::size_t>(std::bit_width(i + First) - std::bit_width(First));
  }
  typename Reclaim::atomics::template word<slot_type*> at_[Chunks]{};
  std::size_t chunks_ = 0;
};

/// A slab that begins without a slot.
template <class Record, std::size_t First, std::size_t Chunks, class Reclaim>
class growing_slab : public basic_slab<Record, chunked_places<Record, First, Chunks, Reclaim>, Reclaim> {
  using places = chunked_places<Record, First, Chunks, Reclaim>;

 public:
  static constexpr const char* more = "grow(), or reclaim() after removing SAs";  ///< what helps when it is full
  using slot_type = typename places::slot_type;

  [[nodiscard]] std::size_t chunks() const noexcept { return this->places_.chunks(); }
  [[nodiscard]] std::size_t capacity() const noexcept { return this->places_.size(); }
  [[nodiscard]] std::size_t next_chunk() const noexcept { return First << chunks(); }
  void grow(memory_cut& memory) noexcept {
    const std::uint32_t before = this->places_.size();
    this->places_.add(memory.cut<slot_type>(next_chunk()));
    this->add_free(before, this->places_.size());
  }
  [[nodiscard]] result<void> may_grow(octets memory, std::size_t need) const noexcept {
    if (chunks() == Chunks) return fault{fault_kind::no_space, "memory", "the store has all its chunks", "a growing_store of more chunks, or of a larger first one"};
    if (memory.size() < need) return fault{fault_kind::no_space, "memory", "too small for the next chunk", "growth() octets or more"};
    return {};
  }
};

/// The arrays of an index that grows. Each lies behind its own description, so that readers get both by one load.
template <class Reclaim> class grown_spi_arrays {
  using word = typename Reclaim::atomics::template word<std::uint64_t>;
  static constexpr std::size_t arrays = Reclaim::concurrent ? 2 : 1;

 public:
  using array = spi_array<word>;
  [[nodiscard]] ESPLANADE_INLINE array reading() noexcept { return *current_.load(order::acquire); }
  [[nodiscard]] bool spare_is_free(Reclaim& reclaimer) const noexcept { return !Reclaim::concurrent || left_ < reclaimer.passed(); }
  [[nodiscard]] array spare() noexcept { return *spare_; }
  void publish_spare(Reclaim& reclaimer) noexcept {
    array* const before = current_.load(order::relaxed);
    current_.store(spare_, order::release);
    if constexpr (!Reclaim::concurrent) return;
    spare_ = before;
    left_ = reclaimer.retire();
  }

  [[nodiscard]] static constexpr std::size_t need(std::size_t entries) noexcept { return arrays * (memory_cut::need<array>(1) + memory_cut::need<word>(entries)); }
  /// New arrays of `entries`: the spare one is to be filled and published, then `grown` makes the other the spare one.
  void grow(memory_cut& memory, std::size_t entries) noexcept {
    for (array*& made : fresh_) {
      made = memory.cut<array>(1);
      *made = {memory.cut<word>(entries), entries - 1, array::shift_of(entries)};
    }
    spare_ = fresh_[0];
    left_ = 0;
  }
  void grown() noexcept {
    spare_ = fresh_[arrays - 1];
    left_ = 0;
  }

 private:
  word nothing_[2]{};
  array none_{nothing_, 1, array::shift_of(2)};
  typename Reclaim::atomics::template word<array*> current_{&none_};
  array* spare_ = &none_;
  array* fresh_[arrays]{};
  std::uint64_t left_ = 0;  // when readers were sent away from the spare one
};
}  // namespace detail

/// Inbound SAD that grows: `grow(memory)` until it holds First × (2^Chunks - 1) SAs.
///   Shape    grow(octets)   takes memory of growth() octets or more, which outlives the store; more SAs fit at once
///   Cost     as flat_sad, and one load for the chunk. grow: O(capacity), by the writer; lanes do not notice
///   Errors   grow: no_space, for memory that is too small and at the last chunk; nothing has changed then. add: as flat_sad
///   Threads  as Reclaim says; grow is the writer's
template <class Record, std::size_t First = 64, std::size_t Chunks = 16, class Key = by_spi, ReclaimPolicy Reclaim = single_core>
class growing_sad : public detail::sad<Record, Key, detail::growing_slab<Record, First, Chunks, Reclaim>, detail::grown_spi_arrays<Reclaim>, Reclaim> {
  using slab_type = detail::growing_slab<Record, First, Chunks, Reclaim>;
  using arrays_type = detail::grown_spi_arrays<Reclaim>;

 public:
  static constexpr const char* name = "growing_store";
  /// SAs that have room.
  [[nodiscard]] std::size_t capacity() const noexcept { return this->slab_.capacity(); }
  /// Octets that the next growth needs.
  [[nodiscard]] std::size_t growth() const noexcept {
    return detail::memory_cut::need<typename slab_type::slot_type>(this->slab_.next_chunk()) + arrays_type::need(entries());
  }
  [[nodiscard]] result<void> grow(octets memory) noexcept {
    if (auto checked = this->slab_.may_grow(memory, growth()); !checked) return checked;
    detail::memory_cut from(memory);
    this->arrays_.grow(from, entries());
    this->slab_.grow(from);
    static_cast<void>(this->rebuild());  // into memory that nobody has seen
    this->arrays_.grown();
    return {};
  }

 private:
  // Twice the SAs there will be, up to a power of two.
  [[nodiscard]] std::size_t entries() const noexcept { return 4 * this->slab_.next_chunk(); }
};

/// Outbound SAs by handle, in a table that grows as growing_sad does.
template <class Record, std::size_t First = 64, std::size_t Chunks = 16, ReclaimPolicy Reclaim = single_core>
class growing_table : public detail::outbound_table<Record, detail::growing_slab<Record, First, Chunks, Reclaim>, Reclaim> {
  using slab_type = detail::growing_slab<Record, First, Chunks, Reclaim>;

 public:
  static constexpr const char* name = "growing_table";
  /// SAs that have room.
  [[nodiscard]] std::size_t capacity() const noexcept { return this->slab_.capacity(); }
  /// Octets that the next growth needs.
  [[nodiscard]] std::size_t growth() const noexcept { return detail::memory_cut::need<typename slab_type::slot_type>(this->slab_.next_chunk()); }
  [[nodiscard]] result<void> grow(octets memory) noexcept {
    if (auto checked = this->slab_.may_grow(memory, growth()); !checked) return checked;
    detail::memory_cut from(memory);
    this->slab_.grow(from);
    return {};
  }
};

/// A store of a datapath for as many SAs as there is memory: none at first, then First × (2^n - 1) after n growths, each way.
template <std::size_t First = 64, std::size_t Chunks = 16, class Key = by_spi, ReclaimPolicy Reclaim = single_core> struct growing_store {
  template <class Sa> using inbound = growing_sad<Sa, First, Chunks, Key, Reclaim>;
  template <class Sa> using outbound = growing_table<Sa, First, Chunks, Reclaim>;
};

}  // namespace v0
}  // namespace esplanade
