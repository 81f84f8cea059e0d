#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/pipeline/in_flight.hpp>
#include <esplanade/testing/faults.hpp>
#include <esplanade/testing/lookaside.hpp>

#include <numeric>

using namespace support;
using testing::lookaside;
using testing::mixing_crypto;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr std::size_t burst = 4;
  using replay = window<64>;
};

struct one_by_one : gateway {
  static constexpr std::size_t burst = 1;
};

// Completes the jobs that wait in `order`, which names them by the place at which they were submitted; calls `then` behind each.
template <class Lane, class Then> void complete_in(const std::vector<std::size_t>& order, Lane& lane, Then then) {
  std::vector<std::size_t> left(lane.workspace().waiting());
  std::iota(left.begin(), left.end(), 0);
  for (const std::size_t next : order) {
    const auto at = std::find(left.begin(), left.end(), next);
    lane.shared().crypto.complete(lane.workspace(), static_cast<std::size_t>(at - left.begin()));
    left.erase(at);
    then();
  }
}

template <class Crypto, class Profile = gateway> struct receiver {
  using list = decltype(inbound_recipe<Profile>());
  using store_type = flat_sad<inbound_sa<Profile, Crypto>, 4>;
  using lane_type = lane<list, flat_packet, store_type, Crypto>;
  static constexpr no_policy_store nothing{};
  Crypto crypto{};
  store_type store{};
  no_pool none{};
  lane_type in{{store, crypto, nothing, none}};
  inbound_handle sa{};
  explicit receiver(sa_form form = {}) {
    sa = store.add(crypto, form.parameters()).value();
  }
};

// What arrives: fresh ones, a copy, a forged one.
std::vector<bytes> arriving(std::uint64_t first, const sa_form& form = {}) {
  mixing_crypto by_hand;
  std::vector<bytes> all;
  for (const std::uint64_t n : {first, first + 2, first + 1, first + 2, first + 40, first + 3}) all.push_back(tunnelled_packet(by_hand, form, n, udp_packet(family::ipv4, n % 30)));
  all[2].back() = static_cast<octet>(all[2].back() ^ 1);
  return all;
}

}  // namespace

TEST_CASE("in_flight: every order of six completions gives each packet once, bursts in order, and the set of verdicts of a run at once [class 35] [row 73]") {
  const std::vector<bytes> wire = arriving(100);
  world<gateway, flat_packet, mixing_crypto> at_once;
  at_once.add_receiver({});
  std::vector<verdict> expected;
  for (const bytes& w : wire) expected.push_back(at_once.received(w).first);
  std::sort(expected.begin(), expected.end());

  std::vector<std::size_t> order(6);
  std::iota(order.begin(), order.end(), 0);
  std::size_t orders = 0;
  do {
    receiver<lookaside<mixing_crypto>> r;
    auto flight = std::make_unique<in_flight<decltype(r.in), 3>>(r.in);
    train<flat_packet> packets;
    for (const bytes& w : wire) packets.add(w);
    std::vector<flat_packet*> out(6);
    std::vector<verdict> verdicts(6);
    REQUIRE(flight->submit(packets.view()) == 6);
    CHECK(flight->waiting() == 2);
    std::size_t put = 0;
    complete_in(order, r.in, [&] { put += flight->reap({std::span(out).subspan(put), std::span(verdicts).subspan(put), {}}); });
    REQUIRE(put == 6);
    CHECK(out == packets.in_order);  // two bursts of four and two: in the order in which they went in
    for (std::size_t i = 0; i < 6; ++i) {
      if (verdicts[i] == verdict::forwarded) CHECK(testing::octets_of(*out[i]) == udp_packet(family::ipv4, (i == 0 ? 100u : i == 4 ? 140u : i == 5 ? 103u : 102u) % 30));
      CHECK((i == 2) == (verdicts[i] == verdict::icv_mismatch));
    }
    std::sort(verdicts.begin(), verdicts.end());
    CHECK(verdicts == expected);
    CHECK(flight->waiting() == 0);
    CHECK(r.store.at(r.sa)->window().highest() == 140);
    CHECK(r.in.snapshot().total() == 6);
    ++orders;
  } while (std::next_permutation(order.begin(), order.end()));
  CHECK(orders == 720);
}

