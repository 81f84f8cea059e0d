// From SPIs to slots: an open-addressed index that readers look into while its writer changes it.
//
//     place(key)
//        v
//   +----+----+----+----+----+----+----+----+     K a live SA's SPI and slot    x removed: the way goes on
//   |    | K1 | x  | K2 | K3 |    | K4 |    |       empty: the way ends
//   +----+----+----+----+----+----+----+----+
//
// An entry is one word, and between place(key) and its entry no word is ever empty: so a reader that runs beside the writer
// finds every SA that is live all the while. Words become empty again only where no way leads on, or in a spare array that
// the writer fills before one store makes it the current one. The array that readers leave is filled anew when the reclaim
// policy says that all have left it.
#pragma once

#include <esplanade/sa/reclaim.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>

namespace esplanade {
inline namespace v0 {
namespace detail {

/// One array of an index. Entries: SPI in the high half, slot in the low one; no SPI below 256 is ever stored.
template <class Word> struct spi_array {
  static constexpr std::uint64_t empty = 0, removed = 1;
  Word* words = nullptr;
  std::size_t mask = 0;  // entries - 1
  unsigned shift = 0;    // 64 - log2(entries)

  [[nodiscard]] static constexpr std::uint64_t entry_of(std::uint32_t spi, std::uint32_t slot) noexcept { return static_cast<std::uint64_t>(spi) << 32 | slot; }
  [[nodiscard]] static constexpr unsigned shift_of(std::size_t entries) noexcept { return 64 - static_cast<unsigned>(std::countr_zero(entries)); }

  [[nodiscard]] ESPLANADE_INLINE std::size_t place(std::uint64_t hash) const noexcept { return static_cast<std::size_t>((hash * 0x9e3779b97f4a7c15u) >> shift); }
  [[nodiscard]] ESPLANADE_INLINE std::size_t next(std::size_t i) const noexcept { return (i + 1) & mask; }
  [[nodiscard]] ESPLANADE_INLINE std::uint64_t at(std::size_t i) const noexcept { return words[i].load(order::acquire); }

  /// Beginning at a key's place: the first `answer(slot)` that is not null, of entries with this SPI.
  template <class Answer> [[nodiscard]] ESPLANADE_INLINE auto find(std::uint32_t spi, std::size_t i, Answer answer) const noexcept -> decltype(answer(0u)) {
    for (;; i = next(i)) {
      const std::uint64_t entry = at(i);
      if ((entry >> 32) == spi && entry > removed) [[likely]] {
        if (auto* const found = answer(static_cast<std::uint32_t>(entry))) return found;
      }
      if (entry == empty) return nullptr;
    }
  }

  // The writer's.
  [[nodiscard]] std::size_t vacancy(std::uint64_t hash) const noexcept {
    std::size_t i = place(hash);
    while (at(i) > removed) i = next(i);
    return i;
  }
  void put(std::size_t i, std::uint64_t entry) const noexcept { words[i].store(entry, order::release); }
  /// Takes an entry out; → by how many the removed ones became more.
  std::ptrdiff_t take(std::uint64_t hash, std::uint64_t entry) const noexcept {
    std::size_t i = place(hash);
    while (at(i) != entry) i = next(i);
    if (at(next(i)) != empty) {
      put(i, removed);
      return 1;
    }
    // No way leads on from here, nor from removed entries before it.
    put(i, empty);
    std::ptrdiff_t gone = 0;
    for (i = (i - 1) & mask; at(i) == removed; i = (i - 1) & mask, --gone) put(i, empty);
    return gone;
  }
  void clear() const noexcept {
    for (std::size_t i = 0; i <= mask; ++i) words[i].store(empty, order::relaxed);
  }
};

/// The arrays of an index of fixed size: one where readers and writer are one core, else two.
template <std::size_t Entries, class Reclaim> class fixed_spi_arrays {
  static_assert(std::has_single_bit(Entries) && Entries >= 2);
  using word = typename Reclaim::atomics::template word<std::uint64_t>;

 public:
  using array = spi_array<word>;
  [[nodiscard]] ESPLANADE_INLINE array reading() noexcept {
    if constexpr (Reclaim::concurrent) return of(current_.load(order::acquire));
    else return of(0);
  }
  /// Where the writer makes the next one; nullptr as long as a reader may be there.
  [[nodiscard]] bool spare_is_free(Reclaim& reclaimer) const noexcept { return !Reclaim::concurrent || left_ < reclaimer.passed(); }
  [[nodiscard]] array spare() noexcept {
    if constexpr (Reclaim::concurrent) return of(current_.load(order::relaxed) ^ 1);
    else return of(0);
  }
  void publish_spare(Reclaim& reclaimer) noexcept {
    if constexpr (Reclaim::concurrent) {
      current_.store(current_.load(order::relaxed) ^ 1, order::release);
      left_ = reclaimer.retire();
    }
  }

 private:
  [[nodiscard]] ESPLANADE_INLINE array of(std::uint64_t which) noexcept { return {words_[which], Entries - 1, array::shift_of(Entries)}; }

  word words_[Reclaim::concurrent ? 2 : 1][Entries]{};
  [[no_unique_address]] word current_{0};
  std::uint64_t left_ = 0;  // when readers were sent away from the spare one
};

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
