// What law functions return.
#pragma once

#include <string>
#include <vector>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// One broken law: its name, and what was asked and answered when it broke.
struct broken_law {
  std::string law;
  std::string where;
};

/// Of a law that breaks in many places the first is told.
inline void report_once(std::vector<broken_law>& broken, const char* law, const std::string& where) {
  for (const broken_law& one : broken)
    if (one.law == law) return;
  broken.push_back({law, where});
}

/// Only the names.
inline std::vector<std::string> names_of(const std::vector<broken_law>& broken) {
  std::vector<std::string> names;
  for (const broken_law& one : broken) names.push_back(one.law);
  return names;
}

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
