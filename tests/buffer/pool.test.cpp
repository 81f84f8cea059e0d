#include <doctest/doctest.h>

#include <esplanade/buffer/flat_packet.hpp>
#include <esplanade/buffer/pool.hpp>
#include <esplanade/testing/packet_archetypes.hpp>
#include <esplanade/testing/packets.hpp>
#include <esplanade/testing/pool_laws.hpp>

using namespace esplanade;

namespace {

struct throwing : testing::archetype::pool {
  testing::archetype::packet* take() { return nullptr; }
};
struct of_others : testing::archetype::pool {
  flat_packet* take() noexcept { return nullptr; }
};
struct never_takes_back {
  testing::archetype::packet* take() noexcept { return nullptr; }
};

}  // namespace

TEST_CASE("PacketPool: models give and take packets of their type without throwing, and nothing else is one") {
  using packet = testing::archetype::packet;
  static_assert(PacketPool<testing::archetype::pool, packet>);
  static_assert(PacketPool<testing::fixed_pool<flat_packet, 4>, flat_packet>);
  static_assert(!PacketPool<no_pool, packet> && !PacketPool<throwing, packet> && !PacketPool<of_others, packet> && !PacketPool<never_takes_back, packet>);
  static_assert(!PacketPool<testing::fixed_pool<flat_packet, 4>, packet>);
  CHECK(testing::check_pool_laws([] { return testing::fixed_pool<flat_packet, 4>(64, 64); }).empty());
}

TEST_CASE("PacketPool: what is taken is empty and has its rooms, and it says when there is none [class 39]") {
  testing::fixed_pool<flat_packet, 2> pool(32, 48);
  flat_packet* const one = pool.take();
  flat_packet* const other = pool.take();
  REQUIRE(one != nullptr);
  REQUIRE(other != nullptr);
  CHECK(one != other);
  CHECK(pool.take() == nullptr);
  CHECK(one->length() == 0);
  CHECK(one->retreat(32));
  CHECK(one->extend(48));
  pool.give(one);
  flat_packet* const again = pool.take();
  CHECK(again == one);
  CHECK(again->length() == 0);
  pool.give(again);
  pool.give(other);
}
