#include "support/pooled.hpp"

#include <esplanade/transform/aggregate.hpp>
#include <esplanade/transform/deaggregate.hpp>
#include <esplanade/transform/overhead.hpp>

using namespace support;

namespace aggregate_tests {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
struct limited : gateway {
  using lifetime = exact_lifetime;
};
/// Ticks by hand.
struct ticks {
  std::uint64_t at = 1;
  std::uint64_t now() const noexcept { return at; }
};

using tunnel = aggregate_tunnel<flat_packet, 16>;
using tunnels = aggregate_receivers<flat_packet, 2, 4>;

template <class P = gateway> auto sending(tunnel& to, const ticks& clock) {
  return outbound<P>(aggregate{&to, &clock}, select_payload_sa, assign_sequence, write_trailer, esp_seal, write_outer_header);
}
auto receiving(tunnels& from, const ticks& clock) {
  return inbound<gateway>(find_sa, check_replay, esp_open, update_replay, remove_trailer, open_payload, deaggregate<tunnels, ticks>(&from, &clock));
}
template <class Came> std::vector<bytes> wire_of(const Came& came) {
  std::vector<bytes> all;
  for (const auto& one : came)
    if (one.what == verdict::forwarded) all.push_back(one.octets);
  return all;
}
std::size_t count(const auto& came, verdict v) {
  return static_cast<std::size_t>(std::count_if(came.begin(), came.end(), [v](const auto& one) { return one.what == v; }));
}

}  // namespace aggregate_tests
using namespace aggregate_tests;

TEST_CASE("aggregate, deaggregate: packets of every size to 9001 go through a tunnel of one outer size and come out in order, for both outer families [class 16, 28] [row 20]") {
  for (const family outer : {family::ipv4, family::ipv6}) {
    const std::uint32_t payload = static_cast<std::uint32_t>(overhead<gateway>::of(gcm128::sizes, mode::tunnel, outer).inner_mtu(1500));
    ticks clock;
    tunnel to({.octets = payload});
    pooled_lane sender(sending(to, clock));
    to.sa = sender.add({.outer = outer});
    tunnels from;
    pooled_lane receiver(receiving(from, clock));
    const auto at = receiver.add({.outer = outer});
    std::size_t sent = 0, payloads = 0;
    for (std::size_t size = 28; size < 9001; size += size < 1600 ? 23 : 401) {
      std::vector<bytes> packets{udp_packet(family::ipv4, size - 28, static_cast<unsigned>(size)), udp_packet(family::ipv6, size, 3), udp_packet(family::ipv4, 4)};
      const auto came = sender.run(packets);
      CHECK(count(came, verdict::absorbed) == 3);
      const auto wire = wire_of(came);
      for (const bytes& one : wire) {
        CHECK(wrong_in_ip(one) == "");
        CHECK(one.size() <= 1500);
        CHECK(one.size() > 1500 - 4);
        if (outer == family::ipv4) CHECK((one[6] & 0x40) != 0);
        CHECK((outer == family::ipv4 ? one[1] : (one[0] & 15) | (one[1] >> 4)) == 0);  // nothing of what is inside
      }
      const auto out = receiver.run(wire);
      CHECK(wire_of(out) == packets);
      CHECK(count(out, verdict::absorbed) == wire.size());
      sent += 3;
      payloads += wire.size();
    }
    CHECK(receiver.store.at(at)->traffic().packets.get() == sent);
    CHECK(receiver.store.at(at)->drops().other.get() == 0);
    CHECK(sender.store.at(to.sa)->sequence().used() == payloads);
    from.drain(receiver.pool);
    CHECK(receiver.pool.level() == 64);
    CHECK(sender.pool.level() == 64);
  }
}

