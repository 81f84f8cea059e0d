#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/sa/growing_store.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/faults.hpp>

#include <atomic>
#include <map>
#include <optional>
#include <thread>

using namespace support;
using crypto_type = testing::key_keeper<testing::mixing_crypto>;

namespace growing_store_test {  // named: clang 14 calls members of unnamed namespaces unused

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  using replay = window<32>;
};
using inbound_type = inbound_sa<gateway, crypto_type>;
using outbound_type = outbound_sa<gateway, crypto_type>;

// Memory for a store, in blocks of exactly what it asks for, each at an odd address.
class provision {
 public:
  octets of(std::size_t size) {
    blocks_.emplace_back(size + 1);
    return octets(blocks_.back()).subspan(1);
  }

 private:
  std::vector<bytes> blocks_{};
};
template <class Store> auto add(Store& store, crypto_type& crypto, std::uint32_t spi) {
  sa_form form{.spi = spi};
  return store.add(crypto, form.parameters());
}
template <class Store> auto* lookup(Store& store, const typename Store::key_type& key) {
  typename Store::sa_type* found[1]{};
  store.find(std::span(&key, 1), found);
  return found[0];
}
template <class Store, class Handle> auto key(std::uint32_t spi, Handle h) {
  if constexpr (std::is_same_v<typename Store::key_type, outbound_handle>) return h;
  else return spi;
}

template <class Store> void grows_and_keeps() {
  provision memory;
  crypto_type crypto;
  Store store;
  using handle = std::remove_cvref_t<decltype(*add(store, crypto, 1))>;
  std::map<std::uint32_t, std::pair<handle, typename Store::sa_type*>> live;
  std::uint32_t spi = 0x1000;
  CHECK(add(store, crypto, spi).why().kind == fault_kind::no_space);
  CHECK(store.at(handle{0, 1}) == nullptr);
  CHECK(lookup(store, key<Store>(spi, handle{0, 1})) == nullptr);
  for (std::size_t capacity : {4u, 12u, 28u, 60u}) {
    REQUIRE(store.grow(memory.of(store.growth())));
    CHECK(store.capacity() == capacity);
    while (live.size() < capacity) {
      const auto made = add(store, crypto, spi);
      REQUIRE(made);
      live[spi++] = {*made, store.at(*made)};
    }
    CHECK(add(store, crypto, spi).why().kind == fault_kind::no_space);
    CHECK(std::string(add(store, crypto, spi).why().accepted).find("grow()") != std::string::npos);
    for (const auto& [s, there] : live) {
      REQUIRE(store.at(there.first) == there.second);  // nothing has moved
      REQUIRE(lookup(store, key<Store>(s, there.first)) == there.second);
      REQUIRE(association(*there.second).core().spi == s);
    }
    for (const std::uint32_t slot : {static_cast<std::uint32_t>(capacity), 59u, 60u, 61u, 123u, 124u, 0x7fffffffu, 0xffffffffu})
      if (slot >= capacity) REQUIRE(store.at(handle{slot, 1}) == nullptr);
    // A removed one makes room without growth.
    const auto gone = live.begin()->second.first;
    REQUIRE(store.remove(gone));
    REQUIRE(store.reclaim(crypto) == 1);
    CHECK(store.at(gone) == nullptr);
    live.erase(live.begin());
    const auto made = add(store, crypto, ++spi);
    live[spi++] = {made.value(), store.at(*made)};
  }
  CHECK(crypto.keys() == 60);
  const auto beyond = store.grow(memory.of(1 << 20));
  REQUIRE_FALSE(beyond);
  CHECK(beyond.why().kind == fault_kind::no_space);
  CHECK(beyond.why().field == std::string("memory"));
  CHECK(store.capacity() == 60);
}

}  // namespace growing_store_test
using namespace growing_store_test;

TEST_CASE("growing_store: chunks double, nothing moves, and the last one says so [class 55]") {
  grows_and_keeps<growing_sad<inbound_type, 4, 4>>();
  grows_and_keeps<growing_table<outbound_type, 4, 4>>();
  grows_and_keeps<growing_sad<inbound_type, 4, 4, by_spi, epoch<1>>>();
  grows_and_keeps<growing_table<outbound_type, 4, 4, epoch<1>>>();
}

