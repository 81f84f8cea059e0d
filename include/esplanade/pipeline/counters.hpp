// Packets by verdict, per lane.
#pragma once

#include <esplanade/base/counter.hpp>
#include <esplanade/base/verdict.hpp>

namespace esplanade {
inline namespace v0 {

/// A copy of counters at one moment; add those of several lanes for a total.
struct counters_snapshot {
  std::uint64_t by_verdict[verdict_count]{};  ///< packets
  std::uint64_t octets = 0;                   ///< of forwarded packets, as they left the list

  [[nodiscard]] constexpr std::uint64_t operator[](verdict v) const noexcept { return by_verdict[static_cast<std::size_t>(v)]; }
  constexpr counters_snapshot& operator+=(const counters_snapshot& other) noexcept {
    for (std::size_t v = 0; v < verdict_count; ++v) by_verdict[v] += other.by_verdict[v];
    octets += other.octets;
    return *this;
  }
  [[nodiscard]] constexpr std::uint64_t total() const noexcept {
    std::uint64_t sum = 0;
    for (const std::uint64_t n : by_verdict) sum += n;
    return sum;
  }
};

/// The verdict table of one lane: one writer, relaxed readers.
class counters {
 public:
  ESPLANADE_INLINE void add(verdict v, std::uint64_t packets) noexcept { by_verdict_[static_cast<std::size_t>(v)].add(packets); }
  ESPLANADE_INLINE void add_octets(std::uint64_t n) noexcept { octets_.add(n); }
  [[nodiscard]] counters_snapshot snapshot() const noexcept {
    counters_snapshot copy;
    for (std::size_t v = 0; v < verdict_count; ++v) copy.by_verdict[v] = by_verdict_[v].get();
    copy.octets = octets_.get();
    return copy;
  }

 private:
  counter by_verdict_[verdict_count];
  counter octets_;
};

}  // namespace v0
}  // namespace esplanade
