#include "support/pooled.hpp"

#include <esplanade/testing/fuzz/plain_fragments.hpp>
#include <esplanade/transform/fragment_ip.hpp>
#include <esplanade/transform/reassemble_ip.hpp>

using namespace support;

namespace reassemble_ip_tests {

struct peer : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
struct gateway : peer {
  using clock = testing::manual_clock;
};

template <class P, std::size_t Contexts = 4, std::size_t Pieces = 64> using waiting = reassembly<P, Contexts, Pieces>;

template <class Contexts> constexpr auto receiving(Contexts& contexts, reassembled which = reassembled::protected_packets, std::uint32_t least = 8) {
  return inbound<gateway>(reassemble_ip<Contexts>{&contexts, which, least}, find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors);
}

/// Fragments of a packet, by code of the tests' own; `cuts` are where the payload is parted.
bytes fragment(const bytes& packet, std::size_t from, std::size_t to, std::size_t id = 7) {
  const bool v4 = packet[0] >> 4 == 4;
  const std::size_t head = v4 ? 20 : 40;
  const bool more = head + to < packet.size();
  const bytes part(packet.begin() + static_cast<std::ptrdiff_t>(head + from), packet.begin() + static_cast<std::ptrdiff_t>(head + to));
  if (v4)
    return make_ip({.source = address::from(family::ipv4, &packet[12]), .destination = address::from(family::ipv4, &packet[16]), .protocol = packet[9], .payload = part,
                    .traffic_class = packet[1], .hop_limit = packet[8], .identification = get16(packet, 4), .fragment = (more ? 0x2000u : 0u) | from / 8});
  bytes body{0};
  put16(body, from | (more ? 1u : 0u));
  put32(body, id);
  return make_ip({.source = address::from(family::ipv6, &packet[8]), .destination = address::from(family::ipv6, &packet[24]), .protocol = packet[6], .payload = part,
                  .traffic_class = static_cast<octet>(packet[0] << 4 | packet[1] >> 4), .hop_limit = packet[7], .extensions = {{44, body}}});
}
std::vector<bytes> fragments(const bytes& packet, std::size_t size, std::size_t id = 7) {
  const std::size_t payload = packet.size() - (packet[0] >> 4 == 4 ? 20u : 40u);
  std::vector<bytes> all;
  for (std::size_t from = 0; from < payload; from += size) all.push_back(fragment(packet, from, std::min(from + size, payload), id));
  return all;
}
std::size_t count(const auto& came, verdict v) {
  return static_cast<std::size_t>(std::count_if(came.begin(), came.end(), [v](const auto& one) { return one.what == v; }));
}

}  // namespace reassemble_ip_tests
using namespace reassemble_ip_tests;

TEST_CASE("reassemble_ip: fragments of an ESP packet are opened as one, in every order, for both families and modes, at sizes to 9001 [class 11, 12, 28] [row 64]") {
  testing::seeded numbers{5};
  for (const family outer : {family::ipv4, family::ipv6})
    for (const mode m : {mode::tunnel, mode::transport}) {
      waiting<chain_packet<4>> contexts;
      pooled_lane<decltype(receiving(contexts)), chain_packet<4>> receiver(receiving(contexts));
      const sa_form form{.mode = m, .outer = outer};
      const auto to = receiver.add(form);
      world<peer, flat_packet, testing::mixing_crypto> sender;
      const auto from = sender.add_sender(form);
      std::size_t sent = 0;
      for (const std::size_t payload : {40u, 41u, 100u, 500u, 1400u, 1472u, 4000u, 8973u})
        for (const std::size_t size : {8u, 64u, 576u, 1280u, 1480u}) {
          const bytes packet = udp_packet(outer, payload);
          const auto [v, wire] = sender.sent(packet, from);
          REQUIRE(v == verdict::forwarded);
          std::vector<bytes> pieces = fragments(wire, size);
          if (pieces.size() == 1 || pieces.size() > 30) continue;
          for (std::size_t i = pieces.size(); i > 1; --i) std::swap(pieces[i - 1], pieces[numbers.below(i)]);
          train<chain_packet<4>> packets;
          for (const bytes& one : pieces) packets.add({.content = one, .segments = {1, 9, one.size() - 10}, .headroom = 0, .tailroom = 0});
          const auto came = receiver.run(packets);
          REQUIRE(came.size() == pieces.size() + 1);
          CHECK(came[0].what == verdict::forwarded);
          CHECK(came[0].of_pool);
          CHECK(came[0].octets == packet);
          CHECK(count(came, verdict::absorbed) == pieces.size());
          ++sent;
        }
      CHECK(contexts.waiting() == 0);
      CHECK(receiver.pool.level() == 64);
      CHECK(receiver.store.at(to)->traffic().packets.get() == sent);
      CHECK(receiver.lane_.snapshot()[verdict::forwarded] == sent);
    }
}