TEST_CASE("growing_store: an octet too little is refused, nothing changes, and what it asks for is enough at any address [class 37, 55] [row 31]") {
  for (std::size_t offset = 0; offset < 64; ++offset) {
    crypto_type crypto;
    std::vector<bytes> blocks;
    growing_sad<inbound_type, 2, 8, by_spi, epoch<1>> in;
    growing_table<outbound_type, 2, 8, epoch<1>> out;
    const auto grown = [&](auto& store) {
      const std::size_t need = store.growth(), before = store.capacity();
      octet little[1];
      CHECK(store.grow({}).why().field == std::string("memory"));
      CHECK_FALSE(store.grow(little));
      const auto exact = [&](std::size_t size) {
        blocks.emplace_back(offset + size);
        return octets(blocks.back()).subspan(offset);
      };
      CHECK(store.grow(exact(need - 1)).why().kind == fault_kind::no_space);
      CHECK(store.capacity() == before);
      CHECK(store.growth() == need);
      CHECK(store.grow(exact(need)));  // in a heap block of that size: AddressSanitizer watches its end
      CHECK(store.capacity() == 2 * before + 2);
    };
    for (unsigned i = 0; i < 3; ++i) grown(in), grown(out);
    for (std::uint32_t spi = 256; spi < 256 + 14; ++spi) {
      CHECK(add(in, crypto, spi));
      CHECK(add(out, crypto, spi));
    }
  }
}

TEST_CASE("growing_store: a lane that is inside while it grows finishes with what it found, and nobody waits [class 38]") {
  crypto_type crypto;
  provision memory;
  using store_type = growing_sad<inbound_type, 4, 6, by_spi, epoch<2>>;
  store_type store;
  REQUIRE(store.grow(memory.of(store.growth())));
  membership_of<store_type> lane{store};
  const auto first = add(store, crypto, 0x1000).value();
  std::optional<epoch<2>::guard> inside(lane);
  auto* const found = lookup(store, 0x1000u);
  REQUIRE(found != nullptr);
  for (unsigned i = 0; i < 5; ++i) REQUIRE(store.grow(memory.of(store.growth())));
  REQUIRE(store.remove(first));
  for (std::uint32_t spi = 0x2000; spi < 0x2000 + 200; ++spi) REQUIRE(add(store, crypto, spi));
  CHECK(store.reclaim(crypto) == 0);
  CHECK(found->core().installed);
  CHECK(lookup(store, 0x1000u) == nullptr);
  inside.reset();
  CHECK(store.reclaim(crypto) == 1);
}

TEST_CASE("growing_store: lanes read while it grows from 4 to 2044 SAs, and miss none [class 38, 53] [row 41]") {
  provision memory;
  crypto_type crypto;
  using in_type = growing_sad<inbound_type, 4, 9, by_spi, epoch<2>>;
  using out_type = growing_table<outbound_type, 4, 9, epoch<2>>;
  in_type in;
  out_type out;
  constexpr std::uint32_t all = 2044, first = 0x1000;
  std::vector<outbound_handle> handles(all);
  std::atomic<std::uint32_t> added{0};
  std::atomic<unsigned> missed{0};
  std::vector<std::thread> lanes;
  for (unsigned t = 0; t < 2; ++t)
    lanes.emplace_back([&, t] {
      membership_of<in_type> here{in};
      membership_of<out_type> there{out};
      testing::seeded numbers{t + 1};
      for (std::uint32_t until = 0; until < all;) {
        until = added.load(std::memory_order_acquire);
        if (until == 0) continue;
        std::uint32_t spis[32];
        outbound_handle asked[32];
        for (std::size_t i = 0; i < 32; ++i) {
          const auto which = static_cast<std::uint32_t>(numbers.below(until));
          spis[i] = first + which;
          asked[i] = handles[which];
        }
        const auto in_inside = in.enter(here);
        const auto out_inside = out.enter(there);
        inbound_type* received[32];
        outbound_type* sent[32];
        in.find(spis, received);
        out.find(asked, sent);
        for (std::size_t i = 0; i < 32; ++i)
          if (received[i] == nullptr || received[i]->core().spi != spis[i] || sent[i] == nullptr || sent[i]->core().spi != spis[i]) ++missed;
      }
    });
  bool sound = true;
  for (std::uint32_t i = 0; i < all; ++i) {
    if (in.size() == in.capacity()) sound = sound && in.grow(memory.of(in.growth())) && out.grow(memory.of(out.growth()));
    const auto a = add(in, crypto, first + i);
    const auto b = add(out, crypto, first + i);
    sound = sound && a && b;
    if (b) handles[i] = *b;
    added.store(i + 1, std::memory_order_release);
  }
  for (std::thread& t : lanes) t.join();
  CHECK(sound);
  CHECK(missed.load() == 0);
  CHECK(in.capacity() == all);
}

TEST_CASE("growing_store: a datapath over it") {
  provision memory;  // outlives the stores
  world<gateway, flat_packet, testing::mixing_crypto, growing_store<2, 4>> r;
  REQUIRE(r.receiving.grow(memory.of(r.receiving.growth())));
  REQUIRE(r.sending.grow(memory.of(r.sending.growth())));
  const auto sa = r.add({});
  const bytes inner = udp_packet(family::ipv4, 40);
  const auto [out, wire] = r.sent(inner, sa);
  REQUIRE(out == verdict::forwarded);
  CHECK(r.received(wire) == std::pair(verdict::forwarded, inner));
}
