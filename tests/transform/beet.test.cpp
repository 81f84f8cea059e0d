// Bound end-to-end tunnels, through whole datapaths (RFC 7402 appendix B).
#include "support/udp.hpp"
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/sa/restore.hpp>
#include <esplanade/testing/ciphers.hpp>

using namespace support;
using crypto_type = testing::mixing_crypto;

namespace {

struct beet_alone : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::beet;
};
struct any_mode : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport | mode::beet;
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp;
};
using ends = world<any_mode, flat_packet, crypto_type>;
const family families[] = {family::ipv4, family::ipv6};

address inner_address(family version, unsigned last) { return version == family::ipv4 ? address::v4(10, 1, 2, static_cast<octet>(last)) : address::v6(0x2001, 0x10, 0, 0, 0, 0, 0, static_cast<std::uint16_t>(last)); }
sa_form bound(family inner, family outer, encapsulation kind = encapsulation::none) {
  sa_form form{.mode = mode::beet, .outer = outer};
  form.made.inner_source = inner_address(inner, 1);
  form.made.inner_destination = inner_address(inner, 2);
  form.made.encapsulation = kind;
  return form;
}
ip_form inside(family version, const bytes& payload) {
  return {.source = inner_address(version, 1), .destination = inner_address(version, 2), .protocol = 17, .payload = payload, .traffic_class = 0xb9, .hop_limit = 33,
          .flow_label = version == family::ipv6 ? 0x12345u : 0u, .identification = 1, .fragment = version == family::ipv4 ? 0x4000u : 0u};
}
/// ESP with this text, as the peer sends it.
template <class World> bytes from_peer(World& r, const sa_form& form, const bytes& text, octet hop_limit = 61) {
  return make_ip({.source = outside(form.outer, 1), .destination = outside(form.outer, 11), .protocol = 50, .payload = sealed_esp(r.crypto, form, 1, text), .traffic_class = 0xb9,
                  .hop_limit = hop_limit, .flow_label = form.outer == family::ipv6 ? 0x12345u : 0u, .identification = 1, .fragment = form.outer == family::ipv4 ? 0x4000u : 0u});
}

}  // namespace

TEST_CASE("beet: ESP as in transport mode behind an outer header with the inner fields, in every pair of families [row 19]") {
  for (const family inner : families)
    for (const family outer : families)
      for (const encapsulation kind : {encapsulation::none, encapsulation::udp})
        for (std::size_t size = 0; size < 40; ++size) {
          const sa_form form = bound(inner, outer, kind);
          const bytes payload = udp(7, 8, size);
          ends r;
          const auto [v, wire] = r.sent(make_ip(inside(inner, payload)), r.add_sender(form));
          REQUIRE(v == verdict::forwarded);
          CHECK(wrong_in_ip(wire) == "");
          bytes expected = make_ip({.source = outside(outer, 1), .destination = outside(outer, 11), .protocol = 50, .payload = sealed_esp(r.crypto, form, 1, esp_text(payload, 17)),
                                    .traffic_class = 0xb9, .hop_limit = 33, .flow_label = outer == family::ipv6 && inner == family::ipv6 ? 0x12345u : 0u, .identification = 1, .fragment = 0x4000});
          if (kind == encapsulation::udp) {
            expected = in_udp(expected);
            if (outer == family::ipv6) set_upper_checksum(expected, 40, 6, 17);
          }
          CHECK(wire == expected);

          r.add_receiver(form);
          train<flat_packet> one;
          one.add(wire, {}, 8, 0);  // an inner IPv6 header may be longer than what it replaces
          r.receive(one);
          REQUIRE(one.of(0) == verdict::forwarded);
          ip_form back = inside(inner, payload);
          if (inner == family::ipv6 && outer == family::ipv4) back.flow_label = 0;
          if (inner == family::ipv4 && outer == family::ipv6) back.identification = 0;
          CHECK(one.octets(0) == make_ip(back));
        }
}

