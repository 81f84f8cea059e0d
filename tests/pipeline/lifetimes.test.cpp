// Lifetimes through whole datapaths: exact inside a batch, nothing spent on what is refused, events once, time by hand.
#include "support/only_one.hpp"
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/sa/leased_lifetime.hpp>
#include <esplanade/sa/sequence_atomic.hpp>
#include <esplanade/sa/shared_window.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/manual_clock.hpp>

#include <thread>

using namespace support;
using testing::manual_clock;
using testing::mixing_crypto;

namespace {

struct limited : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr std::size_t burst = 8;
  using lifetime = exact_lifetime;
  using clock = manual_clock;
  using audit = audit_ring<128>;
};

struct ends {
  using path_type = datapath<limited, flat_packet, flat_store<8>, mixing_crypto>;
  mixing_crypto crypto{};
  manual_clock clock{1000};
  path_type::inbound_store receiving{};
  path_type::outbound_store sending{};
  path_type path{{.inbound = receiving, .outbound = sending, .crypto = crypto, .clock = clock}};
  sa_form form{};
  outbound_handle out{};
  inbound_handle in{};
  void install(const lifetime_limits& sender, const lifetime_limits& receiver) {
    form.made.lifetime = sender;
    out = sending.add(crypto, form.parameters()).value();
    form.made.lifetime = receiver;
    in = receiving.add(crypto, form.parameters()).value();
  }
  void send(train<flat_packet>& t) { t.survivors = path.outbound(t.view_with_handles()); }
  void receive(train<flat_packet>& t) { t.survivors = path.inbound(t.view()); }
};

template <class Ring> std::vector<audit_event> events_of(Ring& ring) {
  std::vector<audit_event> all;
  for (audit_event e; ring.take(e);) all.push_back(e);
  return all;
}
std::size_t count(const std::vector<audit_event>& events, audit_kind kind) {
  return static_cast<std::size_t>(std::count_if(events.begin(), events.end(), [kind](const audit_event& e) { return e.kind == kind; }));
}

}  // namespace

TEST_CASE("check_lifetime: outbound the limit cuts at the packet, inside a burst and between bursts, and no number is leased beyond [class 21, 42] [row 57, 58]") {
  for (const std::uint64_t limit : {1u, 3u, 7u, 8u, 9u, 16u, 19u}) {
    CAPTURE(limit);
    ends e;
    e.install({.soft = {.packets = limit}, .hard = {.packets = limit}}, {});
    train<flat_packet> t;
    for (std::size_t i = 0; i < 30; ++i) t.add(udp_packet(family::ipv4, i), e.out);
    e.send(t);
    for (std::size_t i = 0; i < 30; ++i) {
      CHECK(t.of(i) == (i < limit ? verdict::forwarded : verdict::lifetime_expired));
      if (i >= limit) CHECK(t.octets(i) == udp_packet(family::ipv4, i));
    }
    for (unsigned again = 0; again < 40; ++again) {
      train<flat_packet> more;
      for (std::size_t i = 0; i < 25; ++i) more.add(udp_packet(family::ipv4, i), e.out);
      e.send(more);
      REQUIRE(more.count(verdict::lifetime_expired) == 25);
    }
    const auto& sa = *e.sending.at(e.out);
    CHECK(e.sending.at(e.out)->sequence().used() == limit);
    CHECK(sa.traffic().packets.get() == limit);
    CHECK(sa.drops().other.get() == 1030 - limit);
    CHECK(sa.rekey_due());
    CHECK(sa.lifetime().rekey() == lifetime_end::packet_limit);
    CHECK(sa.lifetime().expired() == lifetime_end::packet_limit);
    const auto events = events_of(e.path.sending().audit());
    CHECK(count(events, audit_kind::rekey_due) == 1);
    CHECK(count(events, audit_kind::expired) == 1);
    CHECK(events.size() == 2);
    CHECK(events[0].spi == e.form.spi);
    CHECK(events[0].time == 1000);
    CHECK_FALSE(events[0].inbound);
    CHECK(events[1].number == limit);
  }
}

