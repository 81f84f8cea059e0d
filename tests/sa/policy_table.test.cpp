#include "support/world.hpp"

#include <esplanade/sa/policy_table.hpp>
#include <esplanade/testing/policy_laws.hpp>

#include <atomic>
#include <thread>

using namespace support;

namespace {
flow udp_flow(std::uint16_t port) {
  flow f;
  f.protocol = 17;
  f.destination_port = port;
  f.ports_known = true;
  return f;
}
policy to_port(std::uint16_t port, policy_action action, outbound_handle sa = {}) {
  return {traffic_selector{selector_parameters{.protocol = 17, .destination_ports = {port, port}}}, action, sa};
}

template <class Table> void keeps_the_laws() {
  const auto broken = testing::find_broken_policy_laws([](std::span<const policy> entries) {
    auto made = std::make_unique<Table>();
    for (const policy& one : entries) CHECK(made->add(one));
    return made;
  });
  for (const auto& one : broken) FAIL_CHECK(one.law << " (" << one.where << ")");
}

// Somebody is inside for as long as a test says.
struct told_reclaim {
  using atomics = plain_atomics;
  static constexpr bool concurrent = false;
  static inline bool inside = false;
  struct guard {};
  guard enter() noexcept { return {}; }
  std::uint64_t retire() noexcept { return 4; }
  std::uint64_t passed() const noexcept { return inside ? 4 : 5; }
};
}  // namespace

TEST_CASE("policy_table: keeps the laws of policy stores, with caches of every kind [row 43]") {
  keeps_the_laws<policy_table<8, no_flow_cache>>();
  keeps_the_laws<policy_table<8, flow_cache<1, 1>>>();
  keeps_the_laws<policy_table<8, flow_cache<2, 2>>>();
  keeps_the_laws<policy_table<8>>();
  keeps_the_laws<policy_table<8, flow_cache<16, 4>, epoch<2>>>();
}

TEST_CASE("policy_table: what cannot be done is a fault, and changes nothing") {
  auto table = std::make_unique<policy_table<2>>();
  const auto kind = [](const result<void>& r) { return r ? fault_kind::damaged : r.why().kind; };
  CHECK(kind(table->insert(1, {})) == fault_kind::not_found);
  CHECK(kind(table->replace(0, {})) == fault_kind::not_found);
  CHECK(kind(table->remove(0)) == fault_kind::not_found);
  CHECK(kind(table->change_sa(0, {})) == fault_kind::not_found);
  CHECK(table->insert(0, to_port(1, policy_action::protect, {1, 1})));
  CHECK(table->insert(1, to_port(2, policy_action::bypass)));
  const std::uint64_t version = table->version();
  CHECK(kind(table->insert(0, {})) == fault_kind::no_space);
  CHECK(kind(table->add({})) == fault_kind::no_space);
  const policy three[3]{};
  CHECK(kind(table->assign(three)) == fault_kind::no_space);
  CHECK(kind(table->remove(2)) == fault_kind::not_found);
  CHECK(kind(table->change_sa(2, {})) == fault_kind::not_found);
  CHECK(table->version() == version);
  CHECK(table->size() == 2);
  CHECK(table->at(0).sa == outbound_handle{1, 1});
  CHECK(table->at(1).action == policy_action::bypass);
  CHECK(table->change_sa(0, {9, 9}));
  CHECK(table->at(0).sa == outbound_handle{9, 9});
  CHECK(table->version() == version);  // lanes need forget nothing
  CHECK(table->assign({three, 1}));
  CHECK(table->size() == 1);
  CHECK(table->clear());
  CHECK(table->size() == 0);
}

TEST_CASE("policy_table: a copy that a lane still reads is not written; the SA of a policy can be changed all the same [class 53]") {
  auto table = std::make_unique<policy_table<4, flow_cache<2, 2>, told_reclaim>>();
  told_reclaim::inside = false;
  CHECK(table->add(to_port(1, policy_action::protect, {1, 1})));
  told_reclaim::inside = true;
  const auto refused = table->add(to_port(2, policy_action::bypass));
  REQUIRE_FALSE(refused);
  CHECK(refused.why().kind == fault_kind::busy);
  CHECK(table->size() == 1);
  CHECK(table->change_sa(0, {2, 2}));
  policy_asker lane(*table);
  CHECK(lane.decide(udp_flow(1)).sa == outbound_handle{2, 2});
  told_reclaim::inside = false;
  CHECK(table->add(to_port(2, policy_action::bypass)));
  CHECK(lane.decide(udp_flow(2)).action == policy_action::bypass);
}