TEST_CASE("beet: other addresses inside do not leave, because they would arrive as the SA's [class 44, 45]") {
  for (const family version : families)
    for (std::size_t octet_at = 0; octet_at < 2 * address::octets_of(version); ++octet_at) {
      ends r;
      const auto sa = r.add_sender(bound(version, family::ipv4));
      bytes packet = make_ip(inside(version, udp(7, 8, 9)));
      packet[(version == family::ipv4 ? 12 : 8) + octet_at] ^= 1;
      const auto [v, octets] = r.sent(packet, sa);
      CHECK(v == verdict::wrong_selectors);
      CHECK(octets == packet);
    }
  ends r;
  CHECK(r.sent(make_ip(inside(family::ipv6, udp(7, 8, 9))), r.add_sender(bound(family::ipv4, family::ipv4))).first == verdict::wrong_selectors);
  ip_form fragment = inside(family::ipv4, udp(7, 8, 9));
  fragment.fragment = 0x2000;
  CHECK(r.sent(make_ip(fragment), r.add_sender([] { sa_form f = bound(family::ipv4, family::ipv4); f.spi = 0x1002; return f; }())).first == verdict::ip_fragment);
}

TEST_CASE("beet: IPv4 options are not sent, extension headers are payload [class 7]") {
  for (const family outer : families) {
    ends r;
    const sa_form v4 = bound(family::ipv4, outer);
    ip_form form = inside(family::ipv4, udp(7, 8, 9));
    const bytes plain = make_ip(form);
    form.options = {1, 1, 1, 0, 1, 1, 1, 0};
    const bytes wire = r.sent(make_ip(form), r.add_sender(v4)).second;
    ends other;
    CHECK(wire == other.sent(plain, other.add_sender(v4)).second);

    ends six;
    const sa_form v6 = bound(family::ipv6, outer);
    ip_form extended = inside(family::ipv6, udp(7, 8, 9));
    extended.extensions = {{60, {0, 1, 4, 0, 0, 0, 0}}, {43, {0, 0, 0, 0, 0, 0, 0}}};
    six.add_receiver(v6);
    train<flat_packet> one;
    one.add(six.sent(make_ip(extended), six.add_sender(v6)).second, {}, 8, 0);
    six.receive(one);
    CHECK(one.of(0) == verdict::forwarded);
    if (outer == family::ipv4) extended.flow_label = 0;
    CHECK(one.octets(0) == make_ip(extended));
  }
}

TEST_CASE("beet: options that a peer sends in a pseudo header come back behind the inner header, whatever lengths it claims [class 1, 6, 7]") {
  for (const family outer : families)
    for (std::size_t options = 0; options <= 40; options += 4) {
      const bytes payload = udp(7, 8, 9);
      const std::size_t padding = (4 + options) % 8 == 0 ? 0 : 4;
      bytes text{17, static_cast<octet>((4 + padding + options) / 8 - 1), static_cast<octet>(padding), 0};
      text.insert(text.end(), padding, 1);
      const bytes sent(options, 1);
      put(text, sent);
      put(text, payload);
      const sa_form form = bound(family::ipv4, outer);
      {
        ends r;
        r.add_receiver(form);
        const auto [v, octets] = r.received(from_peer(r, form, esp_text(text, 94)));
        REQUIRE(v == verdict::forwarded);
        ip_form expected = inside(family::ipv4, payload);
        expected.options = sent;
        expected.hop_limit = 61;
        if (outer == family::ipv6) expected.identification = 0;
        CHECK(octets == make_ip(expected));
      }
      for (std::size_t at = 1; at <= 2; ++at)
        for (unsigned value = 0; value < 256; ++value) {
          bytes lie = text;
          lie[at] = static_cast<octet>(value);
          ends r;
          r.add_receiver(form);
          const auto [v, octets] = r.received(from_peer(r, form, esp_text(lie, 94)));
          const std::size_t whole = (lie[1] + 1u) * 8;
          const bool sound = whole <= lie.size() && (lie[2] == 0 || lie[2] == 4) && whole - 4 - lie[2] <= 40;
          // What is sound may still be options that nobody can walk.
          CHECK((sound ? v == verdict::forwarded || v == verdict::bad_inner_packet : v == verdict::bad_inner_packet));
          if (!sound) CHECK(octets[outer == family::ipv4 ? 9 : 6] == 50);  // refused before anything was written
        }
    }
  ends r;
  const sa_form v6 = bound(family::ipv6, family::ipv6);
  r.add_receiver(v6);
  CHECK(r.received(from_peer(r, v6, esp_text({17, 0, 4, 0, 1, 1, 1, 1}, 94))).first == verdict::bad_next_header);
  for (std::size_t size = 0; size < 8; ++size) {
    ends s;
    const sa_form v4 = bound(family::ipv4, family::ipv4);
    s.add_receiver(v4);
    CHECK(s.received(from_peer(s, v4, esp_text(bytes(size, 0), 94))).first == verdict::bad_inner_packet);
  }
}

