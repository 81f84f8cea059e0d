#include "support/udp.hpp"

#include <esplanade/buffer/range_sum.hpp>
#include <esplanade/testing/packets.hpp>

#include <doctest/doctest.h>

using namespace esplanade;

TEST_CASE("range_sum: does not see segment borders, at any offset [class 28]") {
  const support::bytes content = support::counted(61, 5);
  for (std::size_t first = 0; first <= content.size(); ++first)
    for (std::size_t second = 0; first + second <= content.size(); second += 3) {
      testing::owned_chain<4> p(testing::packet_form{.content = content, .segments = {first, second, content.size() - first - second}});
      for (const std::size_t from : {std::size_t{0}, std::size_t{1}, std::size_t{20}})
        for (std::size_t size = 0; from + size <= content.size(); size += 7) {
          const support::bytes part(content.begin() + static_cast<std::ptrdiff_t>(from), content.begin() + static_cast<std::ptrdiff_t>(from + size));
          REQUIRE(fold_checksum(range_sum(p, from, size)) == support::ones_sum(part, 0));
        }
    }
}

TEST_CASE("range_sum: of a flat packet as well") {
  testing::owned_packet p(testing::packet_form{.content = support::counted(33)});
  CHECK(fold_checksum(range_sum(p, 0, 33)) == support::ones_sum(support::counted(33), 0));
}
