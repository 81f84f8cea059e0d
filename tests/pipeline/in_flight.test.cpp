#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/pipeline/in_flight.hpp>
#include <esplanade/testing/ciphers.hpp>

#include <numeric>

using namespace support;
using testing::mixing_crypto;

namespace {

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr std::size_t burst = 4;
  using replay = window<64>;
};

// Gives jobs back in an order that the test chooses: `order[k]` is the place, among those submitted so far, of the k-th
// job that comes back.
struct ordered_crypto : testing::detail::wrapping_crypto<mixing_crypto> {
  static constexpr provider_abilities abilities{.asynchronous = true};
  struct workspace {
    mixing_crypto::workspace inner{};
  };
  struct entry {
    job* work;
    bool seals;
  };
  std::vector<entry> submitted{};
  std::vector<std::size_t> order{};
  std::size_t back = 0, at_a_time = 1;

  void submit_seal(workspace&, job_list jobs) noexcept {
    for (job* j : jobs) submitted.push_back({j, true});
  }
  void submit_open(workspace&, job_list jobs, on_forged) noexcept {
    for (job* j : jobs) submitted.push_back({j, false});
  }
  std::size_t reap(workspace& w, std::span<job*> out) noexcept {
    std::size_t put = 0;
    for (; put < out.size() && put < at_a_time && back < order.size() && order[back] < submitted.size(); ++back) {
      const entry& e = submitted[order[back]];
      job* one[] = {e.work};
      if (e.seals) inner_.seal(w.inner, one);
      else inner_.open(w.inner, one, on_forged::scrub);
      out[put++] = e.work;
    }
    return put;
  }
  void seal(mixing_crypto::workspace& w, job_list jobs) noexcept { inner_.seal(w, jobs); }
};
static_assert(CryptoProvider<ordered_crypto>);

template <class Crypto> struct receiver {
  using list = decltype(inbound_recipe<gateway>());
  using store_type = flat_sad<inbound_sa<gateway, Crypto>, 4>;
  using lane_type = lane<list, flat_packet, store_type, Crypto>;
  static constexpr no_policy_store nothing{};
  Crypto crypto{};
  store_type store{};
  no_pool none{};
  lane_type in{{store, crypto, nothing, none}};
  inbound_handle sa{};
  receiver() {
    sa_form form;
    sa = store.add(crypto, form.parameters()).value();
  }
};

// What arrives: fresh ones, a copy, a forged one.
std::vector<bytes> arriving(std::uint64_t first) {
  mixing_crypto by_hand;
  std::vector<bytes> all;
  for (const std::uint64_t n : {first, first + 2, first + 1, first + 2, first + 40, first + 3}) all.push_back(tunnelled_packet(by_hand, {}, n, udp_packet(family::ipv4, n % 30)));
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
    receiver<ordered_crypto> r;
    r.crypto.order = order;
    auto flight = std::make_unique<in_flight<decltype(r.in), 3>>(r.in);
    train<flat_packet> packets;
    for (const bytes& w : wire) packets.add(w);
    std::vector<flat_packet*> out(6);
    std::vector<verdict> verdicts(6);
    REQUIRE(flight->submit(packets.view()) == 6);
    CHECK(flight->waiting() == 2);
    std::size_t put = 0;
    for (unsigned i = 0; i < 20 && put < 6; ++i) put += flight->reap({std::span(out).subspan(put), std::span(verdicts).subspan(put), {}});
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

TEST_CASE("in_flight: a burst whose last job is missing holds back those behind it, and nothing else [class 35] [row 72]") {
  receiver<ordered_crypto> r;
  auto flight = std::make_unique<in_flight<decltype(r.in), 2>>(r.in);
  train<flat_packet> packets;
  mixing_crypto by_hand;
  for (std::uint64_t n = 1; n <= 8; ++n) packets.add(tunnelled_packet(by_hand, {}, n, udp_packet(family::ipv4, 20)));
  REQUIRE(flight->submit(packets.view()) == 8);
  CHECK(packets.count(verdict::pending) == 8);
  std::vector<flat_packet*> out(8);
  std::vector<verdict> verdicts(8);
  r.crypto.order = {4, 5, 6, 7, 0, 1, 2};  // all but number 3 of the first burst
  for (unsigned i = 0; i < 20; ++i) CHECK(flight->reap({out, verdicts, {}}) == 0);
  CHECK(r.store.at(r.sa)->window().highest() == 8);  // the second burst is through, although it waits
  CHECK(flight->submit(packets.view()) == 0);       // no context is free
  r.crypto.order.push_back(3);
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
