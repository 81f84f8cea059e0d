#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/faults.hpp>

#include <map>

using namespace support;
using crypto_type = testing::key_keeper<testing::mixing_crypto>;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  using replay = window<32>;
};
template <std::size_t N, class Key = by_spi> using sad = flat_sad<inbound_sa<gateway, crypto_type>, N, Key>;

template <class Store> auto* lookup(Store& store, const typename Store::key_type& key) {
  typename Store::sa_type* found[1]{};
  store.find(std::span(&key, 1), found);
  return found[0];
}
template <class Store> auto add(Store& store, crypto_type& crypto, std::uint32_t spi, unsigned which = 1) {
  sa_form form{.spi = spi, .which = which};
  return store.add(crypto, form.parameters());
}

}  // namespace

TEST_CASE("flat_sad: SPIs 0 to 255 and duplicates are refused, by a fault that says so [class 14, 55]") {
  crypto_type crypto;
  sad<8> store;
  for (std::uint32_t spi = 0; spi <= 255; ++spi) {
    const auto refused = add(store, crypto, spi);
    REQUIRE_FALSE(refused);
    CHECK(refused.why().kind == fault_kind::invalid_value);
    CHECK(refused.why().field == std::string("spi"));
  }
  CHECK(store.size() == 0);
  const auto first = add(store, crypto, 256).value();
  const auto twice = add(store, crypto, 256, 2);
  REQUIRE_FALSE(twice);
  CHECK(twice.why().kind == fault_kind::already_exists);
  CHECK(twice.why().field == std::string("spi"));
  CHECK(store.size() == 1);
  CHECK(crypto.keys() == 1);
  CHECK(store.remove(first));
  CHECK(add(store, crypto, 256));  // the number is free as soon as nobody finds it
  CHECK(add(store, crypto, 0xffffffff));
  CHECK(lookup(store, 0xffffffffu) != nullptr);
  CHECK(lookup(store, 0u) == nullptr);
  CHECK(lookup(store, 1u) == nullptr);
}

TEST_CASE("slot_table: reserved SPIs are refused there too [class 14]") {
  crypto_type crypto;
  slot_table<outbound_sa<gateway, crypto_type>, 4> store;
  for (std::uint32_t spi = 0; spi <= 255; ++spi) CHECK_FALSE(add(store, crypto, spi));
  CHECK(store.size() == 0);
  CHECK(add(store, crypto, 256));
  CHECK(add(store, crypto, 256));  // two peers may choose the same number
}

TEST_CASE("flat_sad: with destinations in the key one SPI serves several addresses [class 15]") {
  crypto_type crypto;
  sad<8, by_spi_and_destination> store;
  for (unsigned which = 1; which <= 6; ++which) CHECK(add(store, crypto, 0x1001, which));
  CHECK_FALSE(add(store, crypto, 0x1001, 3));
  for (unsigned which = 1; which <= 7; ++which) {
    auto* sa = lookup(store, {0x1001, outside_v4(10 + which)});
    CHECK((sa != nullptr) == (which <= 6));
    if (sa != nullptr) CHECK(sa->destination() == outside_v4(10 + which));
  }
  CHECK(lookup(store, {0x1002, outside_v4(11)}) == nullptr);
}

TEST_CASE("flat_sad: with both addresses in the key one SPI serves several pairs [class 15]") {
  crypto_type crypto;
  sad<8, by_spi_and_addresses> store;
  const auto add_from = [&](unsigned source, unsigned destination) {
    sa_form form{.which = destination};
    sa_parameters p = form.parameters();
    p.source = outside_v4(source);
    return static_cast<bool>(store.add(crypto, p));
  };
  for (unsigned s = 1; s <= 2; ++s)
    for (unsigned d = 1; d <= 3; ++d) CHECK(add_from(s, d));
  CHECK_FALSE(add_from(2, 3));
  for (unsigned s = 1; s <= 3; ++s)
    for (unsigned d = 1; d <= 4; ++d) {
      auto* sa = lookup(store, {0x1001, outside_v4(10 + d), outside_v4(s)});
      CHECK((sa != nullptr) == (s <= 2 && d <= 3));
      if (sa != nullptr) CHECK(sa->source() == outside_v4(s));
      if (sa != nullptr) CHECK(sa->destination() == outside_v4(10 + d));
    }
  CHECK(lookup(store, {0x1001, outside_v4(1), outside_v4(11)}) == nullptr);  // the other way round
}

namespace {
// A policy under which lanes leave records at once, and arrays of the index when the test says so.
struct records_only {
  using atomics = plain_atomics;
  static constexpr bool concurrent = true;
  int enter() noexcept { return 0; }
  std::uint64_t retire() noexcept { return std::exchange(next, 10); }
  std::uint64_t passed() noexcept { return answer; }
  std::uint64_t next = 10, answer = 5;
};
}  // namespace

