#include <esplanade/transform/udp_policies.hpp>

#include <doctest/doctest.h>

using namespace esplanade;

namespace udp_policies_test {  // named: clang 14 calls members of unnamed namespaces unused
struct no_answer {};
struct half_a_port_policy {
  static bool has(std::uint16_t) noexcept { return true; }
};
struct throwing_checksum {
  static constexpr bool verifies = false;
  static bool computes(family) { return false; }
};
}  // namespace udp_policies_test
using namespace udp_policies_test;

TEST_CASE("udp_policies: what models each concept, and what does not") {
  static_assert(UdpPortPolicy<esp_ports<4500>> && UdpPortPolicy<any_port> && !UdpPortPolicy<no_answer> && !UdpPortPolicy<half_a_port_policy>);
  static_assert(UdpChecksumPolicy<udp_checksum_by_family> && UdpChecksumPolicy<udp_checksum_zero> && UdpChecksumPolicy<udp_checksum_computed>);
  static_assert(!UdpChecksumPolicy<no_answer> && !UdpChecksumPolicy<throwing_checksum>);
  static_assert(NatFixPolicy<checksum_adjusted> && NatFixPolicy<checksum_recomputed> && NatFixPolicy<checksum_cleared> && NatFixPolicy<checksum_kept>);
  static_assert(!NatFixPolicy<no_answer>);
}

TEST_CASE("udp_policies: ports are named one by one") {
  for (unsigned port = 0; port <= 0xffff; ++port) {
    const auto p = static_cast<std::uint16_t>(port);
    CHECK(esp_ports<4500, 500>::has(p) == (port == 4500 || port == 500));
    CHECK(any_port::has(p));
  }
  CHECK_FALSE(esp_ports<>::has(0));
}

TEST_CASE("udp_policies: zero over IPv4 and computed over IPv6 unless somebody says otherwise (RFC 3948 2.1, RFC 8200 8.1)") {
  CHECK_FALSE(udp_checksum_by_family::computes(family::ipv4));
  CHECK(udp_checksum_by_family::computes(family::ipv6));
  CHECK_FALSE(udp_checksum_zero::computes(family::ipv6));
  CHECK(udp_checksum_computed::computes(family::ipv4));
}
