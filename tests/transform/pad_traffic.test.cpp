// Lengths on the wire that say little, through whole datapaths (RFC 4303 2.7).
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>

#include <set>

using namespace support;
using crypto_type = testing::mixing_crypto;

namespace {

struct plain : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
struct to_size : plain {
  using tfc = tfc_to_size<300>;
};
struct in_steps : plain {
  using tfc = tfc_multiple<128>;
};
struct full : plain {
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp;
  using tfc = tfc_to_mtu<1500>;
};
const family families[] = {family::ipv4, family::ipv6};

template <class P, class Pkt = flat_packet> std::pair<verdict, bytes> sent(const bytes& inner, const sa_form& form, std::size_t tailroom = 2000) {
  world<P, Pkt, crypto_type> r;
  return r.sent(inner, r.add_sender(form), 128, tailroom);
}
template <class P> bytes there_and_back(const bytes& inner, const sa_form& form) {
  const bytes wire = sent<P>(inner, form).second;
  CHECK(wrong_in_ip(wire) == "");
  world<plain, flat_packet, crypto_type> r;  // any receiver takes it
  sa_form bare = form;
  bare.made.encapsulation = encapsulation::none;
  r.add_receiver(bare);
  return r.received(wire).second;
}

}  // namespace

TEST_CASE("pad_traffic: lengths are those of the policy, and any receiver cuts the padding off [class 6] [row 25]") {
  for (const family outer : families)
    for (const family version : families) {
      const sa_form form{.outer = outer};
      const std::size_t around = (outer == family::ipv4 ? 20u : 40u) + 16 + 2 + 16;
      std::set<std::size_t> seen;
      for (std::size_t size = 0; size < 700; size += 3) {
        const bytes inner = udp_packet(version, size);
        const auto aligned = [&](std::size_t n) { return (n + 2 + 3) / 4 * 4 - 2 + around; };
        CHECK(sent<to_size>(inner, form).second.size() == aligned(inner.size() < 300 ? 300 : inner.size()));
        CHECK(sent<in_steps>(inner, form).second.size() == aligned((inner.size() + 127) / 128 * 128));
        const bytes all = sent<full>(inner, form).second;
        CHECK(all.size() <= 1500);
        CHECK(all.size() > 1496);
        seen.insert(all.size());
        CHECK(there_and_back<to_size>(inner, form) == inner);
        CHECK(there_and_back<in_steps>(inner, form) == inner);
        CHECK(there_and_back<full>(inner, form) == inner);
      }
      CHECK(seen.size() == 1);  // one length for all
    }
}

TEST_CASE("pad_traffic: UDP around ESP is counted, and what is too long already stays as it is [class 16]") {
  for (const family outer : families) {
    sa_form form{.outer = outer};
    form.made.encapsulation = encapsulation::udp;
    const bytes wire = sent<full>(udp_packet(family::ipv4, 10), form).second;
    CHECK(wire.size() <= 1500);
    CHECK(wire.size() > 1496);
    const bytes large = udp_packet(family::ipv4, 1600);
    world<plain, flat_packet, crypto_type> bare;
    sa_form without = form;
    without.made.encapsulation = encapsulation::none;
    CHECK(sent<full>(large, without).second == bare.sent(large, bare.add_sender(without)).second);
  }
}

TEST_CASE("pad_traffic: transport mode has no place for it") {
  for (const family version : families) {
    const sa_form form{.mode = mode::transport, .outer = version};
    const bytes inner = udp_packet(version, 10);
    CHECK(sent<to_size>(inner, form) == sent<plain>(inner, form));
  }
}

TEST_CASE("pad_traffic: one octet of room too few is no_room, and the packet is as it was [class 37]") {
  const bytes inner = udp_packet(family::ipv4, 10);
  const std::size_t needed = 300 - inner.size() + 2 + 2 + 16;  // padding, trailer, ICV
  for (const std::size_t tailroom : {std::size_t{0}, std::size_t{100}, 300 - inner.size() - 1}) {
    const auto [v, octets] = sent<to_size>(inner, {}, tailroom);
    CHECK(v == verdict::no_room);
    CHECK(octets == inner);
  }
  CHECK(sent<to_size>(inner, {}, needed - 1).first == verdict::no_room);
  CHECK(sent<to_size>(inner, {}, needed).first == verdict::forwarded);
}

TEST_CASE("pad_traffic: SAs count what their packets are without it; the padding is zeros whatever stood there [class 40]") {
  world<to_size, flat_packet, crypto_type> r;
  const auto sa = r.add({});
  const bytes inner = udp_packet(family::ipv4, 10);
  train<flat_packet> dirty, clean;
  dirty.add(testing::packet_form{.content = inner, .headroom = 128, .tailroom = 500, .fill = 0xa5}, sa);
  r.send(dirty);
  CHECK(association(*r.sending.at(sa)).traffic().octets.get() == inner.size());
  world<to_size, flat_packet, crypto_type> other;
  clean.add(testing::packet_form{.content = inner, .headroom = 128, .tailroom = 500, .fill = 0}, other.add_sender({}));
  other.send(clean);
  CHECK(dirty.octets(0) == clean.octets(0));
}

TEST_CASE("pad_traffic: any border between segments gives the same octets [class 28]") {
  const bytes inner = udp_packet(family::ipv4, 30), expected = sent<in_steps>(inner, {}).second;
  for (std::size_t at = 0; at <= inner.size(); ++at) {
    world<in_steps, chain_packet<4>, crypto_type> r;
    train<chain_packet<4>> one;
    one.add(testing::packet_form{.content = inner, .segments = {at, inner.size() - at}, .headroom = 100, .tailroom = 400}, r.add_sender({}));
    r.send(one);
    CHECK(one.octets(0) == expected);
  }
}
