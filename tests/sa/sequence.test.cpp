#include <doctest/doctest.h>

#include <esplanade/sa/sequence.hpp>

#include <limits>
#include <utility>

using namespace esplanade;

namespace {
struct copyable_counter {
  struct state {
    void start(std::uint64_t, std::uint64_t) noexcept {}
    sequence_lease take() noexcept { return sequence_lease{}; }
    std::uint64_t used() const noexcept { return 0; }
    std::uint64_t left() const noexcept { return 0; }
  };
};
struct clonable_counter {
  struct state : copyable_counter::state {
    state() = default;
    state(const state&) = default;
    state& operator=(const state&) = delete;
  };
};
struct assignable_counter {
  struct state : copyable_counter::state {
    state() = default;
    state(const state&) = delete;
    state& operator=(const state&) = default;
  };
};
struct movable_counter {
  struct state : copyable_counter::state {
    state() = default;
    state(state&&) = default;
  };
};
}  // namespace

TEST_CASE("sequence_lease: is consumed once, and moving leaves nothing behind") {
  sequence_lease none;
  CHECK_FALSE(static_cast<bool>(none));
  CHECK(none.consume() == 0);
  sequence_lease one{7};
  CHECK(static_cast<bool>(one));
  sequence_lease moved{std::move(one)};
  CHECK_FALSE(static_cast<bool>(one));
  none = std::move(moved);
  CHECK_FALSE(static_cast<bool>(moved));
  CHECK(none.consume() == 7);
  CHECK(none.consume() == 0);
  CHECK_FALSE(static_cast<bool>(none));
  static_assert(!std::is_copy_constructible_v<sequence_lease> && !std::is_copy_assignable_v<sequence_lease>);
}

TEST_CASE("sequential: counts up from its first number and ends at its last [class 24]") {
  sequential::state s;
  CHECK_FALSE(static_cast<bool>(s.take()));  // never started
  CHECK(s.left() == 0);
  s.start(1, 5);
  CHECK(s.left() == 5);
  CHECK(s.used() == 0);
  for (std::uint64_t n = 1; n <= 5; ++n) {
    CHECK(s.take().consume() == n);
    CHECK(s.used() == n);
    CHECK(s.left() == 5 - n);
  }
  for (unsigned i = 0; i < 1000; ++i) CHECK_FALSE(static_cast<bool>(s.take()));
  CHECK(s.used() == 5);
  CHECK(s.left() == 0);
}

TEST_CASE("sequential: the ends of 32 and 64 bits [class 22, 24]") {
  for (const std::uint64_t last : {sequence_last_32, sequence_last_64}) {
    sequential::state s;
    s.start(last - 1, last);
    CHECK(s.left() == 2);
    CHECK(s.take().consume() == last - 1);
    CHECK(s.take().consume() == last);
    CHECK(s.used() == last);
    for (unsigned i = 0; i < 1000; ++i) CHECK(s.take().consume() == 0);
    s.start(0, last);  // nothing left from the start
    CHECK(s.left() == 0);
    CHECK(s.used() == last);
    CHECK(s.take().consume() == 0);
    s.start(last, last);
    CHECK(s.take().consume() == last);
    CHECK(s.take().consume() == 0);
  }
  sequential::state all;
  all.start(1, sequence_last_64);
  CHECK(all.left() == sequence_last_64);
}

TEST_CASE("sequential: a moved-from counter gives no numbers [class 21]") {
  sequential::state s;
  s.start(10, 20);
  CHECK(s.take().consume() == 10);
  sequential::state other{std::move(s)};
  CHECK(s.take().consume() == 0);
  CHECK(s.left() == 0);
  CHECK(other.take().consume() == 11);
  CHECK(other.used() == 11);
}

TEST_CASE("sequence_run: is consumed once and whole, and moving leaves nothing behind") {
  sequence_run none;
  CHECK_FALSE(static_cast<bool>(none));
  CHECK(none.consume() == 0);
  sequence_run one{7, 3};
  sequence_run moved{std::move(one)};
  CHECK_FALSE(static_cast<bool>(one));
  CHECK(one.count() == 0);
  none = std::move(moved);
  CHECK_FALSE(static_cast<bool>(moved));
  CHECK(none.first() == 7);
  CHECK(none.count() == 3);
  CHECK(none.consume() == 7);
  CHECK(none.consume() == 0);
  static_assert(!std::is_copy_constructible_v<sequence_run> && !std::is_copy_assignable_v<sequence_run>);
}

TEST_CASE("sequential: a run has all its numbers or changes nothing, at both ends and across 2^32 [class 22, 51]") {
  for (const std::uint64_t last : {sequence_last_32, sequence_last_64}) {
    sequential::state s;
    CHECK_FALSE(static_cast<bool>(s.take_run(1)));  // never started
    s.start(last - 4, last);
    CHECK(s.take_run(2).consume() == last - 4);
    for (unsigned i = 0; i < 1000; ++i) CHECK(s.take_run(4).consume() == 0);
    CHECK_FALSE(static_cast<bool>(s.take_run(0xffff'ffff)));
    CHECK(s.left() == 3);
    CHECK(s.used() == last - 3);
    CHECK(s.take_run(3).consume() == last - 2);
    CHECK(s.used() == last);
    for (unsigned i = 0; i < 1000; ++i) CHECK(s.take_run(1).consume() == 0);
    CHECK(s.take().consume() == 0);
    CHECK(s.left() == 0);
  }
  sequential::state s;
  s.start(0xffff'fffe, sequence_last_64);
  const sequence_run across = s.take_run(5);
  CHECK(across.first() == 0xffff'fffe);
  CHECK(across.count() == 5);
  CHECK(s.take().consume() == 0x1'0000'0003);
}

TEST_CASE("SequencePolicy: a counter that can be cloned is none [class 21]") {
  static_assert(SequencePolicy<sequential>);
  static_assert(SequencePolicy<movable_counter>);
  static_assert(!SequencePolicy<copyable_counter>);
  static_assert(!SequencePolicy<clonable_counter>);
  static_assert(!SequencePolicy<assignable_counter>);
}
