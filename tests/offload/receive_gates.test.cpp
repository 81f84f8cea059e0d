#include "support/receiving_nic.hpp"

using namespace support;

namespace {
using gates = receive_gates<receiving_profile>;
struct unnamed : profile {
  static constexpr auto suites = esplanade::suites<esp_chacha20_poly1305>;
};
}

TEST_CASE("receive_gates: nothing is served before the host has set an encapsulation, and then the families that it names") {
  const device_capabilities all = every_capability();
  CHECK_FALSE(gates::of(all, false, false).any());
  CHECK(gates::of(all, true, false).serves(family::ipv4));
  CHECK_FALSE(gates::of(all, true, false).serves(family::ipv6));
  CHECK(gates::of(all, false, true).serves(family::ipv6));
  device_capabilities four = all;
  four.ipv6 = false;
  CHECK_FALSE(gates::of(four, true, true).serves(family::ipv6));
  CHECK_FALSE(gates::of({}, true, true).any());
}

TEST_CASE("receive_gates: a suite is served when all of its algorithms are in the configuration") {
  device_capabilities some = every_capability();
  some.integrity = offload_integrity::hmac_sha1;
  some.encryption = set_of<offload_encryption>(offload_encryption::null) | offload_encryption::aes_gcm_256;
  const auto g = gates::of(some, true, true);
  const bool expected[] = {false, true, false, true, false, true, false};  // gcm128, gcm256, null + GMAC, null + SHA-1, CBC + SHA-1, AH SHA-1, AH GMAC
  for (std::size_t k = 0; k < receiving_profile::suites.count; ++k) CHECK(g.suite[k] == expected[k]);
}

TEST_CASE("receive_gates: a suite that the model has no name for is never served") { CHECK_FALSE(receive_gates<unnamed>::of(every_capability(), true, true).suite[0]); }
