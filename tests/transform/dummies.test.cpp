// Dummy packets out, and in again (RFC 4303 2.6).
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/pipeline/lane.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/transform/dummies.hpp>

using namespace support;
using crypto_type = testing::mixing_crypto;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp;
  static constexpr std::size_t burst = 8;
};
using orders_type = bounded_ring<dummy_order, 64>;
using list_type = decltype(outbound<gateway>(originate_dummies<orders_type>{nullptr}, assign_sequence, write_trailer, esp_seal, write_outer_header));
using pool_type = testing::fixed_pool<flat_packet, 16>;

struct idle_sender : world<gateway, flat_packet, crypto_type> {
  orders_type orders{};
  pool_type pool{100, 400};
  lane<list_type, flat_packet, typename path_type::outbound_store, crypto_type, no_policy_store, pool_type> idle{
      {sending, crypto, nothing, pool}, list_type{originate_dummies{&orders}, assign_sequence, write_trailer, esp_seal, write_outer_header}};
  static constexpr no_policy_store nothing{};
  flat_packet* packets[16]{};
  verdict verdicts[16]{};

  auto run(batch_view<flat_packet> batch = {}) { return idle(batch, {packets, verdicts, {}}); }
  void give_back(std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) pool.give(packets[i]);
  }
};

}  // namespace

TEST_CASE("dummies: sealed like any packet, dropped as dummy by the receiver, whose window moves [class 5] [row 26]") {
  for (const family outer : {family::ipv4, family::ipv6})
    for (const mode how : {mode::tunnel, mode::transport})
      for (const encapsulation kind : {encapsulation::none, encapsulation::udp})
        for (std::uint32_t size = 0; size < 80; size += 7) {
          idle_sender r;
          sa_form form{.mode = how, .outer = outer};
          form.made.encapsulation = kind;
          const auto in = r.add_receiver(form);
          const auto sa = r.add_sender(form);
          REQUIRE(r.orders.put({sa, size}));
          const auto done = r.run();
          REQUIRE(done.packets == 1);
          REQUIRE(done.survivors == 1);
          const bytes wire = testing::octets_of(*r.packets[0]);
          CHECK(wrong_in_ip(wire) == "");
          // As long as a packet of that many octets, as a tunnel's inner packet or behind the header of transport mode.
          CHECK(wire.size() == (outer == family::ipv4 ? 20u : 40u) + (kind == encapsulation::udp ? 8u : 0u) + 16 + (size + 2 + 3) / 4 * 4 + 16);
          CHECK(r.received(wire).first == verdict::dummy);
          CHECK(r.received(wire).first == verdict::replayed);
          CHECK(association(*r.receiving.at(in)).window().highest() == 1);
          CHECK(association(*r.sending.at(sa)).traffic().packets.get() == 1);
          CHECK(association(*r.sending.at(sa)).traffic().octets.get() == 0);
          r.give_back(1);
          CHECK(r.pool.level() == 16);
        }
}

TEST_CASE("dummies: numbers go on from those of real packets, and a burst is what there are slots for") {
  idle_sender r;
  const auto sa = r.add_sender({});
  CHECK(r.sent(udp_packet(family::ipv4, 9), sa).first == verdict::forwarded);
  for (unsigned n = 0; n < 20; ++n) REQUIRE(r.orders.put({sa, 40}));
  CHECK(r.run().survivors == 8);
  CHECK(get32(testing::octets_of(*r.packets[0]), 24) == 2);
  CHECK(get32(testing::octets_of(*r.packets[7]), 24) == 9);
  r.give_back(8);
  CHECK(r.run().survivors == 8);
  CHECK(r.run().survivors == 4);  // 16 packets in the pool, 8 of them are out
  CHECK(r.run().survivors == 0);
}

TEST_CASE("dummies: an empty pool keeps the orders, a removed SA and a lack of room do not pass for sent [class 45]") {
  idle_sender r;
  const auto sa = r.add_sender({}), gone = r.add_sender({.spi = 0x2002, .which = 2});
  REQUIRE(r.sending.remove(gone));
  std::vector<flat_packet*> taken;
  while (flat_packet* p = r.pool.take()) taken.push_back(p);
  REQUIRE(r.orders.put({sa, 40}));
  CHECK(r.run().packets == 0);
  for (flat_packet* p : taken) r.pool.give(p);
  CHECK(r.run().survivors == 1);
  r.give_back(1);

  for (const auto& [order, why] : {std::pair{dummy_order{gone, 40}, verdict::no_sa}, std::pair{dummy_order{{}, 40}, verdict::no_sa},
                                   std::pair{dummy_order{sa, 401}, verdict::no_room}, std::pair{dummy_order{sa, 70000}, verdict::too_long}}) {
    REQUIRE(r.orders.put(order));
    const auto done = r.run();
    CHECK(done.packets == 1);
    CHECK(done.survivors == 0);
    CHECK(r.verdicts[0] == why);
    r.give_back(1);
  }
  CHECK(r.pool.level() == 16);
}

TEST_CASE("dummies: what comes in with the batch does not leave in clear [class 45]") {
  idle_sender r;
  const bytes inner = udp_packet(family::ipv4, 9);
  train<flat_packet> real;
  for (unsigned n = 0; n < 3; ++n) real.add(inner, r.add_sender({.spi = 0x3000 + n}));
  const auto done = r.run(real.view_with_handles());
  CHECK(done.packets == 3);
  CHECK(done.survivors == 0);
  for (std::size_t i = 0; i < 3; ++i) CHECK(r.verdicts[i] == verdict::withheld);
}
