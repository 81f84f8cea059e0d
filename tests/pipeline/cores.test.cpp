// One SA in both directions on two datapaths, first in turns and then on two threads. Made for ThreadSanitizer too.
#include "support/only_one.hpp"
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/sa/sequence_atomic.hpp>
#include <esplanade/sa/sequence_block.hpp>
#include <esplanade/sa/shared_window.hpp>

#include <map>
#include <random>
#include <set>
#include <thread>

using namespace support;

namespace {

template <class Sequence> struct two_lanes : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr std::size_t lanes = 2;
  using sequence = Sequence;
  using replay = shared_window<1024>;
};
using counting = two_lanes<atomic_sequence>;
using in_blocks = two_lanes<reserved_block<16, 256, 1024>>;

struct only_one {
  template <class Sa> using inbound = only_inbound<Sa>;
  template <class Sa> using outbound = only_outbound<Sa>;
};

// Both ends of an SA and two datapaths that work on it.
template <class Profile> struct ends {
  using path = datapath<Profile, flat_packet, only_one, null_crypto>;
  null_crypto crypto{};
  typename path::inbound_store receiving{};
  typename path::outbound_store sending{};
  path first{{.inbound = receiving, .outbound = sending, .crypto = crypto, .number = 0}};
  path second{{.inbound = receiving, .outbound = sending, .crypto = crypto, .number = 1}};

  explicit ends(sa_form form) {
    REQUIRE(receiving.only.install(crypto, form.parameters()));
    REQUIRE(sending.only.install(crypto, form.parameters()));
  }
  path& of(std::size_t lane) { return lane == 0 ? first : second; }
};

std::uint64_t number_of(const bytes& wire) { return std::uint64_t{get32(wire, 28)} << 32 | get32(wire, 32); }  // the counter IV
const outbound_handle the_one{0, 1};

template <class Profile> void goes_round_in_turns() {
  auto both = std::make_unique<ends<Profile>>(sa_form{.esn = true, .start = 0xffffff80});
  std::set<std::uint64_t> numbers;
  std::vector<bytes> wires;
  std::mt19937_64 roll{3};
  for (std::size_t batch = 0; batch < 40; ++batch) {
    train<flat_packet> packets;
    for (std::size_t i = 0; i < 1 + roll() % 40; ++i) packets.add(udp_packet(family::ipv4, 8 + i), the_one);
    packets.survivors = both->of(batch % 2).outbound(packets.view_with_handles());
    CHECK(packets.survivors == packets.packets.size());
    for (std::size_t i = 0; i < packets.packets.size(); ++i) {
      wires.push_back(packets.octets(i));
      CHECK(numbers.insert(number_of(wires.back())).second);
    }
    // What one lane sent the other receives, and both again.
    train<flat_packet> once, again;
    for (std::size_t i = wires.size() - packets.packets.size(); i < wires.size(); ++i) once.add(wires[i]), again.add(wires[i]);
    CHECK(both->of((batch / 2) % 2).inbound(once.view()) == once.packets.size());
    for (std::size_t i = 0; i < once.packets.size(); ++i) CHECK(once.octets(i) == udp_packet(family::ipv4, 8 + i));
    CHECK(both->of((batch / 2 + 1) % 2).inbound(again.view()) == 0);
    CHECK(again.count(verdict::replayed) == again.packets.size());
  }
  const auto& in = both->receiving.only;
  CHECK(in.traffic().packets.get() == wires.size());
  CHECK(both->receiving.only.traffic(0).packets.get() + both->receiving.only.traffic(1).packets.get() == wires.size());
  CHECK(both->receiving.only.traffic(0).packets.get() != 0);
  CHECK(both->receiving.only.traffic(1).packets.get() != 0);
  CHECK(both->sending.only.traffic().packets.get() == wires.size());
  CHECK(in.drops().replayed.get() == wires.size());
  CHECK(both->first.inbound_counters()[verdict::replayed] + both->second.inbound_counters()[verdict::replayed] == wires.size());
}

