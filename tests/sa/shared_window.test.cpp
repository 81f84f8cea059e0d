// As a lone lane sees it: the answers of window<>. What several lanes see at once: interleavings.test.cpp, cores.test.cpp.
#include "support/window_walks.hpp"

#include <doctest/doctest.h>

#include <esplanade/sa/shared_window.hpp>

using namespace support::windows;
using esplanade::shared_window;

namespace {
template <std::uint32_t Packets> using shared = shared_window<Packets>;
}  // namespace

TEST_CASE("shared_window: every size to 256 fills like the set model, in order [class 30]") { fills_in_order(every_size_to_256<shared>()); }

TEST_CASE("shared_window: every size to 256 equals the set model when packets come backwards, W at a time") { comes_backwards(every_size_to_256<shared>()); }

TEST_CASE("shared_window: every size to 256 equals the set model under random reordering, loss and repetition [class 31]") {
  comes_shuffled(every_size_to_256<shared>());
}

TEST_CASE("shared_window: every size to 256 may start anywhere") { starts_anywhere(every_size_to_256<shared>()); }

TEST_CASE("shared_window: every size to 256 equals the set model after jumps of every size near a word's border, from every place in a word [class 32] [row 47]") {
  jumps(every_size_to_256<shared>());
}

TEST_CASE("shared_window: every size to 256 equals the set model across 2^32 [class 25] [row 54]") { crosses_subspaces(every_size_to_256<shared>()); }

TEST_CASE("shared_window: every size to 256 is right up to 2^64 - 1 [class 32]") { reaches_the_end(every_size_to_256<shared>()); }

TEST_CASE("shared_window: large sizes equal the set model on random walks [row 45]") {
  for (const std::uint64_t start : {std::uint64_t{0}, (std::uint64_t{1} << 32) - 5000, std::uint64_t{1} << 63}) {
    walks_at_random(operations_of<shared<1000>>, start, 1 + start);
    walks_at_random(operations_of<shared<1024>>, start, 2 + start);
    walks_at_random(operations_of<shared<65536>>, start, 3 + start);
  }
}

TEST_CASE("shared_window: keeps the window laws") {
  const auto keeps_all_laws = []<std::uint32_t W>(std::uint64_t steps) {
    for (const auto& broken : esplanade::testing::find_broken_window_laws<shared_window<W>>(W, steps)) FAIL_CHECK("W = " << W << ": " << broken.law << " — " << broken.where);
  };
  keeps_all_laws.operator()<1>(3000);
  keeps_all_laws.operator()<32>(5000);
  keeps_all_laws.operator()<33>(5000);
  keeps_all_laws.operator()<64>(5000);
  keeps_all_laws.operator()<100>(5000);
  keeps_all_laws.operator()<1024>(20000);
}

TEST_CASE("shared_window: from one end of the numbers to the other and back to no round before") {
  shared_window<64> ours;
  CHECK(ours.update(1) == fresh);
  CHECK(ours.update(last_number) == fresh);
  CHECK(ours.update(last_number) == replayed);
  CHECK(ours.update(1) == too_old);
  CHECK(ours.update(last_number - 63) == fresh);
  CHECK(ours.update(last_number - 64) == too_old);
  CHECK(ours.check(0) == too_old);
}

static_assert(sizeof(shared_window<64>) == 64 && sizeof(shared_window<1024>) == 576, "33 words, 64 with the mask, and the edge");
static_assert(alignof(shared_window<64>) == 64 && shared_window<64>::lanes_max == 64);
static_assert(!std::is_copy_constructible_v<shared_window<64>> && !std::is_copy_assignable_v<shared_window<64>>);
