#include <doctest/doctest.h>

#include <esplanade/offload/send_work.hpp>

using namespace esplanade;

TEST_CASE("send_work: made frames come out in the order in which they were put, however often the ring goes round") {
  int frames[4]{};
  detail::made_frames<int, 3> made;
  for (int round = 0; round < 50; ++round) {
    for (int i = 0; i < 3; ++i) {
      CHECK_FALSE(made.full());
      made.put(&frames[(round + i) % 4]);
    }
    CHECK(made.full());
    for (int i = 0; i < 3; ++i) CHECK(made.take() == &frames[(round + i) % 4]);
  }
}

TEST_CASE("send_work: want of memory completes a list with resources, anything else with failure") {
  CHECK(detail::status_of_send(verdict::no_packet) == nbl_status::resources);
  CHECK(detail::status_of_send(verdict::no_room) == nbl_status::resources);
  for (const verdict v : {verdict::runt, verdict::no_sa, verdict::not_writable, verdict::crypto_failed, verdict::sequence_exhausted, verdict::too_many_segments}) CHECK(detail::status_of_send(v) == nbl_status::failure);
}

TEST_CASE("send_work: a NIC does IPsec when it has any and it is active for an IP version") {
  send_conditions now;
  CHECK_FALSE(now.does_ipsec());
  now.current.tunnel = now.current.esp = true;
  now.current.sa_capacity = 1;
  REQUIRE(now.current.any());
  CHECK(now.does_ipsec());
  now.ipv4 = false;
  CHECK(now.does_ipsec());
  now.ipv6 = false;
  CHECK_FALSE(now.does_ipsec());
}
