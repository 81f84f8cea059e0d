// Lanes one after the other. All at once: interleavings.test.cpp, cores.test.cpp.
#include <doctest/doctest.h>

#include <esplanade/sa/sequence_block.hpp>
#include <esplanade/testing/seeded.hpp>
#include <esplanade/testing/sequence_laws.hpp>
#include <esplanade/testing/window_laws.hpp>

#include <set>

using namespace esplanade;

namespace {

using blocks = reserved_block<4, 12, 64>;
template <std::size_t Lanes> using state_of = typename blocks::template over<Lanes>::state;

template <class S> std::uint64_t take(S& s, std::size_t lane) { return s.take(lane).consume(); }

}  // namespace

TEST_CASE("reserved_block: a lone lane keeps the sequence laws, whatever the block [class 21, 22, 24]") {
  const auto keeps = []<class Policy>() {
    for (const auto& broken : testing::find_broken_sequence_laws<Policy>()) FAIL_CHECK(broken.law << " — " << broken.where);
  };
  keeps.operator()<reserved_block<1, 1, 64>::over<1>>();
  keeps.operator()<reserved_block<4, 12, 64>::over<3>>();
  keeps.operator()<reserved_block<32, 512, 1024>::over<16>>();
  keeps.operator()<reserved_block<65536, 65536, 1 << 20>::over<2>>();
}

TEST_CASE("reserved_block: each lane counts up in a block of its own [row 71]") {
  state_of<3> s;
  s.start(1, sequence_last_32);
  CHECK(take(s, 0) == 1);
  CHECK(take(s, 1) == 5);
  CHECK(take(s, 2) == 9);
  CHECK(take(s, 0) == 2);
  CHECK(take(s, 1) == 6);
  CHECK(s.reserved() == 12);
  CHECK(s.used() == 9);
  CHECK(s.left() == sequence_last_32 - 5);
  CHECK(take(s, 3) == 0);  // no such lane
  CHECK(take(s, ~std::size_t{0}) == 0);
}

TEST_CASE("reserved_block: a lane whose block has fallen MaxSkew behind gives the rest up and goes on in a new one [class 32]") {
  state_of<2> s;
  s.start(1, sequence_last_32);
  CHECK(take(s, 0) == 1);                                                       // 2, 3, 4 are its own
  for (std::uint64_t number = 5; number <= 12; ++number) CHECK(take(s, 1) == number);
  CHECK(s.reserved() == 12);
  CHECK(take(s, 0) == 2);                                                       // 10 behind
  CHECK(take(s, 1) == 13);
  CHECK(s.reserved() == 16);
  CHECK(s.abandoned() == 0);
  CHECK(take(s, 0) == 17);                                                      // 3 would be 13 behind
  CHECK(s.abandoned() == 2);
  CHECK(s.left() == sequence_last_32 - 20 + 3 + 3);
}

TEST_CASE("reserved_block: a run lies in one block, which is given up when its rest is too short [class 22, 51]") {
  state_of<2> s;
  s.start(1, 18);
  CHECK(s.take_run(0, 2).consume() == 1);
  CHECK(s.take_run(1, 3).consume() == 5);
  CHECK(s.take_run(0, 2).consume() == 3);   // fits exactly
  CHECK(s.take_run(1, 2).consume() == 9);   // 8 alone is too short
  CHECK(s.abandoned() == 1);
  CHECK(s.take_run(0, 5).consume() == 0);   // longer than a block
  CHECK(s.take_run(2, 1).consume() == 0);   // no such lane
  CHECK(take(s, 1) == 11);
  CHECK(s.take_run(0, 4).consume() == 13);
  CHECK(s.take_run(0, 2).consume() == 17);  // the last block has two numbers
  const std::uint64_t left = s.left();
  CHECK(left == 1);                         // 12
  for (unsigned i = 0; i < 1000; ++i) CHECK(s.take_run(i % 2, 2).consume() == 0);
  CHECK(s.left() == left);
  CHECK(s.used() == 18);
  CHECK(take(s, 1) == 12);                  // what is too short for a run is not given up for none
  CHECK(s.abandoned() == 1);
}

