// As a lone lane sees it. Several at once: interleavings.test.cpp, cores.test.cpp.
#include <doctest/doctest.h>

#include <esplanade/sa/sequence_atomic.hpp>
#include <esplanade/testing/sequence_laws.hpp>

using namespace esplanade;

TEST_CASE("atomic_sequence: keeps the sequence laws [class 21, 22, 24]") {
  for (const auto& broken : testing::find_broken_sequence_laws<atomic_sequence>()) FAIL_CHECK(broken.law << " — " << broken.where);
}

TEST_CASE("atomic_sequence: at the end exactly the remaining numbers, and then nothing however often it is asked [class 22]") {
  for (const std::uint64_t last : {sequence_last_32, sequence_last_64}) {
    atomic_sequence::state s;
    s.start(last - 1, last);
    CHECK(s.take().consume() == last - 1);
    CHECK(s.take().consume() == last);
    for (unsigned i = 0; i < 1000; ++i) CHECK(s.take().consume() == 0);
    CHECK(s.used() == last);
    CHECK(s.left() == 0);
  }
}

TEST_CASE("atomic_sequence: has a cache line of its own, and moves but does not copy [class 21]") {
  using state = atomic_sequence::state;
  static_assert(alignof(state) == 64 && sizeof(state) == 64);
  static_assert(!std::is_copy_constructible_v<state> && !std::is_copy_assignable_v<state> && !std::is_move_assignable_v<state>);
  state s;
  s.start(10, 20);
  CHECK(s.take().consume() == 10);
  state other{std::move(s)};
  CHECK(s.take().consume() == 0);
  CHECK(s.left() == 0);
  CHECK(other.take().consume() == 11);
}
