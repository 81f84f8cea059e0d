#include <doctest/doctest.h>

#include <esplanade/buffer/access.hpp>
#include <esplanade/buffer/segment.hpp>
#include <esplanade/testing/cuts.hpp>
#include <esplanade/testing/packets.hpp>

#include <type_traits>

using namespace esplanade;

TEST_CASE("segment: is copied as it is, and an array of them is nothing but pairs") {
  static_assert(std::is_trivially_copyable_v<segment> && std::is_aggregate_v<segment> && sizeof(segment[4]) == 8 * sizeof(void*));
  CHECK(segment{}.data == nullptr);
  CHECK(segment{}.size == 0);
}

TEST_CASE("segment: a list of them is a part of a packet, octet for octet, wherever it is cut") {
  const std::vector<octet> content = testing::counted_octets(40);
  for (const testing::cut& pieces : testing::interesting_cuts(content.size(), 8, 1)) {
    testing::owned_chain<8> packet({.content = content, .segments = pieces});
    for (const std::size_t offset : {std::size_t{0}, std::size_t{1}, std::size_t{17}, std::size_t{40}})
      for (std::size_t size = 0; offset + size <= content.size(); size += 13) {
        segment list[8];
        const std::size_t n = esplanade::list_segments(packet, offset, size, list, 8);
        REQUIRE(n <= 8);
        std::vector<octet> seen;
        for (std::size_t i = 0; i < n; ++i) seen.insert(seen.end(), list[i].data, list[i].data + list[i].size);
        CHECK(seen == std::vector<octet>(content.begin() + static_cast<std::ptrdiff_t>(offset), content.begin() + static_cast<std::ptrdiff_t>(offset + size)));
      }
  }
}
