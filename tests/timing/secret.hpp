// Memory that memcheck takes for secret: it calls it uninitialised, follows it through every computation, and counts an error
// wherever a branch or an address depends on it. What a comparison of ICVs says is public, and what it lets pass as well.
//
// Included in front of all other headers, in one source file: it puts a comparison with a public answer in the place of ours.
#pragma once

#include <esplanade/crypto/constant_time.hpp>

#include <valgrind/memcheck.h>

namespace timing {

inline void hide(const void* at, std::size_t size) { static_cast<void>(VALGRIND_MAKE_MEM_UNDEFINED(at, size)); }
inline void reveal(const void* at, std::size_t size) { static_cast<void>(VALGRIND_MAKE_MEM_DEFINED(at, size)); }
inline unsigned long errors() { return VALGRIND_COUNT_ERRORS; }

/// Whether the answer of a comparison was secret, counted over all comparisons: no secret would be no test.
inline std::size_t secret_answers = 0;

inline bool answer_in_public(bool equal) {
  volatile unsigned char kept = equal;
  unsigned char* const at = const_cast<unsigned char*>(&kept);
  unsigned char shadow = 0;
  static_cast<void>(VALGRIND_GET_VBITS(at, &shadow, 1));
  secret_answers += shadow != 0;
  reveal(at, 1);
  return kept != 0;
}

}  // namespace timing

namespace esplanade {
inline namespace v0 {
inline bool compare_in_public(const octet* a, const octet* b, std::size_t size) noexcept { return timing::answer_in_public(equal_in_constant_time(a, b, size)); }
}  // namespace v0
}  // namespace esplanade
#define equal_in_constant_time compare_in_public
