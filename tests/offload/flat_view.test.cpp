#include <doctest/doctest.h>

#include <esplanade/buffer/access.hpp>
#include <esplanade/offload/flat_view.hpp>
#include <esplanade/testing/net_buffers.hpp>

using namespace esplanade;

TEST_CASE("flat_view: a frame whose first MDL has all of it is one piece, and another is not") {
  for (const auto& segments : {std::vector<std::size_t>{8}, std::vector<std::size_t>{3, 5}, std::vector<std::size_t>{8, 0}, std::vector<std::size_t>{0, 8}}) {
    testing::owned_net_buffer b({.content = testing::counted_octets(8), .segments = segments, .headroom = 4, .tailroom = 4});
    const octets front = detail::front_of(b);
    CHECK(detail::in_one_piece(b, front) == (front.size() == 8));
    CHECK(detail::in_one_piece(b, front) == (b.segments() == 1));
  }
}

TEST_CASE("flat_view: shows the very octets, has no room in front and behind, and may be written as the frame may [class 36]") {
  testing::owned_net_buffer b({.content = testing::counted_octets(8), .segments = {8}, .headroom = 4, .tailroom = 4});
  for (const bool writable : {true, false}) {
    b.set_writable(writable);
    const octets front = detail::front_of(b);
    flat_packet p = detail::flat_view(b, front);
    CHECK((*p.first()).data() == front.data());
    CHECK(p.length() == 8);
    CHECK_FALSE(p.retreat(1));
    CHECK_FALSE(p.extend(1));
    CHECK(is_writable(p) == writable);
  }
}
