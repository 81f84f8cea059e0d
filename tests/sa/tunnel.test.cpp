#include "support/world.hpp"

#include <esplanade/sa/policy_table.hpp>
#include <esplanade/sa/sequence_atomic.hpp>
#include <esplanade/sa/shared_window.hpp>
#include <esplanade/sa/tunnel.hpp>
#include <esplanade/testing/ciphers.hpp>

#include <atomic>
#include <functional>
#include <map>
#include <set>
#include <thread>

using namespace support;
using testing::mixing_crypto;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  using replay = window<128>;
  using policy = policy_table<4>;
};
using gateway_world = world<gateway, flat_packet, mixing_crypto, flat_store<16>>;
template <std::size_t Lanes = 0> using gateway_tunnel = tunnel<gateway_world::path_type::inbound_store, gateway_world::path_type::outbound_store, Lanes>;

// The SA of one direction after so many rekeys; every one has keys of its own.
sa_form sa_of(unsigned direction, unsigned generation) { return {.spi = 0x1000 + 0x1000 * direction + generation, .which = 1 + direction + 2 * (generation % 100)}; }

bytes numbered(std::uint32_t serial) {
  ip_form form;
  form.payload = udp(4000, 53, 16);
  for (std::size_t i = 0; i < 4; ++i) form.payload[8 + i] = static_cast<octet>(serial >> (24 - 8 * i) & 0xff);
  return make_ip(form);
}
std::uint32_t serial_of(const bytes& packet) { return get32(packet, 28); }

struct end : gateway_world {
  gateway_tunnel<> tunnel_{receiving, sending};
  std::vector<inbound_handle> under{};
  end() { REQUIRE(policy.add({traffic_selector::any(), policy_action::protect, {}, &tunnel_.sending()})); }
  void make(unsigned direction, unsigned generation) {
    sa_form form = sa_of(direction, generation);
    under.push_back(tunnel_.receive_under(crypto, form.parameters()).value());
  }
  void turn(unsigned direction, unsigned generation) {
    sa_form form = sa_of(direction, generation);
    REQUIRE(tunnel_.send_under(crypto, form.parameters()));
  }
};

// Both ends send while they are rekeyed; packets wait up to `delay` rounds on their way, and some come twice.
void rekeyed_both_ways(unsigned delay, std::uint64_t seed) {
  constexpr unsigned rounds = 600, period = 60;
  auto ends = std::make_unique<end[]>(2);
  struct under_way {
    unsigned to;
    unsigned due;
    bytes wire;
    bool copy;
  };
  std::vector<under_way> way;
  testing::seeded numbers{seed};
  std::uint32_t serial = 0;
  std::map<std::uint32_t, unsigned> arrived;
  std::set<std::uint32_t> spis;
  unsigned generation = 0, refused_copies = 0, copies = 0;
  for (unsigned direction = 0; direction < 2; ++direction) {
    ends[1 - direction].make(direction, 0);
    ends[direction].turn(direction, 0);
  }
  for (unsigned now = 0; now < rounds + delay + 1; ++now) {
    const unsigned phase = now % period;
    if (phase == 10 && now < rounds) {
      ++generation;
      ends[0].make(1, generation);
    }
    if (phase == 13 && now < rounds) ends[1].make(0, generation);
    if (phase == 17 && now < rounds) ends[1].turn(1, generation);
    if (phase == 23 && now < rounds) {
      ends[0].turn(0, generation);
      for (unsigned e = 0; e < 2; ++e) REQUIRE(ends[e].tunnel_.stop_receiving(ends[e].under[generation - 1], now + delay + 1));
    }
    if (now < rounds)
      for (unsigned e = 0; e < 2; ++e) {
        train<flat_packet> packets;
        for (unsigned i = 0; i < 3; ++i) packets.add(numbered(serial++));
        ends[e].send(packets);
        REQUIRE(packets.survivors == 3);
        for (unsigned i = 0; i < 3; ++i) {
          const bytes wire = packets.octets(i);
          spis.insert(get32(wire, 20));
          way.push_back({1 - e, now + (delay == 0 ? 0 : static_cast<unsigned>(numbers.below(delay + 1))), wire, false});
          if (numbers.below(8) == 0) way.push_back({1 - e, way.back().due, wire, true});
        }
      }
    for (std::size_t i = 0; i < way.size();) {
      if (way[i].due > now) {
        ++i;
        continue;
      }
      const under_way one = way[i];
      way.erase(way.begin() + static_cast<std::ptrdiff_t>(i));
      const auto [v, inner] = ends[one.to].received(one.wire);
      copies += one.copy;
      if (v == verdict::forwarded) ++arrived[serial_of(inner)];
      else refused_copies += v == verdict::replayed;
    }
    for (unsigned e = 0; e < 2; ++e) {
      ends[e].tunnel_.tend(now);
      ends[e].receiving.reclaim(ends[e].crypto);
      ends[e].sending.reclaim(ends[e].crypto);
      CHECK(ends[e].tunnel_.receiving() <= 2);
    }
  }
  CHECK(way.empty());
  CHECK(generation >= 9);
  CHECK(spis.size() == 2 * (generation + 1));
  CHECK(arrived.size() == serial);
  CHECK(serial == 6 * rounds);
  for (const auto& one : arrived) CHECK_MESSAGE(one.second == 1, one.first);
  CHECK(refused_copies == copies);
  for (unsigned e = 0; e < 2; ++e) {
    CHECK(ends[e].tunnel_.receiving() == 1);
    CHECK(ends[e].receiving.size() == 1);
    CHECK(ends[e].sending.size() == 1);
  }
}

}  // namespace

