// What SAs have carried: counted by one lane, or by several that do not wait for each other.
#pragma once

#include <esplanade/base/counter.hpp>

#include <cstddef>
#include <type_traits>

namespace esplanade {
inline namespace v0 {

/// What an SA has carried.
struct sa_traffic {
  counter packets;  ///< delivered, or sealed
  counter octets;   ///< of their plaintext, without ESP's own
  /// Back to 0, while somebody may be reading.
  void clear() noexcept {
    packets.set(0);
    octets.set(0);
  }
};

/// The traffic of an SA on which `Lanes` lanes work, on a cache line for each of them.
///   Shape    of(lane)  that lane's own counters; all()  their sum
///   Cost     a lane writes its own line only; summing reads them all
///   Threads  each lane writes its own; anybody reads
template <std::size_t Lanes> class lane_traffic {
 public:
  /// A lane beyond the last counts with it: wrong numbers, and never another's memory.
  [[nodiscard]] ESPLANADE_INLINE sa_traffic& of(std::size_t lane) noexcept { return lines_[lane < Lanes ? lane : Lanes - 1].own; }
  [[nodiscard]] sa_traffic all() const noexcept {
    sa_traffic sum;
    for (const line& one : lines_) {
      sum.packets.add(one.own.packets.get());
      sum.octets.add(one.own.octets.get());
    }
    return sum;
  }
  void clear() noexcept {
    for (line& one : lines_) one.own.clear();
  }

 private:
  struct alignas(64) line {
    sa_traffic own;
  };
  line lines_[Lanes];
};
/// One lane needs no line of its own: its counters stand among the SA's hot octets.
template <> class lane_traffic<1> {
 public:
  [[nodiscard]] ESPLANADE_INLINE sa_traffic& of(std::size_t) noexcept { return only_; }
  [[nodiscard]] ESPLANADE_INLINE sa_traffic& all() noexcept { return only_; }
  [[nodiscard]] const sa_traffic& all() const noexcept { return only_; }
  void clear() noexcept { only_.clear(); }

 private:
  sa_traffic only_;
};
static_assert(sizeof(lane_traffic<1>) == 16 && sizeof(lane_traffic<2>) == 128 && alignof(lane_traffic<2>) == 64);

/// Counts what is lost; several lanes count in one word, because it happens seldom.
template <std::size_t Lanes> using drop_counter = std::conditional_t<Lanes == 1, counter, shared_counter>;

}  // namespace v0
}  // namespace esplanade
