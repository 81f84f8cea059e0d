#include "support/pooled.hpp"

#include <esplanade/testing/fuzz/plain_fragments.hpp>
#include <esplanade/transform/fragment_ip.hpp>
#include <esplanade/transform/overhead.hpp>

using namespace support;
using testing::fuzz::put_together;

namespace fragment_ip_tests {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
};
struct gateway_overriding : gateway {
  static constexpr bool overrides = true;
};

using answers = too_big_answers<flat_packet, 4>;

}  // namespace fragment_ip_tests
using namespace fragment_ip_tests;

namespace {

template <class Profile, class Before, class Behind> constexpr auto sending(Before before, Behind behind) {
  return outbound<Profile>(before, select_sa_by_handle, assign_sequence, write_trailer, esp_seal, write_outer_header, behind);
}
// Takes no part: nothing is larger than the largest packet.
constexpr fragment_ip<2> whole{.mtu = 70000};

bytes large(family f, std::size_t payload, const ip_form& like = {}) {
  ip_form form = like;
  if (f == family::ipv6) form.source = address::v6(0x2001, 0xdb8, 1, 0, 0, 0, 0, 1), form.destination = address::v6(0x2001, 0xdb8, 2, 0, 0, 0, 0, 7);
  form.payload = udp(4000, 53, payload - 8);
  return make_ip(form);
}

}  // namespace

TEST_CASE("fragment_ip: before ESP every size is cut so that each piece fits once sealed, and together they are the packet [class 11, 16] [row 63]") {
  constexpr std::size_t path = 600, inner = inner_mtu<gateway>(path);
  pooled_lane sender(sending<gateway>(fragment_ip<20>{.mtu = inner}, whole));
  world<gateway, flat_packet, testing::mixing_crypto> peer;
  for (const family outer : {family::ipv4, family::ipv6}) {
    const sa_form form{.spi = 0x1000 + static_cast<unsigned>(outer), .outer = outer, .which = static_cast<unsigned>(outer)};
    const auto sa = sender.add(form);
    peer.add_receiver(form);
    for (std::size_t payload = 400; payload < 9001; payload += payload < 1800 ? 1 : 97) {
      const bytes packet = large(family::ipv4, payload);
      const auto came = sender.run({packet}, sa);
      REQUIRE(sender.survivors == came.size());
      std::vector<bytes> pieces;
      for (const auto& one : came) {
        REQUIRE(one.octets.size() <= path);
        CHECK(wrong_in_ip(one.octets) == "");
        const auto [v, opened] = peer.received(one.octets);
        REQUIRE(v == verdict::forwarded);
        pieces.push_back(opened);
      }
      CHECK((pieces.size() == 1) == (packet.size() <= inner));
      if (pieces.size() == 1) CHECK(pieces[0] == packet);
      else CHECK(put_together(pieces) == packet);
    }
    CHECK(sender.store.at(sa)->traffic().packets.get() == sender.store.at(sa)->sequence().used());
  }
  CHECK(sender.pool.level() == 64);
  CHECK(sender.pool.misuses() == 0);
}

TEST_CASE("fragment_ip: behind the outer header it cuts the ESP packet, which counts once on its SA, for both families [class 11, 16] [row 63]") {
  testing::seeded numbers{7};
  using stage = fragment_ip<32, no_answers, testing::seeded>;
  for (const family outer : {family::ipv4, family::ipv6}) {
    pooled_lane<decltype(sending<gateway>(whole, stage{})), chain_packet<3>> sender(sending<gateway>(whole, stage{.mtu = 1280, .numbers = &numbers}));
    const auto sa = sender.add({.outer = outer});
    world<gateway, flat_packet, testing::mixing_crypto> peer;
    peer.add_receiver({.outer = outer});
    std::uint64_t sent = 0, octets = 0;
    for (std::size_t payload = 1150; payload < 9001; payload += payload < 1300 ? 1 : 631) {
      const bytes packet = large(family::ipv4, payload);
      train<chain_packet<3>> packets;
      packets.add({.content = packet, .segments = {1, 20, packet.size() - 21}, .headroom = 128, .tailroom = 128}, sa);
      const auto came = sender.run(packets);
      REQUIRE(sender.survivors == came.size());
      ++sent;
      octets += packet.size();
      std::vector<bytes> pieces;
      for (const auto& one : came) {
        CHECK(one.octets.size() <= 1280);
        CHECK(wrong_in_ip(one.octets) == "");
        pieces.push_back(one.octets);
      }
      const auto joined = pieces.size() == 1 ? std::optional<bytes>(pieces[0]) : put_together(pieces);
      REQUIRE(joined.has_value());
      CHECK(peer.received(*joined) == std::pair{verdict::forwarded, packet});
      // One fragment alone is never opened.
      if (pieces.size() > 1) CHECK(peer.received(pieces[0]).first == verdict::ip_fragment);
    }
    CHECK(sender.store.at(sa)->traffic().packets.get() == sent);
    CHECK(sender.store.at(sa)->traffic().octets.get() == octets);
    CHECK(sender.pool.level() == 64);
  }
}