TEST_CASE("reassemble_ip: what fragment_ip cuts behind ESP comes back [class 12]") {
  testing::seeded numbers{9};
  using cutting = fragment_ip<8, no_answers, testing::seeded>;
  const auto list = outbound<peer>(select_sa_by_handle, assign_sequence, write_trailer, esp_seal, write_outer_header, cutting{.mtu = 1280, .numbers = &numbers});
  for (const family outer : {family::ipv4, family::ipv6}) {
    pooled_lane sender(list);
    const auto from = sender.add({.outer = outer});
    waiting<flat_packet> contexts;
    pooled_lane receiver(receiving(contexts));
    receiver.add({.outer = outer});
    for (std::size_t payload = 1150; payload < 8900; payload += 433) {
      const bytes packet = udp_packet(family::ipv4, payload);
      std::vector<bytes> wire;
      for (const auto& one : sender.run({packet}, from)) wire.push_back(one.octets);
      const auto came = receiver.run(wire);
      REQUIRE(receiver.survivors == 1);
      CHECK(came[0].octets == packet);
    }
  }
}

TEST_CASE("reassemble_ip: overlaps give the datagram up, and what still arrives of it too [class 12]") {
  waiting<flat_packet> contexts;
  pooled_lane receiver(receiving(contexts));
  receiver.add({});
  world<peer, flat_packet, testing::mixing_crypto> sender;
  const auto from = sender.add_sender({});
  const auto [v, wire] = sender.sent(udp_packet(family::ipv4, 200), from);
  const std::size_t all = wire.size() - 20;
  const bytes a = fragment(wire, 0, 64), b = fragment(wire, 64, 128), c = fragment(wire, 128, all);
  const std::vector<bytes> refused[] = {{a, b, fragment(wire, 56, 128), c}, {a, fragment(wire, 0, 72), b, c}, {a, c, fragment(wire, 120, all), b},
                                        {c, fragment(wire, 128, 136), a, b}, {b, fragment(wire, 72, 80), a, c}};
  for (const auto& pieces : refused) {
    const auto came = receiver.run(pieces);
    CHECK(count(came, verdict::forwarded) == 0);
    CHECK(count(came, verdict::bad_fragment) >= 1);
    CHECK(came.size() == 4);
    CHECK(contexts.waiting() <= 1);
    // Not even all of it, whole and in order, until its time is over.
    if (contexts.waiting() == 1) CHECK(count(receiver.run({a, b, c}), verdict::bad_fragment) == 3);
    receiver.time.advance(60);
    CHECK(receiver.pool.level() == 64);
  }
  CHECK(receiver.run({a, a, b, b, b, c})[0].what == verdict::forwarded);  // duplicates are harmless
  CHECK(receiver.lane_.snapshot()[verdict::bad_fragment] > 5);
}

