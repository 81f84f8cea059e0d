// The few attributes that compilers spell differently; nothing else in the toolkit names a compiler.
#pragma once

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

}  // namespace v0
}  // namespace esplanade
