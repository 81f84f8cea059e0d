#include "support/ip.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/packets.hpp>
#include <esplanade/transform/deaggregation.hpp>

using namespace esplanade;
using namespace support;

namespace {

/// A receiver over payloads that are written down.
struct receiving_end {
  testing::fixed_pool<flat_packet, 8> pool{0, 3000};
  deaggregation<flat_packet, 4> end{10};
  testing::owned_packets<flat_packet> factory{};
  std::vector<bytes> out{};

  verdict take(std::uint64_t number, std::size_t offset, const bytes& data, std::uint64_t now = 1) {
    bytes payload{0, 0};
    put16(payload, offset);
    put(payload, data);
    return take_raw(number, payload, now);
  }
  verdict take_raw(std::uint64_t number, const bytes& payload, std::uint64_t now = 1) {
    flat_packet* const p = factory.make({.content = payload});
    const verdict said = end.add(*p, payload.size(), number, now, pool, [this](flat_packet* one) { deliver(one); });
    factory.release(p);
    return said;
  }
  void sweep(std::uint64_t now) {
    end.sweep(now, pool, [this](flat_packet* one) { deliver(one); });
  }
  void deliver(flat_packet* one) {
    out.push_back(testing::octets_of(*one));
    pool.give(one);
  }
  ~receiving_end() {
    end.restart(pool);
    CHECK(pool.level() == 8);
    CHECK(pool.misuses() == 0);
  }
};

const bytes a = udp_packet(family::ipv4, 100), b = udp_packet(family::ipv6, 60, 9), c = udp_packet(family::ipv4, 8, 3);

bytes joined(std::initializer_list<bytes> parts) {
  bytes all;
  for (const bytes& one : parts) put(all, one);
  return all;
}
bytes part(const bytes& whole, std::size_t from, std::size_t to) { return bytes(whole.begin() + static_cast<std::ptrdiff_t>(from), whole.begin() + static_cast<std::ptrdiff_t>(to)); }

}  // namespace

TEST_CASE("deaggregation: a packet parted at any place comes back whole, its length field split too [class 28]") {
  for (std::size_t at = 1; at < a.size(); ++at) {
    receiving_end r;
    CHECK(r.take(1, 0, joined({c, part(a, 0, at)})) == verdict::absorbed);
    CHECK(r.take(2, a.size() - at, joined({part(a, at, a.size()), b})) == verdict::absorbed);
    CHECK(r.out == std::vector<bytes>{c, a, b});
  }
  for (std::size_t at = 1; at < 8; ++at) {
    receiving_end r;  // one octet in each of the first payloads
    for (std::size_t i = 0; i < at; ++i) CHECK(r.take(1 + i, i == 0 ? 0 : b.size() - i, part(b, i, i + 1)) == verdict::absorbed);
    CHECK(r.take(1 + at, b.size() - at, part(b, at, b.size())) == verdict::absorbed);
    CHECK(r.out == std::vector<bytes>{b});
  }
}

TEST_CASE("deaggregation: padding alone may stand between the parts of a packet (RFC 9347 2.2.3)") {
  receiving_end r;
  r.take(1, 0, part(a, 0, 50));
  CHECK(r.take(2, 0, bytes(40)) == verdict::absorbed);
  CHECK(r.take(3, 0, {}) == verdict::absorbed);  // an empty payload
  r.take(4, a.size() - 50, joined({part(a, 50, a.size()), bytes(9)}));
  CHECK(r.out == std::vector<bytes>{a});
  CHECK(r.end.lost() == 0);
  CHECK(r.end.refused() == 0);
}

TEST_CASE("deaggregation: block offsets that do not agree cost the packet that is parted, and no other (RFC 9347 2.5) [class 6]") {
  for (const std::size_t wrong : {1u, 77u, 79u, 1000u}) {
    receiving_end r;
    r.take(1, 0, part(a, 0, 50));
    const verdict said = r.take(2, wrong, joined({part(a, 50, a.size()), c}));
    CHECK((said == verdict::absorbed || said == verdict::bad_inner_packet));
    r.take(3, 0, b);
    CHECK(std::count(r.out.begin(), r.out.end(), a) == 0);
    CHECK(r.out.back() == b);
  }
  receiving_end r;
  r.take(1, 0, part(a, 0, 50));
  CHECK(r.take(2, 0, joined({c, b})) == verdict::absorbed);  // a new block where the rest should be
  CHECK(r.out == std::vector<bytes>{c, b});
  CHECK(r.end.refused() == 1);
  // The rest of a packet whose beginning never came.
  CHECK(r.take(3, 30, joined({bytes(30, octet{0x45}), a})) == verdict::absorbed);
  CHECK(r.out.back() == a);
  CHECK(r.take(4, 500, bytes(60, octet{0x45})) == verdict::absorbed);
  CHECK(r.out.size() == 3);
}

