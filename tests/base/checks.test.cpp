#include <doctest/doctest.h>

#include <esplanade/testing/archetypes.hpp>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace esplanade;

namespace {
struct heard {
  static constexpr bool compares = true;
  static inline int times = 0;
  static inline const char* last = nullptr;
  static void broken(const char* words) noexcept {
    ++times;
    last = words;
  }
};
struct throws : heard {
  static void broken(const char*) {}
};
struct silent {
  static constexpr bool compares = true;
};
static_assert(ChecksPolicy<heard> && ChecksPolicy<testing::archetype::checks> && !ChecksPolicy<throws> && !ChecksPolicy<silent> && !ChecksPolicy<int>);
}  // namespace

TEST_CASE("checks: a contract that does not hold is told in words, and the call refused") {
  heard::times = 0;
  CHECK(detail::upheld<heard>(true, "never"));
  CHECK(heard::times == 0);
  CHECK_FALSE(detail::upheld<heard>(false, "two spans differ"));
  CHECK(heard::times == 1);
  CHECK(heard::last == doctest::String("two spans differ"));
}

TEST_CASE("checks_off: nothing is looked at") { CHECK(detail::upheld<checks_off>(false, "unheard")); }

TEST_CASE("checks_trap: the program ends where the contract was broken") {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    for (const int one : {SIGILL, SIGTRAP, SIGABRT}) std::signal(one, SIG_DFL);
    ::_exit(detail::upheld<checks_trap>(false, "this ends here") ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
}