TEST_CASE("reserved_block: a run whose first number has fallen MaxSkew behind is leased in a new block [class 32, 51]") {
  state_of<2> s;
  s.start(1, sequence_last_32);
  CHECK(take(s, 0) == 1);
  for (std::uint64_t number = 5; number <= 13; ++number) CHECK(take(s, 1) == number);
  CHECK(s.take_run(0, 2).consume() == 17);
  CHECK(s.abandoned() == 3);
}

TEST_CASE("reserved_block: a number exactly MaxSkew behind the counter is not leased, and one that is one less is") {
  state_of<2> s;
  s.start(1, sequence_last_32);
  CHECK(take(s, 0) == 1);
  CHECK(take(s, 0) == 2);
  CHECK(take(s, 0) == 3);  // 4 is left
  for (std::uint64_t number = 5; number <= 13; ++number) CHECK(take(s, 1) == number);
  CHECK(s.reserved() == 16);  // 4 is 12 behind
  CHECK(take(s, 0) == 17);
  CHECK(s.abandoned() == 1);
  for (std::uint64_t number = 14; number <= 16; ++number) CHECK(take(s, 1) == number);
  CHECK(take(s, 1) == 21);
  CHECK(take(s, 0) == 18);
  for (std::uint64_t number = 22; number <= 24; ++number) CHECK(take(s, 1) == number);
  CHECK(take(s, 1) == 25);    // reserved: 28
  CHECK(take(s, 0) == 19);    // 9 behind
  CHECK(s.abandoned() == 1);
}

TEST_CASE("reserved_block: at the end exactly the remaining numbers but those given up are leased, and then nothing changes [class 22]") {
  for (const std::uint64_t last : {sequence_last_32, sequence_last_64})
    for (std::uint64_t count = 1; count <= 40; ++count) {
      state_of<3> s;
      s.start(last - count + 1, last);
      testing::detail::window_walk roll{count};
      std::set<std::uint64_t> leased;
      for (unsigned turn = 0; turn < 400; ++turn) {
        const std::uint64_t number = take(s, roll.below(8) == 0 ? 2 : turn % 2);
        if (number == 0) continue;
        CHECK(number > last - count);
        CHECK(leased.insert(number).second);
      }
      CHECK(leased.size() + s.abandoned() == count);
      CHECK(s.left() == 0);
      const std::uint64_t used = s.used(), abandoned = s.abandoned();
      for (unsigned attempt = 0; attempt < 1000; ++attempt) CHECK(take(s, attempt % 3) == 0);
      CHECK(s.used() == used);
      CHECK(s.reserved() == last);
      CHECK(s.abandoned() == abandoned);
    }
}

TEST_CASE("reserved_block: started with no number left it leases none; what was moved away leases none [class 21]") {
  state_of<2> s;
  CHECK(take(s, 0) == 0);
  s.start(0, sequence_last_32);
  CHECK(take(s, 1) == 0);
  CHECK(s.left() == 0);
  s.start(100, 200);
  CHECK(take(s, 1) == 100);
  CHECK(take(s, 0) == 104);
  state_of<2> other{std::move(s)};
  CHECK(take(s, 0) == 0);
  CHECK(take(s, 1) == 0);
  CHECK(s.left() == 0);
  CHECK(take(other, 1) == 101);
  CHECK(take(other, 0) == 105);
  CHECK(other.left() == 97);
}

TEST_CASE("reserved_block: lanes write lines of their own") {
  static_assert(sizeof(state_of<1>) == 128 && sizeof(state_of<4>) == 320 && alignof(state_of<4>) == 64);
  using state = state_of<4>;
  static_assert(!std::is_copy_constructible_v<state> && !std::is_copy_assignable_v<state> && !std::is_move_assignable_v<state>);
  static_assert(blocks::fits(1) && blocks::fits(13) && !blocks::fits(14) && !blocks::fits(0) && !reserved_block<1, 1, 1024>::fits(65));
}
