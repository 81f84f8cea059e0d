#include "v1_rig.hpp"

#include <doctest/doctest.h>

using namespace v1_tests;

TEST_CASE("V1-26: behind four zero octets on port 4500 stands IKE, and nobody touches it") {
  v1_rig nic(v1_rig::without_link(everything())), peer(v1_rig::without_link(everything()));
  v1_sa_request sa = request(esp_of(v1_cipher::des, v1_integrity::sha1));
  sa.udp = true;
  const offload_handle handle = nic.add(sa, false);
  peer.add(sa, true);
  bytes sealed = nic.sealed({.sa = sa}, handle);
  CHECK(good(peer.receive(sealed)));
  sealed[28] = sealed[29] = sealed[30] = sealed[31] = 0;
  CHECK(untouched(peer.receive(sealed), sealed));
}