template <class Profile> void goes_round_on_two_threads() {
  constexpr std::size_t batches = 40, burst = 32;
  auto both = std::make_unique<ends<Profile>>(sa_form{.esn = true, .start = 0xfffffc00});
  std::vector<bytes> sent[2];
  const auto on_both = [](auto work) {
    std::thread other([&] { work(std::size_t{1}); });
    work(std::size_t{0});
    other.join();
  };
  on_both([&](std::size_t lane) {
    for (std::size_t batch = 0; batch < batches; ++batch) {
      train<flat_packet> packets;
      for (std::size_t i = 0; i < burst; ++i) packets.add(udp_packet(family::ipv4, 8 + i), the_one);
      packets.survivors = both->of(lane).outbound(packets.view_with_handles());
      for (std::size_t i = 0; i < packets.survivors; ++i) sent[lane].push_back(packets.octets(i));
    }
  });
  std::map<std::uint64_t, bytes> by_number;
  for (const auto& one : sent)
    for (const bytes& wire : one) by_number.emplace(number_of(wire), wire);
  CHECK(by_number.size() == 2 * batches * burst);  // none twice

  // Every packet is offered to both lanes at a time, in the order of the numbers.
  std::vector<bytes> all;
  for (const auto& [number, wire] : by_number) all.push_back(wire);
  std::size_t delivered[2]{}, replayed[2]{}, lost[2]{};
  atomic_word<std::uint32_t> turn[2];
  on_both([&](std::size_t lane) {
    for (std::size_t at = 0; at < all.size(); at += burst) {
      turn[lane].store(static_cast<std::uint32_t>(at), order::release);  // neither leaves the other a window behind
      while (turn[1 - lane].load(order::acquire) + 8 * burst < at) std::this_thread::yield();
      train<flat_packet> packets;
      for (std::size_t i = at; i < at + burst; ++i) packets.add(all[i]);
      delivered[lane] += both->of(lane).inbound(packets.view());
      replayed[lane] += packets.count(verdict::replayed);
      lost[lane] += burst - packets.count(verdict::forwarded) - packets.count(verdict::replayed);
    }
    turn[lane].store(0xffffffff - 8 * burst, order::release);
  });
  CHECK(delivered[0] + delivered[1] == all.size());
  CHECK(replayed[0] + replayed[1] == all.size());
  CHECK(lost[0] + lost[1] == 0);
  CHECK(both->receiving.only.traffic().packets.get() == all.size());
  CHECK(both->receiving.only.drops().replayed.get() == all.size());
}

}  // namespace

TEST_CASE("datapath: two lanes send and receive on one SA in turns; no number twice, no replay accepted, counters add up [class 21, 34, 46]") {
  goes_round_in_turns<counting>();
  goes_round_in_turns<in_blocks>();
}

TEST_CASE("datapath: two lanes send and receive on one SA at once; no number twice, and of two copies one is delivered [class 21, 34]") {
  goes_round_on_two_threads<counting>();
  goes_round_on_two_threads<in_blocks>();
}

TEST_CASE("datapath: lanes whose SA has no number left send nothing, however often they try [class 22]") {
  auto both = std::make_unique<ends<in_blocks>>(sa_form{.esn = true, .start = sequence_last_64 - 20});
  std::size_t sent = 0;
  for (std::size_t attempt = 0; attempt < 200; ++attempt) {
    train<flat_packet> packets;
    for (std::size_t i = 0; i < 3; ++i) packets.add(udp_packet(family::ipv4, 20), the_one);
    sent += both->of(attempt % 2).outbound(packets.view_with_handles());
    CHECK(packets.count(verdict::sequence_exhausted) + packets.count(verdict::forwarded) == 3);
  }
  CHECK(sent == 20);
  CHECK(both->sending.only.numbers_left() == 0);
  CHECK(both->sending.only.drops().sequence_exhausted.get() == 580);
}

TEST_CASE("datapath: both its lanes have its number") {
  auto both = std::make_unique<ends<counting>>(sa_form{});
  CHECK(both->first.sending().shared().number == 0);
  CHECK(both->second.sending().shared().number == 1);
  CHECK(both->second.receiving().shared().number == 1);
}