TEST_CASE("tunnel: rekeyed nine times with traffic both ways, in order, it loses nothing and delivers nothing twice [class 38, 53] [row 33]") { rekeyed_both_ways(0, 1); }

TEST_CASE("tunnel: rekeyed nine times with traffic both ways, late, reordered and doubled, it loses nothing and delivers nothing twice [class 34, 38, 53] [row 33]") {
  rekeyed_both_ways(6, 2);
  rekeyed_both_ways(17, 3);
}

TEST_CASE("tunnel: what it cannot do is a fault and changes nothing") {
  auto e = std::make_unique<end>();
  auto& t = e->tunnel_;
  CHECK(e->sent(numbered(1), {}).first == verdict::no_sa);
  for (unsigned i = 0; i < t.receive_max; ++i) e->make(0, i);
  sa_form more = sa_of(0, 99);
  const auto full = t.receive_under(e->crypto, more.parameters());
  REQUIRE_FALSE(full);
  CHECK(full.why().kind == fault_kind::no_space);
  CHECK(same_text(full.why().field, "tunnel"));
  CHECK(e->receiving.size() == t.receive_max);
  CHECK_FALSE(t.stop_receiving(inbound_handle{99, 1}));
  CHECK_FALSE(t.stop_receiving(inbound_handle{99, 1}, 5));
  CHECK(t.stop_receiving(e->under[1]));
  CHECK_FALSE(t.stop_receiving(e->under[1]));
  CHECK(t.receiving() == t.receive_max - 1);
  CHECK(t.receiving(0) == e->under[0]);
  CHECK(t.receiving(1) == e->under[2]);
  CHECK(t.receiving(99) == inbound_handle{});
  CHECK(t.stop_receiving(e->under[2], 7));
  CHECK(t.tend(6) == 0);
  CHECK(t.tend(7) == 1);
  CHECK(t.tend(~std::uint64_t{0}) == 0);  // the others are in use
  CHECK(t.receiving() == t.receive_max - 2);

  e->turn(0, 1);
  CHECK(e->sent(numbered(1), {}).first == verdict::forwarded);
  sa_form bad = sa_of(0, 2);
  bad.spi = 3;
  CHECK_FALSE(t.send_under(e->crypto, bad.parameters()));
  CHECK_FALSE(t.receive_under(e->crypto, bad.parameters()));
  CHECK(e->sent(numbered(2), {}).first == verdict::forwarded);
  t.stop_sending();
  const auto closed = e->sent(numbered(3), {});
  CHECK(closed.first == verdict::no_sa);
  CHECK(closed.second == numbered(3));
  CHECK(e->sending.size() == 0);
}

