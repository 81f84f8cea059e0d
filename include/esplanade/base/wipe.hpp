// Erasing secrets so that the compiler cannot leave them standing.
#pragma once

#include <cstddef>
#include <cstring>

namespace esplanade {
inline namespace v0 {

/// Overwrites `size` octets at `at` with zeros; never optimised away. Not a cryptographic primitive: a store and a barrier.
inline void wipe(void* at, std::size_t size) noexcept {
#if defined(__GNUC__) || defined(__clang__)
  std::memset(at, 0, size);
  __asm__ __volatile__("" : : "r"(at) : "memory");
#else
  volatile unsigned char* p = static_cast<volatile unsigned char*>(at);
  while (size-- != 0) *p++ = 0;
#endif
}

}  // namespace v0
}  // namespace esplanade
