#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/manual_clock.hpp>

using namespace support;
using testing::mixing_crypto;

namespace audit_test {  // named: clang 14 calls members of unnamed namespaces unused
struct audited_profile : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  using audit = audit_ring<16>;
  using clock = testing::manual_clock;
  using policy = linear_policy<2>;
};
struct by_handle : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  using audit = audit_ring<16>;
};
struct quiet : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
};
}  // namespace audit_test
using namespace audit_test;

namespace {

struct ends {
  using path_type = datapath<audited_profile, flat_packet, flat_store<8>, mixing_crypto>;
  mixing_crypto crypto{};
  testing::manual_clock clock{77};
  path_type::inbound_store receiving{};
  path_type::outbound_store sending{};
  path_type::policy_store policy{};
  path_type path{{.inbound = receiving, .outbound = sending, .crypto = crypto, .policy = policy, .clock = clock}};
  sa_form form{};
  // What the last packet left behind, or nothing.
  audit_event arrives(const bytes& wire, verdict expected) {
    train<flat_packet> one;
    one.add(wire);
    path.inbound(one.view());
    CHECK(one.of(0) == expected);
    return taken(path.receiving().audit());
  }
  audit_event leaves(const bytes& inner, verdict expected) {
    train<flat_packet> one;
    one.add(inner);
    path.outbound(one.view());
    CHECK(one.of(0) == expected);
    return taken(path.sending().audit());
  }
  template <class Ring> static audit_event taken(Ring& ring) {
    audit_event e, more;
    if (!ring.take(e)) return {};
    CHECK_FALSE(ring.take(more));
    return e;
  }
};

}  // namespace

TEST_CASE("audit: the events of RFC 4303 4 hold SPI, addresses, sequence number, flow label and time [row 86]") {
  for (const family outer : {family::ipv4, family::ipv6}) {
    ends e;
    e.form.outer = outer;
    e.form.esn = true;
    e.form.start = 0x1'0000'0005;
    REQUIRE(e.receiving.add(e.crypto, e.form.parameters()));
    const auto packet = [&](std::uint64_t number, std::uint32_t label = 0xabcde, std::size_t fragment = 0) {
      ip_form ip{.source = outside(outer, 1), .destination = outside(outer, 11), .protocol = 50, .payload = sealed_esp(e.crypto, e.form, number, esp_text(udp_packet(family::ipv4, 8), 4)),
                 .flow_label = label, .fragment = fragment};
      return make_ip(ip);
    };
    const auto complete = [&](const audit_event& seen, verdict v, std::uint64_t number) {
      CHECK(seen.kind == audit_kind::refused);
      CHECK(seen.what == v);
      CHECK(seen.inbound);
      CHECK(seen.spi == e.form.spi);
      CHECK(seen.number == number);
      CHECK(seen.time == 77);
      CHECK((seen.source == outside(outer, 1)));
      CHECK((seen.destination == outside(outer, 11)));
      CHECK(seen.flow_label == (outer == family::ipv6 ? 0xabcdeu : 0u));
    };
    CHECK(e.arrives(packet(0x1'0000'0006), verdict::forwarded).what == verdict::forwarded);
    complete(e.arrives(packet(0x1'0000'0006), verdict::replayed), verdict::replayed, 0x1'0000'0006);
    bytes forged = packet(0x1'0000'0007);
    forged.back() = static_cast<octet>(forged.back() ^ 1);
    complete(e.arrives(forged, verdict::icv_mismatch), verdict::icv_mismatch, 0x1'0000'0007);
    sa_form other = e.form;
    std::swap(other, e.form);
    e.form.spi = 0x4444;
    complete(e.arrives(packet(9), verdict::no_sa), verdict::no_sa, 9);
    if (outer == family::ipv4) complete(e.arrives(packet(12, 0, 0x2000), verdict::ip_fragment), verdict::ip_fragment, 12);
  }
}

TEST_CASE("audit: a later IP fragment shows no SPI, and none is made up") {
  ends e;
  const audit_event seen = e.arrives(make_ip({.protocol = 50, .payload = counted(40, 9), .fragment = 0x0010}), verdict::ip_fragment);
  CHECK(seen.what == verdict::ip_fragment);
  CHECK(seen.spi == 0);
  CHECK(seen.number == 0);
  CHECK((seen.source == address::v4(192, 0, 2, 1)));
}

TEST_CASE("audit: what is no packet at all leaves an event without addresses [class 1, 27]") {
  ends e;
  for (std::size_t size = 1; size < 20; ++size) {
    const audit_event seen = e.arrives(bytes(size, octet{0x45}), verdict::runt);
    CHECK(seen.what == verdict::runt);
    CHECK(seen.source.unspecified());
  }
}

TEST_CASE("audit: outbound, refusals by policy and a used up counter are events of the packet as it was [class 22] [row 86]") {
  ends e;
  CHECK(e.leaves(udp_packet(family::ipv6, 8), verdict::no_policy).what == verdict::no_policy);
  e.form.start = sequence_last_32 - 1;
  const auto sa = e.sending.add(e.crypto, e.form.parameters()).value();
  REQUIRE(e.policy.add({.action = policy_action::protect, .sa = sa}));
  CHECK(e.leaves(udp_packet(family::ipv6, 8), verdict::forwarded).what == verdict::forwarded);
  for (unsigned i = 0; i < 3; ++i) {
    const audit_event seen = e.leaves(udp_packet(family::ipv6, 8), verdict::sequence_exhausted);
    CHECK(seen.what == verdict::sequence_exhausted);
    CHECK_FALSE(seen.inbound);
    CHECK(seen.spi == e.form.spi);
    CHECK(seen.number == sequence_last_32);
    CHECK((seen.source == address::v6(0x2001, 0xdb8, 1, 0, 0, 0, 0, 1)));
  }
}

TEST_CASE("audit: a flood fills the ring, is counted, and leaves the first events [class 39]") {
  ends e;
  for (std::uint64_t n = 1; n <= 40; ++n) {
    train<flat_packet> one;
    one.add(tunnelled_packet(e.crypto, e.form, n, udp_packet(family::ipv4, 8)));
    e.path.inbound(one.view());
  }
  auto& ring = e.path.receiving().audit();
  CHECK(ring.dropped() == 24);
  audit_event seen;
  for (std::uint64_t n = 1; n <= 16; ++n) {
    REQUIRE(ring.take(seen));
    CHECK(seen.number == n);
  }
  CHECK_FALSE(ring.take(seen));
}

TEST_CASE("audit: without a clock there is no time, and without the alias no ring") {
  world<by_handle, flat_packet, mixing_crypto> w;
  w.received(tunnelled_packet(w.crypto, {}, 3, udp_packet(family::ipv4, 8)));
  audit_event seen;
  REQUIRE(w.path.receiving().audit().take(seen));
  CHECK(seen.what == verdict::no_sa);
  CHECK(seen.time == 0);
  static_assert(std::is_same_v<audit_of<quiet>, no_audit> && std::is_empty_v<no_audit>);
  static_assert(AuditSink<audit_ring<2>>);
}
