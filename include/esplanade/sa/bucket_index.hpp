// An index of small numbers under 32-bit tags, a cache line to a bucket: one writer changes it beside any number of readers.
#pragma once

#include <esplanade/base/atomic.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>

namespace esplanade {
inline namespace v0 {

/// Up to `Capacity` words of (tag ‖ value), found by their tag.
///
///     bucket, 64 octets   | beyond | word | word | word | word | word | word | word |     0 = vacant
///
/// A word lives in its home bucket, if it was free at the place that its hash says; or, where the bucket was full, in the next
/// one with room. `beyond` counts the words that went past a bucket, so that a search knows when to stop. So nothing is ever
/// moved or made anew, and removing leaves no trace: a reader sees each word where it was until it is gone.
///   Shape    words are never 0: the caller's tags or values see to that. At most 4/7 of the places are in use
///   Cost     find: one line; a second one for about one key in fifty of a full index. insert, replace, erase O(1)
///   Errors   none: room for `Capacity` words is there, and more than that are not inserted
///   Threads  as Atomics says: real_atomics one writer and any readers, plain_atomics one core
template <std::size_t Capacity, class Atomics> class bucket_index {
  static constexpr std::size_t in_bucket = 7;
  static constexpr unsigned place_bits = 8;  // of a home: they spread evenly over seven places
  static constexpr std::size_t buckets = std::bit_ceil(Capacity < 8 ? std::size_t{2} : (Capacity + 3) / 4);
  static constexpr unsigned shift = 64 - place_bits - static_cast<unsigned>(std::countr_zero(buckets));

 public:
  /// Below this are the numbers that insert() and place_of() return.
  static constexpr std::size_t places = buckets * in_bucket;

  static constexpr std::uint64_t word_of(std::uint32_t tag, std::uint32_t value) noexcept { return static_cast<std::uint64_t>(tag) << 32 | value; }
  /// The home of what is hashed to `h`, whose bits need not be well mixed: bucket ‖ bits that say the place to try first.
  [[nodiscard]] static ESPLANADE_INLINE std::size_t home_of(std::uint64_t h) noexcept { return static_cast<std::size_t>((h * 0x9e3779b97f4a7c15u) >> shift); }
  ESPLANADE_INLINE void prefetch_home(std::size_t home) const noexcept { prefetch(&buckets_[home >> place_bits]); }

  /// The word with this tag, 0 when there is none; where several have it, one of them.
  [[nodiscard]] ESPLANADE_INLINE std::uint64_t find(std::size_t home, std::uint32_t tag) const noexcept {
    const bucket& b = buckets_[home >> place_bits];
    const std::uint64_t first = b.words[place_in(home)].load(order::acquire);
    if ((first >> 32) == tag) return first;
    const std::uint64_t hit = within(b, tag);
    if (hit != 0 || b.beyond.load(order::acquire) == 0) return hit;
    return find_beyond(home >> place_bits, tag);
  }
  /// The first word with this tag of which `is_it(value)` holds, 0 when there is none.
  template <class IsIt> [[nodiscard]] std::uint64_t find_if(std::size_t home, std::uint32_t tag, IsIt is_it) const noexcept {
    for (std::size_t seen = 0, at = home >> place_bits; seen < buckets; ++seen, at = next(at)) {
      for (const word& one : buckets_[at].words) {
        const std::uint64_t w = one.load(order::acquire);
        if (w != 0 && (w >> 32) == tag && is_it(static_cast<std::uint32_t>(w))) return w;
      }
      if (buckets_[at].beyond.load(order::acquire) == 0) break;
    }
    return 0;
  }

  /// Puts `w` in; → its place, which it keeps.
  std::size_t insert(std::size_t home, std::uint64_t w) noexcept {
    std::size_t at = home >> place_bits, i = place_in(home);
    if (buckets_[at].words[i].load(order::relaxed) != 0) i = vacancy(at);
    // Whoever sees the word also sees that it must look beyond.
    for (; i == in_bucket; i = vacancy(at)) {
      count(at, 1);
      at = next(at);
    }
    buckets_[at].words[i].store(w, order::release);
    return at * in_bucket + i;
  }
  /// Where `w` is; it is there.
  [[nodiscard]] std::size_t place_of(std::size_t home, std::uint64_t w) const noexcept {
    for (std::size_t at = home >> place_bits;; at = next(at))
      for (std::size_t i = 0; i < in_bucket; ++i)
        if (buckets_[at].words[i].load(order::relaxed) == w) return at * in_bucket + i;
  }
  /// Another word with the same tag in its stead.
  void replace(std::size_t place, std::uint64_t w) noexcept { buckets_[place / in_bucket].words[place % in_bucket].store(w, order::release); }
  void erase(std::size_t home, std::size_t place) noexcept {
    replace(place, 0);
    for (std::size_t at = home >> place_bits; at != place / in_bucket; at = next(at)) count(at, ~std::uint64_t{0});
  }

 private:
  using word = typename Atomics::template word<std::uint64_t>;
  struct alignas(64) bucket {
    word beyond{};
    word words[in_bucket]{};
  };

  [[nodiscard]] static constexpr std::size_t next(std::size_t at) noexcept { return (at + 1) & (buckets - 1); }
  [[nodiscard]] static ESPLANADE_INLINE std::size_t place_in(std::size_t home) noexcept { return (home & ((1u << place_bits) - 1)) * in_bucket >> place_bits; }
  // All seven are compared: which one it is, is not to be foreseen.
  [[nodiscard]] static ESPLANADE_INLINE std::uint64_t within(const bucket& b, std::uint32_t tag) noexcept {
    std::uint64_t hit = 0;
    for (std::size_t i = 0; i < in_bucket; ++i) {
      const std::uint64_t w = b.words[i].load(order::acquire);
      hit = (w >> 32) == tag ? w : hit;
    }
    return hit;
  }
  [[nodiscard]] ESPLANADE_COLD std::uint64_t find_beyond(std::size_t from, std::uint32_t tag) const noexcept {
    for (std::size_t seen = 1, at = next(from); seen < buckets; ++seen, at = next(at)) {
      const std::uint64_t hit = within(buckets_[at], tag);
      if (hit != 0 || buckets_[at].beyond.load(order::acquire) == 0) return hit;
    }
    return 0;
  }
  [[nodiscard]] std::size_t vacancy(std::size_t at) const noexcept {
    std::size_t i = 0;
    while (i < in_bucket && buckets_[at].words[i].load(order::relaxed) != 0) ++i;
    return i;
  }
  void count(std::size_t at, std::uint64_t by) noexcept { buckets_[at].beyond.store(buckets_[at].beyond.load(order::relaxed) + by, order::release); }

  bucket buckets_[buckets]{};
};

}  // namespace v0
}  // namespace esplanade
