// Lists with more than our own stages, and with more than one SA.
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/stages.hpp>

using namespace support;
using testing::merge_payloads;
using testing::mixing_crypto;
using testing::note;
using testing::refuse_port;
using testing::split_payload;
using testing::trace;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
};

// One lane over stores of its own.
template <class List, class P = flat_packet, class Pool = no_pool> struct rig {
  using crypto_type = mixing_crypto;
  static constexpr bool inbound = List::kind == list_kind::inbound;
  using profile = typename List::profile;
  using store_type = std::conditional_t<inbound, flat_sad<inbound_sa<profile, crypto_type>, 8>, slot_table<outbound_sa<profile, crypto_type>, 8>>;
  using lane_type = lane<List, P, store_type, crypto_type, linear_policy<4>, Pool>;

  crypto_type crypto{};
  store_type store{};
  linear_policy<4> policy{};
  Pool& pool;
  lane_type run;
  rig(Pool& from, List list) : pool(from), run({store, crypto, policy, pool}, list) {}

  auto add(sa_form form) { return store.add(crypto, form.parameters()).value(); }
};

template <class List> auto& nothing_to_take(const List&) {
  static no_pool none;
  return none;
}

}  // namespace

TEST_CASE("note: shows who ran on which packet, and that a refused packet goes no further") {
  trace seen;
  rig sender(nothing_to_take(0), outbound<gateway>(note<"first">{&seen}, refuse_port{23}, note<"allowed">{&seen}, select_sa_by_handle,
                                                  assign_sequence, write_trailer, esp_seal, note<"sealed">{&seen}, write_outer_header));
  const auto sa = sender.add({});
  train<flat_packet> packets;
  packets.add(make_ip({.payload = udp(4000, 53, 20)}), sa);
  packets.add(make_ip({.payload = udp(4000, 23, 20)}), sa);
  packets.add(make_ip({.payload = udp(4000, 53, 20)}), sa);
  CHECK(sender.run(packets.view_with_handles()) == 2);
  CHECK(packets.of(0) == verdict::forwarded);
  CHECK(packets.of(1) == verdict::user_0);
  CHECK(packets.of(2) == verdict::forwarded);
  CHECK(sender.run.snapshot()[verdict::user_0] == 1);
  CHECK(seen.of(packets.in_order[0]) == "first allowed sealed");
  CHECK(seen.of(packets.in_order[1]) == "first");
  CHECK(seen.of(packets.in_order[2]) == "first allowed sealed");
  // Neighbouring stages share one loop: a packet passes all of them before the next one enters.
  REQUIRE(seen.entries.size() == 7);
  CHECK(seen.entries[1].stage == std::string("allowed"));
  CHECK(seen.entries[2].packet == packets.in_order[1]);
}

TEST_CASE("split_payload: what leaves as several datagrams arrives, and merge_payloads makes the first of it again") {
  testing::fixed_pool<flat_packet, 6> pool(128, 512);
  rig sender(pool, outbound<gateway>(split_payload<64>{}, select_sa_by_handle, assign_sequence, write_trailer, esp_seal, write_outer_header));
  const auto sa = sender.add({});
  train<flat_packet> packets;
  const bytes large = make_ip({.protocol = 200, .payload = counted(200), .identification = 1});
  const bytes small = make_ip({.protocol = 200, .payload = counted(64), .identification = 2});
  packets.add(large, sa);
  packets.add(small, sa);
  std::vector<flat_packet*> out(8);
  std::vector<verdict> verdicts(8);
  const auto sent = sender.run(packets.view_with_handles(), {out, verdicts, {}});
  CHECK(sent.packets == 5);
  REQUIRE(sent.survivors == 5);
  CHECK(sender.run.snapshot()[verdict::forwarded] == 5);
  CHECK(sender.store.at(sa)->traffic().packets.get() == 5);
  CHECK(pool.level() == 3);
  for (std::size_t i = 0; i < 5; ++i) CHECK(wrong_in_ip(testing::octets_of(*out[i])) == "");

  SUBCASE("as several") {
    no_pool none;
    rig receiver(none, inbound<gateway>(find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors));
    receiver.add({});
    CHECK(receiver.run({std::span(out).first(5), verdicts, {}}) == 5);
    CHECK(testing::octets_of(*out[0]).size() == 84);
    CHECK(testing::octets_of(*out[4]).size() == 28);
    for (std::size_t i = 0; i < 5; ++i) CHECK(wrong_in_ip(testing::octets_of(*out[i])) == "");
  }
  SUBCASE("as one") {
    no_pool none;
    rig receiver(none, inbound<gateway>(find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors, merge_payloads{}));
    const auto to = receiver.add({});
    std::vector<flat_packet*> again(8);
    const auto received = receiver.run({std::span(out).first(5), std::span(verdicts).first(5), {}}, {again, verdicts, {}});
    CHECK(received.packets == 5);
    REQUIRE(received.survivors == 2);
    CHECK(testing::octets_of(*again[0]) == large);
    CHECK(testing::octets_of(*again[1]) == small);
    for (std::size_t i = 2; i < 5; ++i) CHECK(verdicts[i] == verdict::absorbed);
    CHECK(receiver.run.snapshot()[verdict::absorbed] == 3);
    CHECK(receiver.store.at(to)->traffic().packets.get() == 2);
  }
  for (std::size_t i = 0; i < 5; ++i)
    if (out[i] != packets.in_order[0] && out[i] != packets.in_order[1]) pool.give(out[i]);
  CHECK(pool.level() == 6);
  CHECK(pool.misuses() == 0);
}

