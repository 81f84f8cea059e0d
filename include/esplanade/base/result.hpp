// A value or a fault: what control calls return. Ours in every standard mode, so that C++20 and C++23 users share one type.
#pragma once

#include <esplanade/base/fault.hpp>

#include <new>
#include <type_traits>
#include <utility>

namespace esplanade {
inline namespace v0 {

/// Either a `T` or the `fault` that says why there is none. Move-only when `T` is.
///   Errors   `value()` on a fault is a broken precondition: check first.
template <class T> class [[nodiscard]] result {
 public:
  constexpr result(T value) noexcept(std::is_nothrow_move_constructible_v<T>) : value_(std::move(value)), held_(true) {}
  constexpr result(const fault& why) noexcept : why_(why), held_(false) {}
  constexpr result(result&& other) noexcept(std::is_nothrow_move_constructible_v<T>) : held_(other.held_) {
    if (held_) ::new (static_cast<void*>(&value_)) T(std::move(other.value_));
    else ::new (static_cast<void*>(&why_)) fault(other.why_);
  }
  result& operator=(result&&) = delete;
  constexpr ~result() {
    if (held_) value_.~T();
  }

  [[nodiscard]] constexpr explicit operator bool() const noexcept { return held_; }
  [[nodiscard]] constexpr T& value() & noexcept { return value_; }
  [[nodiscard]] constexpr const T& value() const& noexcept { return value_; }
  [[nodiscard]] constexpr T&& value() && noexcept { return std::move(value_); }
  [[nodiscard]] constexpr T& operator*() & noexcept { return value_; }
  [[nodiscard]] constexpr const T& operator*() const& noexcept { return value_; }
  [[nodiscard]] constexpr T* operator->() noexcept { return &value_; }
  [[nodiscard]] constexpr const T* operator->() const noexcept { return &value_; }
  /// Why there is no value.
  [[nodiscard]] constexpr const fault& why() const noexcept { return why_; }

 private:
  union {
    T value_;
    fault why_;
  };
  bool held_;
};

/// Success without a value, or a fault.
template <> class [[nodiscard]] result<void> {
 public:
  constexpr result() noexcept = default;
  constexpr result(const fault& why) noexcept : why_(why), held_(false) {}
  [[nodiscard]] constexpr explicit operator bool() const noexcept { return held_; }
  [[nodiscard]] constexpr const fault& why() const noexcept { return why_; }

 private:
  fault why_{};
  bool held_ = true;
};

}  // namespace v0
}  // namespace esplanade
