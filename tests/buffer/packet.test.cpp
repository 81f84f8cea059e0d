#include <utility>

#include <doctest/doctest.h>

#include <esplanade/buffer/packet.hpp>
#include <esplanade/testing/foreign_mbuf.hpp>
#include <esplanade/testing/packets.hpp>

using namespace esplanade;

namespace {
struct of_eleven : chain_packet<3> {
  static constexpr int segments_max = 11;
};
}  // namespace

// Which types model Packet, and that each promise counts, is in tests/testing/archetypes.test.cpp.

TEST_CASE("packet_traits: the primary template forwards to members") {
  octet buffer[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  flat_packet p(buffer, 2, 4, false);
  using traits = packet_traits<flat_packet>;
  CHECK((*traits::first(p)).data() == buffer + 2);
  CHECK((*traits::first(std::as_const(p))).data() == buffer + 2);
  CHECK(traits::length(p) == 4);
  CHECK(traits::retreat(p, 1));
  CHECK(p.data() == buffer + 1);
  CHECK_FALSE(traits::retreat(p, 2));
  CHECK(traits::extend(p, 2));
  CHECK(p.length() == 7);
  CHECK_FALSE(traits::extend(p, 1));
  traits::advance(p, 3);
  CHECK(p.data() == buffer + 4);
  traits::trim(p, 1);
  CHECK(p.length() == 3);
  CHECK_FALSE(traits::writable(p));
}

TEST_CASE("segments_max_of: is what the type or its traits say") {
  static_assert(segments_max_of<flat_packet> == 1);
  static_assert(segments_max_of<chain_packet<3>> == 3);
  static_assert(segments_max_of<foreign_mbuf> == 16);
  static_assert(segments_max_of<of_eleven> == 11);
  CHECK(resize_max == 128);
}
