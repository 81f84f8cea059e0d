#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/sa/longest_match_store.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/faults.hpp>

#include <map>
#include <string>
#include <tuple>

using namespace support;
using crypto_type = testing::key_keeper<testing::mixing_crypto>;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  using replay = window<32>;
};
using in = inbound_sa<gateway, crypto_type>;

// Addresses that are easily taken for one another: the IPv6 ones begin with the octets of an IPv4 one or differ in the last.
const address places[] = {address::v4(192, 0, 2, 1), address::v4(192, 0, 2, 2), address::v4(2, 2, 0, 192), address::v6(0xc000, 0x0201, 0, 0, 0, 0, 0, 0),
                          address::v6(0xc000, 0x0201, 0, 0, 0, 0, 0, 1), address::v6(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)};
constexpr std::size_t place_count = std::size(places);
const std::uint32_t spis[] = {0x01020304, 0x01020305, 0x01020303, 0x04030201, 0x00000100};

struct identity {
  sa_identifier identifier = sa_identifier::of_store;
  std::uint32_t spi = 0;
  std::size_t destination = 0, source = 0;
  bool operator<(const identity& o) const { return std::tie(identifier, spi, destination, source) < std::tie(o.identifier, o.spi, o.destination, o.source); }
};
template <class Store> result<inbound_handle> add(Store& store, crypto_type& crypto, const identity& id) {
  sa_form form{.spi = id.spi};
  sa_parameters p = form.parameters();
  p.identifier = id.identifier;
  p.destination = places[id.destination];
  p.source = places[id.source];
  return store.add(crypto, p);
}
template <class Store> typename Store::key_type key_of(std::uint32_t spi, std::size_t destination, std::size_t source) {
  return Store::key_of({spi, places[destination].version, places[source].value, places[destination].value});
}
// Every identifier collides with every other: only what the SAs say tells them apart.
struct one_place {
  template <class Key> static std::uint64_t of(const Key&, std::uint32_t) noexcept { return 1; }
};
// What RFC 4301 4.1 says, step by step.
inbound_handle longest(const std::map<identity, inbound_handle>& live, std::uint32_t spi, std::size_t destination, std::size_t source) {
  for (const identity& id : {identity{sa_identifier::spi_and_addresses, spi, destination, source}, identity{sa_identifier::spi_and_destination, spi, destination, 0},
                             identity{sa_identifier::spi, spi, 0, 0}})
    if (const auto at = live.find(id); at != live.end()) return at->second;
  return {};
}
// Every packet of two addresses of one family, all in one batch as large as it may be, against the model.
template <class Store> void agrees(Store& store, const std::map<identity, inbound_handle>& live) {
  std::vector<typename Store::key_type> keys;
  std::vector<in*> expected;
  for (const std::uint32_t spi : spis)
    for (std::size_t d = 0; d < place_count; ++d)
      for (std::size_t s = 0; s < place_count; ++s) {
        if (places[d].version != places[s].version) continue;
        keys.push_back(key_of<Store>(spi, d, s));
        expected.push_back(store.at(longest(live, spi, d, s)));
      }
  std::vector<in*> found(keys.size(), nullptr);
  REQUIRE(keys.size() <= 256);
  store.find(keys, found);
  for (std::size_t i = 0; i < keys.size(); ++i) REQUIRE(found[i] == expected[i]);
}

}  // namespace

TEST_CASE("longest_match_store: the longest identifier that matches wins, whatever the order they came in (RFC 4301 4.1) [class 15] [row 39]") {
  const identity three[] = {{sa_identifier::spi, spis[0], 0, 0}, {sa_identifier::spi_and_destination, spis[0], 0, 0}, {sa_identifier::spi_and_addresses, spis[0], 0, 1}};
  unsigned order[] = {0, 1, 2};
  do {
    crypto_type crypto;
    longest_match_sad<in, 4> store;
    std::map<identity, inbound_handle> live;
    for (const unsigned i : order) {
      live[three[i]] = add(store, crypto, three[i]).value();
      agrees(store, live);
    }
    CHECK_FALSE(add(store, crypto, three[order[1]]));
    for (const unsigned i : order) {
      CHECK(store.remove(live[three[i]]));
      live.erase(three[i]);
      agrees(store, live);
    }
  } while (std::next_permutation(order, order + 3));
}

TEST_CASE("longest_match_store: an SA is found by nothing but its own identifier: other SPIs, addresses, order of addresses, families [class 15]") {
  for (const sa_identifier identifier : {sa_identifier::spi, sa_identifier::spi_and_destination, sa_identifier::spi_and_addresses})
    for (std::size_t d = 0; d < place_count; ++d)
      for (std::size_t s = 0; s < place_count; ++s) {
        if (places[d].version != places[s].version) continue;
        crypto_type crypto;
        longest_match_sad<in, 2> store;
        const identity only{identifier, spis[0], identifier == sa_identifier::spi ? 0 : d, identifier == sa_identifier::spi_and_addresses ? s : 0};
        sa_form form{.spi = only.spi};
        sa_parameters p = form.parameters();
        p.identifier = identifier;
        p.destination = places[d];
        p.source = places[s];
        agrees(store, {{only, store.add(crypto, p).value()}});
        const auto flipped = [&](unsigned bit) {
          auto key = key_of<longest_match_sad<in, 2>>(spis[0], d, s);
          const std::size_t octets = places[d].size();
          (bit < 8 * octets ? key.destination[bit / 8] : key.source[bit / 8 - octets]) ^= static_cast<octet>(1 << bit % 8);
          in* found[1]{};
          store.find(std::span(&key, 1), found);
          return found[0] != nullptr;
        };
        for (unsigned bit = 0; bit < 16 * places[d].size(); ++bit)
          CHECK(flipped(bit) == (identifier == sa_identifier::spi || (identifier == sa_identifier::spi_and_destination && bit >= 8 * places[d].size())));
      }
}

