// A ring of a fixed number of records from one writer to one reader; what finds no place is dropped and counted.
#pragma once

#include <esplanade/base/atomic.hpp>
#include <esplanade/base/counter.hpp>

#include <cstddef>

namespace esplanade {
inline namespace v0 {

/// `N` records between one thread that writes and one that reads.
///   Shape    put(record)   false when the ring is full: the record is dropped and counted
///            take(record)  false when there is none
///            dropped()     how many found no place
///   Units    records; N is a power of two
///   Cost     a copy of the record, a load and a store of shared words; no lock, no loop
///   Errors   none: a full ring says so and changes nothing that is in it
///   Threads  one puts, one takes, at the same time; `dropped` may be read by anybody
template <class Record, std::size_t N, class Atomics = real_atomics> class bounded_ring {
  using word = typename Atomics::template word<std::uint64_t>;

 public:
  static constexpr std::size_t capacity = N;

  // Here and not in the class: some compilers take a class whose own rule failed for no ring at all, and say so too.
  constexpr bounded_ring() noexcept {
    static_assert(N >= 1 && (N & (N - 1)) == 0, "a ring has a power of two places, so that a mask finds them: use 64, 256, 1024 …");
  }

  bool put(const Record& record) noexcept {
    const std::uint64_t at = written_.load(order::relaxed);
    if (at - read_.load(order::acquire) == N) {  // acquire: the reader is done with the place before it is written again
      dropped_.add(1);
      return false;
    }
    places_[at & (N - 1)] = record;
    written_.store(at + 1, order::release);
    return true;
  }
  bool take(Record& record) noexcept {
    const std::uint64_t at = read_.load(order::relaxed);
    if (at == written_.load(order::acquire)) return false;
    record = places_[at & (N - 1)];
    read_.store(at + 1, order::release);
    return true;
  }
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_.get(); }

 private:
  // The writer's line, the reader's, and then what both touch.
  alignas(64) word written_{};
  counter dropped_{};
  alignas(64) word read_{};
  alignas(64) Record places_[N]{};
};

}  // namespace v0
}  // namespace esplanade
