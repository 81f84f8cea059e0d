#include "support/ip.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/fuzz/aggregation_round_trip.hpp>

using namespace esplanade;
using namespace support;

namespace {

template <std::size_t Ready = 4> struct sending_end {
  testing::fixed_pool<flat_packet, 12> pool{0, 2000};
  aggregation<flat_packet, Ready> end;
  testing::owned_packets<flat_packet> factory{};

  explicit sending_end(const payload_shape& shape) : end(shape) {}
  verdict put(const bytes& inner) {
    flat_packet* const p = factory.make({.content = inner});
    const verdict said = end.put(*p, inner.size(), pool);
    factory.release(p);
    return said;
  }
  bytes next() {
    flat_packet* const p = end.next(pool);
    REQUIRE(p != nullptr);
    const bytes made = testing::octets_of(*p);
    pool.give(p);
    return made;
  }
  ~sending_end() {
    end.drain(pool);
    CHECK(end.idle());
    CHECK(pool.level() == 12);
    CHECK(pool.misuses() == 0);
  }
};

bytes sized(std::size_t size) { return udp_packet(family::ipv4, size - 28); }

}  // namespace

TEST_CASE("aggregation: payloads have one size, whatever goes into them; with nothing to send they are padding alone [class 40]") {
  sending_end<> s({.octets = 200});
  CHECK(s.end.idle());
  CHECK(s.next() == bytes(200));
  for (std::size_t size = 28; size <= 500; ++size) {
    REQUIRE(s.put(sized(size)) == verdict::forwarded);
    CHECK_FALSE(s.end.idle());
    CHECK(s.end.between_packets());
    std::vector<bytes> payloads;
    while (!s.end.idle()) payloads.push_back(s.next());
    CHECK(payloads.size() == (size + 195) / 196);
    for (const bytes& one : payloads) CHECK(one.size() == 200);
    const testing::fuzz::plain_stream plain(payloads);
    CHECK(plain.wrong == "");
    REQUIRE(plain.packets.size() == 1);
    CHECK(plain.packets[0].octets == sized(size));
  }
}

TEST_CASE("aggregation: what finds no room changes nothing [class 39]") {
  sending_end<3> s({.octets = 104});
  CHECK(s.put(sized(350)) == verdict::forwarded);    // three and a half payloads
  CHECK(s.put(sized(60)) == verdict::batch_full);
  CHECK(s.put(sized(50)) == verdict::forwarded);     // what the last one still holds
  CHECK(s.put(sized(28)) == verdict::batch_full);
  std::vector<bytes> payloads;
  payloads.push_back(s.next());
  CHECK_FALSE(s.end.between_packets());
  CHECK(s.put(sized(100)) == verdict::forwarded);
  while (!s.end.idle()) payloads.push_back(s.next());
  const testing::fuzz::plain_stream plain(payloads);
  CHECK(plain.wrong == "");
  REQUIRE(plain.packets.size() == 3);
  CHECK(plain.packets[1].octets == sized(50));
  CHECK(plain.packets[2].octets == sized(100));

  std::vector<flat_packet*> held;
  while (s.pool.level() > 2) held.push_back(s.pool.take());
  CHECK(s.put(sized(300)) == verdict::no_packet);
  CHECK(s.pool.level() == 2);
  CHECK(s.end.idle());
  CHECK(s.put(sized(150)) == verdict::forwarded);
  for (flat_packet* one : held) s.pool.give(one);

  sending_end<> wide({.octets = 2001});
  CHECK(wide.put(sized(100)) == verdict::no_room);
  CHECK(wide.end.next(wide.pool) == nullptr);
  sending_end<> none({.octets = 9});
  CHECK(none.put(sized(100)) == verdict::no_packet);
}

TEST_CASE("aggregation: packets that must not be parted are not, and too large ones are refused (RFC 9347 2.2.6) [class 16]") {
  sending_end<> s({.octets = 104, .fragments = false});
  CHECK(s.end.mtu() == 100);
  CHECK(s.put(sized(101)) == verdict::packet_too_big);
  CHECK(s.put(sized(60)) == verdict::forwarded);
  CHECK(s.put(sized(60)) == verdict::forwarded);
  CHECK(s.put(sized(40)) == verdict::forwarded);
  CHECK(s.put(sized(100)) == verdict::forwarded);
  for (int i = 0; i < 3; ++i) {
    CHECK(s.end.between_packets());
    CHECK(get16(s.next(), 2) == 0);
  }
  CHECK(s.end.idle());
  sending_end<> parts({.octets = 104});
  CHECK(parts.end.mtu() == 65535);
  bytes longest = udp_packet(family::ipv6, 10);
  longest.resize(65575);
  CHECK(parts.put(longest) == verdict::too_long);
}

TEST_CASE("aggregation: a rest too small to begin a packet in is padded") {
  sending_end<> s({.octets = 104, .least_fragment = 30});
  CHECK(s.put(sized(71)) == verdict::forwarded);
  CHECK(s.put(sized(60)) == verdict::forwarded);  // 29 are left: not begun there
  CHECK(s.put(sized(60)) == verdict::forwarded);  // 40 are left: begun there
  CHECK(get16(s.next(), 2) == 0);
  CHECK(get16(s.next(), 2) == 0);
  CHECK(get16(s.next(), 2) == 20);
}

TEST_CASE("aggregation: congestion information is that of the moment a payload leaves") {
  sending_end<> s({.octets = 104, .congestion = true});
  s.end.info.value = 1;
  CHECK(s.put(sized(100)) == verdict::forwarded);
  s.end.info.value = 2;
  const bytes first = s.next();
  s.end.info.value = 3;
  const bytes second = s.next();
  CHECK(read_aggfrag(first.data(), 24).info.value == 2);
  CHECK(read_aggfrag(second.data(), 24).info.value == 3);
  CHECK(read_aggfrag(second.data(), 24).block_offset == 20);
}

TEST_CASE("constant_rate: one in every interval, so many at once, and turns missed beyond are gone") {
  constant_rate rate(100);
  CHECK(rate.interval() == 100);
  CHECK(rate.due(5000, 4) == 1);
  CHECK(rate.due(5000, 4) == 0);
  CHECK(rate.due(5099, 4) == 0);
  CHECK(rate.due(5100, 4) == 1);
  CHECK(rate.due(5350, 4) == 2);
  CHECK(rate.due(5400, 4) == 1);
  CHECK(rate.due(9000, 4) == 4);
  CHECK(rate.due(9099, 4) == 0);
  CHECK(rate.due(9100, 4) == 1);
  unsigned sent = 0;
  for (std::uint64_t now = 9101; now < 9101 + 100000; now += 37) sent += rate.due(now, 4);
  CHECK(sent == 999);  // the last look is at 109075
  constant_rate nothing(0);
  CHECK(nothing.due(1, 3) == 1);
}
