#include <doctest/doctest.h>

#include <esplanade/sa/flat_store.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/seeded.hpp>

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "support/world.hpp"

using namespace support;
using testing::mixing_crypto;

namespace spi_index_test {  // named: clang 14 calls members of unnamed namespaces unused

// Words that let the writer in wherever a reader loads one.
struct interruption {
  std::function<void()> then{};
  bool reading = false;
  void at_a_load() {
    if (!reading || !then) return;
    reading = false;  // what the writer loads is no place to stop at
    then();
    reading = true;
  }
};
inline interruption interrupt;
template <class T> class open_word : public plain_word<T> {
 public:
  using plain_word<T>::plain_word;
  [[nodiscard]] T load(order o) const noexcept {
    interrupt.at_a_load();
    return plain_word<T>::load(o);
  }
};
struct open_atomics {
  template <class T> using word = open_word<T>;
};

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  using replay = window<32>;
};
template <std::size_t N, class Key = by_spi> using sad = flat_sad<inbound_sa<gateway, mixing_crypto>, N, Key, epoch<2, open_atomics>>;

// SPIs that begin at one place of an index of `entries`: ways as long as they get.
std::vector<std::uint32_t> colliding(std::size_t entries, std::size_t count, std::size_t place) {
  using array = detail::spi_array<plain_word<std::uint64_t>>;
  const array shape{nullptr, entries - 1, array::shift_of(entries)};
  std::vector<std::uint32_t> all;
  for (std::uint32_t spi = 0x1000; all.size() < count; ++spi)
    if (shape.place(spi) == place) all.push_back(spi);
  return all;
}

}  // namespace spi_index_test
using namespace spi_index_test;

TEST_CASE("spi_index: a way stays whole in any order of entries put and taken, and never fills up") {
  using array = detail::spi_array<plain_word<std::uint64_t>>;
  constexpr std::size_t entries = 8;
  plain_word<std::uint64_t> words[entries]{};
  const array index{words, entries - 1, array::shift_of(entries)};
  testing::seeded numbers{3};
  std::map<std::uint32_t, std::uint32_t> live;
  std::ptrdiff_t removed = 0;
  for (int step = 0; step < 50000; ++step) {
    const std::uint32_t spi = 256 + static_cast<std::uint32_t>(numbers.below(12));
    if (live.count(spi) != 0) {
      removed += index.take(spi, array::entry_of(spi, live[spi]));
      live.erase(spi);
    } else if (live.size() < 4) {
      const std::size_t at = index.vacancy(spi);
      if (index.at(at) == array::empty && static_cast<std::ptrdiff_t>(live.size()) + removed == 7) {
        index.clear();
        for (const auto& [s, slot] : live) index.put(index.vacancy(s), array::entry_of(s, slot));
        removed = 0;
        continue;
      }
      if (index.at(at) == array::removed) --removed;
      live[spi] = static_cast<std::uint32_t>(step);
      index.put(at, array::entry_of(spi, live[spi]));
    }
    std::ptrdiff_t counted = 0, empty = 0;
    for (std::size_t i = 0; i < entries; ++i) counted += index.at(i) == array::removed, empty += index.at(i) == array::empty;
    REQUIRE(counted == removed);
    REQUIRE(empty >= 1);
    for (std::uint32_t s = 256; s < 268; ++s) {
      std::uint32_t found = 0;
      const bool there = index.find(s, index.place(s), [&found](std::uint32_t slot) { return found = slot, &found; }) != nullptr;
      REQUIRE(there == (live.count(s) != 0));
      if (there) REQUIRE(found == live[s]);
    }
  }
}

