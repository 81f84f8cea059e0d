#include "support/stages.hpp"

#include <doctest/doctest.h>

using namespace support;

namespace {
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
};
}  // namespace

TEST_CASE("assign_sequence: leases in list order, over several SAs") {
  sending_bench<gateway> b;
  const auto a = b.add({.spi = 0x1001}), other = b.add({.spi = 0x1002, .start = 500, .which = 2});
  for (std::size_t i = 0; i < 10; ++i) b.packets.add(udp_packet(family::ipv4, 10), i % 3 == 0 ? other : a);
  b.go(select_sa_by_handle, assign_sequence);
  std::uint64_t next_a = 1, next_other = 501;
  for (std::size_t i = 0; i < 10; ++i) {
    CHECK(b.of(i) == verdict::forwarded);
    CHECK(b.state(i).lease.consume() == (i % 3 == 0 ? next_other++ : next_a++));
  }
}

TEST_CASE("assign_sequence: beyond the end nothing changes, not even a number [class 22, 24] [row 36]") {
  sending_bench<gateway> b;
  const auto sa = b.add({.start = 0xfffffffd});
  for (std::size_t i = 0; i < 5; ++i) b.packets.add(udp_packet(family::ipv4, 10), sa);
  b.go(select_sa_by_handle, assign_sequence);
  for (std::size_t i = 0; i < 5; ++i) CHECK(b.of(i) == (i < 2 ? verdict::forwarded : verdict::sequence_exhausted));
  for (std::size_t i = 2; i < 5; ++i) CHECK_FALSE(static_cast<bool>(b.state(i).lease));
  for (unsigned attempt = 0; attempt < 200; ++attempt) {
    b.go(select_sa_by_handle, assign_sequence);
    for (std::size_t i = 0; i < 5; ++i) CHECK(b.of(i) == verdict::sequence_exhausted);
  }
  CHECK(b.store.at(sa)->sequence().used() == 0xffffffff);
}
