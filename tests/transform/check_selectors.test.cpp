#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>
#include <esplanade/transform/check_selectors.hpp>

using namespace support;
using testing::mixing_crypto;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
using receiver = world<gateway, flat_packet, mixing_crypto>;

selector_parameters only(family version) {
  selector_parameters s;
  s.source = version == family::ipv4 ? address::v4(192, 0, 2, 0) : address::v6(0x2001, 0xdb8, 1, 0, 0, 0, 0, 0);
  s.destination = version == family::ipv4 ? address::v4(198, 51, 100, 7) : address::v6(0x2001, 0xdb8, 2, 0, 0, 0, 0, 7);
  s.source_prefix = version == family::ipv4 ? 24 : 48;
  s.destination_prefix = version == family::ipv4 ? 32 : 128;
  s.protocol = 17;
  s.source_ports = {4000, 4010};
  s.destination_ports = {53, 53};
  return s;
}

}  // namespace

TEST_CASE("check_selectors: an authentic packet outside its SA's selectors is refused for that [class 44, 55] [row 44]") {
  for (const family version : {family::ipv4, family::ipv6}) {
    const sa_form form{.selector = traffic_selector{only(version)}};
    const auto arrives = [&form](const bytes& inner) {
      receiver r;
      r.add_receiver(form);
      return r.received(tunnelled_packet(r.crypto, form, 1, inner)).first;
    };
    const bytes good = udp_packet(version, 20);
    const std::size_t source = version == family::ipv4 ? 12 : 8, size = version == family::ipv4 ? 4 : 16, header = version == family::ipv4 ? 20 : 40;
    CHECK(arrives(good) == verdict::forwarded);
    for (std::size_t bit = 0; bit < 8 * 2 * size; ++bit) {
      bytes other = good;
      other[source + bit / 8] = static_cast<octet>(other[source + bit / 8] ^ (0x80u >> bit % 8));
      const bool outside = bit >= 8 * size || bit < (version == family::ipv4 ? 24u : 48u);
      CAPTURE(bit);
      CHECK(arrives(other) == (outside ? verdict::wrong_selectors : verdict::forwarded));
    }
    for (const octet protocol : {octet{6}, octet{1}, octet{58}, octet{50}, octet{132}, octet{255}}) {
      bytes other = good;
      other[version == family::ipv4 ? 9 : 6] = protocol;
      CHECK(arrives(other) == verdict::wrong_selectors);
    }
    for (const std::size_t port : {std::size_t{0}, std::size_t{3999}, std::size_t{4000}, std::size_t{4010}, std::size_t{4011}, std::size_t{65535}}) {
      bytes other = good;
      other[header] = static_cast<octet>(port >> 8);
      other[header + 1] = static_cast<octet>(port & 0xff);
      CHECK(arrives(other) == (port >= 4000 && port <= 4010 ? verdict::forwarded : verdict::wrong_selectors));
    }
    for (const std::size_t port : {std::size_t{0}, std::size_t{52}, std::size_t{54}, std::size_t{53 << 8}}) {
      bytes other = good;
      other[header + 2] = static_cast<octet>(port >> 8);
      other[header + 3] = static_cast<octet>(port & 0xff);
      CHECK(arrives(other) == verdict::wrong_selectors);
    }
    // The other family, although its ports and protocol fit.
    CHECK(arrives(udp_packet(version == family::ipv4 ? family::ipv6 : family::ipv4, 20)) == verdict::wrong_selectors);
    // Too short to have ports.
    ip_form form_without = {.payload = bytes{0x0f, 0xa0}};
    if (version == family::ipv6) {
      form_without.source = address::v6(0x2001, 0xdb8, 1, 0, 0, 0, 0, 1);
      form_without.destination = address::v6(0x2001, 0xdb8, 2, 0, 0, 0, 0, 7);
    }
    CHECK(arrives(make_ip(form_without)) == verdict::wrong_selectors);
  }
}

TEST_CASE("check_selectors: a later IP fragment inside has no ports, and an SA for one port does not carry it [class 44]") {
  const sa_form form{.selector = traffic_selector{only(family::ipv4)}};
  receiver r;
  r.add_receiver(form);
  ip_form inner{.payload = udp(4000, 53, 20), .fragment = 0x0003};
  CHECK(r.received(tunnelled_packet(r.crypto, form, 1, make_ip(inner))).first == verdict::wrong_selectors);
  inner.fragment = 0x2000;
  CHECK(r.received(tunnelled_packet(r.crypto, form, 2, make_ip(inner))).first == verdict::forwarded);
}

TEST_CASE("check_selectors: transport mode too, and a refused packet has used its number up [class 44] [row 44]") {
  sa_form form{.mode = mode::transport, .selector = traffic_selector{selector_parameters{.protocol = 17}}};
  receiver r;
  r.add_receiver(form);
  const bytes tcp = sealed_packet(r.crypto, form, 1, esp_text(udp(1, 2, 20), 6));
  CHECK(r.received(tcp).first == verdict::wrong_selectors);
  CHECK(r.received(tcp).first == verdict::replayed);
  CHECK(r.received(sealed_packet(r.crypto, form, 2, esp_text(udp(1, 2, 20), 17))).first == verdict::forwarded);
  const auto& sa = *r.receiving.at(inbound_handle{0, 1});
  CHECK(sa.traffic().packets.get() == 1);
  CHECK(sa.drops().other.get() == 1);
}

TEST_CASE("check_selectors: inner headers that contradict themselves are refused, although authentic [class 6, 7]") {
  const sa_form form;
  receiver r;
  r.add_receiver(form);
  ip_form inner{.payload = udp(1, 2, 20), .options = {7, 1, 0, 0}};  // an option of length 1
  CHECK(r.received(tunnelled_packet(r.crypto, form, 1, make_ip(inner))).first == verdict::bad_inner_packet);
  ip_form v6{.source = outside_v6(1), .destination = outside_v6(2), .payload = bytes(3), .extensions = {{43, {40, 0, 0, 0, 0, 0, 0}}}};
  CHECK(r.received(tunnelled_packet(r.crypto, form, 2, make_ip(v6))).first == verdict::bad_inner_packet);
}

TEST_CASE("selectors_checked_by_caller: delivers what the SA must not carry, because the list says so") {
  constexpr auto open_list = inbound<gateway>(find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, selectors_checked_by_caller);
  mixing_crypto crypto;
  flat_sad<inbound_sa<gateway, mixing_crypto>, 4> store;
  no_pool none;
  constexpr no_policy_store nothing{};
  lane<std::remove_cv_t<decltype(open_list)>, flat_packet, decltype(store), mixing_crypto> in{{store, crypto, nothing, none}};
  sa_form form{.selector = traffic_selector{only(family::ipv4)}};
  REQUIRE(store.add(crypto, form.parameters()));
  train<flat_packet> one;
  one.add(tunnelled_packet(crypto, form, 1, udp_packet(family::ipv6, 20)));
  CHECK(in(one.view()) == 1);
}
