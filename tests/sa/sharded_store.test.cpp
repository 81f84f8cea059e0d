#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/sa/indexed_store.hpp>
#include <esplanade/sa/sharded_store.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/faults.hpp>
#include <esplanade/testing/sa_structs.hpp>

#include <map>
#include <string>
#include <thread>

using namespace support;
using crypto_type = testing::key_keeper<testing::mixing_crypto>;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
};
using in = inbound_sa<gateway, crypto_type>;
using out = outbound_sa<gateway, crypto_type>;

template <class Store> auto add(Store& store, crypto_type& crypto, std::uint32_t spi) {
  sa_form form{.spi = spi};
  return store.add(crypto, form.parameters());
}

}  // namespace

TEST_CASE("sharded_store: an SA goes into the shard that its lowest bits name, and its handle says so [class 15]") {
  crypto_type crypto;
  sharded<flat_sad<in, 8>, 4> all;
  for (std::uint32_t spi = 0x1000; spi < 0x1010; ++spi) {
    const auto made = add(all, crypto, spi).value();
    CHECK(all.shard_of(spi) == spi % 4);
    CHECK(all.shard_of(made) == spi % 4);
    CHECK(all.at(made)->core().spi == spi);
    for (std::size_t k = 0; k < 4; ++k) {
      in* found[1]{};
      all.shard(k).find(std::span(&spi, 1), found);
      CHECK(found[0] == (k == spi % 4 ? all.at(made) : nullptr));
      CHECK(all.shard(k).at(made) == found[0]);
    }
  }
  CHECK(all.size() == 16);
  for (std::size_t k = 0; k < 4; ++k) CHECK(all.shard(k).size() == 4);
}

TEST_CASE("sharded_store: SPIs and handles of another shard are refused in words [class 15]") {
  crypto_type crypto;
  sharded<flat_sad<in, 8>, 2> all;
  const auto foreign = add(all.shard(0), crypto, 0x1001);
  REQUIRE_FALSE(foreign);
  CHECK(foreign.why().kind == fault_kind::invalid_value);
  CHECK(foreign.why().field == std::string("spi"));
  CHECK(foreign.why().reason == std::string("its lowest bits name another shard"));
  const auto made = add(all.shard(1), crypto, 0x1001).value();
  const auto wrong = all.shard(0).remove(made);
  REQUIRE_FALSE(wrong);
  CHECK(wrong.why().reason == std::string("it is of another shard"));
  CHECK(all.remove(made));
  CHECK_FALSE(all.remove(made));
}

TEST_CASE("sharded_store: an outbound SA may be any lane's, and its handle names nothing in another lane [class 15, 38]") {
  crypto_type crypto;
  sharded<slot_table<out, 8>, 4> all;
  const auto by_spi = add(all, crypto, 0x1002).value();
  CHECK(all.shard_of(by_spi) == 2);
  const auto elsewhere = add(all.shard(3), crypto, 0x1002).value();
  CHECK(all.shard_of(elsewhere) == 3);
  const outbound_handle asked[] = {elsewhere, by_spi, {}, elsewhere};
  for (std::size_t k = 0; k < 4; ++k) {
    out* found[4]{};
    all.shard(k).find(asked, found);
    CHECK(found[0] == (k == 3 ? all.at(elsewhere) : nullptr));
    CHECK(found[1] == (k == 2 ? all.at(by_spi) : nullptr));
    CHECK(found[2] == nullptr);
    CHECK(found[3] == found[0]);
  }
}

TEST_CASE("sharded_store: a shard chooses SPIs that it owns") {
  crypto_type crypto;
  sharded<indexed_sad<in, 100>, 8> all;
  testing::seeded random{1};
  for (std::size_t k = 0; k < 8; ++k)
    for (unsigned i = 0; i < 100; ++i) {
      const std::uint32_t spi = all.shard(k).choose_spi(random).value();
      CHECK(all.shard_of(spi) == k);
      CHECK(all.shard_of(add(all, crypto, spi).value()) == k);
    }
  CHECK(all.size() == 800);
}

TEST_CASE("sharded_store: no cache line belongs to two shards") {
  using all_type = sharded<flat_sad<in, 3>, 4>;
  static_assert(alignof(all_type::shard_type) >= 64 && sizeof(all_type::shard_type) % 64 == 0);
  static_assert(alignof(shard<testing::foreign_table<in, 4>, 2>) >= 64);  // whose own alignment is less
  crypto_type crypto;
  all_type all;
  std::map<std::uintptr_t, std::size_t> owners;
  for (std::uint32_t spi = 0x1000; spi < 0x100c; ++spi) {
    const auto made = add(all, crypto, spi).value();
    const auto first = reinterpret_cast<std::uintptr_t>(all.at(made)) / 64, last = (reinterpret_cast<std::uintptr_t>(all.at(made) + 1) - 1) / 64;
    for (std::uintptr_t line = first; line <= last; ++line) CHECK(owners.emplace(line, spi % 4).first->second == spi % 4);
  }
}

TEST_CASE("sharded_store: reclaim keeps its bound over all shards, and no shard has to wait for ever [class 38]") {
  crypto_type crypto;
  sharded<flat_sad<in, 8>, 4> all;
  std::vector<inbound_handle> handles;
  for (std::uint32_t spi = 0x1000; spi < 0x1020; ++spi) handles.push_back(add(all, crypto, spi).value());
  for (const inbound_handle h : handles) CHECK(all.remove(h));
  for (unsigned i = 0; i < 4; ++i) CHECK(all.reclaim(crypto, 1) == 1);
  for (std::size_t k = 0; k < 4; ++k) CHECK(add(all.shard(k), crypto, static_cast<std::uint32_t>(0x2000 + k)));
  CHECK(all.reclaim(crypto, 5) == 5);
  CHECK(all.reclaim(crypto) == 23);
  CHECK(crypto.misuses() == 0);
}

TEST_CASE("sharded_store: each lane opens its own packets on its own thread, and another lane's are no_sa [class 15, 53]") {
  using path = datapath<gateway, flat_packet, sharded_store<flat_store<8>, 2>, crypto_type>;
  crypto_type crypto;
  const auto receiving = std::make_unique<path::inbound_store::whole>();
  const auto sending = std::make_unique<path::outbound_store::whole>();
  outbound_handle sas[2];
  for (std::uint32_t k = 0; k < 2; ++k) {
    sa_form form{.spi = 0x1000 + k};
    CHECK(receiving->add(crypto, form.parameters()));
    sas[k] = sending->add(crypto, form.parameters()).value();
  }
  verdict own[2], others[2];
  const auto work = [&](std::size_t k) {
    path lane{{receiving->shard(k), sending->shard(k), crypto}};
    for (unsigned round = 0; round < 200; ++round) {
      train<flat_packet> packets;
      packets.add(make_ip({.payload = counted(40)}), sas[k]);
      packets.add(make_ip({.payload = counted(40)}), sas[k ^ 1]);
      lane.outbound(packets.view_with_handles());
      others[k] = packets.of(1);
      if (packets.of(0) != verdict::forwarded || others[k] != verdict::no_sa) return;
      train<flat_packet> arriving;
      arriving.lend(*packets.in_order[0]);
      lane.inbound(arriving.view());
      own[k] = arriving.of(0);
      if (own[k] != verdict::forwarded) return;
    }
  };
  std::thread other(work, 1);
  work(0);
  other.join();
  for (const std::size_t k : {0u, 1u}) {
    CHECK(own[k] == verdict::forwarded);
    CHECK(others[k] == verdict::no_sa);
  }
}
