#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>

using namespace support;
using testing::mixing_crypto;

namespace {
struct brief : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
};
struct full : brief {
  using drops = drops_in_full;
};
// Ten packets, lost for five reasons; two pass.
template <class World> void lose(World& w, outbound_handle sa) {
  const sa_form form;
  const bytes inner = udp_packet(family::ipv4, 8);
  bytes forged = tunnelled_packet(w.crypto, form, 7, inner);
  forged.back() = static_cast<octet>(forged.back() ^ 1);
  for (unsigned i = 0; i < 2; ++i) w.received(tunnelled_packet(w.crypto, form, 5000, inner));
  for (unsigned i = 0; i < 2; ++i) w.received(tunnelled_packet(w.crypto, form, 1, inner));
  w.received(sealed_packet(w.crypto, form, 5001, esp_text(inner, 2, 99, 4)));
  w.received(sealed_packet(w.crypto, form, 5002, esp_text(inner, 17)));
  w.sent(inner, sa);
  w.sent(inner, sa, 128, 0);
}
}  // namespace

TEST_CASE("drops_in_brief: the reasons that say something stand apart, all others in one sum") {
  world<brief, flat_packet, mixing_crypto> w;
  const auto sa = w.add({});
  lose(w, sa);
  const auto& in = w.receiving.at(inbound_handle{0, 1})->drops();
  CHECK(in.replayed.get() == 1);
  CHECK(in.too_old.get() == 2);
  CHECK(in.icv_mismatch.get() == 0);
  CHECK(in.other.get() == 2);
  CHECK(w.sending.at(sa)->drops().other.get() == 1);
}

TEST_CASE("drops_in_full: every verdict has a counter on its SA, and installing starts at 0 [row 85]") {
  world<full, flat_packet, mixing_crypto> w;
  const auto sa = w.add({});
  lose(w, sa);
  auto& in = *w.receiving.at(inbound_handle{0, 1});
  CHECK(in.drops()[verdict::replayed] == 1);
  CHECK(in.drops()[verdict::too_old] == 2);
  CHECK(in.drops()[verdict::bad_padding] == 1);
  CHECK(in.drops()[verdict::bad_next_header] == 1);
  CHECK(in.drops()[verdict::forwarded] == 0);
  CHECK(w.sending.at(sa)->drops()[verdict::no_room] == 1);
  in.uninstall(w.crypto);
  sa_form form;
  REQUIRE(in.install(w.crypto, form.parameters()));
  for (std::size_t v = 0; v < verdict_count; ++v) CHECK(in.drops()[static_cast<verdict>(v)] == 0);
  in.uninstall(w.crypto);
}

TEST_CASE("drops_by_verdict: several lanes lose no count of a loss") {
  static_assert(std::is_same_v<drop_counter<1>, counter> && std::is_same_v<drop_counter<2>, shared_counter>);
  drops_by_verdict<2> drops;
  drops.note(verdict::runt);
  drops.note(verdict::runt);
  CHECK(drops[verdict::runt] == 2);
  drops.clear();
  CHECK(drops[verdict::runt] == 0);
}