TEST_CASE("check_lifetime: a packet that would exceed the octets is refused, and they are those of inner packets [class 42] [row 55]") {
  for (const int by : {-1, 0, 1}) {
    CAPTURE(by);
    ends e;
    const std::size_t size = udp_packet(family::ipv4, 40).size();
    const std::uint64_t limit = 5 * size + static_cast<std::uint64_t>(by);
    e.install({.hard = {.octets = limit}}, {.hard = {.octets = limit}});
    train<flat_packet> t;
    for (std::size_t i = 0; i < 7; ++i) t.add(udp_packet(family::ipv4, 40), e.out);
    t.add(udp_packet(family::ipv4, 0), e.out);  // would fit; the SA is over
    e.send(t);
    CHECK(t.survivors == (by < 0 ? 4u : 5u));
    CHECK(t.of(7) == verdict::lifetime_expired);
    // Inbound the same: what a sender without limits sends is cut at the same packet.
    train<flat_packet> wire;
    for (std::uint64_t n = 1; n <= 7; ++n) wire.add(tunnelled_packet(e.crypto, e.form, n, udp_packet(family::ipv4, 40)));
    e.receive(wire);
    CHECK(wire.survivors == (by < 0 ? 4u : 5u));
    CHECK(e.receiving.at(e.in)->traffic().octets.get() == wire.survivors * size);
    CHECK(e.receiving.at(e.in)->lifetime().expired() == lifetime_end::octet_limit);
  }
}

TEST_CASE("check_lifetime: inbound forged and replayed packets use nothing up, and the filter spares a decryption [class 30, 42] [row 57]") {
  ends e;
  e.install({}, {.soft = {.packets = 4}, .hard = {.packets = 5}});
  const auto arrives = [&e](std::uint64_t number, bool forged) {
    bytes wire = tunnelled_packet(e.crypto, e.form, number, udp_packet(family::ipv6, 9));
    if (forged) wire.back() = static_cast<octet>(wire.back() ^ 1);
    train<flat_packet> one;
    one.add(wire);
    e.receive(one);
    return one.of(0);
  };
  for (std::uint64_t n = 1; n <= 5; ++n) {
    for (unsigned i = 0; i < 9; ++i) CHECK(arrives(1000 + n, true) == verdict::icv_mismatch);
    CHECK(arrives(n, false) == verdict::forwarded);
    CHECK(arrives(n, false) == verdict::replayed);
    CHECK(e.receiving.at(e.in)->lifetime().rekey() == (n >= 4 ? lifetime_end::packet_limit : lifetime_end::none));
  }
  CHECK(arrives(6, false) == verdict::lifetime_expired);
  CHECK(arrives(7, false) == verdict::lifetime_expired);
  CHECK(arrives(7, false) == verdict::lifetime_expired);  // not replayed: it was refused before the window saw it
  CHECK(arrives(8, true) == verdict::lifetime_expired);   // and not opened
  const auto events = events_of(e.path.receiving().audit());
  CHECK(count(events, audit_kind::rekey_due) == 1);
  CHECK(count(events, audit_kind::expired) == 1);
  for (const audit_event& one : events)
    if (one.kind == audit_kind::expired) CHECK(one.number == 6);
}

TEST_CASE("check_lifetime: seconds end an SA at the second, both ways, and the clock is asked once a burst [class 42] [row 56]") {
  ends e;
  e.install({.soft = {.seconds = 5}, .hard = {.seconds = 10}, .since = 1000}, {.hard = {.seconds = 10}, .since = 1000});
  const auto sends = [&e] {
    train<flat_packet> t;
    t.add(udp_packet(family::ipv4, 1), e.out);
    e.send(t);
    return t.of(0);
  };
  CHECK(sends() == verdict::forwarded);
  e.clock.set(1004);
  CHECK(sends() == verdict::forwarded);
  CHECK(e.sending.at(e.out)->lifetime().rekey() == lifetime_end::none);
  e.clock.set(1005);
  CHECK(sends() == verdict::forwarded);
  CHECK(e.sending.at(e.out)->lifetime().rekey() == lifetime_end::time_limit);
  e.clock.set(1009);
  CHECK(sends() == verdict::forwarded);
  train<flat_packet> last;
  last.add(tunnelled_packet(e.crypto, e.form, 1, udp_packet(family::ipv4, 1)));
  e.receive(last);
  CHECK(last.survivors == 1);
  e.clock.set(1010);
  CHECK(sends() == verdict::lifetime_expired);
  train<flat_packet> late;
  bytes forged = tunnelled_packet(e.crypto, e.form, 2, udp_packet(family::ipv4, 1));
  forged.back() = static_cast<octet>(forged.back() ^ 1);
  late.add(forged);
  e.receive(late);
  CHECK(late.of(0) == verdict::lifetime_expired);  // by time alone, whatever the packet is
  const auto sent = events_of(e.path.sending().audit()), received = events_of(e.path.receiving().audit());
  CHECK(sent.size() == 2);
  CHECK(received.size() == 1);
  CHECK(received[0].limit == lifetime_end::time_limit);
  CHECK(received[0].time == 1010);

  const std::uint64_t asked = e.clock.asked();
  train<flat_packet> many;
  for (std::size_t i = 0; i < 17; ++i) many.add(udp_packet(family::ipv4, 1), e.out);
  e.send(many);
  CHECK(e.clock.asked() - asked == 3);  // bursts of 8
}

