#include "support/bundles.hpp"

#include <doctest/doctest.h>

#include <esplanade/offload/records_list.hpp>
#include <esplanade/offload/records_write.hpp>

#include <optional>
#include <random>
#include <vector>

using namespace support;

namespace {

constexpr std::uint64_t base = 0x7fff12340000;

// DELETE_SA records at given places, each with the address of the next one.
struct list_of_records {
  bytes octets = bytes(4096, 0);
  record_memory memory = record_memory::of(octets, base);
  void put(std::size_t at, std::uintptr_t handle, std::uint64_t next) { REQUIRE(write_delete_sa(esplanade::octets(octets).subspan(at), record_layout::of_64_bits, {handle}, next)); }
  detail::record_list list(std::uint64_t first) const { return {memory, first, record_layout::of_64_bits, detail::delete_sa_64.next, detail::delete_sa_64.size}; }
  // How many, or none when the list is malformed.
  std::optional<std::size_t> count(std::uint64_t first, std::size_t* seen = nullptr) const {
    std::size_t calls = 0;
    auto counted = list(first).count([&](esplanade::octets) noexcept { ++calls; });
    if (seen != nullptr) *seen = calls;
    return counted ? std::optional<std::size_t>(*counted) : std::nullopt;
  }
};

}  // namespace

TEST_CASE("records_list: records are visited in the order of their links, wherever they lie") {
  list_of_records l;
  l.put(96, 1, base + 0);
  l.put(0, 2, base + 4000);
  l.put(4000, 3, 0);
  CHECK(l.count(base + 96) == 3);
  std::vector<std::uint64_t> visited;
  l.list(base + 96).walk(3, [&](std::uint64_t at, esplanade::octets) noexcept { visited.push_back(at - base); });
  CHECK(visited == std::vector<std::uint64_t>{96, 0, 4000});
  CHECK(l.count(0) == 0);
}

TEST_CASE("F57: a list that goes in a circle is malformed, wherever the circle begins and however long it is") {
  for (std::size_t tail = 0; tail < 20; ++tail)
    for (std::size_t circle = 1; circle < 20; ++circle) {
      list_of_records l;
      for (std::size_t i = 0; i < tail + circle; ++i) l.put(32 * i, i + 1, base + 32 * (i + 1));
      l.put(32 * (tail + circle - 1), 1, base + 32 * tail);
      std::size_t seen = 0;
      REQUIRE(!l.count(base, &seen));
      CHECK(seen <= 4 * (tail + circle) + 2);
    }
}

TEST_CASE("F57: a link that leads out of the issuer's memory, or to another kind of record, makes the list malformed") {
  list_of_records l;
  for (const std::uint64_t next : {base - 1, base + 4096, base + 4096 - 23, base + 32, ~std::uint64_t{0}, std::uint64_t{1}}) {
    l.put(0, 1, next);
    CHECK(!l.count(base));
  }
  l.put(0, 1, base + 4096 - 24);
  l.put(4096 - 24, 1, 0);
  CHECK(l.count(base) == 2);
  for (const std::size_t at : {0u, 1u, 2u}) {
    l.put(4096 - 24, 1, 0);
    l.octets[4096 - 24 + at] = 0;
    CHECK(!l.count(base));
  }
}

TEST_CASE("F57: a record that says more octets than there are is malformed; one of a later revision that has them is not") {
  list_of_records l;
  l.put(0, 1, base + 4096 - 32);
  for (const unsigned said : {24u, 25u, 32u, 33u, 40u, 0xffffu}) {
    l.put(4096 - 32, 1, 0);
    detail::store_le(l.octets.data() + 4096 - 30, 2, said);
    CHECK(l.count(base) == (said <= 32 ? std::optional<std::size_t>(2) : std::nullopt));
  }
}

TEST_CASE("records_list: lists of random octets end, and nothing outside the memory is read") {
  std::mt19937_64 roll{7};
  for (int round = 0; round < 2000; ++round) {
    list_of_records l;
    for (std::size_t at = 0; at < 4096; at += 8) {
      l.put(std::min<std::size_t>(at, 4096 - 24), 1, base + roll() % (4096 + 64));
      at += roll() % 64 * 8;
    }
    (void)l.count(base + roll() % 64 * 8);
  }
}

TEST_CASE("record_memory: what is not wholly inside is nothing, and native addresses are taken as they are") {
  bytes piece(16, 5);
  const record_memory m = record_memory::of(piece, 100);
  CHECK(m.at(100, 16).size() == 16);
  CHECK(m.at(100, 17).empty());
  CHECK(m.at(116, 1).empty());
  CHECK(m.at(99, 1).empty());
  CHECK(m.at(110, ~std::uint64_t{0}).empty());
  CHECK(m.at(~std::uint64_t{0}, 2).empty());
  CHECK(record_memory::native().at(reinterpret_cast<std::uintptr_t>(piece.data()), 16).data() == piece.data());
  CHECK(record_memory::native().at(0, 16).empty());
  CHECK(record_memory().at(0, 1).empty());
}
