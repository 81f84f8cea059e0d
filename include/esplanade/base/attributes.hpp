// The few attributes that compilers spell differently; nothing else in the toolkit names a compiler.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__GNUC__) || defined(__clang__)
/// Part of a loop that is compiled as one: a stage, a header write.
#define ESPLANADE_INLINE __attribute__((always_inline)) inline
/// The same for a lambda, behind its parameters: `[&](int n) ESPLANADE_INLINE_LAMBDA { … }`.
#define ESPLANADE_INLINE_LAMBDA __attribute__((always_inline))
/// Out of the way of the hot loop: refusals, rare shapes.
#define ESPLANADE_COLD __attribute__((cold, noinline))
#else
#define ESPLANADE_INLINE inline
#define ESPLANADE_INLINE_LAMBDA
#define ESPLANADE_COLD
#endif

namespace esplanade {
inline namespace v0 {

/// Starts the load of the cache line at `address`; harmless for any address.
ESPLANADE_INLINE void prefetch(const void* address) noexcept {
#if defined(__GNUC__) || defined(__clang__)
  __builtin_prefetch(address);
#else
  static_cast<void>(address);
#endif
}
/// The same for a line that lies `offset` octets from there, inside the same memory or not.
ESPLANADE_INLINE void prefetch(const void* address, std::ptrdiff_t offset) noexcept {
  prefetch(reinterpret_cast<const void*>(reinterpret_cast<std::uintptr_t>(address) + static_cast<std::uintptr_t>(offset)));
}

/// Ends the program at this instruction.
[[noreturn]] inline void stop_here() noexcept {
#if defined(__GNUC__) || defined(__clang__)
  __builtin_trap();
#else
  for (volatile bool stands = true; stands;) {}
#endif
}

namespace detail {
/// Tells the compiler what holds here and it cannot see; undefined where it does not.
ESPLANADE_INLINE constexpr void assume(bool holds) noexcept {
#if defined(__GNUC__) || defined(__clang__)
  if (!holds) __builtin_unreachable();
#else
  static_cast<void>(holds);
#endif
}

// Octets in the other order. What g++ 12 makes of shifts is one instruction only as long as no other shift meets them.
#if defined(__GNUC__) || defined(__clang__)
constexpr std::uint16_t swap_octets(std::uint16_t v) noexcept { return __builtin_bswap16(v); }
constexpr std::uint32_t swap_octets(std::uint32_t v) noexcept { return __builtin_bswap32(v); }
constexpr std::uint64_t swap_octets(std::uint64_t v) noexcept { return __builtin_bswap64(v); }
#else
constexpr std::uint16_t swap_octets(std::uint16_t v) noexcept { return static_cast<std::uint16_t>((v << 8) | (v >> 8)); }
constexpr std::uint32_t swap_octets(std::uint32_t v) noexcept {
  return (v << 24) | ((v & 0xff00) << 8) | ((v >> 8) & 0xff00) | (v >> 24);
}
constexpr std::uint64_t swap_octets(std::uint64_t v) noexcept {
  return (static_cast<std::uint64_t>(swap_octets(static_cast<std::uint32_t>(v))) << 32) | swap_octets(static_cast<std::uint32_t>(v >> 32));
}
#endif
}  // namespace detail

}  // namespace v0
}  // namespace esplanade
