#include "support/stages.hpp"

#include <doctest/doctest.h>

#include <esplanade/transform/replay.hpp>

using namespace support;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  using replay = window<64>;
};

// An ESP packet that nobody opened.
bytes with_number(std::uint32_t number) {
  ip_form ip{.source = outside_v4(1), .destination = outside_v4(11), .protocol = 50};
  put32(ip.payload, 0x1001);
  put32(ip.payload, number);
  put(ip.payload, bytes(44));
  return make_ip(ip);
}

}  // namespace

TEST_CASE("check_replay: filters and changes nothing; update_replay's answer is final [class 30, 31] [row 51]") {
  receiving_bench<gateway> b;
  const auto sa = b.add({});
  for (const std::uint32_t n : {5u, 5u, 0u, 7u, 5u}) b.packets.add(with_number(n));
  for (unsigned i = 0; i < 3; ++i) {
    b.go(find_sa, check_replay);
    CHECK(b.store.at(sa)->window().highest() == 0);
    for (std::size_t k = 0; k < 5; ++k) CHECK(b.of(k) == (k == 2 ? verdict::too_old : verdict::forwarded));
  }
  b.run(update_replay);
  CHECK(b.of(0) == verdict::forwarded);
  CHECK(b.of(1) == verdict::replayed);
  CHECK(b.of(3) == verdict::forwarded);
  CHECK(b.of(4) == verdict::replayed);
  CHECK(b.store.at(sa)->window().highest() == 7);
  b.go(find_sa, check_replay);
  for (std::size_t k = 0; k < 5; ++k) CHECK(b.of(k) == (k == 2 ? verdict::too_old : verdict::replayed));
}

TEST_CASE("check_replay: a number that the window leaves behind between filter and update is too old [class 32] [row 51]") {
  receiving_bench<gateway> b;
  b.add({});
  b.packets.add(with_number(500));
  b.packets.add(with_number(400));
  b.packets.add(with_number(437));
  b.go(find_sa, check_replay);
  for (std::size_t k = 0; k < 3; ++k) CHECK(b.of(k) == verdict::forwarded);
  b.run(update_replay);
  CHECK(b.of(0) == verdict::forwarded);
  CHECK(b.of(1) == verdict::too_old);
  CHECK(b.of(2) == verdict::forwarded);
}

TEST_CASE("check_replay: infers the high half under ESN and keeps the wire's number without [class 25, 33]") {
  for (const bool esn : {false, true}) {
    receiving_bench<gateway> b;
    b.add({.esn = esn, .start = esn ? std::uint64_t{0x2fffffff0} : std::uint64_t{0xfffffff0}});
    b.packets.add(with_number(0xfffffff5));
    b.packets.add(with_number(3));
    b.go(find_sa, check_replay);
    CHECK(b.of(0) == verdict::forwarded);
    CHECK(b.state(0).number == (esn ? 0x2fffffff5 : 0xfffffff5));
    CHECK(b.of(1) == (esn ? verdict::forwarded : verdict::too_old));
    CHECK(b.state(1).number == (esn ? 0x300000003 : 3));
  }
}
