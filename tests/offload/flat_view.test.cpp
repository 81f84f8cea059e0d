#include <doctest/doctest.h>

#include <esplanade/offload/flat_view.hpp>
#include <esplanade/testing/net_buffers.hpp>

using namespace esplanade;

TEST_CASE("flat_view: shows the very octets, has no room in front and behind, and may be written as the frame may [class 36]") {
  testing::owned_net_buffer b({.content = testing::counted_octets(8), .segments = {8}, .headroom = 4, .tailroom = 4});
  for (const bool writable : {true, false}) {
    b.set_writable(writable);
    flat_packet p = detail::flat_view(b.whole(), is_writable(b));
    CHECK((*p.first()).data() == (*b.first()).data());
    CHECK(p.length() == 8);
    CHECK_FALSE(p.retreat(1));
    CHECK_FALSE(p.extend(1));
    CHECK(is_writable(p) == writable);
  }
}

TEST_CASE("flat_view: a reader of octets that lie together gives what is inside, and nothing beyond") {
  std::vector<octet> memory = testing::counted_octets(8);
  const detail::whole_reader read{memory};
  CHECK(read(0, 8) == memory.data());
  CHECK(read(3, 5) == memory.data() + 3);
  CHECK(read(8, 0) == memory.data() + 8);
  CHECK(read(3, 6) == nullptr);
  CHECK(read(9, 0) == nullptr);
  CHECK(read(1, ~std::size_t{0}) == nullptr);
  CHECK(read(~std::size_t{0}, 2) == nullptr);
}
