// What holds for every store of ours, said once and run over each of them.
#include "support/stores.hpp"
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/sa/indexed_store.hpp>
#include <esplanade/sa/longest_match_store.hpp>
#include <esplanade/sa/sharded_store.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/faults.hpp>
#include <esplanade/testing/sa_structs.hpp>
#include <esplanade/testing/store_laws.hpp>

#include <set>
#include <string>

using namespace support;
using crypto_type = testing::key_keeper<testing::mixing_crypto>;

namespace stores_test {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  using replay = window<64>;
};
using in = inbound_sa<gateway, crypto_type>;
using out = outbound_sa<gateway, crypto_type>;
using two = epoch<2>;
template <class... S> struct list {};

using inbound_stores = list<flat_sad<in, 8>, flat_sad<in, 8, by_spi, two>, indexed_sad<in, 8>, indexed_sad<in, 8, two>, longest_match_sad<in, 8>, longest_match_sad<in, 8, two>, whole_store<flat_sad<in, 4>, 2>,
                            whole_store<indexed_sad<in, 2>, 4>, whole_store<longest_match_sad<in, 4, two>, 2>, shard<longest_match_sad<in, 8>, 16>>;
using outbound_stores = list<slot_table<out, 8>, slot_table<out, 8, two>, whole_store<slot_table<out, 4>, 2>, whole_store<slot_table<out, 2, two>, 4>, shard<slot_table<out, 8>, 16>>;
constexpr std::uint32_t room = 8;

// A store, its provider, and a lane that looks into it.
template <class S> struct house {
  using sa_type = typename S::sa_type;
  using key_type = typename S::key_type;
  using handle = sa_handle<typename association_t<sa_type>::direction>;
  static constexpr bool chooses = requires(S& s, testing::seeded& r) { s.choose_spi(r); };

  crypto_type crypto{};
  std::unique_ptr<S> store = std::make_unique<S>();
  membership_of<S> lane{*store};
  testing::seeded random{1};

  // The SPI to use for the wanted one.
  std::uint32_t spi_for(std::uint32_t wanted) {
    if constexpr (chooses) {
      auto chosen = store->choose_spi(random);
      return chosen ? *chosen : wanted;
    } else {
      return wanted;
    }
  }
  auto add(std::uint32_t spi) {
    sa_form form{.spi = spi};
    return store->add(crypto, form.parameters());
  }
  sa_type* lookup(const key_type& key) {
    const held_guard<S> inside{*store, lane};
    sa_type* found[1]{};
    store->find(std::span(&key, 1), found);
    return found[0];
  }
  sa_type* by_spi(std::uint32_t spi) {
    const address source = outside_v4(1), destination = outside_v4(11);
    return lookup(S::key_of({spi, family::ipv4, source.value, destination.value}));
  }
};

bool has_words(const fault& f) { return *f.field != 0 && *f.reason != 0 && *f.accepted != 0; }
template <class R> void refuses(const R& answer, fault_kind kind, const char* field) {
  REQUIRE_FALSE(answer);
  CHECK(answer.why().kind == kind);
  CHECK(answer.why().field == std::string(field));
  CHECK(has_words(answer.why()));
}
template <class S> struct kind {
  using type = S;
};
// Calls check(house) with a fresh house for each store.
template <class... S, class Check> void for_each_of(list<S...>, Check check) {
  const auto one = [&check]<class Each>(kind<Each>) {
    CAPTURE(std::string(Each::name));
    house<Each> h;
    check(h);
  };
  (one(kind<S>{}), ...);
}

}  // namespace stores_test
using namespace stores_test;

TEST_CASE("stores: reserved SPIs are refused in words and cost nothing [class 14]") {
  const auto check = [](auto& h) {
    for (std::uint32_t spi = 0; spi <= 255; ++spi) refuses(h.add(spi), fault_kind::invalid_value, "spi");
    CHECK(h.store->size() == 0);
    CHECK(h.crypto.keys() == 0);
    for (std::uint32_t i = 0; i < room; ++i) CHECK(h.add(h.spi_for(0x100 + 16 * i)));
  };
  for_each_of(list<flat_sad<in, 8>, flat_sad<in, 8, by_spi, two>, indexed_sad<in, 8>, indexed_sad<in, 8, two>, longest_match_sad<in, 8>, longest_match_sad<in, 8, two>, shard<longest_match_sad<in, 8>, 16>>{}, check);
  for_each_of(list<slot_table<out, 8>, slot_table<out, 8, two>, shard<slot_table<out, 8>, 16>>{}, check);
}

TEST_CASE("stores: SPI 0 and the reserved ones find nothing, in an empty store and in a full one [class 14, 15]") {
  for_each_of(inbound_stores{}, [](auto& h) {
    for (const bool filled : {false, true}) {
      if (filled)
        for (std::uint32_t i = 0; i < room; ++i) CHECK(h.add(h.spi_for(0x2000 + i)));
      for (std::uint32_t spi = 0; spi <= 255; ++spi) CHECK(h.by_spi(spi) == nullptr);
      CHECK(h.by_spi(0xffffffff) == nullptr);
    }
  });
}

