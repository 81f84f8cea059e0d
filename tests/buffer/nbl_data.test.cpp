#include <vector>

#include <doctest/doctest.h>

#include <esplanade/buffer/nbl_data.hpp>
#include <esplanade/testing/net_buffers.hpp>

using namespace esplanade;
using esplanade::testing::counted_octets;
using esplanade::testing::octets_of;
using esplanade::testing::owned_net_buffer;

namespace {
const std::vector<octet> content = counted_octets(20);
std::vector<octet> first_of(const octet* at, std::size_t n) { return {at, at + n}; }
}  // namespace

TEST_CASE("F131: contiguous octets are given where they stand, storage or not") {
  owned_net_buffer b({.content = content, .segments = {12, 8}, .headroom = 5});
  octet storage[32]{};
  CHECK(get_data_buffer(b, 12) == (*b.first()).data());
  CHECK(get_data_buffer(b, 12, storage) == (*b.first()).data());
  b.advance(12);
  CHECK(get_data_buffer(b, 8) == (*b.first()).data());
}

TEST_CASE("F131: octets in several MDLs are copied to storage; without storage, or with too little, there are none") {
  for (const auto& segments : {testing::cut{12, 8}, testing::cut{1, 0, 19}, testing::cut{0, 3, 17}}) {
    owned_net_buffer b({.content = content, .segments = segments, .headroom = 5});
    octet storage[20]{};
    CHECK(get_data_buffer(b, 13) == nullptr);
    CHECK(get_data_buffer(b, 20) == nullptr);
    CHECK(get_data_buffer(b, 20, octets(storage).first(19)) == nullptr);
    CHECK(first_of(storage, 20) == std::vector<octet>(20, 0));  // nothing was written
    CHECK(get_data_buffer(b, 20, storage) == storage);
    CHECK(first_of(storage, 20) == content);
    CHECK(octets_of(b) == content);
  }
}

TEST_CASE("F131: more octets than the data has are not there") {
  owned_net_buffer b({.content = content, .tailroom = 9});
  octet storage[64]{};
  CHECK(get_data_buffer(b, 20) != nullptr);
  CHECK(get_data_buffer(b, 21, storage) == nullptr);
  b.trim(1);
  CHECK(get_data_buffer(b, 20, storage) == nullptr);
  net_buffer none;
  CHECK(get_data_buffer(none, 1, storage) == nullptr);
}

TEST_CASE("F131: where the address is not aligned as asked, storage is, at the first place that fits") {
  alignas(32) octet memory[64];
  mdl piece{memory, 64};
  net_buffer b;
  for (std::size_t i = 0; i < 64; ++i) memory[i] = static_cast<octet>(i);
  REQUIRE(b.assign(&piece, 4, 20));
  CHECK(get_data_buffer(b, 10, {}, {4, 0}) == memory + 4);
  CHECK(get_data_buffer(b, 10, {}, {16, 4}) == memory + 4);
  CHECK(get_data_buffer(b, 10, {}, {8, 0}) == nullptr);
  alignas(32) octet storage[32]{};
  octet* const at = get_data_buffer(b, 10, octets(storage).subspan(1), {8, 2});
  CHECK(at == storage + 2);
  CHECK(first_of(at, 10) == first_of(memory + 4, 10));
  CHECK(get_data_buffer(b, 10, octets(storage).subspan(3, 16), {8, 2}) == nullptr);  // from 10 on it would end at 20
  CHECK(get_data_buffer(b, 10, octets(storage).subspan(3, 17), {8, 2}) == storage + 10);
  CHECK(get_data_buffer(b, 10, storage, {0, 0}) == nullptr);   // no alignment at all
  CHECK(get_data_buffer(b, 10, storage, {12, 0}) == nullptr);
  CHECK(get_data_buffer(b, 10, storage, {8, 8}) == nullptr);
}

TEST_CASE("F131: memory that cannot be mapped gives nothing, contiguous or with storage") {
  owned_net_buffer b({.content = content, .segments = {12, 8}});
  octet storage[32]{};
  b.chain()->next->unmapped = true;
  CHECK(get_data_buffer(b, 12) != nullptr);           // not asked for
  CHECK(get_data_buffer(b, 13, storage) == nullptr);
  CHECK_FALSE(b.mapped());
  b.chain()->unmapped = true;
  CHECK(get_data_buffer(b, 1, storage) == nullptr);
  b.chain()->unmapped = b.chain()->next->unmapped = false;
  CHECK(b.mapped());
  CHECK(get_data_buffer(b, 13, storage) == storage);
}

TEST_CASE("nbl_data: copies from net buffer to net buffer stop at the end of the shorter and change no length") {
  const std::vector<octet> zeros(16);
  for (const auto& from_cut : {testing::cut{20}, testing::cut{3, 0, 17}, testing::cut{1, 1, 18}})
    for (const auto& to_cut : {testing::cut{16}, testing::cut{2, 14}, testing::cut{5, 0, 6, 5}})
      for (const std::size_t to_offset : {0u, 2u, 15u, 16u, 17u})
        for (const std::size_t from_offset : {0u, 3u, 19u, 20u, 21u})
          for (const std::size_t n : {0u, 1u, 7u, 100u}) {
            const owned_net_buffer from({.content = content, .segments = from_cut, .headroom = 2});
            owned_net_buffer to({.content = zeros, .segments = to_cut, .tailroom = 4});
            std::vector<octet> expected = zeros;
            std::size_t copied = 0;
            for (; copied < n && to_offset + copied < 16 && from_offset + copied < 20; ++copied) expected[to_offset + copied] = content[from_offset + copied];
            CHECK(copy_data(to, to_offset, from, from_offset, n) == copied);
            CHECK(octets_of(to) == expected);
            CHECK(octets_of(from) == content);
          }
}

TEST_CASE("nbl_data: nothing is copied when either side has memory that cannot be mapped") {
  owned_net_buffer from({.content = content, .segments = {12, 8}}), to({.content = content, .segments = {10, 10}});
  from.chain()->next->unmapped = true;
  CHECK(copy_data(to, 0, from, 0, 13) == 0);
  CHECK(copy_data(to, 0, from, 2, 10) == 10);
  from.chain()->next->unmapped = false;
  to.chain()->unmapped = true;
  CHECK(copy_data(to, 9, from, 0, 3) == 0);
  CHECK(copy_data(to, 10, from, 0, 3) == 3);
}