TEST_CASE("fragment_ip: IPv6 packets that pass through are refused and answered, those of our own are fragmented [class 11]") {
  answers told(outside_v4(77), outside_v6(77));
  testing::seeded numbers{1};
  const bytes packet = large(family::ipv6, 2000, {.extensions = {{0, {0, 1, 4, 0, 0, 0, 0}}, {43, {1, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8}}, {60, {0, 1, 4, 0, 0, 0, 0}}}});
  pooled_lane through(sending<gateway>(fragment_ip<4, answers>{.mtu = 1300, .answers = &told}, whole));
  const auto refused = through.run({packet}, through.add({}));
  REQUIRE(refused.size() == 1);
  CHECK(refused[0].what == verdict::packet_too_big);
  CHECK(refused[0].octets == packet);
  flat_packet* const answer = told.take();
  REQUIRE(answer != nullptr);
  CHECK(get32(testing::octets_of(*answer), 44) == 1300);
  through.pool.give(answer);

  pooled_lane own(sending<gateway>(fragment_ip<4, no_answers, testing::seeded>{.mtu = 1300, .numbers = &numbers}, whole));
  world<gateway, flat_packet, testing::mixing_crypto> peer;
  peer.add_receiver({});
  std::vector<bytes> pieces;
  for (const auto& one : own.run({packet}, own.add({}))) pieces.push_back(peer.received(one.octets).second);
  REQUIRE(pieces.size() == 2);
  CHECK(put_together(pieces) == packet);
  // RFC 8200 4.5: hop-by-hop and routing are repeated, the destination options are not.
  CHECK(pieces[1][40 + 8] == 44);
  for (const bytes& one : pieces) CHECK(one.size() <= 1300);
}

TEST_CASE("fragment_ip: DF is a verdict and an answer, at every limit [class 16, 47]") {
  answers told(outside_v4(77), outside_v6(77));
  pooled_lane sender(sending<gateway>(fragment_ip<4, answers>{.mtu = 1400, .answers = &told}, whole));
  const auto sa = sender.add({});
  for (const std::size_t payload : {1379u, 1380u, 1381u, 1500u}) {
    const bytes packet = large(family::ipv4, payload, {.fragment = 0x4000});
    const auto came = sender.run({packet}, sa);
    REQUIRE(came.size() == 1);
    CHECK(came[0].what == (payload <= 1380 ? verdict::forwarded : verdict::packet_too_big));
    flat_packet* const answer = told.take();
    REQUIRE((answer != nullptr) == (payload > 1380));
    if (answer == nullptr) continue;
    CHECK(came[0].octets == packet);
    const bytes error = testing::octets_of(*answer);
    CHECK(error.size() == 576);
    CHECK(get16(error, 26) == 1400);
    CHECK(std::equal(error.begin() + 28, error.end(), packet.begin()));
    sender.pool.give(answer);
  }
  CHECK(sender.store.at(sa)->sequence().used() == 2);
  CHECK(sender.lane_.snapshot()[verdict::packet_too_big] == 2);
}

TEST_CASE("fragment_ip: options, fragments of fragments, and what was behind the packet [class 7, 11]") {
  pooled_lane sender(sending<gateway>(fragment_ip<8>{.mtu = 400}, whole));
  const auto sa = sender.add({});
  world<gateway, flat_packet, testing::mixing_crypto> peer;
  peer.add_receiver({});
  const auto pieces_of = [&](bytes packet, std::size_t behind) {
    packet.resize(packet.size() + behind, octet{0xee});
    std::vector<bytes> pieces;
    for (const auto& one : sender.run({packet}, sa)) pieces.push_back(peer.received(one.octets).second);
    return pieces;
  };
  // Record route stands in the first fragment alone, the security option in all.
  const bytes with_options = large(family::ipv4, 1000, {.options = {0x82, 4, 9, 9, 7, 8, 4, 0, 0, 0, 0, 0}});
  auto pieces = pieces_of(with_options, 5);
  REQUIRE(pieces.size() == 3);
  CHECK(pieces[0][0] == 0x48);
  CHECK(pieces[1][0] == 0x46);
  CHECK(put_together(pieces) == with_options);
  // Two fragments of one datagram, each cut again.
  const bytes datagram = large(family::ipv4, 1600, {.identification = 99});
  const bytes first(datagram.begin() + 20, datagram.begin() + 820), second(datagram.begin() + 820, datagram.end());
  pieces = pieces_of(make_ip({.payload = first, .identification = 99, .fragment = 0x2000}), 0);
  for (const bytes& more : pieces_of(make_ip({.payload = second, .identification = 99, .fragment = 100}), 0)) pieces.push_back(more);
  CHECK(pieces.size() == 6);
  CHECK(put_together(pieces) == datagram);
  // Link padding beyond the MTU is no reason to cut.
  CHECK(pieces_of(large(family::ipv4, 380), 300).size() == 1);
}