TEST_CASE("flat_sad: a reader finds what is live all the while, whatever the writer does at any of its steps [class 38, 53] [row 41]") {
  // One SA stays; all others share its way through the index and come and go while a reader looks for it.
  constexpr std::size_t room = 8;
  const std::vector<std::uint32_t> spis = colliding(16, 12, 14);  // round the end of the array
  unsigned interrupted = 0, missed = 0, wrong = 0, reclaimed = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    mixing_crypto crypto;
    auto store = std::make_unique<sad<room>>();
    membership_of<sad<room>> lane{*store}, other{*store};
    testing::seeded numbers{seed};
    std::map<std::uint32_t, inbound_handle> live;
    std::vector<std::uint32_t> gone;  // since the reader began
    const auto add = [&](std::uint32_t spi) {
      sa_form form{.spi = spi};
      if (const auto made = store->add(crypto, form.parameters())) live[spi] = *made;
    };
    for (std::size_t i = 0; i < 5; ++i) add(spis[i]);
    const std::uint32_t stays = spis[numbers.below(5)];
    add(stays);
    const auto writes = [&] {
      const std::uint32_t spi = spis[numbers.below(spis.size())];
      if (spi == stays) return;
      if (live.count(spi) == 0) {
        add(spi);
      } else {
        REQUIRE(store->remove(live[spi]));
        live.erase(spi);
      }
      if (numbers.below(3) == 0) reclaimed += static_cast<unsigned>(store->reclaim(crypto));
    };
    for (unsigned round = 0; round < 60; ++round) {
      for (std::uint64_t k = numbers.below(30); k != 0; --k) writes();
      store->reclaim(crypto);
      interrupt.then = [&] {
        if (numbers.below(4) != 0) return;
        ++interrupted;
        for (std::uint64_t k = numbers.below(8) == 0 ? 100 : numbers.below(12); k != 0; --k) writes();
      };
      interrupt.reading = true;
      {
        const auto inside = store->enter(lane);
        const std::uint32_t keys[] = {stays, spis[numbers.below(spis.size())]};
        sad<room>::sa_type* found[2];
        store->find(keys, found);
        interrupt.reading = false;
        if (found[0] != store->at(live[stays])) ++missed;
        for (std::uint64_t k = numbers.below(6); k != 0; --k) writes();
        for (std::size_t i = 0; i < 2; ++i)  // under the guard it stays what it was
          if (found[i] != nullptr && (!found[i]->core().installed || found[i]->core().spi != keys[i])) ++wrong;
      }
      interrupt.then = nullptr;
    }
  }
  CHECK(missed == 0);
  CHECK(wrong == 0);
  CHECK(interrupted > 10000);
  CHECK(reclaimed > 10000);
}

TEST_CASE("flat_sad: the array that a reader is in is not made anew a second time before it has left [class 38, 53]") {
  const std::vector<std::uint32_t> one = colliding(16, 8, 14), two = colliding(16, 4, 6);
  for (unsigned step = 1; step <= 12; ++step) {
    mixing_crypto crypto;
    sad<8> store;
    membership_of<sad<8>> lane{store};
    std::map<std::uint32_t, inbound_handle> live;
    const auto add = [&](std::uint32_t spi) {
      sa_form form{.spi = spi};
      live[spi] = store.add(crypto, form.parameters()).value();
    };
    for (const std::uint32_t spi : one) add(spi);
    for (std::size_t i = 0; i < 4; ++i) REQUIRE(store.remove(live[one[i]]));
    REQUIRE(store.reclaim(crypto) == 4);
    for (const std::uint32_t spi : two) add(spi);
    // Four removed entries and eight SAs. The fifth has the index made anew; five more would have it made anew again, where
    // one[7] stands at the beginning of its way and the reader's place is empty.
    unsigned loads = 0;
    interrupt.then = [&] {
      if (++loads != step) return;
      for (const std::uint32_t spi : {one[4], two[3], two[2], two[1], one[5], one[6]}) REQUIRE(store.remove(live[spi]));
    };
    interrupt.reading = true;
    sad<8>::sa_type* found[1];
    {
      const auto inside = store.enter(lane);
      store.find(std::span(&one[7], 1), found);
      interrupt.reading = false;
    }
    interrupt.then = nullptr;
    CHECK(loads >= (step < 3 ? step : 3));
    CHECK(found[0] == store.at(live[one[7]]));
    CHECK(store.reclaim(crypto) == (loads >= step ? 6 : 0));
  }
}