TEST_CASE("aggregate: at a constant rate it sends by the clock alone, whether packets come in or not (RFC 9347 2.4.1) [row 20]") {
  ticks clock;
  constant_rate rate(100);
  tunnel to({.octets = 300}, {}, &rate);
  pooled_lane sender(sending(to, clock));
  to.sa = sender.add({});
  testing::seeded numbers{8};
  std::size_t sent = 0;
  const auto started = clock.at;
  for (int i = 0; i < 400; ++i) {
    clock.at += numbers.below(120);
    std::vector<bytes> packets(numbers.below(4) == 0 ? 1 : 0, udp_packet(family::ipv4, numbers.below(200)));
    const auto came = sender.run(packets);
    for (const auto& one : came)
      if (one.what == verdict::forwarded) {
        ++sent;
        CHECK(one.octets.size() == 20 + 16 + 304 + 16);
      }
  }
  const auto turns = (clock.at - started) / 100;
  CHECK(sent <= turns + 1);
  CHECK(sent + 2 >= turns);
  CHECK(sender.store.at(to.sa)->sequence().used() == sent);
}

TEST_CASE("aggregate: more than the rate carries is refused, and what was taken in is not lost [class 39]") {
  ticks clock;
  constant_rate rate(100);
  tunnel to({.octets = 104}, {}, &rate);
  pooled_lane sender(sending(to, clock));
  to.sa = sender.add({});
  tunnels from;
  pooled_lane receiver(receiving(from, clock));
  receiver.add({});
  std::vector<bytes> packets(30, udp_packet(family::ipv4, 72));
  auto came = sender.run(packets);
  const std::size_t taken = count(came, verdict::absorbed);
  CHECK(taken >= 17);  // sixteen that are ready and one begun, and for each burst of the lane one that has left
  CHECK(taken < 20);
  CHECK(count(came, verdict::batch_full) == 30 - taken);
  std::size_t out = count(receiver.run(wire_of(came)), verdict::forwarded);
  for (int i = 0; i < 20; ++i) {
    clock.at += 100;
    out += count(receiver.run(wire_of(sender.run(std::vector<bytes>{}))), verdict::forwarded);
  }
  CHECK(out == taken);
}

TEST_CASE("aggregate: bad packets are refused as everywhere, link padding stays behind, and no SA means nothing is sent [class 45]") {
  ticks clock;
  tunnel to({.octets = 300});
  pooled_lane sender(sending(to, clock));
  bytes padded = udp_packet(family::ipv4, 30);
  padded.resize(padded.size() + 9, octet{0xee});
  const auto came = sender.run({padded, bytes(50, octet{0x10}), bytes{}, bytes(30, octet{0x45})});
  CHECK(count(came, verdict::absorbed) == 1);
  CHECK(count(came, verdict::not_ip) == 2);
  CHECK(count(came, verdict::no_sa) == 1);
  CHECK(sender.survivors == 0);
  // A transport-mode SA carries no payloads.
  to.sa = sender.add({.mode = mode::transport});
  CHECK(count(sender.run({udp_packet(family::ipv4, 30)}), verdict::bad_next_header) == 1);
  CHECK(sender.store.at(to.sa)->sequence().used() == 0);
}

TEST_CASE("aggregate: no packet is parted between two SAs (RFC 9347 2.2.3) [class 38]") {
  ticks clock;
  constant_rate rate(100);
  tunnel to({.octets = 104}, {}, &rate);
  pooled_lane sender(sending(to, clock));
  const auto one = sender.add({.spi = 0x3001, .which = 1}), two = sender.add({.spi = 0x3002, .which = 2});
  to.sa = one;
  std::vector<bytes> wire = wire_of(sender.run({udp_packet(family::ipv4, 250), udp_packet(family::ipv4, 222)}));
  to.sa = two;
  for (int i = 0; i < 7; ++i) {
    clock.at += 100;
    for (const bytes& more : wire_of(sender.run(std::vector<bytes>{}))) wire.push_back(more);
  }
  CHECK(sender.store.at(one)->sequence().used() == 6);  // both packets lie in six payloads, without a border between
  CHECK(sender.store.at(two)->sequence().used() == wire.size() - 6);
}

