#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include <esplanade/testing/cuts.hpp>

using namespace esplanade::testing;

namespace {

bool holds(const std::vector<cut>& all, const cut& one) { return std::find(all.begin(), all.end(), one) != all.end(); }

void is_a_set_of_cuts(const std::vector<cut>& all, std::size_t n, std::size_t most) {
  CHECK(std::set<cut>(all.begin(), all.end()).size() == all.size());
  for (const cut& one : all) {
    CHECK(octets_in(one) == n);
    CHECK(!one.empty());
    CHECK(one.size() <= most);
  }
}

}  // namespace

TEST_CASE("cuts: at every position means n + 1 pairs") {
  CHECK(cuts_at_every_position(0) == std::vector<cut>{{0, 0}});
  CHECK(cuts_at_every_position(2) == std::vector<cut>{{0, 2}, {1, 1}, {2, 0}});
  is_a_set_of_cuts(cuts_at_every_position(100), 100, 2);
  CHECK(cuts_at_every_position(100).size() == 101);
}

TEST_CASE("cuts: the edges are 0, 1, 16, n - 16, n - 1 and n where they lie inside") {
  CHECK(cuts_at_the_edges(40) == std::vector<cut>{{0, 40}, {1, 39}, {16, 24}, {24, 16}, {39, 1}, {40, 0}});
  CHECK(cuts_at_the_edges(32).size() == 5);  // 16 twice
  CHECK(cuts_at_the_edges(16) == std::vector<cut>{{0, 16}, {1, 15}, {15, 1}, {16, 0}});
  CHECK(cuts_at_the_edges(2) == std::vector<cut>{{0, 2}, {1, 1}, {2, 0}});
  CHECK(cuts_at_the_edges(0) == std::vector<cut>{{0, 0}});
}

TEST_CASE("cuts: every cut of n is there once, and holds no empty segment") {
  CHECK(every_cut(0) == std::vector<cut>{{0}});
  CHECK(every_cut(3).size() == 4);
  for (std::size_t n = 1; n <= 12; ++n) {
    const std::vector<cut> all = every_cut(n);
    CHECK(all.size() == std::size_t{1} << (n - 1));
    is_a_set_of_cuts(all, n, n);
    for (const cut& one : all) CHECK(std::count(one.begin(), one.end(), std::size_t{0}) == 0);
  }
}

TEST_CASE("cuts: single octets and equal pieces") {
  CHECK(single_octets(0) == cut{0});
  CHECK(single_octets(3) == cut{1, 1, 1});
  CHECK(pieces_of(0, 7) == cut{0});
  CHECK(pieces_of(14, 7) == cut{7, 7});
  CHECK(pieces_of(15, 7) == cut{7, 7, 1});
  CHECK(pieces_of(3, 7) == cut{3});
}

TEST_CASE("cuts: random ones are the same for the same seed, and reach empty segments, single octets and every number of segments") {
  CHECK(random_cuts(50, 30, 6, 9) == random_cuts(50, 30, 6, 9));
  CHECK(random_cuts(50, 30, 6, 9) != random_cuts(50, 30, 6, 10));
  std::set<std::size_t> numbers, sizes;
  for (const cut& one : random_cuts(20, 2000, 6, 1)) {
    CHECK(octets_in(one) == 20);
    numbers.insert(one.size());
    sizes.insert(one.begin(), one.end());
  }
  CHECK(numbers == std::set<std::size_t>{1, 2, 3, 4, 5, 6});
  CHECK(sizes.count(0) == 1);
  CHECK(sizes.count(1) == 1);
  CHECK(sizes.count(20) == 1);
}

TEST_CASE("cuts: empty segments come in front, between, behind, in pairs and everywhere") {
  const std::vector<cut> all = with_empty_segments({3, 4});
  CHECK(all == std::vector<cut>{{0, 3, 4}, {3, 0, 4}, {3, 4, 0}, {0, 0, 3, 4, 0, 0}, {0, 3, 0, 4, 0}});
}

TEST_CASE("cuts: the interesting ones hold all kinds, none twice, and no more segments than asked for") {
  for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{8}, std::size_t{9}, std::size_t{33}, std::size_t{100}, std::size_t{1400}})
    for (const std::size_t most : {std::size_t{1}, std::size_t{2}, std::size_t{5}, std::size_t{64}}) {
      const std::vector<cut> all = interesting_cuts(n, most, 3);
      is_a_set_of_cuts(all, n, most);
      CHECK(holds(all, uncut(n)));
      if (most >= 2)
        for (const cut& one : cuts_at_the_edges(n)) CHECK(holds(all, one));
      if (n <= 64 && n <= most) CHECK(holds(all, single_octets(n)));
      if (most == 5) CHECK(holds(all, {0, n / 2, 0, n - n / 2, 0}));
    }
  CHECK(interesting_cuts(100, 2, 1).size() >= 101);
}
