#include <doctest/doctest.h>

#include <esplanade/sa/bucket_index.hpp>
#include <esplanade/testing/seeded.hpp>

#include <map>
#include <memory>
#include <vector>

using namespace esplanade;

namespace {
using index_of_100 = bucket_index<100, plain_atomics>;
}

TEST_CASE("bucket_index: words keep their places, and all are found although every one has the same home [class 15]") {
  index_of_100 index;
  std::vector<std::size_t> places;
  for (std::uint32_t i = 0; i < 100; ++i) places.push_back(index.insert(3, index.word_of(1000 + i, i)));
  for (std::uint32_t i = 0; i < 100; ++i) {
    CHECK(index.find(3, 1000 + i) == index.word_of(1000 + i, i));
    CHECK(index.place_of(3, index.word_of(1000 + i, i)) == places[i]);
  }
  CHECK(index.find(3, 999) == 0);
  CHECK(index.find(3, 0) == 0);
  for (std::uint32_t i = 0; i < 100; i += 2) index.erase(3, places[i]);
  for (std::uint32_t i = 0; i < 100; ++i) CHECK((index.find(3, 1000 + i) != 0) == (i % 2 == 1));
  for (std::uint32_t i = 1; i < 100; i += 2) {
    index.replace(places[i], index.word_of(1000 + i, 7));
    CHECK(index.find(3, 1000 + i) == index.word_of(1000 + i, 7));
  }
}

TEST_CASE("bucket_index: words with one tag are told apart by their value, and nothing is left of removed ones [class 15]") {
  index_of_100 index;
  for (std::uint32_t i = 0; i < 20; ++i) index.insert(0, index.word_of(5, i));
  for (std::uint32_t i = 0; i < 20; ++i) {
    const std::uint64_t w = index.find_if(0, 5, [i](std::uint32_t value) { return value == i; });
    CHECK(w == index.word_of(5, i));
    index.erase(0, index.place_of(0, w));
    CHECK(index.find_if(0, 5, [i](std::uint32_t value) { return value == i; }) == 0);
  }
  // A miss looks at one bucket again: the word beyond is where it was put, and the search stops before it.
  const std::size_t far = index.insert(1 << 8, index.word_of(9, 9));
  CHECK(far / 7 == 1);
  CHECK(index.find(255, 9) == 0);
}

TEST_CASE("bucket_index: agrees with a map through insertions and removals at every fill") {
  for (const std::uint64_t most : {3u, 50u, 100u}) {
    const auto index = std::make_unique<bucket_index<100, real_atomics>>();
    testing::seeded numbers{most};
    std::map<std::uint32_t, std::uint64_t> model;
    const auto home = [&](std::uint32_t tag) { return index->home_of(tag % 5 == 0 ? 0 : tag); };  // a fifth in one place
    for (int step = 0; step < 20'000; ++step) {
      const auto tag = static_cast<std::uint32_t>(256 + numbers.below(2 * most));
      const auto at = model.find(tag);
      if (at != model.end()) {
        index->erase(home(tag), index->place_of(home(tag), at->second));
        model.erase(at);
      } else if (model.size() < most) {
        model[tag] = index->word_of(tag, static_cast<std::uint32_t>(step));
        index->insert(home(tag), model[tag]);
      }
      const auto asked = static_cast<std::uint32_t>(256 + numbers.below(2 * most));
      const auto expected = model.find(asked);
      REQUIRE(index->find(home(asked), asked) == (expected == model.end() ? 0 : expected->second));
    }
    for (const auto& [tag, w] : model) index->erase(home(tag), index->place_of(home(tag), w));
    for (std::uint32_t tag = 256; tag < 256 + 2 * most; ++tag) REQUIRE(index->find(home(tag), tag) == 0);
  }
}
