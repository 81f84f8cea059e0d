#include "support/stages.hpp"

#include <doctest/doctest.h>

using namespace support;

namespace {
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr std::size_t levels = 3;
};
using desk = sending_bench<gateway>;
}  // namespace

TEST_CASE("batch_context: a job belongs to its packet and starts as pending") {
  desk b;
  b.begin();
  b.c->count = 3;
  job& first = b.c->new_job(2);
  job& second = b.c->new_job(0);
  CHECK(&first != &second);
  CHECK(first.owner == 2);
  CHECK(first.status == job_status::pending);
  CHECK(&b.c->job_of(2) == &first);
  CHECK(&b.c->job_of(0) == &second);
  REQUIRE(b.c->job_batch().size() == 2);
  CHECK(b.c->job_batch()[1] == &second);
}

TEST_CASE("batch_context: levels are entered up to the profile's number") {
  desk b;
  b.begin();
  outbound_sa<gateway, null_crypto> sa[4];
  for (std::size_t level = 0; level < 4; ++level) CHECK(b.c->enter_level(0, &sa[level]) == (level < 3));
  CHECK(b.state(0).level == 3);
  CHECK(b.state(0).record == &sa[2]);
  for (std::size_t level = 0; level < 3; ++level) CHECK(b.state(0).path[level] == &sa[level]);
  CHECK(&b.c->sa(0) == &sa[2]);
}

TEST_CASE("batch_context: an added packet is under no SA; one made of another is under the same, without its lease") {
  desk b;
  const auto sa = b.add({});
  b.packets.add(udp_packet(family::ipv4, 30), sa);
  b.go(select_sa_by_handle, assign_sequence);
  train<flat_packet> more;
  flat_packet& lone = more.add(udp_packet(family::ipv4, 1));
  flat_packet& piece = more.add(udp_packet(family::ipv4, 2));
  REQUIRE(b.c->add(&lone));
  REQUIRE(b.c->add(&piece, 0));
  CHECK(b.c->count == 3);
  CHECK(b.state(1).record == nullptr);
  CHECK(b.state(1).level == 0);
  CHECK(b.c->given[1] == outbound_handle{});
  CHECK(b.state(1).length == 29);
  CHECK(b.state(2).record == b.state(0).record);
  CHECK(b.state(2).level == 1);
  CHECK(b.state(2).path[0] == b.state(0).record);
  CHECK(b.c->given[2] == sa);
  CHECK(b.state(2).length == 30);
  CHECK_FALSE(static_cast<bool>(b.state(2).lease));
  CHECK(static_cast<bool>(b.state(0).lease));
}

TEST_CASE("batch_context: a full context takes no more packets") {
  desk b;
  b.begin();
  flat_packet p;
  std::size_t added = 0;
  while (b.c->add(&p)) ++added;
  CHECK(added == desk::context::slots);
  CHECK_FALSE(b.c->add(&p, 0));
  CHECK(b.c->count == desk::context::slots);
}

TEST_CASE("batch_context: the state of a packet stays small") {
  CHECK(sizeof(packet_state<int, 1>) <= 64);
}