TEST_CASE("reassemble_ip: contexts, pieces and patience are bounded, and nothing is kept beyond them [class 12, 43]") {
  waiting<flat_packet, 3, 5> contexts(30);
  pooled_lane<decltype(receiving(contexts)), flat_packet, 4> receiver(receiving(contexts));
  receiver.add({});
  const auto esp = [](std::size_t id, std::size_t offset, bool more, std::size_t size = 8) {
    return make_ip({.protocol = 50, .payload = counted(size), .identification = id, .fragment = (more ? 0x2000u : 0u) | offset / 8});
  };
  SUBCASE("contexts") {
    const auto came = receiver.run({esp(1, 0, true), esp(2, 0, true), esp(3, 8, true), esp(4, 0, true), esp(1, 8, true)});
    CHECK(count(came, verdict::absorbed) == 4);
    CHECK(count(came, verdict::batch_full) == 1);
    CHECK(contexts.waiting() == 3);
    CHECK(receiver.pool.level() == 1);
    receiver.time.advance(29);
    CHECK(receiver.run({esp(4, 0, true)})[0].what == verdict::batch_full);
    receiver.time.advance(1);
    CHECK(receiver.run({esp(4, 0, true)})[0].what == verdict::absorbed);
    CHECK(contexts.waiting() == 1);
    // Nothing arrives: one context is looked at in every batch.
    receiver.time.advance(30);
    for (int i = 0; i < 3; ++i) receiver.run({udp_packet(family::ipv4, 1)});
    CHECK(contexts.waiting() == 0);
    CHECK(receiver.pool.level() == 4);
  }
  SUBCASE("pieces") {
    std::vector<bytes> many;
    for (std::size_t i = 0; i < 7; ++i) many.push_back(esp(1, 8 * i, true));
    const auto came = receiver.run(many);
    CHECK(count(came, verdict::absorbed) == 5);
    CHECK(count(came, verdict::bad_fragment) == 2);
    CHECK(receiver.pool.level() == 4);
  }
  SUBCASE("an empty pool") {
    std::vector<flat_packet*> held;
    while (flat_packet* one = receiver.pool.take()) held.push_back(one);
    CHECK(receiver.run({esp(1, 0, true)})[0].what == verdict::no_packet);
    CHECK(contexts.waiting() == 0);
    for (flat_packet* one : held) receiver.pool.give(one);
    CHECK(receiver.run({esp(1, 0, true)})[0].what == verdict::absorbed);
  }
  SUBCASE("no room") {
    pooled_lane<decltype(receiving(contexts)), flat_packet, 4> small(receiving(contexts), 100);
    CHECK(small.run({esp(1, 0, true), esp(1, 96, true), esp(1, 8, true)})[1].what == verdict::no_room);
    CHECK(small.pool.level() == 4);
  }
  SUBCASE("the end of a length field") {
    // "Ping of death": each piece alone is sound but one, and together they are longer than a packet may be.
    const auto came = receiver.run({esp(1, 65528, false, 8), esp(2, 65528, false, 7)});
    CHECK(count(came, verdict::bad_fragment) == 2);
  }
  contexts.drain(receiver.pool);
  CHECK(contexts.waiting() == 0);
  CHECK(receiver.pool.level() == 4);
  CHECK(receiver.pool.misuses() == 0);
}

TEST_CASE("reassemble_ip: IPv6 atomic fragments wait for nobody and disturb nobody (RFC 6946) [class 11]") {
  waiting<flat_packet> contexts;
  pooled_lane receiver(receiving(contexts));
  for (const mode m : {mode::tunnel, mode::transport}) {
    const sa_form form{.spi = 0x1001u + static_cast<unsigned>(m), .mode = m, .outer = family::ipv6, .which = static_cast<unsigned>(m)};
    receiver.add(form);
    world<peer, flat_packet, testing::mixing_crypto> sender;
    const auto from = sender.add_sender(form);
    const bytes packet = udp_packet(family::ipv6, 300);
    const bytes first = sender.sent(packet, from).second, second = sender.sent(packet, from).second;
    const bytes atomic = fragment(second, 0, second.size() - 40);
    REQUIRE(atomic.size() == second.size() + 8);
    const auto pieces = fragments(first, 256);
    // Between the fragments of another packet with the same identification.
    const auto came = receiver.run({pieces[0], atomic, pieces[1]});
    REQUIRE(receiver.survivors == 2);
    CHECK(came[0].octets == packet);
    CHECK(came[1].octets == packet);
    CHECK_FALSE(came[0].of_pool);
    // A foreign one may not be written.
    train<flat_packet> foreign;
    foreign.add({.content = atomic, .writable = false});
    CHECK(receiver.run(foreign)[0].what == verdict::not_writable);
  }
}

