// How often a NIC lies in which way, and who decides when, by a seed.
#pragma once

#include <esplanade/testing/seeded.hpp>

#include <cstddef>
#include <utility>
#include <vector>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// Once in so many times, 0 = never.
struct lies {
  // to who plumbs SAs
  unsigned refuse_sa = 0;       ///< an SA that it could take
  unsigned forget_sa = 0;       ///< an SA that it said it has
  unsigned ignore_update = 0;   ///< a new high word that it said it took
  unsigned ignore_delete = 0;   ///< a deletion that it said is done
  // of frames to send
  unsigned lose = 0;            ///< is completed, and never leaves
  unsigned stale_handle = 0;    ///< is looked up under a handle of before
  // of packets that arrive
  unsigned claim_success = 0;   ///< the ICV is right, whatever it is
  unsigned claim_failure = 0;   ///< it is wrong
  unsigned contradict = 0;      ///< bits that cannot stand together, statuses that there are not
  unsigned wrong_trailer = 0;   ///< another next header and pad length
  unsigned change_text = 0;     ///< an octet is another one by now
  unsigned ask_delete = 0;      ///< wants the place
  // of what lies on the wire
  unsigned drop = 0, duplicate = 0, delay = 0, swap = 0;
  // of completed lists: is never completed; is, when others are; is twice; before those that were sent before it
  unsigned lose_completion = 0, late_completion = 0, double_completion = 0, swap_completions = 0;
  // of the ends of requests, likewise
  unsigned lose_end = 0, late_end = 0, double_end = 0, swap_ends = 0;

  /// Every lie, each once in `n` times.
  [[nodiscard]] static constexpr lies all(unsigned n) noexcept { return {n, n, n, n, n, n, n, n, n, n, n, n, n, n, n, n, n, n, n, n, n, n, n, n}; }
};

/// Decides.
///   Threads  one
class liar {
 public:
  void begin(const lies& how, std::uint64_t seed) noexcept {
    how_ = how;
    numbers_ = {seed};
  }
  [[nodiscard]] const lies& how() const noexcept { return how_; }
  [[nodiscard]] bool tells(unsigned lies::*which) noexcept {
    const bool now = how_.*which != 0 && numbers_.below(how_.*which) == 0;
    told_ += now;
    return now;
  }
  [[nodiscard]] seeded& numbers() noexcept { return numbers_; }
  /// Lies told so far.
  [[nodiscard]] std::uint64_t told() const noexcept { return told_; }

  /// Each but the first may change places with the one before it.
  template <class T> void swap_some(std::vector<T>& all, unsigned lies::*which) noexcept {
    for (std::size_t i = 1; i < all.size(); ++i)
      if (tells(which)) std::swap(all[i - 1], all[i]);
  }

 private:
  lies how_{};
  seeded numbers_{1};
  std::uint64_t told_ = 0;
};

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
