#include <doctest/doctest.h>

#include <esplanade/base/set_of.hpp>

using namespace esplanade;

namespace {

enum class colour : std::uint8_t { red = 1, green = 2, blue = 4, last = 128 };
using colours = set_of<colour>;

// Structural, so that it can be a template argument, and two equal sets give one type.
template <colours Some> struct painted {};
static_assert(std::is_same_v<painted<colours(colour::red) | colour::blue>, painted<colours(colour::blue) | colour::red>>);
static_assert(!std::is_same_v<painted<colour::red>, painted<colour::blue>>);
static_assert(std::is_trivially_copyable_v<colours>);

}  // namespace

TEST_CASE("set_of: is empty until something is in it") {
  constexpr colours none;
  CHECK(none.empty());
  CHECK(none.size() == 0);
  CHECK_FALSE(none.has(colour::red));
  CHECK(none == colours::from_bits(0));
}

TEST_CASE("set_of: has what was put in, and nothing else") {
  for (unsigned bits = 0; bits < 8; ++bits) {
    const colours some = colours::from_bits(bits);
    CHECK(some.has(colour::red) == ((bits & 1) != 0));
    CHECK(some.has(colour::green) == ((bits & 2) != 0));
    CHECK(some.has(colour::blue) == ((bits & 4) != 0));
    CHECK_FALSE(some.has(colour::last));
    CHECK(some.size() == static_cast<int>((bits & 1) + (bits >> 1 & 1) + (bits >> 2 & 1)));
    CHECK(some.empty() == (bits == 0));
  }
}

TEST_CASE("set_of: union, intersection, difference and inclusion are those of sets") {
  for (unsigned a = 0; a < 8; ++a)
    for (unsigned b = 0; b < 8; ++b) {
      const colours left = colours::from_bits(a), right = colours::from_bits(b);
      CHECK((left | right) == colours::from_bits(a | b));
      CHECK((left & right) == colours::from_bits(a & b));
      CHECK(left.without(right) == colours::from_bits(a & ~b));
      CHECK(left.covers(right) == ((a | b) == a));
      CHECK((left == right) == (a == b));
    }
}

TEST_CASE("set_of: one enumerator is a set") {
  constexpr colours one = colour::green;
  static_assert(one.has(colour::green) && one.size() == 1);
  CHECK((one | colour::last).covers(colour::last));
  CHECK_FALSE(one.covers(colour::last));
}