TEST_CASE("flat_sad: full of removed SAs, with readers in the other array, it refuses and says what helps [class 38, 55]") {
  crypto_type crypto;
  flat_sad<inbound_sa<gateway, crypto_type>, 8, by_spi, records_only> store;
  testing::seeded numbers{8};
  std::map<std::uint32_t, inbound_handle> live;
  unsigned refused = 0;
  for (std::uint32_t spi = 0x1000; spi < 0x2000; ++spi) {
    const auto made = add(store, crypto, spi);
    if (!made) {
      REQUIRE(made.why().kind == fault_kind::busy);
      CHECK(std::string(made.why().accepted).find("reclaim()") != std::string::npos);
      CHECK(crypto.keys() == live.size());
      ++refused;
      store.reclaimer().answer = 20;  // the lanes have gone on
      live[spi] = add(store, crypto, spi).value();
      store.reclaimer().answer = 5;
    } else {
      live[spi] = *made;
    }
    if (live.size() > 6) {
      auto gone = live.begin();
      std::advance(gone, static_cast<std::ptrdiff_t>(numbers.below(live.size())));
      store.reclaimer().next = 1;
      REQUIRE(store.remove(gone->second));
      REQUIRE(store.reclaim(crypto) == 1);
      live.erase(gone);
    }
    for (const auto& [s, h] : live) REQUIRE(lookup(store, s) == store.at(h));
    REQUIRE(lookup(store, 0x0fffu) == nullptr);  // its way ends
  }
  CHECK(refused > 20);
}

TEST_CASE("flat_sad: agrees with a map through additions, removals and reclaims, at every fill [class 15, 46]") {
  for (const std::size_t most : {std::size_t{3}, std::size_t{16}, std::size_t{32}}) {
    crypto_type crypto;
    auto store = std::make_unique<sad<32>>();
    testing::seeded numbers{most};
    std::map<std::uint32_t, inbound_handle> live;
    std::vector<inbound_handle> gone;
    std::size_t retired = 0;
    for (int step = 0; step < 4000; ++step) {
      const std::uint32_t spi = 256 + static_cast<std::uint32_t>(numbers.below(64)) * (numbers.below(2) == 0 ? 1u : 0x01000000u);
      if (numbers.below(2) == 0 && live.size() < most) {
        const auto made = add(*store, crypto, spi);
        const bool room = live.size() + retired < 32;
        REQUIRE(static_cast<bool>(made) == (room && live.count(spi) == 0));
        if (made) live[spi] = *made;
      } else if (const auto at = live.find(spi); at != live.end()) {
        REQUIRE(store->remove(at->second));
        gone.push_back(at->second);
        live.erase(at);
        ++retired;
      }
      if (numbers.below(8) == 0) retired -= store->reclaim(crypto, numbers.below(5));
      REQUIRE(store->size() == live.size());
      REQUIRE(crypto.keys() == live.size() + retired);
      std::uint32_t keys[130];
      inbound_sa<gateway, crypto_type>* found[130]{};
      for (std::uint32_t i = 0; i < 130; ++i) keys[i] = 256 + (i % 65) * (i < 65 ? 1u : 0x01000000u);
      store->find(keys, found);
      for (std::size_t i = 0; i < 130; ++i) {
        const auto at = live.find(keys[i]);
        REQUIRE((found[i] == nullptr) == (at == live.end()));
        if (found[i] != nullptr) REQUIRE(found[i] == store->at(at->second));
        if (found[i] != nullptr) REQUIRE(found[i]->core().spi == keys[i]);
      }
    }
    for (const inbound_handle h : gone) {
      CHECK(store->at(h) == nullptr);
      CHECK_FALSE(store->remove(h));
    }
    CHECK(crypto.misuses() == 0);
  }
}

TEST_CASE("flat_store: stores of one SA") {
  crypto_type crypto;
  sad<1> in;
  slot_table<outbound_sa<gateway, crypto_type>, 1> out;
  for (std::uint32_t round = 0; round < 50; ++round) {
    const auto a = add(in, crypto, 300 + round).value();
    const auto b = add(out, crypto, 300 + round).value();
    CHECK_FALSE(add(in, crypto, 299));
    CHECK(add(out, crypto, 299).why().kind == fault_kind::no_space);
    CHECK(lookup(in, 300 + round) == in.at(a));
    CHECK(lookup(in, 299u) == nullptr);
    CHECK(lookup(out, b) == out.at(b));
    CHECK(in.remove(a));
    CHECK(out.remove(b));
    CHECK(lookup(in, 300 + round) == nullptr);
    CHECK(lookup(out, b) == nullptr);
    CHECK(in.reclaim(crypto) == 1);
    CHECK(out.reclaim(crypto) == 1);
  }
  CHECK(crypto.keys() == 0);
}

TEST_CASE("slot_table: handles that were never given name nothing") {
  crypto_type crypto;
  slot_table<outbound_sa<gateway, crypto_type>, 4> store;
  const auto h = add(store, crypto, 0x1001).value();
  for (const outbound_handle other : {outbound_handle{}, outbound_handle{h.slot, h.generation + 1}, outbound_handle{h.slot, 0}, outbound_handle{4, 1},
                                      outbound_handle{0x7fffffff, 1}, outbound_handle{h.slot + 1, h.generation}}) {
    CHECK(lookup(store, other) == nullptr);
    CHECK(store.at(other) == nullptr);
    CHECK_FALSE(store.remove(other));
  }
  CHECK(lookup(store, h) == store.at(h));
}