TEST_CASE("beet: any border between segments, either way [class 28]") {
  for (const family inner : families)
    for (const family outer : families) {
      const sa_form form = bound(inner, outer);
      const bytes packet = make_ip(inside(inner, udp(7, 8, 30)));
      world<beet_alone, flat_packet, crypto_type> flat;
      const bytes wire = flat.sent(packet, flat.add_sender(form)).second;
      for (std::size_t at = 0; at + 1 < wire.size(); ++at) {
        world<beet_alone, chain_packet<4>, crypto_type> r;
        r.add_receiver(form);
        train<chain_packet<4>> in, out;
        in.add(testing::packet_form{.content = wire, .segments = {at, 1, wire.size() - at - 1}, .headroom = 8});
        r.receive(in);
        REQUIRE(in.of(0) == verdict::forwarded);
        CHECK(wrong_in_ip(in.octets(0)) == "");
        if (at + 1 >= packet.size()) continue;
        out.add(testing::packet_form{.content = packet, .segments = {at, 1, packet.size() - at - 1}, .headroom = 100, .tailroom = 100}, r.add_sender(form));
        r.send(out);
        REQUIRE(out.octets(0) == wire);
      }
    }
}

TEST_CASE("beet: without headroom an IPv6 header does not fit in an IPv4 packet's place [class 37]") {
  const sa_form form = bound(family::ipv6, family::ipv4);
  for (std::size_t headroom = 0; headroom < 8; ++headroom) {
    ends r;
    r.add_receiver(form);
    train<flat_packet> one;
    one.add(from_peer(r, form, esp_text(udp(7, 8, 9), 17)), {}, headroom, 0);
    r.receive(one);
    CHECK(one.of(0) == (headroom < 4 ? verdict::no_room : verdict::forwarded));  // 40 of IPv6 for 20 + 16
  }
}

TEST_CASE("beet: an SA knows both addresses inside, and a snapshot its mode [class 50]") {
  null_crypto crypto;
  const auto field = [&crypto](sa_form form) -> std::string {
    outbound_sa<any_mode, null_crypto> sa;
    const auto done = sa.install(crypto, form.parameters());
    return done ? "" : done.why().field;
  };
  CHECK(field(bound(family::ipv4, family::ipv6)) == "");
  sa_form form = bound(family::ipv4, family::ipv4);
  form.made.inner_source = {};
  CHECK(field(form) == "inner_source");
  form = bound(family::ipv4, family::ipv4);
  form.made.inner_destination = inner_address(family::ipv6, 1);
  CHECK(field(form) == "inner_source");

  inbound_sa<any_mode, null_crypto> sa;
  form = bound(family::ipv4, family::ipv4);
  REQUIRE(sa.install(crypto, form.parameters()));
  octet saved[snapshot_octets];
  REQUIRE(save(sa, saved));
  sa_parameters again = form.parameters();
  again.mode = mode::tunnel;
  REQUIRE(restore<inbound_sa<any_mode, null_crypto>>(saved, again, {}));
  CHECK(again.mode == mode::beet);
  CHECK(again.inner_source == inner_address(family::ipv4, 1));
}
