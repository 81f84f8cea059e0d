// What is no IP packet in a tunnel: out by its own selection, in with a verdict of its own.
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/pipeline/lane.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/transform/payload.hpp>

using namespace support;
using crypto_type = testing::mixing_crypto;

namespace {

struct mpls : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  using payload = other_payloads<137, 143>;
};
struct padded : mpls {
  using tfc = tfc_to_size<300>;
};
struct ip_alone : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
};
using ends = world<mpls, flat_packet, crypto_type>;
template <class P> using list_type = decltype(outbound<P>(select_sa_for_payload<137>{}, pad_traffic, assign_sequence, write_trailer, esp_seal, write_outer_header));

template <class P> std::pair<verdict, bytes> sent(const bytes& content, const sa_form& form) {
  world<P, flat_packet, crypto_type> r;
  no_pool none{};
  constexpr no_policy_store nothing{};
  lane<list_type<P>, flat_packet, typename world<P, flat_packet, crypto_type>::path_type::outbound_store, crypto_type> out{{r.sending, r.crypto, nothing, none}};
  train<flat_packet> one;
  one.add(content, r.add_sender(form), 128, 400);
  out(one.view_with_handles());
  return {one.of(0), one.octets(0)};
}

}  // namespace

TEST_CASE("payload: sealed under its next header, delivered at the front, counted on the SA as carried [class 5] [row 29]") {
  for (const family outer : {family::ipv4, family::ipv6})
    for (std::size_t size = 0; size < 90; ++size) {
      const sa_form form{.outer = outer};
      const bytes content = counted(size, 1);
      ends r;
      const auto in = r.add_receiver(form);
      const auto [v, wire] = sent<mpls>(content, form);
      REQUIRE(v == verdict::forwarded);
      CHECK(wrong_in_ip(wire) == "");
      const bytes expected = sealed_packet(r.crypto, form, 1, esp_text(content, 137));
      CHECK(bytes(wire.begin() + (outer == family::ipv4 ? 20 : 40), wire.end()) == bytes(expected.begin() + (outer == family::ipv4 ? 20 : 40), expected.end()));
      const auto [arrived, octets] = r.received(wire);
      CHECK(arrived == verdict::other_payload);
      CHECK(octets == content);
      const auto& sa = association(*r.receiving.at(in));
      CHECK(sa.traffic().packets.get() == 1);
      CHECK(sa.traffic().octets.get() == size);
      CHECK(sa.drops().other.get() == 0);
      CHECK(r.received(wire).first == verdict::replayed);
      CHECK(sent<padded>(content, form).second == wire);  // nobody could cut padding off again
    }
}

TEST_CASE("payload: only the next headers that the profile names, only in tunnels, only within the selectors [class 5, 44]") {
  for (unsigned next_header = 0; next_header < 256; ++next_header) {
    const auto nh = static_cast<octet>(next_header);
    ends r;
    r.add_receiver({});
    const verdict v = r.received(sealed_packet(r.crypto, {}, 1, esp_text(counted(40, 0x11), nh))).first;
    CAPTURE(next_header);
    if (nh == 137 || nh == 143) CHECK(v == verdict::other_payload);
    else if (nh == 59) CHECK(v == verdict::dummy);
    else CHECK(v == verdict::bad_next_header);
    world<ip_alone, flat_packet, crypto_type> strict;
    strict.add_receiver({});
    CHECK(strict.received(sealed_packet(strict.crypto, {}, 1, esp_text(counted(40, 0x11), nh))).first == (nh == 59 ? verdict::dummy : verdict::bad_next_header));
  }
  const auto selected = [](const traffic_selector& selector) {
    ends r;
    const sa_form form{.selector = selector};
    r.add_receiver(form);
    return r.received(sealed_packet(r.crypto, form, 1, esp_text(counted(40), 137))).first;
  };
  CHECK(selected(traffic_selector::any()) == verdict::other_payload);
  CHECK(selected(traffic_selector{selector_parameters{.protocol = 137}}) == verdict::other_payload);
  CHECK(selected(traffic_selector{selector_parameters{.protocol = 143}}) == verdict::wrong_selectors);
  CHECK(selected(traffic_selector::all(family::ipv4)) == verdict::wrong_selectors);
  CHECK(selected(traffic_selector::all(family::ipv6)) == verdict::wrong_selectors);
  CHECK(selected(traffic_selector{selector_parameters{.source_ports = {1, 2}}}) == verdict::wrong_selectors);

  // In transport mode the next header is the packet's own, and it is an IP packet.
  ends r;
  const sa_form transport{.mode = mode::transport};
  r.add_receiver(transport);
  CHECK(r.received(sealed_packet(r.crypto, transport, 1, esp_text(counted(40), 137))).first == verdict::forwarded);
  CHECK(sent<mpls>(counted(40), transport).first == verdict::bad_next_header);
}

TEST_CASE("payload: a packet without an SA does not leave [class 45]") {
  ends r;
  no_pool none{};
  constexpr no_policy_store nothing{};
  lane<list_type<mpls>, flat_packet, ends::path_type::outbound_store, crypto_type> out{{r.sending, r.crypto, nothing, none}};
  train<flat_packet> one;
  one.add(counted(40));
  CHECK(out(one.view_with_handles()) == 0);
  CHECK(one.of(0) == verdict::no_sa);
}
