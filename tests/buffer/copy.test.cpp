#include <doctest/doctest.h>

#include <esplanade/buffer/copy.hpp>
#include <esplanade/testing/packets.hpp>

using namespace esplanade;

namespace {

using chains = testing::owned_packets<chain_packet<6>>;
using flats = testing::owned_packets<flat_packet>;

struct held {
  chains factory{};
  chain_packet<6>* packet;
  explicit held(const testing::packet_form& form) : packet(factory.make(form)) {}
  held(const held&) = delete;
  held& operator=(const held&) = delete;
  ~held() { factory.release(packet); }
};

}  // namespace

TEST_CASE("copy_between: any range to any place, wherever both packets are cut [class 28]") {
  const auto content = testing::counted_octets(40);
  for (const testing::cut& from_cut : testing::interesting_cuts(40, 3, 1))
    for (const testing::cut& to_cut : {testing::cut{40}, testing::cut{0, 1, 19, 0, 20}, testing::cut{7, 33}}) {
      held from({.content = content, .segments = from_cut}), to({.content = testing::counted_octets(40, 200), .segments = to_cut});
      copy_between(*to.packet, 5, *from.packet, 11, 23);
      auto expected = testing::counted_octets(40, 200);
      std::copy(content.begin() + 11, content.begin() + 34, expected.begin() + 5);
      REQUIRE(testing::octets_of(*to.packet) == expected);
      CHECK(testing::octets_of(*from.packet) == content);
    }
}

TEST_CASE("checksum_sum_of: is the sum of the octets together, at every cut and range [class 28]") {
  const auto content = testing::seeded_octets(40, 5);
  for (const testing::cut& cut : testing::interesting_cuts(40, 4, 2)) {
    held p({.content = content, .segments = cut});
    for (std::size_t at = 0; at < 8; ++at)
      for (std::size_t size = 0; at + size <= 40; ++size)
        if (fold_checksum(checksum_sum_of(*p.packet, at, size)) != fold_checksum(checksum_sum({content.data() + at, size}))) FAIL_CHECK("at " << at << ", " << size << " octets");
  }
}

TEST_CASE("extend_by, retreat_by: all or nothing, also beyond what one call may ask for [class 37]") {
  flats factory;
  for (const std::size_t room : {std::size_t{0}, std::size_t{128}, std::size_t{129}, std::size_t{300}, std::size_t{1000}}) {
    for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{128}, std::size_t{129}, std::size_t{300}, std::size_t{301}, std::size_t{1000}}) {
      flat_packet* const p = factory.make({.content = testing::counted_octets(10), .headroom = room, .tailroom = room});
      CHECK(esplanade::detail::extend_by(*p, n) == (n <= room));
      CHECK(p->length() == 10 + (n <= room ? n : 0));
      CHECK(esplanade::detail::retreat_by(*p, n) == (n <= room));
      CHECK(p->length() == 10 + (n <= room ? 2 * n : 0));
      factory.release(p);
    }
  }
}