TEST_CASE("in_flight: six bursts that complete in every order come out as they went in, or as they were done when `unordered` is named; an ESN moves on once [class 35]") {
  constexpr std::uint64_t first = 0xfffffffd;  // they straddle a subspace
  const sa_form form{.esn = true, .start = first - 5};
  const std::vector<bytes> wire = arriving(first, form);
  std::vector<std::size_t> order(6);
  std::iota(order.begin(), order.end(), 0);
  const auto run = [&]<class Order>(Order) {
    receiver<lookaside<mixing_crypto>, one_by_one> r{form};
    auto flight = std::make_unique<in_flight<decltype(r.in), 6, Order>>(r.in);
    train<flat_packet> packets;
    for (const bytes& w : wire) packets.add(w);
    std::vector<flat_packet*> out(6), expected;
    std::vector<verdict> verdicts(6);
    REQUIRE(flight->submit(packets.view()) == 6);
    std::size_t put = 0;
    std::vector<bool> done(6);
    complete_in(order, r.in, [&, k = std::size_t{0}]() mutable {
      put += flight->reap({std::span(out).subspan(put), std::span(verdicts).subspan(put), {}});
      done[order[k++]] = true;
      const auto in_front = static_cast<std::size_t>(std::find(done.begin(), done.end(), false) - done.begin());
      CHECK(put == (Order::overtakes ? k : in_front));  // nothing is held back longer than the order asks
    });
    REQUIRE(put == 6);
    for (std::size_t k = 0; k < 6; ++k) expected.push_back(packets.in_order[Order::overtakes ? order[k] : k]);
    CHECK(out == expected);
    // Of the two copies the one that is done first is accepted, whatever comes out first.
    const bool copy_first = std::find(order.begin(), order.end(), 3u) < std::find(order.begin(), order.end(), 1u);
    for (std::size_t k = 0; k < 6; ++k) {
      const auto which = static_cast<std::size_t>(std::find(packets.in_order.begin(), packets.in_order.end(), out[k]) - packets.in_order.begin());
      const verdict wanted = which == 2 ? verdict::icv_mismatch : which == (copy_first ? 1u : 3u) ? verdict::replayed : verdict::forwarded;
      CHECK(verdicts[k] == wanted);
    }
    CHECK(r.store.at(r.sa)->window().highest() == first + 40);
    CHECK(flight->waiting() == 0);
  };
  std::size_t orders = 0;
  do {
    run(in_order{});
    run(unordered{});
    ++orders;
  } while (std::next_permutation(order.begin(), order.end()));
  CHECK(orders == 720);
}