TEST_CASE("deaggregate: every inner packet is held against the selectors of its SA [class 44]") {
  ticks clock;
  tunnel to({.octets = 1000});
  pooled_lane sender(sending(to, clock));
  sa_form form{};
  to.sa = sender.add(form);
  tunnels from;
  pooled_lane receiver(receiving(from, clock));
  selector_parameters only_udp;
  only_udp.protocol = 17;
  form.selector = traffic_selector{only_udp};
  const auto at = receiver.add(form);
  const bytes good = udp_packet(family::ipv4, 30), bad = make_ip({.protocol = 6, .payload = counted(20)});
  const auto sealed = sender.run({good, bad, good});
  const auto came = receiver.run(wire_of(sealed));
  CHECK(receiver.survivors == 2);
  CHECK(count(came, verdict::wrong_selectors) == 1);
  CHECK(receiver.store.at(at)->drops().other.get() == 1);
}

TEST_CASE("deaggregate: payloads out of order, lost and sent again, under two SAs at once [class 34, 35]") {
  ticks clock;
  tunnel to({.octets = 200}), other({.octets = 200});
  pooled_lane sender(sending(to, clock)), second(sending(other, clock));
  to.sa = sender.add({.spi = 0x3001, .which = 1});
  other.sa = second.add({.spi = 0x3002, .which = 2});
  tunnels from(50);
  pooled_lane receiver(receiving(from, clock));
  receiver.add({.spi = 0x3001, .which = 1});
  receiver.add({.spi = 0x3002, .which = 2});
  const std::vector<bytes> packets{udp_packet(family::ipv4, 300, 1), udp_packet(family::ipv6, 300, 2), udp_packet(family::ipv4, 300, 3)};
  const auto a = wire_of(sender.run(packets)), b = wire_of(second.run(packets));
  REQUIRE(a.size() == 6);
  auto came = receiver.run({a[0], b[0], a[2], b[1], a[1], a[1], b[2], a[4], a[3], b[3], b[4], a[5], b[5]});
  CHECK(receiver.survivors == 6);
  CHECK(count(came, verdict::replayed) == 1);
  // The third payload of each is lost; after a while nobody waits for it.
  const auto c = wire_of(sender.run(packets));
  came = receiver.run({c[0], c[1], c[3], c[4], c[5]});
  CHECK(receiver.survivors == 1);
  clock.at += 50;
  came = receiver.run(wire_of(sender.run({packets[0]})));
  CHECK(receiver.survivors == 2);
  CHECK(wire_of(came) == std::vector<bytes>{packets[2], packets[0]});
  CHECK(receiver.run({c[2]})[0].what == verdict::too_old);
  from.drain(receiver.pool);
  CHECK(receiver.pool.level() == 64);
}

TEST_CASE("open_payload: what is no AGGFRAG payload has no place under such an SA (RFC 9347 2.3) [class 5]") {
  ticks clock;
  tunnels from;
  pooled_lane receiver(receiving(from, clock));
  receiver.add({});
  world<gateway, flat_packet, testing::mixing_crypto> plain;
  const auto sa = plain.add_sender({});
  CHECK(receiver.run({plain.sent(udp_packet(family::ipv4, 30), sa).second})[0].what == verdict::bad_next_header);
  // And a payload is nothing that a plain tunnel delivers.
  tunnel to({.octets = 200});
  pooled_lane sender(sending(to, clock));
  to.sa = sender.add({.spi = 0x4001});
  plain.add_receiver({.spi = 0x4001});
  CHECK(plain.received(wire_of(sender.run({udp_packet(family::ipv4, 30)}))[0]).first == verdict::bad_next_header);
}

TEST_CASE("aggregate: a list with lifetimes counts payloads, and ends where its limit says [class 42]") {
  ticks clock;
  tunnel to({.octets = 104});
  pooled_lane sender(outbound<limited>(aggregate{&to, &clock}, select_payload_sa, check_lifetime, assign_sequence, write_trailer, esp_seal, write_outer_header));
  sa_form form{};
  form.made.lifetime.hard.packets = 3;
  to.sa = sender.add(form);
  const auto came = sender.run({udp_packet(family::ipv4, 400)});
  CHECK(count(came, verdict::forwarded) == 3);
  CHECK(count(came, verdict::lifetime_expired) == 2);
}