TEST_CASE("reassemble_ip: other protocols pass, tiny fragments do not, families and protocols are kept apart [class 11, 12]") {
  const auto piece = [](octet protocol, std::size_t size, bool more = true) {
    return make_ip({.protocol = protocol, .payload = counted(size), .fragment = more ? 0x2000u : 1u});
  };
  waiting<flat_packet> contexts;
  pooled_lane only(receiving(contexts));
  const auto came = only.run({piece(17, 64), piece(6, 64), piece(50, 64), piece(51, 64), piece(50, 8, false)});
  CHECK(count(came, verdict::ip_fragment) == 2);
  CHECK(count(came, verdict::absorbed) == 2);
  CHECK(count(came, verdict::bad_fragment) == 1);  // overlaps the piece of 50, and not that of 51
  CHECK(contexts.waiting() == 2);
  contexts.drain(only.pool);

  pooled_lane udp_too(receiving(contexts, reassembled::encapsulated_too, 64));
  const auto more = udp_too.run({piece(17, 64), piece(6, 64), piece(50, 56), piece(17, 5, false), bytes(30, octet{0x45})});
  CHECK(more[0].what == verdict::absorbed);
  CHECK(more[1].what == verdict::ip_fragment);
  CHECK(more[2].what == verdict::bad_fragment);
  contexts.drain(udp_too.pool);
}

TEST_CASE("reassemble_ip: one fragment that met congestion marks the packet, and contradicts those that cannot be marked [class 47]") {
  for (const family outer : {family::ipv4, family::ipv6})
    for (unsigned first = 0; first < 4; ++first)
      for (unsigned second = 0; second < 4; ++second) {
        waiting<flat_packet> contexts;
        pooled_lane receiver(receiving(contexts));
        receiver.add({.outer = outer});
        world<peer, flat_packet, testing::mixing_crypto> sender;
        // Inside ECT(0), so that a mark outside is carried inwards.
        bytes packet = make_ip({.payload = udp(1, 2, 100), .traffic_class = 2});
        bytes wire = sender.sent(packet, sender.add_sender({.outer = outer})).second;
        auto pieces = fragments(wire, 64);
        pieces.resize(3);
        const auto mark = [&](bytes& one, unsigned ecn) {
          if (outer == family::ipv4) one[1] = static_cast<octet>(ecn), set_checksum(one);
          else one[1] = static_cast<octet>((one[1] & 0xcf) | ecn << 4);
        };
        mark(pieces[0], first);
        mark(pieces[1], second);
        mark(pieces[2], second);
        const auto came = receiver.run(pieces);
        const bool congested = first == 3 || second == 3, dropped = congested && (first == 0 || second == 0);
        CHECK(count(came, verdict::bad_ecn) == (dropped ? 1 : 0));
        CHECK(receiver.survivors == (dropped ? 0 : 1));
        if (dropped) continue;
        CHECK(((came[0].octets[1] & 3) == 3) == congested);
        CHECK(wrong_in_ip(came[0].octets) == "");
      }
}

TEST_CASE("reassemble_ip: behind an SA it puts together what came under that SA alone [class 12, 44] [row 64]") {
  using contexts_type = waiting<flat_packet>;
  contexts_type contexts;
  const auto list = inbound<gateway>(find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors,
                                     reassemble_ip<contexts_type>{&contexts, reassembled::everything});
  pooled_lane receiver(list);
  const sa_form one{.spi = 0x2001, .which = 1}, two{.spi = 0x2002, .which = 2};
  const auto to = receiver.add(one);
  receiver.add(two);
  world<peer, flat_packet, testing::mixing_crypto> sender;
  const auto from_one = sender.add_sender(one), from_two = sender.add_sender(two);
  const bytes packet = udp_packet(family::ipv4, 300);
  const auto pieces = fragments(packet, 160);
  REQUIRE(pieces.size() == 2);
  const auto mixed = receiver.run({sender.sent(pieces[0], from_one).second, sender.sent(pieces[1], from_two).second});
  CHECK(receiver.survivors == 0);
  CHECK(count(mixed, verdict::absorbed) == 2);
  const auto came = receiver.run({sender.sent(pieces[1], from_one).second});
  REQUIRE(receiver.survivors == 1);
  CHECK(came[0].octets == packet);
  CHECK(receiver.store.at(to)->traffic().packets.get() == 1);
  CHECK(receiver.store.at(to)->drops().other.get() == 0);
  contexts.drain(receiver.pool);
  CHECK(receiver.pool.level() == 64);
}