TEST_CASE("check_lifetime: an SA that is installed again starts anew, and several in a batch are counted apart [class 42, 46]") {
  ends e;
  e.install({.hard = {.packets = 2}}, {});
  e.form.which = 2;
  e.form.made.lifetime = {.hard = {.packets = 3}};
  e.form.spi = 0x2000;
  const outbound_handle other = e.sending.add(e.crypto, e.form.parameters()).value();
  train<flat_packet> t;
  for (std::size_t i = 0; i < 12; ++i) t.add(udp_packet(family::ipv4, i), i % 2 == 0 ? e.out : other);
  e.send(t);
  for (std::size_t i = 0; i < 12; ++i) CHECK(t.of(i) == (i / 2 < (i % 2 == 0 ? 2u : 3u) ? verdict::forwarded : verdict::lifetime_expired));
  REQUIRE(e.sending.remove(e.out));
  e.sending.reclaim(e.crypto);
  const outbound_handle again = e.sending.add(e.crypto, e.form.parameters()).value();
  train<flat_packet> more;
  for (std::size_t i = 0; i < 4; ++i) more.add(udp_packet(family::ipv4, i), again);
  e.send(more);
  CHECK(more.survivors == 3);
}

namespace {
struct shared_limits : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr std::size_t lanes = 2;
  using sequence = atomic_sequence;
  using replay = shared_window<1024>;
  using lifetime = leased_lifetime<16, 20000>;
  using audit = audit_ring<64>;
};
struct only_one {
  using outbound = only_outbound<outbound_sa<shared_limits, null_crypto>>;
  using inbound = flat_sad<inbound_sa<shared_limits, null_crypto>, 1, by_spi, epoch<2>>;
};
}  // namespace

TEST_CASE("leased_lifetime: two datapaths on one SA never send beyond its limit, and say once that it is over [class 42]") {
  using path_type = datapath<shared_limits, flat_packet, only_one, null_crypto>;
  null_crypto crypto;
  only_one::outbound sending;
  auto receiving = std::make_unique<only_one::inbound>();
  constexpr std::uint64_t limit = 2001;
  sa_form form;
  form.made.lifetime = {.soft = {.packets = 1000}, .hard = {.packets = limit}};
  REQUIRE(sending.only.install(crypto, form.parameters()));
  std::vector<audit_event> events[2];
  std::uint64_t sent[2]{};
  std::vector<std::thread> lanes;
  for (std::uint32_t n = 0; n < 2; ++n)
    lanes.emplace_back([&, n] {
      auto path = std::make_unique<path_type>(path_type::resources{.inbound = *receiving, .outbound = sending, .crypto = crypto, .number = n});
      for (unsigned round = 0; round < 60; ++round) {
        train<flat_packet> t;
        for (std::size_t i = 0; i < 25; ++i) t.add(udp_packet(family::ipv4, 10), outbound_handle{0, 1});
        sent[n] += path->outbound(t.view_with_handles());
      }
      events[n] = events_of(path->sending().audit());
    });
  for (std::thread& t : lanes) t.join();
  CHECK(sent[0] + sent[1] <= limit);
  CHECK(limit - (sent[0] + sent[1]) < 2 * 16);
  CHECK(sending.only.sequence().used() == sent[0] + sent[1]);
  CHECK(count(events[0], audit_kind::rekey_due) + count(events[1], audit_kind::rekey_due) == 1);
  CHECK(count(events[0], audit_kind::expired) + count(events[1], audit_kind::expired) == 1);
}