TEST_CASE("inbound stores: a second SA under one SPI is refused in words; behind its removal the SPI is free or chosen anew [class 14]") {
  for_each_of(inbound_stores{}, [](auto& h) {
    const std::uint32_t spi = h.spi_for(0x12345678);
    const auto first = h.add(spi).value();
    refuses(h.add(spi), fault_kind::already_exists, "spi");
    CHECK(h.store->size() == 1);
    CHECK(h.crypto.keys() == 1);
    REQUIRE(h.by_spi(spi) != nullptr);
    CHECK(h.by_spi(spi) == h.store->at(first));
    CHECK(h.store->remove(first));
    CHECK(h.by_spi(spi) == nullptr);
    if (h.chooses) refuses(h.add(spi), fault_kind::not_found, "spi");
    const std::uint32_t again = h.spi_for(spi);
    CHECK(h.add(again));
    CHECK(h.by_spi(again) != nullptr);
  });
}

TEST_CASE("outbound stores: two peers may choose the same SPI [class 14]") {
  for_each_of(outbound_stores{}, [](auto& h) {
    const auto first = h.add(0x1000), second = h.add(0x1000);
    REQUIRE(first);
    REQUIRE(second);
    CHECK(h.lookup(*first) == h.store->at(*first));
    CHECK(h.lookup(*second) == h.store->at(*second));
    CHECK(h.lookup(*first) != h.lookup(*second));
  });
}

TEST_CASE("stores: a full store refuses in words, keeps what it has, and takes more when a removed SA is reclaimed [class 38]") {
  const auto check = [](auto& h) {
    std::vector<typename std::remove_reference_t<decltype(h)>::handle> handles;
    for (std::uint32_t i = 0; i < room; ++i) handles.push_back(h.add(h.spi_for(0x2000 + i)).value());
    const auto full = h.add(h.spi_for(0x3000));
    if (h.chooses) CHECK(has_words(full.why()));
    else refuses(full, fault_kind::no_space, "sa");
    CHECK(h.store->size() == room);
    for (const auto handle : handles) CHECK(h.store->at(handle) != nullptr);
    CHECK(h.store->remove(handles[0]));
    CHECK_FALSE(h.add(h.spi_for(0x3000)));  // not yet
    CHECK(h.store->reclaim(h.crypto, room) == 1);
    CHECK(h.crypto.keys() == room - 1);
    CHECK(h.add(h.spi_for(0x3000)));
    CHECK(h.crypto.misuses() == 0);
  };
  for_each_of(inbound_stores{}, check);
  for_each_of(outbound_stores{}, check);
}

TEST_CASE("stores: handles that were never given, and those of removed SAs, name nothing and are refused in words [class 38]") {
  const auto check = [](auto& h) {
    const auto mine = h.add(h.spi_for(0x2000)).value();
    using handle = std::remove_const_t<decltype(mine)>;
    std::vector<handle> others{handle{}, handle{mine.slot, mine.generation + 1}, handle{mine.slot, 0}, handle{mine.slot ^ 1, mine.generation}, handle{mine.slot + room, mine.generation},
                               handle{mine.slot ^ 0x80000000u, mine.generation}, handle{0x7fffffff, 1}, handle{0xffffffff, 1}, handle{mine.slot ^ 0x40000000u, mine.generation}};
    for (unsigned round = 0; round < 3; ++round) {
      for (const handle other : others) {
        CHECK(h.store->at(other) == nullptr);
        refuses(h.store->remove(other), fault_kind::not_found, "handle");
        if constexpr (std::is_same_v<typename std::remove_reference_t<decltype(h)>::key_type, handle>) CHECK(h.lookup(other) == nullptr);
      }
      const auto gone = h.add(h.spi_for(0x2100)).value();
      CHECK(h.store->at(gone) != nullptr);
      CHECK(h.store->remove(gone));
      CHECK(h.store->at(gone) == nullptr);
      refuses(h.store->remove(gone), fault_kind::not_found, "handle");
      others.push_back(gone);
      h.store->reclaim(h.crypto, room);
    }
    CHECK(h.store->at(mine) != nullptr);
  };
  for_each_of(inbound_stores{}, check);
  for_each_of(outbound_stores{}, check);
}

