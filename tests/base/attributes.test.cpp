#include <doctest/doctest.h>

#include <esplanade/base/attributes.hpp>

#include <climits>
#include <initializer_list>
#include <type_traits>

using namespace esplanade;

namespace {

template <class Word> constexpr Word swapped_slowly(Word value) {
  Word other = 0;
  for (std::size_t i = 0; i < sizeof(Word); ++i, value = static_cast<Word>(value >> CHAR_BIT)) other = static_cast<Word>(other << CHAR_BIT | (value & 0xff));
  return other;
}
template <class Word> void check_words() {
  Word value = 1;
  for (int i = 0; i < 1000; ++i) {
    const Word other = esplanade::detail::swap_octets(value);
    static_assert(std::is_same_v<decltype(esplanade::detail::swap_octets(value)), Word>);
    CHECK(other == swapped_slowly(value));
    CHECK(esplanade::detail::swap_octets(other) == value);
    value = static_cast<Word>(value * std::uint64_t{0x9e3779b97f4a7c15} + 0x7f4a7c15);
  }
}

ESPLANADE_COLD int rare(int n) { return n + 1; }
ESPLANADE_INLINE int usual(int n) { return n + 2; }

}  // namespace

TEST_CASE("swap_octets: the octets of a word in the other order, at compile time too") {
  static_assert(esplanade::detail::swap_octets(std::uint16_t{0x0102}) == 0x0201);
  static_assert(esplanade::detail::swap_octets(std::uint32_t{0x01020304}) == 0x04030201);
  static_assert(esplanade::detail::swap_octets(std::uint64_t{0x0102030405060708}) == 0x0807060504030201);
  check_words<std::uint16_t>();
  check_words<std::uint32_t>();
  check_words<std::uint64_t>();
}

TEST_CASE("prefetch: is harmless for every address") {
  const int somewhere = 7;
  for (const std::ptrdiff_t offset : {std::ptrdiff_t{-4096}, std::ptrdiff_t{-1}, std::ptrdiff_t{0}, std::ptrdiff_t{1} << 40}) {
    prefetch(&somewhere, offset);
    prefetch(nullptr, offset);
  }
  prefetch(&somewhere);
  prefetch(nullptr);
  prefetch(reinterpret_cast<const void*>(~std::uintptr_t{0}));
  CHECK(somewhere == 7);
}

TEST_CASE("attributes: change where code stands, and not what it does") {
  const auto inlined = [](int n) ESPLANADE_INLINE_LAMBDA { return n * 3; };
  for (int n = 0; n < 3; ++n) {
    esplanade::detail::assume(n < 3);
    CHECK(rare(n) == n + 1);
    CHECK(usual(n) == n + 2);
    CHECK(inlined(n) == 3 * n);
  }
  static_assert((esplanade::detail::assume(true), true));
}