TEST_CASE("fragment_ip: what cannot be done leaves packet and pool as they were [class 39]") {
  testing::seeded numbers{3};
  using stage = fragment_ip<4, no_answers, testing::seeded>;
  for (const family f : {family::ipv4, family::ipv6})
    for (std::size_t left = 0; left <= 3; ++left) {
      pooled_lane<decltype(sending<gateway>(stage{}, whole)), flat_packet, 3> sender(sending<gateway>(stage{.mtu = 1280, .numbers = &numbers}, whole), 2000);
      const auto sa = sender.add({});
      std::vector<flat_packet*> held;
      while (sender.pool.level() != left) held.push_back(sender.pool.take());
      const bytes packet = large(f, 4900);
      const auto came = sender.run({packet}, sa);
      CAPTURE(left);
      CHECK(sender.pool.level() == left);
      CHECK(sender.pool.misuses() == 0);
      CHECK(came.size() == (left == 3 ? 4 : 1));
      if (came.size() == 1) {
        CHECK(came[0].what == verdict::no_packet);
        CHECK(came[0].octets == packet);
      }
      for (flat_packet* one : held) sender.pool.give(one);
    }
  // Pieces of the pool are too small.
  pooled_lane small(sending<gateway>(stage{.mtu = 1280, .numbers = &numbers}, whole), 1000);
  for (const family f : {family::ipv4, family::ipv6}) {
    const bytes packet = large(f, 3000);
    const auto came = small.run({packet}, {});
    REQUIRE(came.size() == 1);
    CHECK(came[0].what == verdict::no_room);
    CHECK(came[0].octets == packet);
  }
  CHECK(small.pool.level() == 64);
  // No headroom for the fragment header of the first piece; not writable; more pieces than Most; an MTU for no octet.
  pooled_lane sender(sending<gateway>(stage{.mtu = 1280, .numbers = &numbers}, whole));
  CHECK(sender.run({large(family::ipv6, 1300)}, {}, 7)[0].what == verdict::no_room);
  CHECK(sender.run({large(family::ipv4, 1260 * 4 + 100)})[0].what == verdict::packet_too_big);
  train<flat_packet> foreign;
  const bytes packet = large(family::ipv4, 1500);
  foreign.add({.content = packet, .headroom = 128, .tailroom = 128, .writable = false});
  CHECK(sender.run(foreign)[0].what == verdict::not_writable);
  pooled_lane narrow(sending<gateway>(fragment_ip<4>{.mtu = 27}, whole));
  CHECK(narrow.run({large(family::ipv4, 100)})[0].what == verdict::packet_too_big);
  CHECK(narrow.run({bytes(200, octet{0x10})})[0].what == verdict::not_ip);
}

TEST_CASE("fragment_ip: fragments take the options of their packet along [class 46, 47]") {
  pooled_lane sender(sending<gateway_overriding>(fragment_ip<4>{.mtu = 600}, whole));
  const auto sa = sender.add({});
  train<flat_packet> packets;
  packets.add(large(family::ipv4, 1500), sa);
  packets.add(large(family::ipv4, 100), sa);
  packet_options wanted[2];
  wanted[0].hop_limit = 9;
  flat_packet* out[8];
  verdict verdicts[8];
  const auto came = sender.lane_({packets.packets, packets.verdicts, packets.handles, wanted}, {out, verdicts});
  REQUIRE(came.survivors == 4);
  std::size_t nines = 0;
  for (std::size_t i = 0; i < came.packets; ++i) {
    nines += testing::octets_of(*out[i])[8] == 9 ? 1u : 0u;
    if (out[i] != packets.in_order[0] && out[i] != packets.in_order[1]) sender.pool.give(out[i]);
  }
  CHECK(nines == 3);
}