TEST_CASE("in_flight: what it sends stands in the order of its SA whatever order seals are done in, unless `unordered` is named [class 21, 35]") {
  std::vector<std::size_t> order(6);
  std::iota(order.begin(), order.end(), 0);
  const auto run = [&]<class Order>(Order) {
    world<one_by_one, flat_packet, lookaside<mixing_crypto>> r;
    const auto sa = r.add_sender({});
    auto& lane = r.path.sending();
    auto flight = std::make_unique<in_flight<std::remove_reference_t<decltype(lane)>, 6, Order>>(lane);
    train<flat_packet> packets;
    for (std::size_t i = 0; i < 6; ++i) packets.add(udp_packet(family::ipv4, i), sa);
    std::vector<flat_packet*> out(6);
    std::vector<verdict> verdicts(6);
    REQUIRE(flight->submit(packets.view_with_handles()) == 6);
    std::size_t put = 0;
    complete_in(order, lane, [&] { put += flight->reap({std::span(out).subspan(put), std::span(verdicts).subspan(put), {}}); });
    REQUIRE(put == 6);
    for (std::size_t k = 0; k < 6; ++k) CHECK(get32(testing::octets_of(*out[k]), 24) == 1 + (Order::overtakes ? order[k] : k));
  };
  do {
    run(in_order{});
    run(unordered{});
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("in_flight: jobs that the device cancels are crypto_failed, whichever they are, and move no window [class 18, 35, 39]") {
  mixing_crypto by_hand;
  for (unsigned cancelled = 0; cancelled < 64; ++cancelled) {
    receiver<lookaside<mixing_crypto>> r;
    auto flight = std::make_unique<in_flight<decltype(r.in), 2>>(r.in);
    train<flat_packet> packets;
    for (std::uint64_t n = 1; n <= 6; ++n) packets.add(tunnelled_packet(by_hand, {}, n, udp_packet(family::ipv4, n)));
    std::vector<flat_packet*> out(6);
    std::vector<verdict> verdicts(6);
    REQUIRE(flight->submit(packets.view()) == 6);
    for (std::size_t i = 0; i < 6; ++i) {
      if ((cancelled >> i & 1) != 0) r.crypto.cancel(r.in.workspace(), 0);
      else r.crypto.complete(r.in.workspace(), 0);
    }
    REQUIRE(flight->reap({out, verdicts, {}}) == 6);
    CHECK(out == packets.in_order);
    std::uint64_t highest = 0;
    for (std::size_t i = 0; i < 6; ++i) {
      const bool lost = (cancelled >> i & 1) != 0;
      CHECK(verdicts[i] == (lost ? verdict::crypto_failed : verdict::forwarded));
      if (!lost) highest = i + 1;
    }
    CHECK(r.store.at(r.sa)->window().highest() == highest);
    // Sent again it is as good as new.
    train<flat_packet> again;
    for (std::uint64_t n = 1; n <= 4; ++n) again.add(tunnelled_packet(by_hand, {}, n, udp_packet(family::ipv4, n)));
    REQUIRE(flight->submit(again.view()) == 4);
    r.crypto.complete_all(r.in.workspace());
    REQUIRE(flight->reap({out, verdicts, {}}) == 4);
    for (std::size_t i = 0; i < 4; ++i) CHECK(verdicts[i] == ((cancelled >> i & 1) != 0 ? verdict::forwarded : verdict::replayed));
  }
}

TEST_CASE("in_flight: a seal that the device cancels never leaves, and its number is spent [class 21, 39, 45]") {
  world<gateway, flat_packet, lookaside<mixing_crypto>> r;
  const auto sa = r.add_sender({});
  auto& lane = r.path.sending();
  auto flight = std::make_unique<in_flight<std::remove_reference_t<decltype(lane)>, 4>>(lane);
  std::vector<flat_packet*> out(4);
  std::vector<verdict> verdicts(4);
  for (std::uint32_t round = 0; round < 3; ++round) {
    train<flat_packet> packets;
    for (std::size_t i = 0; i < 4; ++i) packets.add(udp_packet(family::ipv4, i), sa);
    REQUIRE(flight->submit(packets.view_with_handles()) == 4);
    r.crypto.cancel(lane.workspace(), 1);
    if (round == 2) r.crypto.cancel_all(lane.workspace());
    r.crypto.complete_all(lane.workspace());
    REQUIRE(flight->reap({out, verdicts, {}}) == 4);
    for (std::size_t i = 0; i < 4; ++i) {
      CHECK(verdicts[i] == (i == 1 || round == 2 ? verdict::crypto_failed : verdict::forwarded));
      if (verdicts[i] == verdict::forwarded) CHECK(get32(testing::octets_of(*out[i]), 24) == 4 * round + i + 1);
    }
  }
}

TEST_CASE("in_flight: a burst whose last job is missing holds back those behind it, and nothing else [class 35] [row 72]") {
  receiver<lookaside<mixing_crypto>> r;
  auto flight = std::make_unique<in_flight<decltype(r.in), 2>>(r.in);
  train<flat_packet> packets;
  mixing_crypto by_hand;
  for (std::uint64_t n = 1; n <= 8; ++n) packets.add(tunnelled_packet(by_hand, {}, n, udp_packet(family::ipv4, 20)));
  REQUIRE(flight->submit(packets.view()) == 8);
  CHECK(packets.count(verdict::pending) == 8);
  std::vector<flat_packet*> out(8);
  std::vector<verdict> verdicts(8);
  complete_in({4, 5, 6, 7, 0, 1, 2}, r.in, [&] { CHECK(flight->reap({out, verdicts, {}}) == 0); });  // all but number 3 of the first burst
  CHECK(r.store.at(r.sa)->window().highest() == 8);  // the second burst is through, although it waits
  CHECK(flight->submit(packets.view()) == 0);       // no context is free
  complete_in({0}, r.in, [] {});
  CHECK(flight->reap({std::span(out).first(3), std::span(verdicts).first(3), {}}) == 0);  // a whole burst or nothing
  CHECK(flight->reap({std::span(out).first(4), std::span(verdicts).first(4), {}}) == 4);
  CHECK(flight->reap({std::span(out).subspan(4), std::span(verdicts).subspan(4), {}}) == 4);
  CHECK(out == packets.in_order);
  CHECK(std::count(verdicts.begin(), verdicts.end(), verdict::forwarded) == 8);
}

TEST_CASE("in_flight: more packets than contexts are taken as a prefix, and the rest later [row 72]") {
  receiver<testing::delayed_crypto<mixing_crypto>> r;
  auto flight = std::make_unique<in_flight<decltype(r.in), 3>>(r.in);
  train<flat_packet> packets;
  mixing_crypto by_hand;
  constexpr std::size_t n = 100;
  for (std::uint64_t i = 1; i <= n; ++i) packets.add(tunnelled_packet(by_hand, {}, i, udp_packet(family::ipv4, i % 40)));
  std::vector<flat_packet*> out(n);
  std::vector<verdict> verdicts(n);
  std::size_t gone = 0, back = 0;
  for (unsigned i = 0; i < 10000 && back < n; ++i) {
    gone += flight->submit({std::span(packets.packets).subspan(gone), std::span(packets.verdicts).subspan(gone), {}});
    back += flight->reap({std::span(out).subspan(back), std::span(verdicts).subspan(back), {}});
    CHECK(flight->waiting() <= 3);
  }
  REQUIRE(back == n);
  CHECK(out == packets.in_order);
  CHECK(r.in.snapshot()[verdict::forwarded] == n);
}

TEST_CASE("in_flight: packets that need no provider come back with the next reap, between those that do [class 35]") {
  receiver<testing::delayed_crypto<mixing_crypto>> r;
  auto flight = std::make_unique<in_flight<decltype(r.in), 4>>(r.in);
  train<flat_packet> packets;
  mixing_crypto by_hand;
  for (std::size_t i = 0; i < 4; ++i) packets.add(bytes(20, octet{0x11}));
  for (std::uint64_t i = 1; i <= 4; ++i) packets.add(i % 2 == 0 ? bytes(20, octet{0x11}) : tunnelled_packet(by_hand, {}, i, udp_packet(family::ipv4, 9)));
  REQUIRE(flight->submit(packets.view()) == 8);
  std::vector<flat_packet*> out(8);
  std::vector<verdict> verdicts(8);
  std::size_t put = flight->reap({out, verdicts, {}});
  CHECK(put >= 4);  // the first burst had no job
  for (unsigned i = 0; i < 100 && put < 8; ++i) put += flight->reap({std::span(out).subspan(put), std::span(verdicts).subspan(put), {}});
  CHECK(out == packets.in_order);
  for (std::size_t i = 0; i < 8; ++i) CHECK(verdicts[i] == (i < 4 || i % 2 == 1 ? verdict::not_ip : verdict::forwarded));
}

TEST_CASE("in_flight: an SA that is removed stays whole until its packets are through [class 38] [row 34]") {
  receiver<testing::delayed_crypto<mixing_crypto>> r;
  auto flight = std::make_unique<in_flight<decltype(r.in), 4>>(r.in);
  train<flat_packet> packets;
  mixing_crypto by_hand;
  for (std::uint64_t i = 1; i <= 8; ++i) packets.add(tunnelled_packet(by_hand, {}, i, udp_packet(family::ipv4, 9)));
  REQUIRE(flight->submit(packets.view()) == 8);
  REQUIRE(r.store.remove(r.sa));
  CHECK(r.store.reclaim(r.crypto) == 0);
  std::vector<flat_packet*> out(8);
  std::vector<verdict> verdicts(8);
  std::size_t put = 0;
  for (unsigned i = 0; i < 100 && put < 8; ++i) {
    put += flight->reap({std::span(out).subspan(put), std::span(verdicts).subspan(put), {}});
    if (put < 8) CHECK(r.store.reclaim(r.crypto) == 0);
  }
  CHECK(put == 8);
  for (const verdict v : verdicts) CHECK(v == verdict::forwarded);
  CHECK(r.store.reclaim(r.crypto) == 1);
}

namespace {
// A world of two SAs each way under epoch, and what is on its way through one of its lanes.
template <class Order> struct leaving {
  using crypto_type = lookaside<testing::key_keeper<mixing_crypto>>;
  using world_type = world<gateway, flat_packet, crypto_type, flat_store<4, by_spi, epoch<2>>>;
  using keyed = decltype(std::declval<crypto_type&>().inner());
  world_type w{};
  sa_form forms[2]{{.spi = 0x1001, .which = 1}, {.spi = 0x1002, .which = 2}};

  template <class Lane, class Add> void check(Lane& lane, auto& store, auto& gone, auto& stays, Add add) {
    auto flight = std::make_unique<in_flight<Lane, 4, Order>>(lane);
    membership_of<std::remove_reference_t<decltype(store)>> idle{store};
    const std::size_t keys = w.crypto.inner().keys();
    train<flat_packet> before, behind;
    for (std::uint64_t n = 1; n <= 8; ++n) add(before, n, n % 2);  // two bursts with packets of both SAs
    const auto submit = [&flight](train<flat_packet>& t) { return flight->submit(t.view_with_handles()); };
    REQUIRE(submit(before) == 8);
    REQUIRE(store.remove(gone));
    CHECK(store.at(gone) == nullptr);
    CHECK(store.reclaim(w.crypto) == 0);
    for (std::uint64_t n = 9; n <= 12; ++n) add(behind, n, n % 2);
    REQUIRE(submit(behind) == 4);
    CHECK(w.crypto.inner().keys() == keys);

    // What was found before the removal is carried through, and its SA stays until all of it is.
    std::vector<flat_packet*> out(12);
    std::vector<verdict> verdicts(12);
    std::size_t put = 0;
    const auto reap = [&] { put += flight->reap({std::span(out).subspan(put), std::span(verdicts).subspan(put), {}}); };
    for (std::size_t k = 0; k < 4; ++k) {
      w.crypto.complete(lane.workspace(), Order::overtakes ? 4 : 0);
      reap();
      CHECK(store.reclaim(w.crypto) == 0);
    }
    CHECK(put == 4);
    for (std::size_t k = 0; k < 4; ++k) {
      CHECK(store.reclaim(w.crypto) == 0);
      w.crypto.complete(lane.workspace(), 0);
      reap();
    }
    CHECK(put == 8);
    for (std::size_t k = 0; k < 8; ++k) CHECK(verdicts[k] == verdict::forwarded);
    CHECK(store.reclaim(w.crypto) == 1);  // although a later burst is still on its way
    CHECK(w.crypto.inner().keys() == keys - 1);
    w.crypto.complete_all(lane.workspace());
    reap();
    REQUIRE(put == 12);
    for (std::size_t k = 8; k < 12; ++k) CHECK((verdicts[k] == verdict::forwarded) == (verdicts[k] != verdict::no_sa));
    CHECK(std::count(verdicts.begin(), verdicts.end(), verdict::no_sa) == 2);
    CHECK(store.at(stays) != nullptr);
    CHECK(w.crypto.inner().misuses() == 0);
  }
  void received() {
    auto gone = w.add_receiver(forms[1]), stays = w.add_receiver(forms[0]);
    mixing_crypto by_hand;
    check(w.path.receiving(), w.receiving, gone, stays, [&](auto& t, std::uint64_t n, std::uint64_t which) { t.add(tunnelled_packet(by_hand, forms[which], n, udp_packet(family::ipv4, 9))); });
  }
  void sent() {
    auto gone = w.add_sender(forms[1]), stays = w.add_sender(forms[0]);
    check(w.path.sending(), w.sending, gone, stays, [&](auto& t, std::uint64_t n, std::uint64_t which) { t.add(udp_packet(family::ipv4, n), which == 1 ? gone : stays); });
  }
};
}  // namespace

TEST_CASE("in_flight: under epoch an SA removed with packets at the device outlives these packets and no later ones, both ways [class 38]") {
  std::make_unique<leaving<in_order>>()->received();
  std::make_unique<leaving<in_order>>()->sent();
  std::make_unique<leaving<unordered>>()->received();
  std::make_unique<leaving<unordered>>()->sent();
}

TEST_CASE("in_flight: sends in the order of its SAs, with handles that the caller need not keep [class 21, 35] [row 73]") {
  using crypto_type = testing::delayed_crypto<mixing_crypto>;
  world<gateway, flat_packet, crypto_type> r;
  const auto sa = r.add_sender({});
  auto flight = std::make_unique<in_flight<std::remove_reference_t<decltype(r.path.sending())>, 8>>(r.path.sending());
  train<flat_packet> packets;
  for (std::size_t i = 0; i < 30; ++i) packets.add(udp_packet(family::ipv4, i), sa);
  REQUIRE(flight->submit(packets.view_with_handles()) == 30);
  std::fill(packets.handles.begin(), packets.handles.end(), outbound_handle{});
  std::vector<flat_packet*> out(30);
  std::vector<verdict> verdicts(30);
  std::size_t put = 0;
  for (unsigned i = 0; i < 1000 && put < 30; ++i) put += flight->reap({std::span(out).subspan(put), std::span(verdicts).subspan(put), {}});
  REQUIRE(put == 30);
  mixing_crypto by_hand;
  for (std::size_t i = 0; i < 30; ++i) {
    CHECK(verdicts[i] == verdict::forwarded);
    const bytes wire = testing::octets_of(*out[i]);
    CHECK(bytes(wire.begin() + 20, wire.end()) == sealed_esp(by_hand, {}, i + 1, esp_text(udp_packet(family::ipv4, i), 4)));
  }
}
