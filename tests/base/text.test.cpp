#include <doctest/doctest.h>

#include <esplanade/base/text.hpp>

#include <type_traits>

using namespace esplanade;

namespace {

template <text Words> struct said {};
static_assert(std::is_same_v<said<"put esp_open first">, said<"put esp_open first">>);
static_assert(!std::is_same_v<said<"put esp_open first">, said<"put esp_open firsT">>);

template <class T>
concept Small = sizeof(T) == 1 || unmet<"Small: one octet, please", T>();
static_assert(Small<char>);
static_assert(!Small<long>);
static_assert(!unmet<"anything">());

}  // namespace

TEST_CASE("text: same_text tells texts apart by their letters, not by their place") {
  static_assert(same_text("spi", "spi"));
  char copy[] = "spi";
  CHECK(same_text(copy, "spi"));
  CHECK(same_text("", ""));
  CHECK_FALSE(same_text("spi", "spj"));
  CHECK_FALSE(same_text("spi", "sp"));
  CHECK_FALSE(same_text("sp", "spi"));
  CHECK_FALSE(same_text("", "s"));
  CHECK_FALSE(same_text("s", ""));
}

TEST_CASE("text: keeps every letter of the literal") {
  constexpr text words = "ESP";
  static_assert(sizeof words.letters == 4);
  CHECK(same_text(words.letters, "ESP"));
}

TEST_CASE("joined: two texts in one") {
  static constexpr auto both = joined(text("aes"), joined(text("-"), text("cbc")));
  CHECK(same_text(both.letters, "aes-cbc"));
  static_assert(sizeof both.letters == 8);
}
