#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/format.hpp>
#include <esplanade/pipeline/in_flight.hpp>
#include <esplanade/testing/ciphers.hpp>

using namespace support;
using testing::mixing_crypto;

namespace {
struct traced : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr std::size_t burst = 4;
  using trace = stage_trace<32>;
};
std::string stopped_at(const trace_record& r) { return r.passed == r.stages ? "through" : r.names[r.passed]; }
}  // namespace

TEST_CASE("trace: says of every packet which stages it passed, and what the one said that it did not [row 88]") {
  world<traced, flat_packet, mixing_crypto> w;
  sa_form form;
  form.selector = traffic_selector{};
  const auto sa = w.add(form);
  auto& ring = w.path.receiving().trace();
  const auto arrives = [&](const bytes& wire) {
    w.received(wire);
    trace_record r;
    REQUIRE(ring.take(r));
    CHECK(r.stages == 7);
    return r;
  };
  const bytes inner = udp_packet(family::ipv4, 8);
  const bytes wire = tunnelled_packet(w.crypto, form, 1, inner);
  bytes forged = tunnelled_packet(w.crypto, form, 2, inner);
  forged.back() = static_cast<octet>(forged.back() ^ 1);
  CHECK(stopped_at(arrives(wire)) == "through");
  const trace_record again = arrives(wire);
  CHECK(stopped_at(again) == "check_replay");
  CHECK(again.what == verdict::replayed);
  CHECK(again.spi == form.spi);
  CHECK(again.number == 1);
  CHECK(again.packet == 2);
  CHECK(stopped_at(arrives(forged)) == "esp_open");
  CHECK(stopped_at(arrives(bytes(11, octet{0x45}))) == "find_sa");
  CHECK(stopped_at(arrives(sealed_packet(w.crypto, form, 3, esp_text(inner, 2, 200, 4)))) == "remove_trailer");
  CHECK(stopped_at(arrives(sealed_packet(w.crypto, form, 4, esp_text(inner, 17)))) == "remove_outer_header");
  // Two copies in one burst: the window lets one through.
  train<flat_packet> both;
  const bytes next = tunnelled_packet(w.crypto, form, 9, inner);
  both.add(next);
  both.add(next);
  w.receive(both);
  trace_record first, second;
  REQUIRE(ring.take(first));
  REQUIRE(ring.take(second));
  CHECK(stopped_at(first) == "through");
  CHECK(stopped_at(second) == "update_replay");
  w.sent(inner, {});
  w.sent(inner, sa, 128, 0);
  trace_record lost, tight;
  REQUIRE(w.path.sending().trace().take(lost));
  REQUIRE(w.path.sending().trace().take(tight));
  CHECK(stopped_at(lost) == "select_sa_by_handle");
  CHECK(lost.what == verdict::no_sa);
  CHECK(stopped_at(tight) == "write_trailer");
}

TEST_CASE("trace: a full ring counts what it does not hold, and format prints a record as a sentence") {
  world<traced, flat_packet, mixing_crypto> w;
  sa_form form;
  w.add(form);
  const bytes wire = tunnelled_packet(w.crypto, form, 1, udp_packet(family::ipv4, 8));
  for (unsigned i = 0; i < 40; ++i) w.received(wire);
  auto& ring = w.path.receiving().trace();
  CHECK(ring.dropped() == 8);
  trace_record r;
  REQUIRE(ring.take(r));
  CHECK(fmt::format("{}", r) == "packet 1, SPI 0x00001001, number 1: find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors: forwarded");
  REQUIRE(ring.take(r));
  CHECK(fmt::format("{}", r) == "packet 2, SPI 0x00001001, number 1: find_sa; check_replay: replayed");
}

TEST_CASE("trace: packets that wait for a provider are traced when they are through [class 35]") {
  using crypto_type = testing::delayed_crypto<mixing_crypto>;
  using store_type = flat_store<8>::inbound<inbound_sa<traced, crypto_type>>;
  crypto_type crypto{35, 3};
  auto store = std::make_unique<store_type>();
  constexpr no_policy_store nothing{};
  no_pool none;
  using lane_type = lane<decltype(inbound_recipe<traced>()), flat_packet, store_type, crypto_type>;
  lane_type in{{*store, crypto, nothing, none}};
  sa_form form;
  REQUIRE(store->add(crypto, form.parameters()));
  mixing_crypto by_hand;
  train<flat_packet> t;
  for (std::uint64_t n = 1; n <= 8; ++n) {
    bytes wire = tunnelled_packet(by_hand, form, n, udp_packet(family::ipv4, n));
    if (n % 3 == 0) wire.back() = static_cast<octet>(wire.back() ^ 1);
    t.add(wire);
  }
  in_flight<lane_type, 4> flying{in};
  REQUIRE(flying.submit(t.view()) == 8);
  while (flying.waiting() != 0) flying.reap(t.view());
  for (std::uint64_t n = 1; n <= 8; ++n) {
    trace_record r;
    REQUIRE(in.trace().take(r));
    CHECK(r.number == n);
    CHECK(stopped_at(r) == (n % 3 == 0 ? "esp_open" : "through"));
  }
}
