#include "support/stages.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>
#include <esplanade/transform/esp_seal.hpp>

using namespace support;
using testing::mixing_crypto;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128, gcm128_8>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};

// Writes down what a provider is given.
struct watched_crypto : null_crypto {
  std::vector<job> seen{};
  std::vector<bytes> aad{}, text{};
  void seal(workspace& w, job_list jobs) {
    for (const job* j : jobs) {
      seen.push_back(*j);
      aad.emplace_back(j->aad, j->aad + j->aad_length);
      bytes all;
      for (std::size_t i = 0; i < j->segments; ++i) all.insert(all.end(), j->source[i].data, j->source[i].data + j->source[i].size);
      text.push_back(all);
    }
    null_crypto::seal(w, jobs);
  }
};
struct watching : watched_crypto {
  void seal(workspace& w, job_list jobs) noexcept { watched_crypto::seal(w, jobs); }
};

}  // namespace

TEST_CASE("esp_seal: nonce, AAD and text of its jobs [class 21, 25, 26]") {
  for (const bool esn : {false, true})
    for (const std::size_t pieces : {std::size_t{1}, std::size_t{3}}) {
      bench<gateway, list_kind::outbound, chain_packet<4>, watching> b;
      sa_form form{.spi = 0x01020304, .esn = esn, .start = esn ? std::uint64_t{0x1122334455667787} : std::uint64_t{0x55667787}};
      const auto sa = b.add(form);
      form.parameters();
      const bytes inner = udp_packet(family::ipv4, 20);
      const testing::cut sizes = pieces == 1 ? testing::cut{inner.size()} : testing::cut{7, 1, inner.size() - 8};
      b.packets.add(testing::packet_form{.content = inner, .segments = sizes, .headroom = 64, .tailroom = 64}, sa);
      b.go(select_sa_by_handle, assign_sequence, write_trailer, esp_seal);
      REQUIRE(b.crypto.seen.size() == 1);
      const job& j = b.crypto.seen[0];
      CHECK(j.salt_length == 4);
      CHECK(j.iv_length == 8);
      CHECK(j.icv_length == 16);
      CHECK(j.appended_length == 0);
      bytes nonce = form.salt;
      put32(nonce, esn ? 0x11223344 : 0);
      put32(nonce, 0x55667788);
      CHECK(bytes(j.nonce().begin(), j.nonce().end()) == nonce);
      bytes aad{1, 2, 3, 4};
      if (esn) put32(aad, 0x11223344);
      put32(aad, 0x55667788);
      CHECK(b.crypto.aad[0] == aad);
      CHECK(b.crypto.text[0] == esp_text(inner, 4));
      CHECK(j.length == b.crypto.text[0].size());
      CHECK(b.state(0).number == (esn ? 0x1122334455667788 : 0x55667788));
      CHECK_FALSE(static_cast<bool>(b.state(0).lease));  // spent
    }
}

TEST_CASE("esp_seal: no two jobs under one key have one nonce, whatever fails between [class 21, 39] [row 93]") {
  bench<gateway, list_kind::outbound, flat_packet, watching> b;
  const auto sa = b.add({});
  std::vector<bytes> nonces;
  for (unsigned round = 0; round < 20; ++round) {
    b.packets.packets.clear();
    b.packets.in_order.clear();
    b.packets.handles.clear();
    for (std::size_t i = 0; i < 8; ++i) b.packets.add(udp_packet(family::ipv4, i), sa, (i + round) % 5 == 0 ? 2 : 64, (i + round) % 7 == 0 ? 2 : 64);
    b.go(select_sa_by_handle, assign_sequence, write_trailer, esp_seal);
  }
  for (const job& j : b.crypto.seen) nonces.emplace_back(j.nonce().begin(), j.nonce().end());
  CHECK(nonces.size() > 60);
  CHECK(nonces.size() < 160);
  std::sort(nonces.begin(), nonces.end());
  CHECK(std::adjacent_find(nonces.begin(), nonces.end()) == nonces.end());
}

TEST_CASE("esp_seal: without headroom the trailer is taken back and no job is made [class 37]") {
  for (std::size_t headroom = 0; headroom < 16; ++headroom) {
    bench<gateway, list_kind::outbound, flat_packet, watching> b;
    const auto sa = b.add({});
    const bytes inner = udp_packet(family::ipv4, 20);
    b.packets.add(inner, sa, headroom, 64);
    b.go(select_sa_by_handle, assign_sequence, write_trailer, esp_seal);
    CHECK(b.of(0) == verdict::no_room);
    CHECK(b.octets(0) == inner);
    CHECK(b.state(0).length == inner.size());
    CHECK(b.crypto.seen.empty());
    CHECK(b.store.at(sa)->sequence().used() == 1);
  }
}

TEST_CASE("esp_seal: an ICV that straddles segments is scattered [class 28]") {
  const bytes inner = udp_packet(family::ipv4, 20);
  bench<gateway, list_kind::outbound, flat_packet, mixing_crypto> whole;
  whole.packets.add(inner, whole.add({}));
  whole.go(select_sa_by_handle, assign_sequence, write_trailer, esp_seal);
  // Behind the packet stand empty segments: the trailer takes one that holds it whole, whatever it is cut from.
  for (std::size_t room = 0; room <= 40; ++room) {
    bench<gateway, list_kind::outbound, chain_packet<4>, mixing_crypto> b;
    const auto sa = b.add({});
    std::vector<octet> first(64 + inner.size() + room), second(64);
    std::copy(inner.begin(), inner.end(), first.begin() + 64);
    chain_packet<4> p;
    REQUIRE(p.append(first, 64, inner.size()));
    REQUIRE(p.append(second, 0, 0));
    b.packets.lend(p, sa);
    b.go(select_sa_by_handle, assign_sequence, write_trailer, esp_seal);
    REQUIRE(b.of(0) == verdict::forwarded);
    CHECK(testing::octets_of(p) == whole.octets(0));
  }
}
