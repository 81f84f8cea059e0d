// Flipped bits: nothing that was changed is delivered, and nothing of it is left to read.
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

struct receiver : world<gateway, flat_packet, mixing_crypto> {};

bool holds(const bytes& octets, const bytes& some) {
  return std::search(octets.begin(), octets.end(), some.begin(), some.end()) != octets.end();
}

}  // namespace

TEST_CASE("datapath: every single bit flipped is refused for its reason, and the good packet is accepted after all of them [class 17, 30, 55]") {
  unsigned which = 1;
  for (const suite_sizes& suite : {gcm128::sizes, gcm128_8::sizes})
    for (const bool esn : {false, true})
      for (const mode m : {mode::tunnel, mode::transport}) {
        receiver r;
        const sa_form form{.suite = suite, .spi = 0x1000 + which, .mode = m, .esn = esn, .which = which};
        ++which;
        r.add_receiver(form);
        const bytes payload = m == mode::tunnel ? udp_packet(family::ipv4, 23) : udp(1, 2, 23);
        const bytes wire = sealed_packet(r.crypto, form, 3, esp_text(payload, m == mode::tunnel ? 4 : 17));
        for (std::size_t bit = 0; bit < 8 * wire.size(); ++bit) {
          bytes flipped = wire;
          flipped[bit / 8] = static_cast<octet>(flipped[bit / 8] ^ (0x80u >> bit % 8));
          const std::size_t at = bit / 8;
          const auto [v, octets] = r.received(flipped);
          CAPTURE(bit);
          if (at >= 28) {  // IV, text, ICV
            CHECK(v == verdict::icv_mismatch);
            CHECK_FALSE(holds(octets, bytes(payload.begin(), payload.begin() + 20)));
          } else if (at >= 24) {  // the number: authenticated with ESN and without
            CHECK(v == verdict::icv_mismatch);
          } else if (at >= 20) {
            CHECK(v == verdict::no_sa);
          } else if (at == 0) {
            CHECK(v != verdict::forwarded);  // version or header length
          } else if (at == 2 || at == 3) {
            CHECK((v == verdict::runt || v == verdict::icv_mismatch || v == verdict::bad_alignment || v == verdict::bad_header));
          } else if (at == 6 || at == 7) {
            CHECK(v == ((flipped[6] & 0x3f) != 0 || flipped[7] != 0 ? verdict::ip_fragment : verdict::forwarded));
          } else if (at == 9) {
            CHECK(v == verdict::not_protected);
          } else {
            CHECK(v == verdict::forwarded);  // the rest of an outer IPv4 header is the IP layer's
          }
          if (v == verdict::forwarded) r.receiving.at(inbound_handle{0, 1})->window().start_at(0);
        }
        CHECK(r.received(wire).first == verdict::forwarded);
        CHECK(r.received(wire).first == verdict::replayed);
      }
}

TEST_CASE("datapath: an ICV that is cut, moved, longer or of another length is refused [class 17]") {
  receiver r;
  const sa_form form{.spi = 0x1001};
  const sa_form shorter{.suite = gcm128_8::sizes, .spi = 0x1002};
  r.add_receiver(form);
  r.add_receiver(shorter);
  const bytes text = esp_text(udp_packet(family::ipv4, 24), 4);
  const bytes esp = sealed_esp(r.crypto, form, 1, text);
  const auto deliver = [&r](const bytes& payload) {
    return r.received(make_ip({.source = outside_v4(1), .destination = outside_v4(11), .protocol = 50, .payload = payload})).first;
  };
  for (std::size_t cut = 4; cut <= 40; cut += 4) CHECK(deliver(bytes(esp.begin(), esp.end() - static_cast<std::ptrdiff_t>(cut))) == verdict::icv_mismatch);
  for (std::size_t more = 4; more <= 40; more += 4) {
    bytes longer = esp;
    put(longer, bytes(more, octet{0}));
    CHECK(deliver(longer) == verdict::icv_mismatch);
  }
  bytes rotated = esp;
  std::rotate(rotated.end() - 16, rotated.end() - 8, rotated.end());
  CHECK(deliver(rotated) == verdict::icv_mismatch);
  bytes zeros = esp;
  std::fill(zeros.end() - 16, zeros.end(), octet{0});
  CHECK(deliver(zeros) == verdict::icv_mismatch);
  // The text of a packet with an ICV of 16 octets, under an SA of the same key whose ICV has 8.
  bytes as_shorter(esp.begin(), esp.end() - 8);
  as_shorter[3] = 0x02;
  CHECK(deliver(as_shorter) == verdict::icv_mismatch);
  CHECK(deliver(esp) == verdict::forwarded);
}

TEST_CASE("datapath: a refused packet holds no plaintext, wherever it was cut [class 18]") {
  const sa_form form{.spi = 0x1001};
  const bytes inner = udp_packet(family::ipv4, 200, 0x31);
  for (std::size_t k = 0; k < 40; ++k) {
    world<gateway, chain_packet<8>, mixing_crypto> r;
    r.add_receiver(form);
    bytes wire = tunnelled_packet(r.crypto, form, 1, inner);
    const bytes original = wire;
    wire.back() = static_cast<octet>(wire.back() ^ 1);
    testing::seeded numbers{k};
    train<chain_packet<8>> one;
    one.add(testing::packet_form{.content = wire, .segments = testing::random_cut(wire.size(), 8, numbers), .headroom = 60, .tailroom = 60});
    r.receive(one);
    REQUIRE(one.of(0) == verdict::icv_mismatch);
    const bytes left = one.octets(0);
    REQUIRE(left.size() == wire.size());
    for (std::size_t from = 0; from + 8 <= inner.size(); from += 8)
      CHECK_FALSE(holds(left, bytes(inner.begin() + static_cast<std::ptrdiff_t>(from), inner.begin() + static_cast<std::ptrdiff_t>(from + 8))));
    // Scrubbed, header and ICV left as they came.
    CHECK(std::equal(left.begin(), left.begin() + 36, wire.begin()));
    CHECK(std::all_of(left.begin() + 36, left.end() - 16, [](octet o) { return o == 0; }));
    CHECK(std::equal(left.end() - 16, left.end(), wire.end() - 16));
  }
}

TEST_CASE("datapath: among good packets the forged ones alone are refused [class 17, 18, 46]") {
  for (std::size_t forged = 0; forged < 32; ++forged) {
    receiver r;
    const sa_form form{.spi = 0x1001};
    r.add_receiver(form);
    train<flat_packet> packets;
    for (std::size_t i = 0; i < 32; ++i) {
      bytes wire = tunnelled_packet(r.crypto, form, i + 1, udp_packet(family::ipv4, i));
      if (i == forged || i == 31 - forged) wire[wire.size() - 17] = static_cast<octet>(wire[wire.size() - 17] ^ 4);
      packets.add(wire);
    }
    r.receive(packets);
    for (std::size_t i = 0; i < 32; ++i) {
      const bool was = i == forged || i == 31 - forged;
      CHECK(packets.of(i) == (was ? verdict::icv_mismatch : verdict::forwarded));
      if (!was) CHECK(packets.octets(i) == udp_packet(family::ipv4, i));
    }
    const auto& drops = r.receiving.at(inbound_handle{0, 1})->drops();
    CHECK(drops.icv_mismatch.get() == (forged == 31 - forged ? 1 : 2));
    CHECK(drops.other.get() == 0);
  }
}
