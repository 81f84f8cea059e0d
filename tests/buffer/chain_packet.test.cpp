#include <vector>

#include <doctest/doctest.h>

#include <esplanade/buffer/chain_packet.hpp>
#include <esplanade/testing/packets.hpp>

using namespace esplanade;
using esplanade::testing::counted_octets;
using esplanade::testing::cut;
using esplanade::testing::cut_of;
using esplanade::testing::octets_of;

static_assert(segments_max_of<chain_packet<5>> == 5);
static_assert(ContiguousPacket<chain_packet<1>> && !ContiguousPacket<chain_packet<2>>);

TEST_CASE("chain_packet: shows its segments in the order they were appended, empty ones too") {
  octet a[4] = {1, 2, 3, 4}, b[4] = {5, 6, 7, 8};
  chain_packet<3> p;
  CHECK(p.append(a, 1, 2));
  CHECK(p.append(b, 4, 0));
  CHECK(p.append(b, 0, 3));
  CHECK(p.length() == 5);
  CHECK(p.segments() == 3);
  CHECK(cut_of(p) == cut{2, 0, 3});
  CHECK(octets_of(p) == std::vector<octet>{2, 3, 5, 6, 7});
}

TEST_CASE("chain_packet: takes as many segments as its type says and no more") {
  octet a[1] = {1};
  chain_packet<2> p;
  CHECK(p.append(a, 0, 1));
  CHECK(p.append(a, 0, 1));
  CHECK_FALSE(p.append(a, 0, 1));
  CHECK(p.length() == 2);
  CHECK(p.segments() == 2);
}

TEST_CASE("chain_packet: without segments it is one empty segment without room") {
  chain_packet<4> p;
  CHECK(p.length() == 0);
  CHECK(cut_of(p) == cut{0});
  CHECK(p.retreat(0));
  CHECK(p.extend(0));
  CHECK_FALSE(p.retreat(1));
  CHECK_FALSE(p.extend(1));
  p.advance(0);
  p.trim(0);
}

TEST_CASE("chain_packet: retreat takes an empty segment in front when the first full one has no room") {
  octet a[8]{}, b[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  chain_packet<2> p;
  p.append(a, 0, 0);  // its octets would begin at 0; they may begin anywhere
  p.append(b, 2, 6);
  CHECK(p.retreat(2));  // there is room where the octets are
  CHECK(cut_of(p) == cut{0, 8});
  CHECK(p.retreat(5));
  CHECK(cut_of(p) == cut{5, 8});
  CHECK(p.retreat(3));
  CHECK(cut_of(p) == cut{8, 8});
  CHECK_FALSE(p.retreat(1));
  CHECK(p.length() == 16);
}

TEST_CASE("chain_packet: extend takes an empty segment behind when the last full one has no room") {
  octet a[8] = {1, 2, 3, 4, 5, 6, 7, 8}, b[8]{};
  chain_packet<2> p;
  p.append(a, 0, 6);
  p.append(b, 8, 0);  // its octets would begin at its end; they may begin anywhere
  CHECK(p.extend(2));
  CHECK(cut_of(p) == cut{8, 0});
  CHECK(p.extend(5));
  CHECK(cut_of(p) == cut{8, 5});
  CHECK(p.extend(3));
  CHECK_FALSE(p.extend(1));
  CHECK(p.length() == 16);
}

TEST_CASE("chain_packet: an empty packet with room on both sides keeps each for its side") {
  octet a[100]{};
  for (int front_first = 0; front_first < 2; ++front_first) {
    chain_packet<1> p;
    p.append(a, 40, 0);
    CHECK((front_first == 1 ? p.retreat(40) : p.extend(60)));
    CHECK((front_first == 1 ? p.extend(60) : p.retreat(40)));
    CHECK(p.length() == 100);
  }
  octet b[100]{};
  chain_packet<2> two;
  two.append(a, 100, 0);
  two.append(b, 0, 0);
  CHECK(two.extend(100));
  CHECK(two.retreat(100));
  CHECK(cut_of(two) == cut{100, 100});
}

TEST_CASE("chain_packet: segments that are used up can be passed over from either end") {
  const std::vector<octet> content = counted_octets(12);
  for (std::size_t front = 0; front <= 12; ++front)
    for (std::size_t back = 0; front + back <= 12; ++back) {
      testing::owned_chain<6> p(testing::packet_form{.content = content, .segments = {3, 0, 1, 4, 4}});
      p.advance(front);
      p.trim(back);
      CHECK(octets_of(p) == std::vector<octet>(content.begin() + static_cast<std::ptrdiff_t>(front), content.end() - static_cast<std::ptrdiff_t>(back)));
      CHECK(p.length() == 12 - front - back);
      CHECK(cut_of(p).size() == 5);
    }
}

TEST_CASE("chain_packet: may not be written when it is said to be shared [class 36]") {
  CHECK(is_writable(chain_packet<2>()));
  CHECK_FALSE(is_writable(chain_packet<2>(false)));
}
