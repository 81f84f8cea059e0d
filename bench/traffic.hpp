// Who comes in which order when there are many SAs: SPIs that say nothing, and walks that meet each SA once before any twice.
#pragma once

#include <esplanade/testing/seeded.hpp>

#include <cstdint>
#include <numeric>
#include <vector>

namespace bench {

/// `count` different SPIs that look random, each above 255. The same for every rival.
inline std::vector<std::uint32_t> random_spis(std::size_t count) {
  std::vector<std::uint32_t> list;
  list.reserve(count);
  for (std::uint32_t i = 0x51ed270b; list.size() < count; ++i) {
    std::uint32_t x = i;  // through a bijection of 32 bits, so that none comes twice
    x = (x ^ x >> 16) * 0x7feb352du;
    x = (x ^ x >> 15) * 0x846ca68bu;
    x ^= x >> 16;
    if (x > 255) list.push_back(x);
  }
  return list;
}

/// A walk over 0 … count - 1 in random order, again and again in the same order.
class random_walk {
 public:
  explicit random_walk(std::size_t count) : order_(count) {
    std::iota(order_.begin(), order_.end(), 0u);
    esplanade::testing::seeded numbers{count};
    for (std::size_t i = count; i > 1; --i) std::swap(order_[i - 1], order_[numbers.below(i)]);
  }
  /// The next `n` in `list`.
  void next(std::uint32_t* list, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
      list[i] = order_[at_];
      at_ = at_ + 1 == order_.size() ? 0 : at_ + 1;
    }
  }

 private:
  std::vector<std::uint32_t> order_;
  std::size_t at_ = 0;
};

/// A record as large as an SA of ours, of which lookups touch two lines, and a walk a third: a block of the window.
struct alignas(64) touched_record {
  std::uint64_t first[8];
  std::uint64_t second[8];
  std::uint64_t blocks[32];
  std::uint64_t cold[16];
};

inline constexpr std::size_t looked_up_in_trip = 32768;
inline constexpr std::size_t sa_counts[] = {1, 10000, 100000, 1000000};

}  // namespace bench
