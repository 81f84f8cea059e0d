// Running a property over its seeds, and seeing it fail without the end of the process.
#pragma once

#include <esplanade/testing/fuzz/failure.hpp>
#include <esplanade/testing/replay_main.hpp>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

namespace fuzz_tests {

namespace fuzz = esplanade::testing::fuzz;

/// A property does not hold.
struct broken_property : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// While one lives, a property that does not hold throws.
class looking_on {
 public:
  looking_on() {
    fuzz::on_failure = [](const char* property, const std::string& how) { throw broken_property(std::string(property) + ": " + how); };
  }
  ~looking_on() { fuzz::on_failure = fuzz::abort_on_failure; }
  looking_on(const looking_on&) = delete;
  looking_on& operator=(const looking_on&) = delete;
};

/// The seeds and finds of a property, in the order of their names.
inline std::vector<std::filesystem::path> inputs_of(const char* property) {
  std::vector<std::filesystem::path> all;
  const auto folder = std::filesystem::path(__FILE__).parent_path().parent_path().parent_path() / "fuzz" / "corpus" / property;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) all.push_back(entry.path());
  std::sort(all.begin(), all.end());
  return all;
}

/// What the property says of each of its inputs that breaks it; `runs` counts them all.
inline std::vector<std::string> broken_by_inputs(const char* property, esplanade::testing::fuzz_entry entry, std::size_t& runs) {
  const looking_on looking;
  std::vector<std::string> all;
  for (const auto& path : inputs_of(property)) {
    ++runs;
    try {
      if (!esplanade::testing::detail::replay_file(path, entry)) all.push_back(path.string() + " cannot be read");
    } catch (const broken_property& broken) {
      all.push_back(broken.what());
    }
  }
  return all;
}

/// True when some of them say `words`.
inline bool says(const std::vector<std::string>& all, const char* words) {
  return std::any_of(all.begin(), all.end(), [words](const std::string& one) { return one.find(words) != std::string::npos; });
}

}  // namespace fuzz_tests

// PROPERTY holds on its inputs for SOUND, and on some of them not for PLANTED, of which it says WORDS.
#define PROPERTY_TESTS(PROPERTY, SOUND, PLANTED, WORDS)                                                          \
  TEST_CASE(#PROPERTY ": holds on its seeds") {                                                                   \
    std::size_t runs = 0;                                                                                         \
    const auto broken = fuzz_tests::broken_by_inputs(#PROPERTY, fuzz_tests::fuzz::PROPERTY<SOUND>, runs);         \
    CHECK(runs >= 5);                                                                                             \
    for (const std::string& one : broken) FAIL_CHECK(one);                                                        \
  }                                                                                                               \
  TEST_CASE(#PROPERTY ": a planted bug is found by its seeds") {                                                   \
    std::size_t runs = 0;                                                                                         \
    const auto broken = fuzz_tests::broken_by_inputs(#PROPERTY, fuzz_tests::fuzz::PROPERTY<PLANTED>, runs);       \
    CHECK(broken.size() >= 1);                                                                                    \
    CHECK(fuzz_tests::says(broken, WORDS));                                                                       \
  }