TEST_CASE("tunnel: lanes have SAs of their own as they are negotiated, each rekeyed alone, with one for all as fallback (RFC 9611) [class 45, 52] [row 38]") {
  auto r = std::make_unique<gateway_world>();
  gateway_tunnel<2> t{r->receiving, r->sending};
  REQUIRE(r->policy.add({traffic_selector::any(), policy_action::protect, {}, &t.sending()}));
  using path_type = gateway_world::path_type;
  std::vector<std::unique_ptr<path_type>> lanes;
  for (std::uint32_t i = 0; i < 3; ++i) lanes.push_back(std::make_unique<path_type>(path_type::resources{r->receiving, r->sending, r->crypto, r->policy, i}));
  std::map<std::uint32_t, std::uint32_t> next;  // of each SPI
  const auto leaves_under = [&](std::uint32_t lane) -> std::uint32_t {
    train<flat_packet> one;
    one.add(numbered(lane));
    if (lanes[lane]->outbound(one.view()) != 1) {
      CHECK(one.of(0) == verdict::no_sa);
      CHECK(one.octets(0) == numbered(lane));
      return 0;
    }
    const bytes wire = one.octets(0);
    CHECK(get32(wire, 24) == ++next[get32(wire, 20)]);  // no two lanes share a number
    CHECK(r->received(wire).first == verdict::forwarded);
    return get32(wire, 20);
  };
  const auto make = [&](unsigned generation) {
    sa_form form = sa_of(0, generation);
    REQUIRE(t.receive_under(r->crypto, form.parameters()));
    return form;
  };
  for (std::uint32_t i = 0; i < 3; ++i) CHECK(leaves_under(i) == 0);
  sa_form first = make(0);
  REQUIRE(t.send_under(r->crypto, first.parameters()));
  for (std::uint32_t i = 0; i < 3; ++i) CHECK(leaves_under(i) == 0x1000);
  sa_form own = make(1);
  REQUIRE(t.send_under(r->crypto, own.parameters(), 1));
  CHECK(leaves_under(0) == 0x1000);
  CHECK(leaves_under(1) == 0x1001);
  CHECK(leaves_under(2) == 0x1000);
  sa_form again = make(2);  // the fallback is rekeyed, lane 1 is not
  REQUIRE(t.send_under(r->crypto, again.parameters()));
  CHECK(leaves_under(0) == 0x1002);
  CHECK(leaves_under(1) == 0x1001);
  sa_form other = make(3);  // RFC 9611 3: bound to the same resource as the SA that is rekeyed
  REQUIRE(t.send_under(r->crypto, other.parameters(), 1));
  CHECK(leaves_under(1) == 0x1003);
  CHECK(leaves_under(0) == 0x1002);
  REQUIRE(t.stop_sending(1));  // its resource is idle: it goes back to the fallback
  CHECK(leaves_under(1) == 0x1002);
  sa_form nobody = sa_of(0, 4);
  CHECK_FALSE(t.send_under(r->crypto, nobody.parameters(), 2));
  CHECK_FALSE(t.stop_sending(2));
  CHECK(r->sending.size() == 1);
  t.stop_sending();
  for (std::uint32_t i = 0; i < 3; ++i) CHECK(leaves_under(i) == 0);
}

namespace {
// Rekeys at the worst of moments: packets have been told their SA, and the store has not been asked yet.
template <class Sa> struct interrupted_table : slot_table<Sa, 8> {
  std::function<void()> between{};
  void find(std::span<const outbound_handle> handles, std::span<Sa*> found) noexcept {
    if (const auto now = std::exchange(between, {})) now();
    slot_table<Sa, 8>::find(handles, found);
  }
};
struct interrupted_store {
  template <class Sa> using inbound = flat_sad<Sa, 8>;
  template <class Sa> using outbound = interrupted_table<Sa>;
};
}  // namespace

TEST_CASE("tunnel: a rekey between a packet's policy and its SA loses nothing; an SA that is gone without a successor fails closed [class 38, 45, 53]") {
  using world_type = world<gateway, flat_packet, mixing_crypto, interrupted_store>;
  auto r = std::make_unique<world_type>();
  tunnel<world_type::path_type::inbound_store, world_type::path_type::outbound_store> t{r->receiving, r->sending};
  REQUIRE(r->policy.add({traffic_selector{selector_parameters{.protocol = 6}}, policy_action::protect, {}, nullptr}));
  REQUIRE(r->policy.add({traffic_selector::any(), policy_action::protect, {}, &t.sending()}));
  const auto turn = [&](unsigned generation) {
    sa_form form = sa_of(0, generation);
    REQUIRE(t.send_under(r->crypto, form.parameters()));
  };
  const auto sends = [&](std::function<void()> between) {
    train<flat_packet> packets;
    for (std::uint32_t i = 0; i < 5; ++i) packets.add(numbered(i));
    r->sending.between = std::move(between);
    r->send(packets);
    std::vector<std::uint32_t> spis;
    for (std::uint32_t i = 0; i < 5; ++i) {
      if (packets.of(i) == verdict::forwarded) {
        spis.push_back(get32(packets.octets(i), 20));
        continue;
      }
      CHECK(packets.of(i) == verdict::no_sa);
      CHECK(packets.octets(i) == numbered(i));
    }
    return spis;
  };
  const auto all_under = [](std::uint32_t spi) { return std::vector<std::uint32_t>(5, spi); };
  turn(0);
  CHECK(sends([&] { turn(1); }) == all_under(0x1001));
  CHECK(sends([&] { turn(2); turn(3); }) == all_under(0x1003));
  CHECK(sends({}) == all_under(0x1003));
  CHECK(sends([&] { t.stop_sending(); }).empty());
  turn(4);
  CHECK(sends([&] { CHECK(r->sending.remove(t.sending().pick())); }).empty());  // gone, and nothing in its place
  turn(5);
  CHECK(sends([&] { CHECK(r->policy.replace(1, {traffic_selector::any(), policy_action::bypass})); t.stop_sending(); }).empty());
  turn(6);
  REQUIRE(r->policy.replace(1, {traffic_selector::any(), policy_action::protect, t.sending().pick()}));  // a policy that names its SA itself
  CHECK(sends([&] {
          sa_form form = sa_of(0, 7);
          const auto made = r->sending.add(r->crypto, form.parameters());
          const auto old = r->policy.at(1).sa;
          CHECK(r->policy.change_sa(1, *made));
          CHECK(r->sending.remove(old));
        }) == all_under(0x1007));
}