TEST_CASE("policy_table: a policy may name a tunnel, and lanes that remember the flow follow it") {
  auto table = std::make_unique<policy_table<4>>();
  transmit_sas tunnel;
  CHECK(table->add({traffic_selector::any(), policy_action::protect, {}, &tunnel}));
  policy_asker lane(*table);
  for (std::uint32_t i = 1; i < 5; ++i) {
    tunnel.set({i, i});
    CHECK(lane.decide(udp_flow(1)).sa_for(0) == outbound_handle{i, i});
  }
}

namespace {
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  using policy = policy_table<8>;
};
}  // namespace

TEST_CASE("policy_table: a datapath asks it through a reader of its own, and forgets with every change [class 45, 46] [row 43]") {
  world<gateway> r;
  const bytes packet = udp_packet(family::ipv4, 20), other = udp_packet(family::ipv6, 20);
  CHECK(r.sent(packet, {}).first == verdict::no_policy);
  const auto sa = r.add({});
  REQUIRE(r.policy.add({traffic_selector::all(family::ipv4), policy_action::protect, sa}));
  for (unsigned i = 0; i < 3; ++i) {
    CHECK(r.sent(packet, {}).first == verdict::forwarded);
    CHECK(r.sent(other, {}).first == verdict::no_policy);
  }
  REQUIRE(r.policy.insert(0, to_port(53, policy_action::bypass)));
  CHECK(r.sent(packet, {}).first == verdict::bypassed);
  CHECK(r.sent(other, {}).first == verdict::bypassed);
  REQUIRE(r.policy.replace(0, to_port(53, policy_action::discard)));
  CHECK(r.sent(packet, {}).first == verdict::discarded);
  REQUIRE(r.policy.remove(0));
  CHECK(r.sent(packet, {}).first == verdict::forwarded);
  REQUIRE(r.sending.remove(sa));
  const auto closed = r.sent(packet, {});
  CHECK(closed.first == verdict::no_sa);
  CHECK(closed.second == packet);
  REQUIRE(r.policy.change_sa(0, r.add({.spi = 0x3001, .which = 2})));
  CHECK(r.sent(packet, {}).first == verdict::forwarded);
}

TEST_CASE("policy_table: lanes ask while a control thread changes everything, and never get half a change or somebody else's SA [class 38, 45, 53]") {
  // Policy k is for port k and has an SA of slot k whose generation is k modulo 16. Behind them all stands a discard.
  constexpr std::uint32_t ports = 12;
  using table_type = policy_table<16, flow_cache<4, 2>, epoch<3>>;
  auto table = std::make_unique<table_type>();
  REQUIRE(table->add({traffic_selector::any(), policy_action::discard, {77, 77}}));
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> wrong{0}, protect{0}, discard{0};
  const auto lane = [&](std::uint64_t seed) {
    policy_asker asker(*table);
    testing::seeded numbers{seed};
    while (!stop.load(std::memory_order_relaxed)) {
      const std::uint32_t port = static_cast<std::uint32_t>(numbers.below(ports));
      const policy_decision d = asker.decide(udp_flow(static_cast<std::uint16_t>(port)));
      if (d.action == policy_action::protect) {
        wrong += !d.matched || d.sa.slot != port || d.sa.generation % 16 != port;
        ++protect;
      } else {
        wrong += !d.matched || d.action != policy_action::discard;
        ++discard;
      }
    }
  };
  std::vector<std::thread> lanes;
  for (std::uint64_t i = 0; i < 3; ++i) lanes.emplace_back(lane, i + 1);
  testing::seeded numbers{7};
  std::vector<std::uint32_t> order;
  std::uint64_t changes = 0, busy = 0;
  for (unsigned round = 0; round < 4000 || protect < 1000 || discard < 1000; ++round) {
    const std::uint32_t k = static_cast<std::uint32_t>(numbers.below(ports));
    const auto there = std::find(order.begin(), order.end(), k);
    result<void> done{};
    if (there == order.end()) {
      const std::size_t at = static_cast<std::size_t>(numbers.below(order.size() + 1));
      done = table->insert(at, to_port(static_cast<std::uint16_t>(k), policy_action::protect, {k, 16 + k}));
      if (done) order.insert(order.begin() + static_cast<std::ptrdiff_t>(at), k);
    } else if (numbers.below(2) == 0) {
      done = table->remove(static_cast<std::size_t>(there - order.begin()));
      if (done) order.erase(there);
    } else {
      done = table->change_sa(static_cast<std::size_t>(there - order.begin()), {k, 16 * static_cast<std::uint32_t>(2 + round % 100) + k});
      REQUIRE(done);
    }
    changes += static_cast<bool>(done);
    busy += !done && done.why().kind == fault_kind::busy;
  }
  stop = true;
  for (std::thread& one : lanes) one.join();
  CHECK(wrong == 0);
  CHECK(changes > 0);
  CHECK(table->add(to_port(99, policy_action::bypass)));  // nobody reads any more
  MESSAGE(changes << " changes, " << busy << " refused as busy, " << (protect + discard) << " questions");
}
