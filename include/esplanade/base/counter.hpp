// Counters that one lane writes, or several, and anybody may read.
#pragma once

#include <esplanade/base/attributes.hpp>

#include <cstdint>

namespace esplanade {
inline namespace v0 {

/// A 64-bit count with one writer: plain speed, never torn for readers.
///   Threads  one writes; any number read, and see some recent value
class counter {
 public:
  ESPLANADE_INLINE void add(std::uint64_t n) noexcept {
    set(get() + n);
  }
  // Relaxed atomics by builtin: <atomic> brings <string> and <mutex> with it, which every user would parse.
  [[nodiscard]] ESPLANADE_INLINE std::uint64_t get() const noexcept { return __atomic_load_n(&value_, __ATOMIC_RELAXED); }
  ESPLANADE_INLINE void set(std::uint64_t n) noexcept { __atomic_store_n(&value_, n, __ATOMIC_RELAXED); }

 private:
  std::uint64_t value_ = 0;
};
static_assert(sizeof(counter) == 8);

/// A 64-bit count with several writers, for what is counted seldom: an addition costs as much as a lock-free word does.
///   Threads  any number write; any number read, and see some recent value
class shared_counter {
 public:
  ESPLANADE_INLINE void add(std::uint64_t n) noexcept { __atomic_fetch_add(&value_, n, __ATOMIC_RELAXED); }
  [[nodiscard]] ESPLANADE_INLINE std::uint64_t get() const noexcept { return __atomic_load_n(&value_, __ATOMIC_RELAXED); }
  ESPLANADE_INLINE void set(std::uint64_t n) noexcept { __atomic_store_n(&value_, n, __ATOMIC_RELAXED); }

 private:
  std::uint64_t value_ = 0;
};
static_assert(sizeof(shared_counter) == 8);

}  // namespace v0
}  // namespace esplanade
