#include "../support/reports.hpp"

#include <doctest/doctest.h>

#include <esplanade/capability/offload_gates.hpp>

using namespace esplanade;

namespace {
using enum offload_feature;

/// Shut with `member` false and with everything else true, open with it true; and it says so.
bool gate_of(bool device_capabilities::*member, set_of<offload_feature> needed, const char* field) {
  device_capabilities c = reports::full_ipsec();
  if (!may_carry(features_of(c), needed) || !check_gates(c, {needed, {}, {}, {}, {}})) return false;
  c.*member = false;
  const auto shut = check_gates(c, {needed, {}, {}, {}, {}});
  return !may_carry(features_of(c), needed) && !shut && same_text(shut.why().field, field) && shut.why().kind == fault_kind::not_supported && may_carry(features_of(c), {});
}
}  // namespace

TEST_CASE("F5: an all-zero report is legal and carries nothing") {
  constexpr device_capabilities nothing{};
  CHECK(features_of(nothing).empty());
  CHECK_FALSE(may_carry(features_of(nothing), {}));
  CHECK_FALSE(check_gates(nothing, {}));
  device_capabilities c = reports::full_ipsec();
  c.sa_capacity = 0;
  CHECK(features_of(c).empty());
  c = reports::full_ipsec();
  c.ah = c.esp = false;
  CHECK(features_of(c).empty());
}

TEST_CASE("F6: without tunnel nothing is carried, whatever else is reported") {
  device_capabilities c = reports::full_ipsec();
  c.tunnel = false;
  CHECK(features_of(c).empty());
  CHECK_FALSE(may_carry(features_of(c), esp | transport));
  CHECK_FALSE(check_gates(c, {}));
  CHECK(same_text(check_gates(c, {}).why().field, "tunnel"));
}

TEST_CASE("F7: IPv6 needs ipv6") { CHECK(gate_of(&device_capabilities::ipv6, esp | ipv6, "ipv6")); }
TEST_CASE("F8: IPv4 options need ipv4_options") { CHECK(gate_of(&device_capabilities::ipv4_options, esp | ipv4_options, "ipv4_options")); }
TEST_CASE("F9: other extension headers need ipv6_extension_headers") {
  CHECK(gate_of(&device_capabilities::ipv6_extension_headers, esp | ipv6 | ipv6_extension_headers, "ipv6_extension_headers"));
}

TEST_CASE("F10: AH, ESP and both on one packet have a gate each") {
  CHECK(gate_of(&device_capabilities::ah, offload_feature::ah, "ah"));
  CHECK(gate_of(&device_capabilities::esp, esp, "esp"));
  CHECK(gate_of(&device_capabilities::ah_and_esp, offload_feature::ah | esp, "ah_and_esp"));
}

TEST_CASE("F11: transport, tunnel and one in the other have a gate each") {
  CHECK(gate_of(&device_capabilities::transport, esp | transport, "transport"));
  CHECK(gate_of(&device_capabilities::transport_in_tunnel, esp | transport | tunnel, "transport_in_tunnel"));
  device_capabilities c = reports::full_ipsec();
  c.transport_in_tunnel = false;
  CHECK(may_carry(features_of(c), esp | tunnel));
  CHECK(may_carry(features_of(c), esp | transport));
}

TEST_CASE("F12: large sends under IPsec need large_send, and stay out of tunnels") {
  CHECK(gate_of(&device_capabilities::large_send, esp | transport | large_send, "large_send"));
  CHECK_FALSE(may_carry(features_of(reports::full_ipsec()), esp | tunnel | large_send));
  CHECK(same_text(check_gates(reports::full_ipsec(), {esp | tunnel | large_send, {}, {}, {}, {}}).why().field, "large_send"));
}

TEST_CASE("F13: extended sequence numbers need esn") { CHECK(gate_of(&device_capabilities::esn, set_of(esp) | set_of(esn), "esn")); }

