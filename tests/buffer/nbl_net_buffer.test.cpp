#include <vector>

#include <doctest/doctest.h>

#include <esplanade/buffer/nbl_net_buffer.hpp>
#include <esplanade/testing/net_buffers.hpp>
#include <esplanade/testing/packet_laws.hpp>

using namespace esplanade;

TEST_CASE("net_buffer: keeps the packet laws [class 28, 37]") {
  testing::owned_net_buffers factory;
  for (const testing::broken_law& one : testing::find_broken_packet_laws(factory)) FAIL_CHECK(one.law << ": " << one.where);
}

TEST_CASE("net_buffer: keeps the packet laws with memory for retreats too") {
  testing::owned_net_buffers factory(8);
  for (const testing::broken_law& one : testing::find_broken_packet_laws(factory)) FAIL_CHECK(one.law << ": " << one.where);
}

TEST_CASE("net_buffer: takes what its chain has, and nothing changes when that is less, or lies in too many MDLs") {
  octet memory[16]{};
  std::vector<mdl> pieces(net_buffer::segments_max + 1);
  for (std::size_t i = 0; i < pieces.size(); ++i) pieces[i] = {memory + i, 1, i + 1 < pieces.size() ? &pieces[i + 1] : nullptr};
  net_buffer b;
  REQUIRE(b.assign(&pieces[0], 1, net_buffer::segments_max));
  CHECK(b.segments() == net_buffer::segments_max);
  CHECK(b.current() == &pieces[1]);
  CHECK(b.data_offset() == 1);
  CHECK_FALSE(b.assign(&pieces[0], 0, net_buffer::segments_max + 1));
  CHECK_FALSE(b.assign(&pieces[0], 2, net_buffer::segments_max));
  CHECK_FALSE(b.assign(&pieces[0], net_buffer::segments_max + 2, 0));
  CHECK_FALSE(b.assign(&pieces[0], 1, ~std::size_t{0}));
  CHECK(b.current() == &pieces[1]);
  CHECK(b.length() == net_buffer::segments_max);
  CHECK(b.assign(nullptr, 0, 0));
  CHECK(b.segments() == 1);
}

TEST_CASE("net_buffer: is mapped when all MDLs that its data lies in are, whatever lies around them") {
  octet memory[12]{};
  mdl pieces[3] = {{memory, 4, &pieces[1]}, {memory + 4, 4, &pieces[2]}, {memory + 8, 4}};
  net_buffer b;
  REQUIRE(b.assign(pieces, 4, 4));
  CHECK(b.mapped());
  pieces[0].unmapped = pieces[2].unmapped = true;
  CHECK(b.mapped());
  pieces[1].unmapped = true;
  CHECK_FALSE(b.mapped());
  b.trim(4);
  CHECK(b.mapped());
}

TEST_CASE("net_buffer: is whole when its data lies in one MDL that is mapped, and is nothing of itself otherwise [class 36]") {
  for (const auto& segments : {std::vector<std::size_t>{8}, std::vector<std::size_t>{3, 5}, std::vector<std::size_t>{8, 0}, std::vector<std::size_t>{0, 8}}) {
    testing::owned_net_buffer b({.content = testing::counted_octets(8), .segments = segments, .headroom = 4, .tailroom = 4});
    const octets front = *b.first(), whole = b.whole();
    CHECK(whole.empty() == (front.size() != 8));
    if (!whole.empty()) CHECK((whole.data() == front.data() && whole.size() == 8));
    b.current()->unmapped = true;
    CHECK(b.whole().empty());
  }
  CHECK(net_buffer{}.whole().empty());
}

TEST_CASE("net_buffer: finds the MDL of its first octet again when the chain in front of it was changed") {
  octet memory[8]{};
  mdl pieces[2] = {{memory, 4, &pieces[1]}, {memory + 4, 4}};
  net_buffer b;
  REQUIRE(b.assign(pieces, 5, 2));
  pieces[0].count = 2;
  pieces[1].address -= 2;
  pieces[1].count += 2;
  b.adjust_current();
  CHECK(b.current() == &pieces[1]);
  CHECK(b.current_offset() == 3);
  CHECK((*b.first()).data() == memory + 5);
}
