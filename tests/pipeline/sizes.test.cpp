// The largest packets, and the last octet of room.
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>

using namespace support;
using testing::mixing_crypto;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128, gcm128_8>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
using both_ways = world<gateway, flat_packet, mixing_crypto>;

// An IP packet of exactly `length` octets.
bytes packet_of(family version, std::size_t length) {
  ip_form form{.protocol = 200};
  if (version == family::ipv6) {
    form.source = address::v6(0x2001, 0xdb8, 1, 0, 0, 0, 0, 1);
    form.destination = address::v6(0x2001, 0xdb8, 2, 0, 0, 0, 0, 7);
  }
  form.payload.assign(length - (version == family::ipv4 ? 20 : 40), octet{0x5c});
  return make_ip(form);
}

// The octets that an SA adds to a packet, and the most its packet may have.
std::size_t protected_length(const sa_form& form, family inner, std::size_t length) {
  const std::size_t header = inner == family::ipv4 ? 20 : 40;
  const std::size_t text = form.mode == mode::tunnel ? length : length - header;
  const std::size_t padded = (text + 2 + 3) / 4 * 4;
  const std::size_t outer = form.mode == mode::tunnel ? (form.outer == family::ipv4 ? 20u : 40u) : header;
  return outer + 16 + padded + form.suite.icv;
}
std::size_t most_of(const sa_form& form, family inner) {
  const bool v4 = form.mode == mode::tunnel ? form.outer == family::ipv4 : inner == family::ipv4;
  return v4 ? 65535 : 65535 + 40;
}

std::vector<sa_form> all_forms() {
  std::vector<sa_form> all;
  unsigned which = 1;
  for (const suite_sizes& suite : {gcm128::sizes, gcm128_8::sizes})
    for (const family outer : {family::ipv4, family::ipv6})
      for (const mode m : {mode::tunnel, mode::transport}) {
        all.push_back({.suite = suite, .spi = 0x1000 + which, .mode = m, .outer = outer, .which = which});
        ++which;
      }
  return all;
}

}  // namespace

TEST_CASE("datapath: the largest inner packet fits exactly, and one octet more is too long [class 16, 55]") {
  for (const sa_form& form : all_forms())
    for (const family inner : {family::ipv4, family::ipv6}) {
      std::size_t fits = 65400;
      while (protected_length(form, inner, fits + 1) <= most_of(form, inner)) ++fits;
      both_ways r;
      const auto sa = r.add(form);
      CAPTURE(fits);
      for (std::size_t length = fits - 4; length <= fits + 5 && length <= (inner == family::ipv4 ? 65535u : 65575u); ++length) {
        const bytes packet = packet_of(inner, length);
        const auto [out, wire] = r.sent(packet, sa);
        CAPTURE(length);
        CHECK(out == (length <= fits ? verdict::forwarded : verdict::too_long));
        if (out != verdict::forwarded) {
          CHECK(wire == packet);
          continue;
        }
        CHECK(wrong_in_ip(wire) == "");
        CHECK(wire.size() == protected_length(form, inner, length));
        const auto [in, restored] = r.received(wire);
        CHECK(in == verdict::forwarded);
        CHECK(restored == packet);
      }
      CHECK(r.sending.at(sa)->sequence().used() == 5);  // what is too long costs no number
    }
}

TEST_CASE("datapath: 65,400 octets go both ways [class 16]") {
  for (const sa_form& form : all_forms()) {
    both_ways r;
    const auto sa = r.add(form);
    const bytes packet = packet_of(family::ipv4, 65400);
    const auto [out, wire] = r.sent(packet, sa);
    REQUIRE(out == verdict::forwarded);
    CHECK(r.received(wire).second == packet);
  }
}

TEST_CASE("datapath: headroom and tailroom of one octet less, exactly enough, and one more [class 37, 55] [row 61]") {
  for (const sa_form& form : all_forms())
    for (const std::size_t size : {0u, 1u, 2u, 3u, 60u, 61u}) {
      const bytes inner = udp_packet(family::ipv4, size);
      const std::size_t header = form.mode == mode::tunnel ? (form.outer == family::ipv4 ? 20u : 40u) : 0u;
      const std::size_t front = header + 16;
      const std::size_t behind = protected_length(form, family::ipv4, inner.size()) - inner.size() - front;
      for (std::size_t headroom = front - 1; headroom <= front + 1; ++headroom)
        for (std::size_t tailroom = behind - 1; tailroom <= behind + 1; ++tailroom) {
          both_ways r;
          const auto sa = r.add(form);
          constexpr std::size_t canaries = 64;
          std::vector<octet> memory(canaries + headroom + inner.size() + tailroom + canaries, octet{0xc7});
          const std::size_t at = canaries + headroom;
          std::copy(inner.begin(), inner.end(), memory.begin() + static_cast<std::ptrdiff_t>(at));
          flat_packet p(octets(memory).subspan(canaries, headroom + inner.size() + tailroom), headroom, inner.size());
          train<flat_packet> one;
          one.lend(p, sa);
          r.send(one);
          CAPTURE(headroom);
          CAPTURE(tailroom);
          const bool enough = headroom >= front && tailroom >= behind;
          CHECK(one.of(0) == (enough ? verdict::forwarded : verdict::no_room));
          const auto untouched = [](octet o) { return o == 0xc7; };
          CHECK(std::all_of(memory.begin(), memory.begin() + canaries, untouched));
          CHECK(std::all_of(memory.end() - canaries, memory.end(), untouched));
          if (enough) {
            CHECK(wrong_in_ip(one.octets(0)) == "");
            CHECK(r.received(one.octets(0)).second == inner);
          } else if (tailroom < behind) {
            CHECK(one.octets(0) == inner);
            CHECK(std::count(memory.begin(), memory.end(), octet{0xc7}) >= static_cast<std::ptrdiff_t>(2 * canaries + headroom + tailroom));
          }
        }
    }
}

TEST_CASE("datapath: room in front that is not writable to the packet's first segment is not taken [class 37]") {
  for (std::size_t headroom = 0; headroom <= 40; ++headroom) {
    world<gateway, chain_packet<4>, mixing_crypto> r;
    const auto sa = r.add({.spi = 0x1001});
    const bytes inner = udp_packet(family::ipv4, 40);
    train<chain_packet<4>> one;
    one.add(testing::packet_form{.content = inner, .segments = {0, 10, inner.size() - 10}, .headroom = headroom, .tailroom = 40}, sa);
    r.send(one);
    CAPTURE(headroom);
    CHECK(one.of(0) == (headroom >= 36 ? verdict::forwarded : verdict::no_room));
    if (one.of(0) == verdict::forwarded) CHECK(wrong_in_ip(one.octets(0)) == "");
  }
}

TEST_CASE("datapath: a packet that may not be written is refused either way and stays as it is") {
  both_ways r;
  const auto sa = r.add({.spi = 0x1001});
  const bytes inner = udp_packet(family::ipv4, 40);
  train<flat_packet> sending;
  sending.add(testing::packet_form{.content = inner, .headroom = 100, .tailroom = 100, .writable = false}, sa);
  r.send(sending);
  CHECK(sending.of(0) == verdict::not_writable);
  CHECK(sending.octets(0) == inner);
  const bytes wire = r.sent(inner, sa).second;
  train<flat_packet> arriving;
  arriving.add(testing::packet_form{.content = wire, .writable = false});
  r.receive(arriving);
  CHECK(arriving.of(0) == verdict::not_writable);
  CHECK(arriving.octets(0) == wire);
  CHECK(r.received(wire).first == verdict::forwarded);  // the window has not moved
}
