#include <doctest/doctest.h>

#include <esplanade/capability/device_capabilities.hpp>

using namespace esplanade;

namespace {
constexpr device_capabilities least{.esp = true, .tunnel = true, .encryption = offload_encryption::aes_gcm_128, .sa_capacity = 2};
}

TEST_CASE("device_capabilities: nothing at all without a tunnel, a protocol or room (F5, F6)") {
  CHECK(least.any());
  CHECK_FALSE(device_capabilities{}.any());
  device_capabilities c = least;
  c.tunnel = false;
  CHECK_FALSE(c.any());
  c = least;
  c.esp = false;
  CHECK_FALSE(c.any());
  c = least;
  c.sa_capacity = 0;
  CHECK_FALSE(c.any());
}

TEST_CASE("device_capabilities: each yes or no more is more than a device without it covers") {
  for (bool device_capabilities::*flag : {&device_capabilities::ipv6, &device_capabilities::ipv4_options, &device_capabilities::ipv6_extension_headers, &device_capabilities::ah, &device_capabilities::ah_and_esp,
                                          &device_capabilities::transport, &device_capabilities::transport_in_tunnel, &device_capabilities::large_send, &device_capabilities::esn, &device_capabilities::tcp_checksum,
                                          &device_capabilities::udp_checksum}) {
    device_capabilities more = least;
    more.*flag = true;
    CHECK(more.covers(least));
    CHECK_FALSE(least.covers(more));
  }
}

TEST_CASE("device_capabilities: sets are covered bit by bit, and capacity by number") {
  device_capabilities more = least;
  more.encryption = more.encryption | offload_encryption::aes_gcm_256;
  CHECK(more.covers(least));
  CHECK_FALSE(least.covers(more));
  more = least;
  more.integrity = offload_integrity::hmac_sha1;
  CHECK_FALSE(least.covers(more));
  more = least;
  more.udp_esp = udp_esp_layout::tunnel;
  CHECK_FALSE(least.covers(more));
  more = least;
  more.framings = link_framing::ieee_802_3;
  CHECK_FALSE(least.covers(more));
  more = least;
  more.sa_capacity = 3;
  CHECK(more.covers(least));
  CHECK_FALSE(least.covers(more));
}
