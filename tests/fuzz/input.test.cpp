#include <doctest/doctest.h>
#include <esplanade/testing/fuzz/input.hpp>

using namespace esplanade::testing;
using namespace esplanade::testing::fuzz;

TEST_CASE("input: choices come from the front, and zeros behind the end") {
  const std::uint8_t octets[] = {1, 2, 3, 4, 5};
  input in{octets, sizeof octets};
  CHECK(in.take_octet() == 1);
  CHECK(in.take_be16() == 0x0203);
  CHECK(in.left() == 2);
  CHECK(in.take_exactly(4) == bytes{4, 5, 0, 0});
  CHECK(in.empty());
  CHECK(in.take_octet() == 0);
  CHECK(in.take_be16() == 0);
  CHECK(in.take_octets(9).empty());
  CHECK(in.take_rest().empty());
}

TEST_CASE("input: a cut holds its octets, has no more segments than asked for, and takes the same of the input for every type") {
  const std::uint8_t octets[] = {3, 0, 9, 0, 2, 0, 5, 77};
  for (const std::size_t most : {1u, 2u, 3u, 4u, 64u}) {
    input in{octets, sizeof octets};
    const cut sizes = in.take_cut(12, most);
    CHECK(octets_in(sizes) == 12);
    CHECK(sizes.size() == std::min<std::size_t>(most, 4));
    CHECK(in.take_octet() == 77);
  }
  input all{octets, sizeof octets};
  CHECK(all.take_cut(12, 64) == cut{2, 3, 4, 3});
}
