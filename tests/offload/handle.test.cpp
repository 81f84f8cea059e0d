#include <doctest/doctest.h>

#include <esplanade/offload/handle.hpp>

#include <cstdint>
#include <set>

using namespace esplanade;

namespace {
/// Every place with generations from both ends.
template <class Word, std::size_t Capacity> void names_one_place_each() {
  using form = detail::handle_form<Word, Capacity>;
  const std::uint32_t last = static_cast<std::uint32_t>(form::generations - 1);
  std::set<Word> seen;
  for (std::uint32_t place = 0; place < Capacity; ++place)
    for (const std::uint32_t generation : {1u, 2u, last / 2, last - 1, last}) {
      const Word word = form::word_of(place, generation);
      CHECK(word != 0);
      CHECK(form::sound(word));
      CHECK(form::place_of(word) == place);
      CHECK(form::generation_of(word) == generation);
      seen.insert(word);
    }
  CHECK(seen.size() == Capacity * 5);
  CHECK_FALSE(form::sound(0));
  CHECK_FALSE(form::worn(1));
  CHECK_FALSE(form::worn(last));
  CHECK(form::worn(0));
}
}  // namespace

TEST_CASE("handle: a word is one place and one generation and never 0, whatever the width of words and the number of places (U-7)") {
  names_one_place_each<std::uint64_t, 4>();
  names_one_place_each<std::uint64_t, 1000>();
  names_one_place_each<std::uint32_t, 1>();
  names_one_place_each<std::uint32_t, 255>();
  names_one_place_each<std::uint32_t, 256>();
}

TEST_CASE("handle: what no place has been given is not sound: no place, or bits above place and generation") {
  using form = detail::handle_form<std::uint64_t, 4>;
  CHECK_FALSE(form::sound(std::uint64_t{1} << form::place_bits));  // a generation of place 0 - 1
  CHECK_FALSE(form::sound(form::word_of(0, 1) | std::uint64_t{1} << 63));
  CHECK(form::place_of(7) >= 4);
  CHECK(form::generations == std::uint64_t{1} << 32);
  CHECK(detail::handle_form<std::uint32_t, 1000>::generations == std::uint64_t{1} << 22);
  CHECK(detail::handle_form<std::uint32_t, 1000>::worn(1u << 22));
}
