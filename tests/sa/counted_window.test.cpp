#include "support/window_walks.hpp"
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/sa/counted_window.hpp>
#include <esplanade/testing/loss_laws.hpp>

using namespace support::windows;
using esplanade::counted_window;
using support::flat_packet;

namespace {

struct gateway : esplanade::profile {
  static constexpr auto suites = esplanade::suites<support::gcm128>;
  using replay = counted_window<64>;
};

template <std::uint32_t W> void keeps_loss_laws(std::uint64_t steps) {
  for (const auto& broken : esplanade::testing::find_broken_loss_laws<counted_window<W>>(W, steps)) FAIL_CHECK("W = " << W << ": " << broken.law << " — " << broken.where);
}
template <std::uint32_t... Offsets> void every_size_keeps_loss_laws(std::integer_sequence<std::uint32_t, Offsets...>) { (keeps_loss_laws<1 + 3 * Offsets>(300), ...); }

}  // namespace

TEST_CASE("counted_window: answers like the set model [class 30, 31]") {
  const auto& sizes = every_size_to_256<counted_window>();
  fills_in_order(sizes);
  comes_shuffled(sizes);
  starts_anywhere(sizes);
  crosses_subspaces(sizes);
  reaches_the_end(sizes);
  walks_at_random(operations_of<counted_window<1024>>, 0, 1);
}

TEST_CASE("counted_window: keeps the window laws and the loss laws, at sizes within and beyond a block") {
  for (const auto& broken : esplanade::testing::find_broken_window_laws<counted_window<64>>(1, 4000)) FAIL_CHECK(broken.law << " — " << broken.where);
  every_size_keeps_loss_laws(std::make_integer_sequence<std::uint32_t, 64>{});
  keeps_loss_laws<1024>(10000);
  keeps_loss_laws<65536>(20000);
}

TEST_CASE("counted_window: counts what did not come, once it can come no more [row 52]") {
  counted_window<64> ours;
  for (std::uint64_t number = 1; number <= 1000; ++number)
    if (number % 10 != 0) CHECK(ours.update(number) == fresh);
  CHECK(ours.settled() == 896);  // 999 lies in block 15, and the ring holds blocks 14 and 15
  CHECK(ours.lost() == 89);
  CHECK(ours.update(890) == too_old);
  CHECK(ours.lost() == 89);
}

TEST_CASE("counted_window: a jump past everything counts what it passes; what start_at leaves behind is nobody's loss") {
  counted_window<64> ours;
  CHECK(ours.update(1'000'000) == fresh);
  CHECK(ours.lost() == ours.settled() - 1);
  CHECK(ours.update(999'990) == fresh);
  ours.start_at(500);
  CHECK(ours.lost() == 0);
  CHECK(ours.settled() == 501);
  CHECK(ours.update(500) == fresh);
  CHECK(ours.update(last_number) == fresh);
  CHECK(ours.lost() == ours.settled() - 501);
  CHECK(ours.settled() <= last_number - 63);
}

TEST_CASE("counted_window: an SA says what its path has lost [row 52]") {
  support::world<gateway> r;
  const support::sa_form form;
  const auto sa = r.add_sender(form);
  const auto to = r.add_receiver(form);
  for (std::uint64_t i = 1; i <= 1000; ++i) {
    const auto wire = r.sent(support::udp_packet(support::family::ipv4, 20), sa);
    REQUIRE(wire.first == esplanade::verdict::forwarded);
    if (i % 4 != 0) CHECK(r.received(wire.second).first == esplanade::verdict::forwarded);
  }
  const auto& window = r.receiving.at(to)->window();
  CHECK(window.lost() == (window.settled() - 1) / 4);
  CHECK(window.settled() > 1000 - 64 - 128);
}
