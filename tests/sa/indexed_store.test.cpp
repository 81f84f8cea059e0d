#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/sa/indexed_store.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/faults.hpp>

#include <map>
#include <set>
#include <string>

using namespace support;
using crypto_type = testing::key_keeper<testing::mixing_crypto>;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  using replay = window<32>;
};
using in = inbound_sa<gateway, crypto_type>;
template <std::size_t N> using sad = indexed_sad<in, N>;

// Always the same bits: the worst that can be handed in.
struct stuck {
  std::uint64_t bits = 0;
  std::uint64_t next() noexcept { return bits; }
};
template <class Store> auto add(Store& store, crypto_type& crypto, std::uint32_t spi) {
  sa_form form{.spi = spi};
  return store.add(crypto, form.parameters());
}
template <class Store> in* lookup(Store& store, std::uint32_t spi) {
  in* found[1]{};
  store.find(std::span(&spi, 1), found);
  return found[0];
}

}  // namespace

TEST_CASE("indexed_store: chosen SPIs are never reserved, never twice in use, and differ from the slot's one before, whatever the random source [class 14]") {
  for (const std::uint64_t bits : {std::uint64_t{0}, ~std::uint64_t{0}, std::uint64_t{0x100}, std::uint64_t{0x200}, std::uint64_t{0x2ff}, std::uint64_t{0x300}, std::uint64_t{0x3ff}}) {
    crypto_type crypto;
    sad<4> store;
    stuck random{bits};
    std::set<std::uint32_t> in_use;
    std::uint32_t spis[4];
    for (std::uint32_t& spi : spis) {
      spi = store.choose_spi(random).value();
      CHECK(spi > 255);
      CHECK(in_use.insert(spi).second);
    }
    std::uint32_t before = spis[0];
    for (unsigned round = 0; round < 10; ++round) {
      if (round % 2 == 0) {
        CHECK(store.release_spi(before));
      } else {
        const auto made = add(store, crypto, before);
        CHECK(store.remove(*made));
        CHECK(store.reclaim(crypto) == 1);
      }
      const std::uint32_t next = store.choose_spi(random).value();
      CHECK(next > 255);
      CHECK(next != before);
      CHECK(((next ^ before) >> sad<4>::random_bits) == 0);  // the same slot
      CHECK((next & 0xff) == (bits & 0xff));               // a shard's number stays
      in_use.erase(before);
      CHECK(in_use.insert(next).second);
      before = next;
    }
  }
}

TEST_CASE("indexed_store: all bits below the slot's are the random source's") {
  static_assert(sad<1>::random_bits == 31 && sad<2>::random_bits == 31 && sad<3>::random_bits == 30 && sad<1024>::random_bits == 22 && sad<1000>::random_bits == 22);
  static_assert(indexed_sad<in, 1 << 20>::random_bits == 12);
  sad<1000> store;
  testing::seeded random{5};
  unsigned ones[22]{};
  for (unsigned i = 0; i < 1000; ++i) {
    const std::uint32_t spi = store.choose_spi(random).value();
    for (unsigned bit = 0; bit < 22; ++bit) ones[bit] += spi >> bit & 1;
  }
  for (const unsigned n : ones) {
    CHECK(n > 400);
    CHECK(n < 600);
  }
}

TEST_CASE("indexed_store: an SPI that was not chosen is refused in words, and so is releasing one [class 14]") {
  crypto_type crypto;
  sad<8> store;
  testing::seeded random{3};
  const std::uint32_t spi = store.choose_spi(random).value();
  for (const std::uint32_t other : {spi ^ 1, spi ^ 0x40000000, spi ^ 0xe0000000, 0x12345678u, 0xffffffffu}) {
    const auto refused = add(store, crypto, other);
    REQUIRE_FALSE(refused);
    CHECK(refused.why().kind == fault_kind::not_found);
    CHECK(refused.why().field == std::string("spi"));
    const auto unknown = store.release_spi(other);
    REQUIRE_FALSE(unknown);
    CHECK(unknown.why().kind == fault_kind::not_found);
  }
  CHECK(add(store, crypto, spi));
  CHECK_FALSE(store.release_spi(spi));  // in use
  CHECK(store.size() == 1);
}