TEST_CASE("deaggregation: blocks and headers that are none end their payload, and what came before them is delivered [class 6]") {
  receiving_end r;
  CHECK(r.take(1, 0, joined({c, bytes{0x55, 1, 2, 3}})) == verdict::bad_inner_packet);
  CHECK(r.take(2, 0, joined({b, bytes{0x45, 0, 0, 19, 9, 9}})) == verdict::bad_inner_packet);
  CHECK(r.take_raw(3, {2, 0, 0, 0, 0x45}) == verdict::bad_inner_packet);
  CHECK(r.take_raw(4, {0, 0, 0}) == verdict::bad_inner_packet);
  CHECK(r.take_raw(5, {}) == verdict::bad_inner_packet);
  CHECK(r.take(6, 0, a) == verdict::absorbed);
  CHECK(r.out == std::vector<bytes>{c, b, a});
  // A header that is not one costs the packet that was to go on in it.
  r.take(7, 0, part(a, 0, 50));
  CHECK(r.take_raw(8, {9}) == verdict::bad_inner_packet);
  CHECK(r.take(9, a.size() - 50, part(a, 50, a.size())) == verdict::absorbed);
  CHECK(r.out.size() == 3);
}

TEST_CASE("deaggregation: order is restored within the window; what it has passed is lost, and late for good [class 35]") {
  receiving_end r;
  CHECK(r.take(10, 0, a) == verdict::absorbed);
  CHECK(r.take(13, 0, c) == verdict::absorbed);
  CHECK(r.take(12, b.size() - 30, part(b, 30, b.size())) == verdict::absorbed);
  CHECK(r.out.size() == 1);
  CHECK(r.end.waiting() == 2);
  CHECK(r.take(11, 0, part(b, 0, 30)) == verdict::absorbed);
  CHECK(r.out == std::vector<bytes>{a, b, c});
  CHECK(r.take(9, 0, a) == verdict::too_old);
  CHECK(r.take(13, 0, a) == verdict::too_old);
  // 14 is missing when 18 comes.
  CHECK(r.take(16, 0, a) == verdict::absorbed);
  CHECK(r.take(17, 0, b) == verdict::absorbed);
  CHECK(r.out.size() == 3);
  CHECK(r.take(18, 0, c) == verdict::absorbed);
  CHECK(r.out.size() == 3);  // 15 may still come
  CHECK(r.end.lost() == 1);
  CHECK(r.take(14, 0, a) == verdict::too_old);
  CHECK(r.take(15, 0, c) == verdict::absorbed);
  CHECK(r.out == std::vector<bytes>{a, b, c, c, a, b, c});
  // Far ahead: everything between is lost at once.
  CHECK(r.take(1'000'000'000'000, 0, a) == verdict::absorbed);
  CHECK(r.end.lost() == 1 + 1'000'000'000'000 - 3 - 19);
}

TEST_CASE("deaggregation: what is missing is waited for no longer than it may be") {
  receiving_end r;
  r.take(1, 0, part(a, 0, 50), 100);
  r.take(3, 0, b, 101);
  r.sweep(110);
  CHECK(r.out.empty());
  r.sweep(111);
  CHECK(r.out == std::vector<bytes>{b});
  CHECK(r.end.refused() == 1);
  CHECK(r.take(2, a.size() - 50, part(a, 50, a.size()), 112) == verdict::too_old);
  // Two gaps, each missed since what lies behind it came.
  r.take(5, 0, a, 200);
  r.take(7, 0, c, 204);
  r.sweep(209);
  CHECK(r.out.size() == 1);
  r.sweep(210);
  CHECK(r.out == std::vector<bytes>{b, a});
  r.sweep(213);
  CHECK(r.out.size() == 2);
  r.sweep(214);
  CHECK(r.out == std::vector<bytes>{b, a, c});
  CHECK(r.end.waiting() == 0);
}

TEST_CASE("deaggregation: without packets in the pool packets are lost and counted, and nothing else happens [class 39]") {
  receiving_end r;
  std::vector<flat_packet*> held;
  while (flat_packet* one = r.pool.take()) held.push_back(one);
  CHECK(r.take(1, 0, joined({a, part(b, 0, 20)})) == verdict::absorbed);
  CHECK(r.end.refused() == 2);
  CHECK(r.take(3, 0, c) == verdict::no_packet);
  for (flat_packet* one : held) r.pool.give(one);
  CHECK(r.take(2, b.size() - 20, joined({part(b, 20, b.size()), c})) == verdict::absorbed);
  CHECK(r.out == std::vector<bytes>{c});

  testing::fixed_pool<flat_packet, 4> small(0, 60);
  deaggregation<flat_packet, 2> end;
  flat_packet* const p = r.factory.make({.content = joined({bytes{0, 0, 0, 0}, a, c})});
  std::size_t delivered = 0;
  const auto count = [&](flat_packet* one) { ++delivered, small.give(one); };
  CHECK(end.add(*p, p->length(), 1, 0, small, count) == verdict::absorbed);
  CHECK(delivered == 1);
  CHECK(end.refused() == 1);
  CHECK(end.add(*p, p->length(), 3, 0, small, count) == verdict::no_room);
  CHECK(small.level() == 4);
  r.factory.release(p);
}

TEST_CASE("deaggregation: congestion information is the last that came") {
  receiving_end r;
  bytes payload(24);
  write_aggfrag(payload.data(), 0, {.loss_event_rate = 5, .value = 77});
  put(payload, c);
  CHECK(r.take_raw(1, payload) == verdict::absorbed);
  CHECK(r.end.info() == congestion_info{.loss_event_rate = 5, .value = 77});
  CHECK(r.take(2, 0, c) == verdict::absorbed);
  CHECK(r.end.info().value == 77);
  CHECK(r.out.size() == 2);
}