TEST_CASE("split_payload: pieces of a packet without a handle have none either") {
  testing::fixed_pool<flat_packet, 6> pool(128, 512);
  rig sender(pool, outbound<gateway>(split_payload<64>{}, select_sa_by_handle, assign_sequence, write_trailer, esp_seal, write_outer_header));
  sender.add({});
  train<flat_packet> packets;
  packets.add(make_ip({.protocol = 200, .payload = counted(200)}));
  std::vector<flat_packet*> out(4);
  std::vector<verdict> verdicts(4);
  const auto sent = sender.run(packets.view(), {out, verdicts, {}});
  CHECK(sent.packets == 4);
  CHECK(sent.survivors == 0);
  for (const verdict v : verdicts) CHECK(v == verdict::no_sa);
}

namespace {
struct counts_broken {
  static constexpr bool compares = true;
  static inline int times = 0;
  static void broken(const char*) noexcept { ++times; }
};
struct careful : gateway {
  using checks = counts_broken;
};
}  // namespace

TEST_CASE("lane: of a list that makes more than `out` holds nothing is written behind its end, and the profile's checks hear of it") {
  testing::fixed_pool<flat_packet, 3> pool(128, 512);
  rig sender(pool, outbound<careful>(split_payload<64>{}, select_sa_by_handle, assign_sequence, write_trailer, esp_seal, write_outer_header));
  const auto sa = sender.add({});
  train<flat_packet> packets;
  packets.add(make_ip({.protocol = 200, .payload = counted(200)}), sa);
  std::vector<flat_packet*> out(3);
  std::vector<verdict> verdicts(3);
  CHECK(sender.run(packets.view_with_handles(), {out, verdicts, {}}).packets == 3);
  CHECK(counts_broken::times == 1);
}

TEST_CASE("split_payload: an empty pool is a verdict, and what was taken is given back [class 39]") {
  for (std::size_t left = 0; left <= 3; ++left) {
    testing::fixed_pool<flat_packet, 3> pool(128, 512);
    std::vector<flat_packet*> held;
    while (pool.level() != left) held.push_back(pool.take());
    rig sender(pool, outbound<gateway>(split_payload<64>{}, select_sa_by_handle, assign_sequence, write_trailer, esp_seal, write_outer_header));
    const auto sa = sender.add({});
    train<flat_packet> packets;
    packets.add(make_ip({.protocol = 200, .payload = counted(200)}), sa);
    std::vector<flat_packet*> out(4);
    std::vector<verdict> verdicts(4);
    const auto sent = sender.run(packets.view_with_handles(), {out, verdicts, {}});
    CAPTURE(left);
    CHECK(sent.packets == (left == 3 ? 4 : 1));
    CHECK(verdicts[0] == (left == 3 ? verdict::forwarded : verdict::no_packet));
    CHECK(pool.level() == (left == 3 ? 0 : left));
    CHECK(sender.store.at(sa)->sequence().used() == (left == 3 ? 4 : 0));
    for (std::size_t i = 0; i < sent.packets; ++i)
      if (out[i] != packets.in_order[0]) pool.give(out[i]);
    for (flat_packet* p : held) pool.give(p);
    CHECK(pool.level() == 3);
    CHECK(pool.misuses() == 0);
  }
}

namespace {

struct wide : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr std::size_t burst = 256;
};

// One to many: a copy of every packet, as a network that duplicates makes it.
struct double_packets {
  static constexpr const char* name = "double_packets";
  static constexpr fact needs = fact::none, gives = fact::none;
  static constexpr esplanade::arity arity = esplanade::arity::split;
  static constexpr std::size_t fan_out = 2;
  template <class Context> void operator()(Context& c) const noexcept {
    for (std::size_t i = 0, arrived = c.count; i < arrived; ++i) {
      auto* copy = c.lane->pool.take();
      const std::size_t size = c.state[i].length;
      if (copy == nullptr || !esplanade::detail::extend_by(*copy, size)) {
        c.verdicts[i] = verdict::no_packet;
        continue;
      }
      copy_between(*copy, 0, c.packet(i), 0, size);
      if (!c.add(copy, i)) c.verdicts[i] = verdict::withheld;
    }
  }
};

}  // namespace

TEST_CASE("lane: more packets than a store is asked for at a time [class 34, 46]") {
  constexpr std::size_t n = 256;
  no_pool none;
  rig sender(none, outbound<wide>(select_sa_by_handle, assign_sequence, write_trailer, esp_seal, write_outer_header));
  testing::fixed_pool<flat_packet, n> pool(0, 200);
  rig receiver(pool, inbound<wide>(double_packets{}, find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors));
  const auto sa = sender.add({});
  receiver.add({});
  train<flat_packet> packets;
  for (std::size_t i = 0; i < n; ++i) packets.add(udp_packet(family::ipv4, i % 90), sa);
  REQUIRE(sender.run(packets.view_with_handles()) == n);
  std::vector<flat_packet*> out(2 * n);
  std::vector<verdict> verdicts(2 * n);
  const auto received = receiver.run(packets.view(), {out, verdicts, {}});
  CHECK(received.packets == 2 * n);
  CHECK(received.survivors == n);
  CHECK(receiver.run.snapshot()[verdict::replayed] == n);
  CHECK(receiver.run.snapshot()[verdict::no_sa] == 0);
}
