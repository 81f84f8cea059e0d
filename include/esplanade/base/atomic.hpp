// Words that several threads share, with the order of every access spelled out.
#pragma once

#include <esplanade/base/attributes.hpp>

namespace esplanade {
inline namespace v0 {

/// The memory orders of C++ [atomics.order]; consume is left out because compilers treat it as acquire.
enum class order : int {
  relaxed = __ATOMIC_RELAXED,
  acquire = __ATOMIC_ACQUIRE,
  release = __ATOMIC_RELEASE,
  acq_rel = __ATOMIC_ACQ_REL,
  seq_cst = __ATOMIC_SEQ_CST,
};

/// A number or pointer that several threads read and write; never torn, no access without its order.
///   Units    as T: 1, 2, 4 or 8 octets
///   Cost     what the processor's own instruction costs; no lock
///   Threads  any
///   Source   C++ [atomics]. By builtin, because <atomic> brings <string> and <mutex>, which every user would parse
template <class T> class atomic_word {
  static_assert(sizeof(T) <= 8 && (sizeof(T) & (sizeof(T) - 1)) == 0, "an atomic word has 1, 2, 4 or 8 octets, or it would need a lock");

 public:
  constexpr atomic_word() noexcept = default;
  constexpr explicit atomic_word(T value) noexcept : value_(value) {}
  atomic_word(const atomic_word&) = delete;
  atomic_word& operator=(const atomic_word&) = delete;

  [[nodiscard]] ESPLANADE_INLINE T load(order o) const noexcept { return __atomic_load_n(&value_, static_cast<int>(o)); }
  ESPLANADE_INLINE void store(T value, order o) noexcept { __atomic_store_n(&value_, value, static_cast<int>(o)); }
  ESPLANADE_INLINE T exchange(T value, order o) noexcept { return __atomic_exchange_n(&value_, value, static_cast<int>(o)); }
  /// The value before.
  ESPLANADE_INLINE T fetch_add(T n, order o) noexcept { return __atomic_fetch_add(&value_, n, static_cast<int>(o)); }
  /// Puts `desired` where `expected` stood; otherwise false, and `expected` says what stands there. Never fails by itself.
  ESPLANADE_INLINE bool compare_exchange(T& expected, T desired, order done, order failed) noexcept {
    return __atomic_compare_exchange_n(&value_, &expected, desired, false, static_cast<int>(done), static_cast<int>(failed));
  }

 private:
  alignas(sizeof(T)) T value_{};
};

/// Where an algorithm takes its shared words from; a test puts words in its stead that stop at every access.
struct real_atomics {
  template <class T> using word = atomic_word<T>;
};

/// A word that one core keeps to itself, written like a shared one; its order means nothing.
///   Cost     a plain variable's
///   Threads  one
template <class T> class plain_word {
 public:
  constexpr plain_word() noexcept = default;
  constexpr explicit plain_word(T value) noexcept : value_(value) {}
  plain_word(const plain_word&) = delete;
  plain_word& operator=(const plain_word&) = delete;

  [[nodiscard]] ESPLANADE_INLINE T load(order) const noexcept { return value_; }
  ESPLANADE_INLINE void store(T value, order) noexcept { value_ = value; }
  ESPLANADE_INLINE T exchange(T value, order) noexcept {
    const T before = value_;
    value_ = value;
    return before;
  }
  ESPLANADE_INLINE T fetch_add(T n, order) noexcept {
    const T before = value_;
    value_ = static_cast<T>(before + n);
    return before;
  }
  ESPLANADE_INLINE bool compare_exchange(T& expected, T desired, order, order) noexcept {
    if (value_ != expected) {
      expected = value_;
      return false;
    }
    value_ = desired;
    return true;
  }

 private:
  T value_{};
};

/// For algorithms that serve one core as well as several.
struct plain_atomics {
  template <class T> using word = plain_word<T>;
};

}  // namespace v0
}  // namespace esplanade
