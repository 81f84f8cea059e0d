// What happens when a property does not hold: one sentence and the end of the process, unless somebody wants to look on.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

/// Told which property does not hold, and how. Ends the process or throws; the property is over.
using failure_handler = void (*)(const char* property, const std::string& how);

/// The usual handler: a line on stderr, then abort, which is what fuzzers wait for.
inline void abort_on_failure(const char* property, const std::string& how) {
  std::fprintf(stderr, "%s: %s\n", property, how.c_str());
  std::abort();
}

/// The handler in use. A test puts one here that throws, and sees a property fail.
///   Threads  one
inline constinit failure_handler on_failure = abort_on_failure;

/// Called by properties; does not return.
[[noreturn]] inline void failed(const char* property, const std::string& how) {
  on_failure(property, how);
  std::abort();
}

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
