#include <doctest/doctest.h>

#include <esplanade/base/result.hpp>

#include <memory>
#include <utility>

using namespace esplanade;

namespace {

constexpr fault too_small{fault_kind::invalid_value, "window", "is 31", "32 or more"};

// Counts how many of it live.
struct counted {
  static inline int alive = 0;
  int number;
  explicit counted(int n) : number(n) { ++alive; }
  counted(counted&& other) noexcept : number(std::exchange(other.number, -1)) { ++alive; }
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;
  counted& operator=(counted&&) = delete;
  ~counted() { --alive; }
};

result<int> halved(int n) {
  if (n % 2 != 0) return fault{fault_kind::invalid_value, "n", "is odd", "an even number"};
  return n / 2;
}

static_assert(!std::is_copy_constructible_v<result<std::unique_ptr<int>>>);
static_assert(std::is_nothrow_move_constructible_v<result<std::unique_ptr<int>>>);
static_assert(!std::is_convertible_v<result<int>, bool>, "a test of success is written as one");

}  // namespace

TEST_CASE("result: holds a value, or why there is none") {
  const result<int> good = halved(8);
  REQUIRE(good);
  CHECK(good.value() == 4);
  CHECK(*good == 4);
  const result<int> bad = halved(7);
  REQUIRE_FALSE(bad);
  CHECK(bad.why() == fault{fault_kind::invalid_value, "n", "is odd", "an even number"});
}

TEST_CASE("result: a value is reached and changed through it") {
  struct pair { int a, b; };
  result<pair> made = pair{1, 2};
  made->b = 7;
  (*made).a = 5;
  CHECK(made.value().a == 5);
  const result<pair>& read_only = made;
  CHECK(read_only->b == 7);
  CHECK((*read_only).a == 5);
}

TEST_CASE("result: a value that can only be moved moves out") {
  result<std::unique_ptr<int>> made = std::make_unique<int>(3);
  REQUIRE(made);
  const std::unique_ptr<int> out = std::move(made).value();
  CHECK(*out == 3);
  CHECK(made.value() == nullptr);
}

TEST_CASE("result: moving takes the value or the fault along, and every value is destroyed once") {
  {
    result<counted> first = counted(9);
    CHECK(counted::alive == 1);
    result<counted> second = std::move(first);
    CHECK(counted::alive == 2);
    CHECK(second->number == 9);
    CHECK(first->number == -1);
    result<counted> failed = too_small;
    result<counted> also_failed = std::move(failed);
    CHECK_FALSE(also_failed);
    CHECK(also_failed.why() == too_small);
    CHECK(counted::alive == 2);
  }
  CHECK(counted::alive == 0);
}

TEST_CASE("result: success without a value") {
  constexpr result<void> good;
  static_assert(good);
  const result<void> bad = too_small;
  CHECK_FALSE(bad);
  CHECK(bad.why() == too_small);
}
