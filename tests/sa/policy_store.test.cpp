#include "support/ip.hpp"

#include <doctest/doctest.h>

#include <esplanade/sa/policy_store.hpp>

using namespace esplanade;

namespace {
flow udp_flow(std::uint16_t port, family version = family::ipv4) {
  flow f;
  f.version = version;
  f.protocol = 17;
  f.destination_port = port;
  f.ports_known = true;
  return f;
}
policy to_port(std::uint16_t low, std::uint16_t high, policy_action action, std::uint32_t slot = 0) {
  return {traffic_selector{selector_parameters{.protocol = 17, .destination_ports = {low, high}}}, action, {slot, 1}};
}
}  // namespace

TEST_CASE("linear_policy: the first policy that matches decides, and none means none [row 43]") {
  linear_policy<3> store;
  CHECK_FALSE(store.decide(udp_flow(5)).matched);
  CHECK(store.add(to_port(5, 5, policy_action::discard)));
  CHECK(store.add(to_port(1, 9, policy_action::protect, 4)));
  CHECK_FALSE(store.decide(udp_flow(10)).matched);
  CHECK(store.add(to_port(5, 10, policy_action::bypass)));
  CHECK(store.size() == 3);
  CHECK(store.decide(udp_flow(5)).action == policy_action::discard);
  CHECK(store.decide(udp_flow(6)).action == policy_action::protect);
  CHECK(store.decide(udp_flow(6)).sa == outbound_handle{4, 1});
  CHECK(store.decide(udp_flow(10)).action == policy_action::bypass);
  CHECK_FALSE(store.decide(udp_flow(11)).matched);
}

TEST_CASE("linear_policy: full is a fault and changes nothing; a rekey changes the SA of one policy") {
  linear_policy<1> store;
  CHECK(store.add(to_port(5, 5, policy_action::protect, 4)));
  const auto full = store.add(to_port(6, 6, policy_action::bypass));
  REQUIRE_FALSE(full);
  CHECK(full.why().kind == fault_kind::no_space);
  CHECK_FALSE(store.decide(udp_flow(6)).matched);
  CHECK(store.change_sa(0, {9, 2}));
  CHECK(store.decide(udp_flow(5)).sa == outbound_handle{9, 2});
  const auto nowhere = store.change_sa(1, {9, 2});
  REQUIRE_FALSE(nowhere);
  CHECK(nowhere.why().kind == fault_kind::not_found);
  store.clear();
  CHECK(store.size() == 0);
  CHECK_FALSE(store.decide(udp_flow(5)).matched);
}

TEST_CASE("policy: says discard unless told otherwise, and no_policy_store never matches") {
  CHECK(policy{}.action == policy_action::discard);
  CHECK_FALSE(no_policy_store{}.decide(udp_flow(5)).matched);
}
