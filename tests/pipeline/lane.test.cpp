#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>

using namespace support;
using testing::mixing_crypto;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr std::size_t burst = 8;
};
struct single : gateway {
  static constexpr std::size_t burst = 1;
};
template <class Profile> using both_ways = world<Profile, flat_packet, mixing_crypto>;

// Every batch in one go, and what became of its packets.
template <class Profile> std::string story(std::size_t packets) {
  both_ways<Profile> r;
  const auto sa = r.add({.start = 0xfffffff0});
  train<flat_packet> sending;
  for (std::size_t i = 0; i < packets; ++i) sending.add(udp_packet(family::ipv4, i), i % 7 == 3 ? outbound_handle{} : sa);
  r.send(sending);
  std::string all = std::to_string(sending.survivors);
  for (std::size_t i = 0; i < packets; ++i) all += std::string(" ") + name_of(sending.of(i)) + std::to_string(sending.octets(i).size());
  return all;
}

// A store that notes when it is entered and left.
struct watched_store : slot_table<outbound_sa<gateway, mixing_crypto>, 4> {
  using base = slot_table<outbound_sa<gateway, mixing_crypto>, 4>;
  std::size_t inside = 0, most = 0, entered = 0;
  bool asked_outside = false;
  struct guard {
    watched_store& of;
    ~guard() { --of.inside; }
  };
  guard enter() noexcept {
    most = std::max(most, ++inside);
    ++entered;
    return {*this};
  }
  void find(std::span<const outbound_handle> handles, std::span<outbound_sa<gateway, mixing_crypto>*> found) noexcept {
    asked_outside = asked_outside || inside == 0;
    base::find(handles, found);
  }
};

// Writes broken contracts down and goes on.
struct written_down {
  static constexpr bool compares = true;
  static inline std::vector<std::string> words{};
  static void broken(const char* said) noexcept { words.emplace_back(said); }
};
struct careful : gateway {
  using checks = written_down;
  static constexpr bool overrides = true;
};

}  // namespace

TEST_CASE("lane: a batch whose spans do not fit each other is refused whole, and the profile's checks hear of it") {
  both_ways<careful> r;
  const auto sa = r.add({});
  train<flat_packet> sending;
  for (std::size_t i = 0; i < 20; ++i) sending.add(udp_packet(family::ipv4, i), sa);
  const batch_view<flat_packet> whole = sending.view_with_handles();
  const std::vector<packet_options> options(19);
  batch_view<flat_packet> short_verdicts = whole, short_handles = whole, short_options = whole;
  short_verdicts.verdicts = whole.verdicts.first(19);
  short_handles.handles = whole.handles.first(19);
  short_options.options = options;
  for (const auto& one : {short_verdicts, short_handles, short_options}) {
    written_down::words.clear();
    CHECK(r.path.outbound(one) == 0);
    CHECK(r.path.inbound(one) == 0);
    CHECK(written_down::words.size() == 2);
    CHECK(sending.count(verdict::withheld) == 20);
  }
  written_down::words.clear();
  CHECK(r.path.outbound(whole) == 20);
  CHECK(written_down::words.empty());
}

TEST_CASE("lane: batches of any size are worked on burst by burst, with the same outcome [class 46] [row 69]") {
  for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{8}, std::size_t{9}, std::size_t{16}, std::size_t{41}})
    CHECK(story<gateway>(n) == story<single>(n));
}

