#include <memory>
#include <type_traits>

#include <doctest/doctest.h>

#include <esplanade/buffer/flat_packet.hpp>

using namespace esplanade;

static_assert(ContiguousPacket<flat_packet>);
static_assert(segments_max_of<flat_packet> == 1);
static_assert(std::is_trivially_copyable_v<flat_packet>, "a view of somebody else's memory");

TEST_CASE("flat_packet: shows the octets at its offset") {
  octet buffer[10] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  flat_packet p(buffer, 3, 4);
  CHECK(p.data() == buffer + 3);
  CHECK(p.length() == 4);
  CHECK(p.headroom() == 3);
  CHECK(p.tailroom() == 3);
  const octets only = *p.first();
  CHECK(only.data() == buffer + 3);
  CHECK(only.size() == 4);
  auto c = p.first();
  CHECK(static_cast<bool>(c));
  ++c;
  CHECK_FALSE(static_cast<bool>(c));
}

TEST_CASE("flat_packet: room is taken to the last octet and not beyond, for every offset and length [class 37]") {
  octet buffer[12]{};
  for (std::size_t offset = 0; offset <= 12; ++offset)
    for (std::size_t length = 0; offset + length <= 12; ++length)
      for (std::size_t n = 0; n <= 14; ++n) {
        flat_packet in_front(buffer, offset, length);
        CHECK(in_front.retreat(n) == (n <= offset));
        CHECK(in_front.length() == length + (n <= offset ? n : 0));
        CHECK(in_front.data() == buffer + offset - (n <= offset ? n : 0));
        flat_packet behind(buffer, offset, length);
        const bool fits = n <= 12 - offset - length;
        CHECK(behind.extend(n) == fits);
        CHECK(behind.length() == length + (fits ? n : 0));
        CHECK(behind.data() == buffer + offset);
      }
}

TEST_CASE("flat_packet: a wish beyond all memory is refused [class 37]") {
  octet buffer[12]{};
  flat_packet p(buffer, 4, 4);
  CHECK_FALSE(p.retreat(~std::size_t{0}));
  CHECK_FALSE(p.extend(~std::size_t{0}));
  CHECK(p.length() == 4);
}

TEST_CASE("flat_packet: may not be written when it is said to be shared [class 36]") {
  octet buffer[4]{};
  CHECK(is_writable(flat_packet(buffer, 0, 4)));
  CHECK_FALSE(is_writable(flat_packet(buffer, 0, 4, false)));
}

TEST_CASE("flat_packet: without a buffer it is empty and has no room") {
  flat_packet p;
  CHECK(p.length() == 0);
  CHECK((*p.first()).empty());
  CHECK_FALSE(p.retreat(1));
  CHECK_FALSE(p.extend(1));
}
