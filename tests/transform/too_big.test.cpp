#include "support/stages.hpp"

#include <esplanade/testing/manual_clock.hpp>
#include <esplanade/transform/check_path_mtu.hpp>

using namespace support;

namespace too_big_tests {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
};
struct timed : gateway {
  using clock = testing::manual_clock;
};
template <class P> struct small_pool : testing::fixed_pool<P, 6> {
  small_pool() : testing::fixed_pool<P, 6>(0, 1280) {}
};
template <class P> struct smaller_pool : testing::fixed_pool<P, 6> {
  smaller_pool() : testing::fixed_pool<P, 6>(0, 500) {}
};
template <class P, template <class> class Pool = small_pool> using bench_of = bench<gateway, list_kind::outbound, P, null_crypto, flat_store<16>, no_policy_store, Pool<P>>;

}  // namespace too_big_tests
using namespace too_big_tests;

TEST_CASE("too_big_answers: quotes as much as may be, wherever the packet is cut [class 28]") {
  using P = chain_packet<4>;
  for (const std::size_t size : {30u, 547u, 548u, 549u, 3000u}) {
    const bytes packet = make_ip({.payload = counted(size - 20)});
    bytes first;
    for (const testing::cut& cut : {testing::cut{size}, testing::cut{1, 11, 18, size - 30}, testing::cut{25, 0, size - 25}}) {
      bench_of<P> b;
      too_big_answers<P, 2> told(outside_v4(77), outside_v6(77));
      b.packets.add({.content = packet, .segments = cut});
      b.begin();
      told.answer(*b.c, 0, 1400);
      P* const answer = told.take();
      REQUIRE(answer != nullptr);
      const bytes error = testing::octets_of(*answer);
      CHECK(wrong_in_ip(error) == "");
      CHECK(error.size() == std::min<std::size_t>(size + 28, 576));
      bytes icmp(error.begin() + 20, error.end());
      icmp.resize(icmp.size() + icmp.size() % 2);
      CHECK(sum_of(icmp, icmp.size()) == 0xffff);
      if (first.empty()) first = error;
      CHECK(error == first);
      CHECK(b.octets(0) == packet);
      b.pool.give(answer);
      CHECK(b.pool.level() == 6);
    }
  }
}

TEST_CASE("too_big_answers: too many, no packet, no room in it, no address of ours: nothing is sent and nothing lost [class 39]") {
  bench_of<flat_packet> b;
  b.packets.add(make_ip({.payload = counted(600)}));
  b.packets.add(udp_packet(family::ipv6, 2000));
  b.packets.add(make_ip({.payload = counted(600), .fragment = 1}));
  b.begin();
  too_big_answers<flat_packet, 2> told(outside_v4(77), address::v6(0, 0, 0, 0, 0, 0, 0, 0));
  for (int i = 0; i < 5; ++i) told.answer(*b.c, 0, 500);
  CHECK(told.made() == 2);
  CHECK(told.suppressed() == 3);
  CHECK(b.pool.level() == 4);
  told.answer(*b.c, 1, 1280);  // no IPv6 address to answer from
  told.answer(*b.c, 2, 500);   // a later fragment
  CHECK(b.pool.level() == 4);
  while (flat_packet* one = told.take()) b.pool.give(one);
  std::vector<flat_packet*> held;
  while (flat_packet* one = b.pool.take()) held.push_back(one);
  told.answer(*b.c, 0, 500);
  CHECK(told.take() == nullptr);
  for (flat_packet* one : held) b.pool.give(one);
  CHECK(b.pool.level() == 6);

  bench_of<flat_packet, smaller_pool> tight;
  tight.packets.add(make_ip({.payload = counted(600)}));
  tight.begin();
  too_big_answers<flat_packet, 2> unsaid(outside_v4(77), outside_v6(77));
  unsaid.answer(*tight.c, 0, 500);
  CHECK(unsaid.take() == nullptr);
  CHECK(unsaid.suppressed() == 1);
  CHECK(tight.pool.level() == 6);
}

TEST_CASE("too_big_answers: with a clock no more than so many in a second (RFC 4443 2.4 (f))") {
  using pool = small_pool<flat_packet>;
  pool from;
  using context = batch_context<timed, flat_packet, slot_table<outbound_sa<timed, null_crypto>, 2>, null_crypto, no_policy_store, pool, 4>;
  null_crypto crypto;
  slot_table<outbound_sa<timed, null_crypto>, 2> store;
  no_policy_store policy;
  testing::manual_clock time{5};
  context::resources with{store, crypto, policy, from, 0, time};
  const auto c = std::make_unique<context>();
  train<flat_packet> packets;
  packets.add(make_ip({.payload = counted(600)}));
  c->count = 1;
  c->lane = &with;
  c->packets[0] = packets.packets[0];
  c->state[0].length = 620;
  too_big_answers<flat_packet, 8> told(outside_v4(77), outside_v6(77), 2);
  const auto ask = [&](unsigned times) {
    for (unsigned i = 0; i < times; ++i) told.answer(*c, 0, 500);
    while (flat_packet* one = told.take()) from.give(one);
    return told.made();
  };
  c->time.now = 5;
  CHECK(ask(10) == 2);
  c->time.now = 6;
  CHECK(ask(1) == 3);
  CHECK(ask(5) == 4);
  c->time.now = 100;
  CHECK(ask(2) == 6);
}