TEST_CASE("lane: counts packets by verdict and the octets of survivors, on itself and on their SAs [row 84]") {
  both_ways<gateway> r;
  const auto sa = r.add({});
  train<flat_packet> sending;
  std::size_t octets = 0, inner = 0;
  for (std::size_t i = 0; i < 20; ++i) sending.add(udp_packet(family::ipv4, i), i % 4 == 0 ? outbound_handle{} : sa, 64, i % 4 == 1 ? 1 : 64);
  r.send(sending);
  for (std::size_t i = 0; i < 20; ++i)
    if (sending.of(i) == verdict::forwarded) {
      octets += sending.octets(i).size();
      inner += udp_packet(family::ipv4, i).size();
    }
  const counters_snapshot sent = r.path.outbound_counters();
  CHECK(sent[verdict::forwarded] == 10);
  CHECK(sent[verdict::no_sa] == 5);
  CHECK(sent[verdict::no_room] == 5);
  CHECK(sent.total() == 20);
  CHECK(sent.octets == octets);
  CHECK(r.sending.at(sa)->traffic().packets.get() == 10);
  CHECK(r.sending.at(sa)->traffic().octets.get() == inner);
  CHECK(r.sending.at(sa)->drops().other.get() == 5);
  train<flat_packet> arriving;
  for (std::size_t i = 0; i < 10; ++i) arriving.add(testing::octets_of(*sending.packets[i]));
  r.receive(arriving);
  CHECK(r.path.inbound_counters().octets == inner);
  CHECK(r.receiving.at(inbound_handle{0, 1})->traffic().octets.get() == inner);
}

TEST_CASE("lane: inbound drops are counted on the SA by reason [row 85]") {
  both_ways<gateway> r;
  r.add_receiver({.start = 5000});
  const auto arrives = [&r](std::uint64_t number, bool forged, const bytes& text) {
    bytes wire = sealed_packet(r.crypto, {}, number, text);
    if (forged) wire.back() = static_cast<octet>(wire.back() ^ 1);
    r.received(wire);
  };
  const bytes good = esp_text(udp_packet(family::ipv4, 9), 4);
  for (unsigned i = 0; i < 2; ++i) arrives(5001, false, good);
  for (unsigned i = 0; i < 3; ++i) arrives(3, false, good);
  for (unsigned i = 0; i < 4; ++i) arrives(6000, true, good);
  for (unsigned i = 0; i < 5; ++i) arrives(5010 + i, false, esp_text(bytes(30), 2, 2, 17));
  const auto& drops = r.receiving.at(inbound_handle{0, 1})->drops();
  CHECK(drops.replayed.get() == 1);
  CHECK(drops.too_old.get() == 3);
  CHECK(drops.icv_mismatch.get() == 4);
  CHECK(drops.other.get() == 5);
}

TEST_CASE("lane: asks its store under a guard, one for each burst, and leaves none behind [class 38] [row 40]") {
  constexpr auto list = outbound<gateway>(select_sa_by_handle, assign_sequence, write_trailer, esp_seal, write_outer_header);
  mixing_crypto crypto;
  watched_store store;
  no_pool none;
  constexpr no_policy_store nothing{};
  lane<std::remove_cv_t<decltype(list)>, flat_packet, watched_store, mixing_crypto> out{{store, crypto, nothing, none}, list};
  sa_form form;
  const auto sa = store.add(crypto, form.parameters()).value();
  train<flat_packet> packets;
  for (std::size_t i = 0; i < 30; ++i) packets.add(udp_packet(family::ipv4, i), sa);
  CHECK(out(packets.view_with_handles()) == 30);
  CHECK(store.entered == 4);
  CHECK(store.most == 1);
  CHECK(store.inside == 0);
  CHECK_FALSE(store.asked_outside);
}

TEST_CASE("lane: nothing of one batch is left for the next [class 46]") {
  both_ways<gateway> r;
  const auto sa = r.add({});
  train<flat_packet> good;
  for (std::size_t i = 0; i < 8; ++i) good.add(udp_packet(family::ipv4, i), sa);
  r.send(good);
  CHECK(good.survivors == 8);
  train<flat_packet> without;  // no handles at all
  for (std::size_t i = 0; i < 8; ++i) without.add(udp_packet(family::ipv4, i));
  without.survivors = r.path.outbound(without.view());
  CHECK(without.survivors == 0);
  CHECK(without.count(verdict::no_sa) == 8);
  CHECK(r.sending.at(sa)->sequence().used() == 8);
  train<flat_packet> damaged;
  for (std::size_t i = 0; i < 8; ++i) damaged.add(bytes(i, octet{0x45}), sa);
  r.send(damaged);
  CHECK(damaged.survivors == 0);
  CHECK(r.sending.at(sa)->sequence().used() == 8);
}
