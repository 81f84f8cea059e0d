#include <doctest/doctest.h>

#include <esplanade/net/fragment_map.hpp>

#include <algorithm>
#include <vector>

using namespace esplanade;

TEST_CASE("fragment_map: pieces in every order make a whole, and none of them does before the last [class 12]") {
  struct piece {
    std::uint32_t offset, size;
    bool more;
  };
  std::vector<piece> pieces{{0, 16, true}, {16, 8, true}, {24, 40, true}, {64, 3, false}};
  std::vector<std::size_t> order{0, 1, 2, 3};
  do {
    fragment_map<4> map;
    for (std::size_t i = 0; i < 4; ++i) {
      CHECK_FALSE(map.complete());
      const piece& p = pieces[order[i]];
      CHECK(map.add(p.offset, p.size, p.more) == fragment_answer::fresh);
      CHECK(map.add(p.offset, p.size, p.more) == fragment_answer::duplicate);
    }
    CHECK(map.complete());
    CHECK(map.end() == 67);
    CHECK(map.pieces() == 4);
    map.clear();
    CHECK_FALSE(map.complete());
    CHECK(map.end() == 0);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("fragment_map: every overlap of two pieces is refused, whatever their order [class 12]") {
  for (std::uint32_t a = 0; a < 48; a += 8)
    for (std::uint32_t size_a = 8; size_a <= 32; size_a += 8)
      for (std::uint32_t b = 0; b < 48; b += 8)
        for (std::uint32_t size_b = 8; size_b <= 32; size_b += 8) {
          fragment_map<4> map;
          REQUIRE(map.add(a, size_a, true) == fragment_answer::fresh);
          const bool overlaps = a < b + size_b && b < a + size_a, same = a == b && size_a == size_b;
          const fragment_answer said = map.add(b, size_b, true);
          CHECK(said == (same ? fragment_answer::duplicate : overlaps ? fragment_answer::refused : fragment_answer::fresh));
          CHECK(map.pieces() == (said == fragment_answer::fresh ? 2 : 1));
        }
}

TEST_CASE("fragment_map: there is one end, nothing lies behind it, and there is room for so many pieces [class 12]") {
  fragment_map<3> map;
  CHECK(map.add(16, 5, false) == fragment_answer::fresh);
  CHECK(map.add(24, 8, true) == fragment_answer::refused);   // behind the end
  CHECK(map.add(24, 8, false) == fragment_answer::refused);  // another end
  CHECK(map.add(8, 8, false) == fragment_answer::refused);
  CHECK(map.add(16, 5, true) == fragment_answer::refused);   // the same octets, but not the last
  CHECK(map.add(0, 8, true) == fragment_answer::fresh);
  CHECK(map.add(8, 8, true) == fragment_answer::fresh);
  CHECK(map.complete());

  fragment_map<3> late;
  CHECK(late.add(32, 8, true) == fragment_answer::fresh);
  CHECK(late.add(16, 8, false) == fragment_answer::refused);  // an end before what is there
  CHECK(late.add(0, 8, true) == fragment_answer::fresh);
  CHECK(late.add(8, 8, true) == fragment_answer::fresh);
  CHECK(late.add(16, 8, true) == fragment_answer::refused);   // a fourth
  CHECK(late.add(8, 8, true) == fragment_answer::duplicate);
}