TEST_CASE("indexed_store: what add() refuses leaves the SPI chosen; chosen SPIs and their SAs share the room [class 14]") {
  crypto_type crypto;
  sad<3> store;
  testing::seeded random{3};
  const std::uint32_t spi = store.choose_spi(random).value();
  sa_form form{.spi = spi};
  sa_parameters p = form.parameters();
  p.key = p.key.first(3);
  CHECK(store.add(crypto, p).why().field == std::string("key"));
  CHECK(lookup(store, spi) == nullptr);
  p = form.parameters();
  p.identifier = sa_identifier::spi_and_destination;
  CHECK(store.add(crypto, p).why().field == std::string("identifier"));
  CHECK(add(store, crypto, spi));
  CHECK(store.choose_spi(random));
  const std::uint32_t last = store.choose_spi(random).value();
  const auto full = store.choose_spi(random);
  REQUIRE_FALSE(full);
  CHECK(full.why().kind == fault_kind::no_space);
  CHECK(lookup(store, last) == nullptr);  // chosen is not added
  CHECK(store.release_spi(last));
  CHECK(store.choose_spi(random));
}

TEST_CASE("indexed_store: of all SPIs of a slot only the one in use is found, and none of a slot beyond the capacity [class 15] [row 42]") {
  crypto_type crypto;
  sad<5> store;  // three bits of slot, three slots that do not exist
  testing::seeded random{9};
  std::set<std::uint32_t> live;
  for (std::uint32_t slot = 0; slot < 8; ++slot) CHECK(lookup(store, slot << sad<5>::random_bits) == nullptr);
  for (unsigned i = 0; i < 5; ++i) {
    const std::uint32_t spi = store.choose_spi(random).value();
    CHECK(add(store, crypto, spi));
    live.insert(spi);
  }
  for (const std::uint32_t spi : live) {
    for (unsigned bit = 0; bit < 32; ++bit) CHECK(lookup(store, spi ^ (1u << bit)) == nullptr);
    CHECK(lookup(store, spi + 1) == nullptr);
    CHECK(lookup(store, spi - 1) == nullptr);
    CHECK(lookup(store, __builtin_bswap32(spi)) == nullptr);
    CHECK(lookup(store, spi)->core().spi == spi);
  }
  for (unsigned i = 0; i < 10'000; ++i) {
    const auto spi = static_cast<std::uint32_t>(random.next());
    CHECK((lookup(store, spi) != nullptr) == (live.count(spi) == 1));
  }
}

TEST_CASE("indexed_store: agrees with a map through choices, additions, removals and reclaims [class 15, 38, 46]") {
  crypto_type crypto;
  auto store = std::make_unique<indexed_sad<in, 20, epoch<1>>>();
  testing::seeded random{11};
  std::set<std::uint32_t> chosen;
  std::map<std::uint32_t, inbound_handle> live;
  std::vector<std::uint32_t> gone;
  std::size_t retired = 0;
  for (int step = 0; step < 6000; ++step) {
    switch (random.below(5)) {
      case 0: case 1: {
        const auto spi = store->choose_spi(random);
        REQUIRE(static_cast<bool>(spi) == (chosen.size() + live.size() + retired < 20));
        if (spi) REQUIRE((live.count(*spi) == 0 && chosen.insert(*spi).second));
        break;
      }
      case 2:
        if (chosen.empty()) break;
        live[*chosen.begin()] = add(*store, crypto, *chosen.begin()).value();
        chosen.erase(chosen.begin());
        break;
      case 3:
        if (random.below(3) == 0 && !chosen.empty()) {
          REQUIRE(store->release_spi(*chosen.rbegin()));
          gone.push_back(*chosen.rbegin());
          chosen.erase(*chosen.rbegin());
        } else if (!live.empty()) {
          REQUIRE(store->remove(live.begin()->second));
          gone.push_back(live.begin()->first);
          live.erase(live.begin());
          ++retired;
        }
        break;
      default: retired -= store->reclaim(crypto, random.below(4));
    }
    REQUIRE(store->size() == live.size());
    REQUIRE(crypto.keys() == live.size() + retired);
    std::vector<std::uint32_t> keys(chosen.begin(), chosen.end());
    for (const auto& [spi, handle] : live) keys.push_back(spi);
    for (std::size_t i = gone.size(); i > 0 && i + 30 > gone.size(); --i) keys.push_back(gone[i - 1]);
    if (keys.empty()) continue;
    std::vector<in*> found(keys.size(), nullptr);
    store->find(keys, found);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const auto at = live.find(keys[i]);
      REQUIRE(found[i] == (at == live.end() ? nullptr : store->at(at->second)));
    }
  }
  CHECK(crypto.misuses() == 0);
}