namespace {
struct two_lanes : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr std::size_t lanes = 2;
  static constexpr std::size_t burst = 8;
  using sequence = atomic_sequence;
  using replay = shared_window<4096>;
  using policy = policy_table<4, flow_cache<4, 2>, epoch<3>>;
};
struct shared_store {
  template <class Sa> using inbound = flat_sad<Sa, 64, by_spi, epoch<3>>;  // asked by one thread, when all is over
  template <class Sa> using outbound = slot_table<Sa, 8, epoch<3>>;
};
}  // namespace

TEST_CASE("tunnel: rekeyed while two threads send and nobody waits, it loses nothing and uses no number twice [class 21, 38, 53] [row 33]") {
  using world_type = world<two_lanes, flat_packet, mixing_crypto, shared_store>;
  using path_type = world_type::path_type;
  auto r = std::make_unique<world_type>();
  tunnel<path_type::inbound_store, path_type::outbound_store, 2, 64> t{r->receiving, r->sending};
  REQUIRE(r->policy.add({traffic_selector::any(), policy_action::protect, {}, &t.sending()}));
  const auto turn = [&](unsigned generation) {
    sa_form form = sa_of(0, generation);
    for (;; std::this_thread::yield()) {  // the store is full of SAs that lanes have not left
      r->sending.reclaim(r->crypto);
      const auto made = generation % 3 == 2 ? t.send_under(r->crypto, form.parameters(), 1) : t.send_under(r->crypto, form.parameters());
      if (made) return;
      REQUIRE(made.why().kind == fault_kind::no_space);
    }
  };
  const auto receives = [&](unsigned generation) {
    sa_form form = sa_of(0, generation);
    REQUIRE(t.receive_under(r->crypto, form.parameters()));
  };
  constexpr unsigned rekeys = 40;
  for (unsigned g = 0; g <= rekeys; ++g) receives(g);
  turn(0);
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> bursts{0}, lost{0};
  std::vector<bytes> wires[2];
  const auto lane = [&](std::uint32_t number) {
    auto path = std::make_unique<path_type>(path_type::resources{r->receiving, r->sending, r->crypto, r->policy, number});
    for (std::uint32_t serial = number << 24; !stop.load(std::memory_order_relaxed) && wires[number].size() < 20000; serial += 4) {
      train<flat_packet> packets;
      for (std::uint32_t i = 0; i < 4; ++i) packets.add(numbered(serial + i));
      const std::size_t sent = path->outbound(packets.view());
      lost += 4 - sent;
      for (std::size_t i = 0; i < sent; ++i) wires[number].push_back(packets.octets(i));
      ++bursts;
    }
  };
  std::thread one(lane, 0), two(lane, 1);
  for (unsigned g = 1; g <= rekeys; ++g) {
    const std::uint64_t seen = bursts;
    turn(g);

    for (unsigned i = 0; i < 200 && bursts < seen + 5; ++i) std::this_thread::yield();
  }
  stop = true;
  one.join();
  two.join();
  CHECK(lost == 0);
  std::map<std::pair<std::uint32_t, std::uint32_t>, bytes> numbers;  // in the order of their numbers: here no window is too small
  for (const auto& of_lane : wires)
    for (const bytes& wire : of_lane) CHECK(numbers.insert({{get32(wire, 20), get32(wire, 24)}, wire}).second);
  std::set<std::uint32_t> serials;
  for (const auto& [number, wire] : numbers) {
    const auto [v, inner] = r->received(wire);
    REQUIRE(v == verdict::forwarded);
    CHECK(serials.insert(serial_of(inner)).second);
  }
  CHECK(serials.size() == 4 * bursts);
  CHECK(r->sending.size() == 2);
}