TEST_CASE("longest_match_store: agrees with the steps of RFC 4301 4.1 through additions, removals and reclaims [class 14, 15, 38, 46] [row 39]") {
  const auto run = [](auto store, std::uint64_t seed) {
    crypto_type crypto;
    testing::seeded numbers{seed};
    std::map<identity, inbound_handle> live;
    std::size_t retired = 0;
    for (int step = 0; step < 1500; ++step) {
      identity id{static_cast<sa_identifier>(1 + numbers.below(3)), spis[numbers.below(std::size(spis))], 0, 0};
      if (id.identifier != sa_identifier::spi) id.destination = numbers.below(place_count);
      if (id.identifier == sa_identifier::spi_and_addresses) {
        do id.source = numbers.below(place_count);
        while (places[id.source].version != places[id.destination].version);
      }
      if (const auto at = live.find(id); at != live.end() && numbers.below(3) != 0) {
        REQUIRE(store->remove(at->second));
        live.erase(at);
        ++retired;
      } else {
        const auto made = add(*store, crypto, id);
        REQUIRE(static_cast<bool>(made) == (at == live.end() && live.size() + retired < 40));
        if (!made) REQUIRE(made.why().kind == (at == live.end() ? fault_kind::no_space : fault_kind::already_exists));
        if (made) live[id] = *made;
      }
      if (numbers.below(4) == 0) retired -= store->reclaim(crypto, numbers.below(6));
      REQUIRE(store->size() == live.size());
      REQUIRE(crypto.keys() == live.size() + retired);
      agrees(*store, live);
    }
    for (const auto& [id, handle] : live) CHECK(store->remove(handle));
    store->reclaim(crypto);
    agrees(*store, {});
    CHECK(crypto.keys() == 0);
    CHECK(crypto.misuses() == 0);
  };
  for (const std::uint64_t seed : {1u, 2u, 3u}) run(std::make_unique<longest_match_sad<in, 40, epoch<1>>>(), seed);
  run(std::make_unique<longest_match_sad<in, 40, single_core, one_place>>(), 4);
}

TEST_CASE("longest_match_store: SPIs that come and go leave nothing in the index [class 38]") {
  crypto_type crypto;
  longest_match_sad<in, 8> store;
  for (std::uint32_t spi = 0x1000; spi < 0x1200; ++spi) {
    std::vector<inbound_handle> handles;
    for (const sa_identifier identifier : {sa_identifier::spi_and_addresses, sa_identifier::spi, sa_identifier::spi_and_destination})
      handles.push_back(add(store, crypto, {identifier, spi, 0, 1}).value());
    for (const inbound_handle h : handles) REQUIRE(store.remove(h));
    REQUIRE(store.reclaim(crypto) == 3);
  }
}

TEST_CASE("longest_match_store: a group's thousand sources under one SPI are all found, and another is not [class 15]") {
  crypto_type crypto;
  using store_type = longest_match_sad<in, 1000>;
  const auto store = std::make_unique<store_type>();
  const auto source = [](unsigned i) { return address::v4(10, static_cast<octet>(i >> 16), static_cast<octet>(i >> 8 & 0xff), static_cast<octet>(i & 0xff)); };
  const address group = address::v4(232, 1, 2, 3);
  std::vector<inbound_handle> handles;
  sa_form form{};
  sa_parameters p = form.parameters();
  p.identifier = sa_identifier::spi_and_addresses;
  p.destination = group;
  for (unsigned i = 0; i < 1000; ++i) {
    p.source = source(i);
    handles.push_back(store->add(crypto, p).value());
  }
  for (unsigned i = 0; i < 1100; ++i) {
    const address from = source(i);
    const auto key = store_type::key_of({form.spi, family::ipv4, from.value, group.value});
    in* found[1]{};
    store->find(std::span(&key, 1), found);
    CHECK(found[0] == (i < 1000 ? store->at(handles[i]) : nullptr));
  }
}

TEST_CASE("longest_match_store: an identifier without its address is refused in words [class 55]") {
  crypto_type crypto;
  longest_match_sad<in, 4> store;
  sa_form form{};
  const auto refused = [&](sa_identifier identifier, address destination, address source) {
    sa_parameters p = form.parameters();
    p.identifier = identifier;
    p.destination = destination;
    p.source = source;
    const auto made = store.add(crypto, p);
    return made ? std::string() : std::string(made.why().field);
  };
  CHECK(refused(sa_identifier::spi_and_destination, {}, places[0]) == "destination");
  CHECK(refused(sa_identifier::spi_and_addresses, {}, places[0]) == "destination");
  CHECK(refused(sa_identifier::spi_and_addresses, places[0], {}) == "source");
  CHECK(refused(sa_identifier::spi_and_addresses, places[0], places[4]) == "source");
  CHECK(store.size() == 0);
  CHECK(refused(sa_identifier::spi_and_addresses, places[0], places[1]).empty());
}