TEST_CASE("F14: each of the four layouts of UDP and ESP is a gate of its own") {
  for (std::uint32_t bit = 1; bit < 16; bit <<= 1) {
    device_capabilities c = reports::full_ipsec();
    offload_need need;
    need.udp_esp = set_of<udp_esp_layout>::from_bits(bit);
    CHECK(check_gates(c, need));
    c.udp_esp = c.udp_esp.without(need.udp_esp);
    REQUIRE_FALSE(check_gates(c, need));
    CHECK(same_text(check_gates(c, need).why().field, "udp_esp"));
  }
}

TEST_CASE("F15: each algorithm of each mask is a gate of its own") {
  for (std::uint32_t bit = 1; bit < 0x200; bit <<= 1) {
    device_capabilities c = reports::full_ipsec();
    offload_need need;
    need.encryption = set_of<offload_encryption>::from_bits(bit);
    CHECK(check_gates(c, need));
    c.encryption = c.encryption.without(need.encryption);
    CHECK_FALSE(check_gates(c, need));
    need = {};
    need.integrity = set_of<offload_integrity>::from_bits(bit & 0x3f);
    c.integrity = c.integrity.without(need.integrity);
    CHECK(static_cast<bool>(check_gates(c, need)) == need.integrity.empty());
  }
}

TEST_CASE("F17: without the coexistence flag of its protocol the host computes the checksum inside an IPsec packet") {
  device_capabilities c = reports::full_ipsec();
  CHECK_FALSE(host_computes_checksum(features_of(c), tcp_checksum));
  CHECK_FALSE(host_computes_checksum(features_of(c), udp_checksum));
  c.tcp_checksum = false;
  CHECK(host_computes_checksum(features_of(c), tcp_checksum));
  CHECK_FALSE(host_computes_checksum(features_of(c), udp_checksum));
  CHECK(host_computes_checksum({}, udp_checksum));
  CHECK(gate_of(&device_capabilities::tcp_checksum, esp | tcp_checksum, "tcp_checksum"));
  CHECK(gate_of(&device_capabilities::udp_checksum, esp | udp_checksum, "udp_checksum"));
}

TEST_CASE("F18: a VLAN tag inside the frame and one beside it are different framings") {
  device_capabilities c = reports::full_ipsec();
  c.framings = link_framing::ieee_802_3;
  offload_need need;
  need.framings = link_framing::ieee_802_3;
  CHECK(check_gates(c, need));
  need.framings = need.framings | link_framing::vlan_inline;
  CHECK(same_text(check_gates(c, need).why().field, "framings"));
  c.framings = c.framings | link_framing::vlan_beside;
  CHECK_FALSE(check_gates(c, need));
  c.framings = c.framings | link_framing::vlan_inline;
  CHECK(check_gates(c, need));
}

TEST_CASE("offload_gates: the mask and the words agree on every combination of features") {
  std::uint32_t state = 1;
  std::size_t open = 0;
  for (int round = 0; round < 20000; ++round) {
    state = state * 1664525u + 1013904223u;
    const std::uint32_t has = state >> 12 | (round % 3 == 0 ? 0x1fff : 0);
    state = state * 1664525u + 1013904223u;
    device_capabilities c = reports::full_ipsec();
    bool device_capabilities::*members[] = {&device_capabilities::ipv6, &device_capabilities::ipv4_options, &device_capabilities::ipv6_extension_headers, &device_capabilities::ah, &device_capabilities::esp,
                                            &device_capabilities::ah_and_esp, &device_capabilities::transport, &device_capabilities::tunnel, &device_capabilities::transport_in_tunnel,
                                            &device_capabilities::large_send, &device_capabilities::esn, &device_capabilities::tcp_checksum, &device_capabilities::udp_checksum};
    for (std::size_t i = 0; i < 13; ++i) c.*members[i] = (has >> i & 1) != 0;
    const auto needed = set_of<offload_feature>::from_bits(state >> 13 & (state >> 5) & 0x1fff);
    CHECK(may_carry(features_of(c), needed) == static_cast<bool>(check_gates(c, {needed, {}, {}, {}, {}})));
    open += may_carry(features_of(c), needed);
  }
  CHECK(open > 500);
}