TEST_CASE("stores: what was found under a guard stays whole until it ends, and is wiped soon after [class 38] [row 34]") {
  const auto check = [](auto& h) {
    using house_type = std::remove_reference_t<decltype(h)>;
    const std::uint32_t spi = h.spi_for(0x2000);
    const auto handle = h.add(spi).value();
    auto* const record = h.store->at(handle);
    {
      using store_type = std::remove_reference_t<decltype(*h.store)>;
      membership_of<store_type> other{*h.store};
      const held_guard<store_type> inside{*h.store, other};
      if constexpr (!std::is_same_v<typename house_type::key_type, typename house_type::handle>) CHECK(h.by_spi(spi) == record);
      CHECK(h.store->remove(handle));
      CHECK(h.store->reclaim(h.crypto, room) == 0);
      CHECK(record->core().installed);
      CHECK(h.crypto.keys() == 1);
    }
    CHECK(h.store->reclaim(h.crypto, room) == 1);
    CHECK(h.crypto.keys() == 0);
  };
  for_each_of(inbound_stores{}, check);
  for_each_of(outbound_stores{}, check);
}

TEST_CASE("stores: an SA that is to be keyed in another way than the store's is refused in words [class 15, 55]") {
  const auto refused = []<class S>(kind<S>, sa_identifier identifier) {
    house<S> h;
    sa_form form{.spi = h.spi_for(0x2000)};
    sa_parameters p = form.parameters();
    p.identifier = identifier;
    const auto made = h.store->add(h.crypto, p);
    if (!made) refuses(made, fault_kind::not_supported, "identifier");
    return !made;
  };
  const auto takes_only = [&refused]<class S>(kind<S> store, sa_identifier own) {
    for (const sa_identifier identifier : {sa_identifier::spi, sa_identifier::spi_and_destination, sa_identifier::spi_and_addresses}) CHECK(refused(store, identifier) == (identifier != own));
    CHECK_FALSE(refused(store, sa_identifier::of_store));
  };
  takes_only(kind<flat_sad<in, 8>>{}, sa_identifier::spi);
  takes_only(kind<flat_sad<in, 8, by_spi_and_destination>>{}, sa_identifier::spi_and_destination);
  takes_only(kind<flat_sad<in, 8, by_spi_and_addresses>>{}, sa_identifier::spi_and_addresses);
  takes_only(kind<indexed_sad<in, 8>>{}, sa_identifier::spi);
  for (const sa_identifier identifier : {sa_identifier::of_store, sa_identifier::spi, sa_identifier::spi_and_destination, sa_identifier::spi_and_addresses})
    CHECK_FALSE(refused(kind<longest_match_sad<in, 8>>{}, identifier));
}

TEST_CASE("stores: all keep the laws, also around structs of the user's [class 14, 15, 38] [row 40]") {
  const auto laws = []<class S>(kind<S>) {
    for (const testing::broken_law& one : testing::find_broken_store_laws<S>()) FAIL_CHECK(std::string(S::name) << " breaks: " << one.law << " — " << one.where);
  };
  const auto all = [&laws]<class... S>(list<S...>) { (laws(kind<S>{}), ...); };
  all(inbound_stores{});
  all(outbound_stores{});
  all(list<indexed_sad<in, 1000, two>, indexed_sad<testing::tagged_sa<in>, 9>, longest_match_sad<in, 1000>, longest_match_sad<testing::foreign_sa<in>, 16, two>,
           whole_store<indexed_sad<testing::tagged_sa<in>, 50, two>, 8>, whole_store<flat_sad<testing::foreign_sa<in>, 16, by_spi_and_destination>, 4>,
           whole_store<slot_table<testing::tagged_sa<out>, 16, two>, 64>>{});
}

TEST_CASE("stores: as the tag of a datapath they carry packets, and what they do not hold is no_sa [class 15]") {
  const auto carries = []<class Tag>(kind<Tag>) {
    using world_type = world<gateway, flat_packet, crypto_type, Tag>;
    const auto w = std::make_unique<world_type>();
    std::uint32_t spi = 0x1001;
    if constexpr (requires(testing::seeded& r) { w->receiving.choose_spi(r); }) {
      testing::seeded random{7};
      spi = w->receiving.choose_spi(random).value();
    }
    const outbound_handle sa = w->add({.spi = spi}), nobodys = w->add_sender({.spi = spi ^ 1});
    const bytes inner = make_ip({.payload = counted(40)});
    const auto [sealed, wire] = w->sent(inner, sa);
    CHECK(sealed == verdict::forwarded);
    const auto [opened, plain] = w->received(wire);
    CHECK(opened == verdict::forwarded);
    CHECK(plain == inner);
    CHECK(w->received(w->sent(inner, nobodys).second).first == verdict::no_sa);
    CHECK(w->sent(inner, {sa.slot, sa.generation + 1}).first == verdict::no_sa);
  };
  const auto all = [&carries]<class... Tag>(list<Tag...>) { (carries(kind<Tag>{}), ...); };
  all(list<indexed_store<8>, indexed_store<8, two>, longest_match_store<8>, longest_match_store<8, two>, sharded_store<flat_store<8>, 4>, sharded_store<indexed_store<8, two>, 2>,
           sharded_store<longest_match_store<8>, 1>>{});
}
