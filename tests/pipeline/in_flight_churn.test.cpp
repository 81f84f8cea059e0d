// SAs come and go while packets of theirs are at a lookaside device, in both directions, on two lanes whose devices finish and
// cancel jobs in any order. What was submitted under an SA is carried through under it; what comes later does not find it.
#include "pipeline/churned.hpp"
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/pipeline/in_flight.hpp>
#include <esplanade/sa/growing_store.hpp>
#include <esplanade/sa/sequence_atomic.hpp>
#include <esplanade/sa/shared_window.hpp>
#include <esplanade/testing/faults.hpp>
#include <esplanade/testing/lookaside.hpp>

#include <atomic>
#include <cstdlib>
#include <thread>

using namespace support;

namespace in_flight_churn_test {  // named: clang 14 calls members of unnamed namespaces unused

constexpr std::size_t lanes = 2, spis = 6, burst = 8, bursts = 4, parcels = 2 * burst * bursts;
constexpr std::uint32_t first_spi = 0x01001000;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr std::size_t lanes = in_flight_churn_test::lanes;
  static constexpr std::size_t burst = in_flight_churn_test::burst;
  using sequence = atomic_sequence;
  using replay = shared_window<65536>;  // a packet is never too old for having waited
};
using crypto_type = testing::lookaside<testing::key_keeper<testing::mixing_crypto>>;

// A packet and what is known of it since it was submitted.
struct parcel : versioned_packet {
  std::uint64_t before = 0;             // what was known of its SA before it was submitted
  bool must = false, must_not = false;  // be carried through

  void fill(std::size_t to, std::uint64_t known) {
    before = known;
    versioned_packet::fill(to, life{known}.version);
  }
};

template <class Store, class Order> struct storm {
  using path_type = datapath<gateway, flat_packet, Store, crypto_type>;

  crypto_type crypto{};
  typename path_type::inbound_store receiving{};
  typename path_type::outbound_store sending{};
  std::atomic<std::uint64_t> state[spis]{}, handle[spis]{}, batches[lanes]{};
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> passed{0}, found_gone{0}, cancelled{0}, failed{0};
  std::atomic<unsigned> lost{0}, accepted{0}, wrong_inside{0}, wrong_verdict{0};

  // One way of a lane: what is submitted, and what is known of it.
  template <class Lane> struct way {
    Lane& lane;
    std::unique_ptr<in_flight<Lane, bursts, Order>> flight = std::make_unique<in_flight<Lane, bursts, Order>>(lane);

    // What is known of each packet's SA before, and stands behind the call that finds it, was so all the while.
    template <class State> void submit(std::vector<parcel*>& some, const State& known, const std::vector<outbound_handle>& handles) {
      if (some.empty()) return;
      std::vector<flat_packet*> packets;
      std::vector<verdict> verdicts(some.size());
      for (parcel* p : some) packets.push_back(&*p->packet);
      const std::size_t taken = flight->submit({packets, verdicts, std::span(handles)});
      for (std::size_t i = 0; i < taken; ++i) {
        const std::uint64_t now = known[some[i]->which].load(std::memory_order_acquire);
        const life was{some[i]->before};
        some[i]->must = now == some[i]->before && was.is == phase::live && was.version == some[i]->version;
        // Received: no key comes back. Sent: the handle may have been the next one's already.
        constexpr bool received = Lane::list_type::kind == list_kind::inbound;
        some[i]->must_not = was.version > some[i]->version || (was.is == phase::gone && (received || now == some[i]->before));
      }
      some.erase(some.begin(), some.begin() + static_cast<std::ptrdiff_t>(taken));
    }
    // Lets the device do something, and calls each(packet, verdict) for what is through.
    template <class Each> void turn(storm& of, testing::seeded& numbers, Each each) {
      auto& w = lane.workspace();
      for (std::uint64_t n = numbers.below(2 * burst); n != 0 && w.waiting() != 0; --n) {
        const auto at = static_cast<std::size_t>(numbers.below(w.waiting()));
        if (numbers.below(40) != 0) {
          of.crypto.complete(w, at);
        } else {
          of.crypto.cancel(w, at);
          ++of.cancelled;
        }
      }
      flat_packet* out[parcels];
      verdict verdicts[parcels];
      const std::size_t n = flight->reap({out, verdicts, {}});
      for (std::size_t i = 0; i < n; ++i) each(out[i], verdicts[i]);
    }
  };

  void judge(const parcel& p, verdict v) {
    if (v == verdict::forwarded && p.must_not) ++accepted;
    if (v == verdict::crypto_failed) ++failed;
    else if (p.must && v != verdict::forwarded) ++lost;
    if (v == verdict::no_sa) ++found_gone;
  }
  void carry(path_type& path, std::size_t number) {
    testing::seeded numbers{number + 1};
    std::vector<parcel> memory(parcels);
    std::vector<parcel*> free, to_open;
    for (parcel& p : memory) free.push_back(&p);
    way<std::remove_reference_t<decltype(path.sending())>> out{path.sending()};
    way<std::remove_reference_t<decltype(path.receiving())>> in{path.receiving()};
    const auto of = [&memory](const flat_packet* packet) -> parcel& {
      for (parcel& p : memory)
        if (p.packet && &*p.packet == packet) return p;
      return memory[0];
    };
    while (!stop.load() || free.size() != parcels) {
      ++batches[number];
      if (!stop.load() && numbers.below(3) != 0) {
        std::vector<parcel*> sealing;
        std::vector<outbound_handle> handles;
        for (std::uint64_t n = numbers.below(burst) + 1; n != 0 && !free.empty(); --n) {
          const std::size_t which = numbers.below(spis);
          const std::uint64_t known = state[which].load(std::memory_order_acquire);  // and only then its handle
          const std::uint64_t h = handle[which].load(std::memory_order_acquire);
          handles.push_back({static_cast<std::uint32_t>(h), static_cast<std::uint32_t>(h >> 32)});
          free.back()->fill(which, known);
          sealing.push_back(free.back());
          free.pop_back();
        }
        out.submit(sealing, state, handles);
        free.insert(free.end(), sealing.begin(), sealing.end());
      }
      out.turn(*this, numbers, [&](flat_packet* packet, verdict v) {
        parcel& p = of(packet);
        judge(p, v);
        if (v != verdict::forwarded && v != verdict::no_sa && v != verdict::crypto_failed) ++wrong_verdict;
        // Which key it was sealed under is certain only when its SA did not change meanwhile.
        (v == verdict::forwarded && p.must ? to_open : free).push_back(&p);
      });
      for (parcel* p : to_open) p->before = state[p->which].load(std::memory_order_acquire);
      in.submit(to_open, state, {});
      in.turn(*this, numbers, [&](flat_packet* packet, verdict v) {
        parcel& p = of(packet);
        judge(p, v);
        if (v == verdict::forwarded) {
          ++passed;
          if (!p.came_back()) ++wrong_inside;
        } else if (v != verdict::no_sa && v != verdict::crypto_failed && v != verdict::icv_mismatch && v != verdict::replayed) {
          ++wrong_verdict;  // replayed: its number was there already under the next key, and that is looked at first
        }
        free.push_back(&p);
      });
    }
  }

  void run(std::uint64_t changes) {
    path_type paths[lanes] = {path_type{{.inbound = receiving, .outbound = sending, .crypto = crypto, .number = 0}},
                              path_type{{.inbound = receiving, .outbound = sending, .crypto = crypto, .number = 1}}};
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < lanes; ++t) threads.emplace_back([&, t] { carry(paths[t], t); });
    inbound_handle in[spis];
    outbound_handle out[spis];
    std::uint64_t version[spis]{}, removed = 0, reclaimed = 0;
    bool never_reclaimed = false;
    testing::seeded numbers{99};
    const auto reclaim = [&] { reclaimed += receiving.reclaim(crypto, 2) + sending.reclaim(crypto, 2); };
    const auto added = [&](auto& store, const sa_parameters& p) {
      std::uint64_t begun[lanes];
      for (std::size_t t = 0; t < lanes; ++t) begun[t] = batches[t].load();
      for (;;) {
        bool long_ago = true;  // no lane has anything left of what it had
        for (std::size_t t = 0; t < lanes; ++t) long_ago = long_ago && batches[t].load() - begun[t] > 5000;
        reclaim();
        auto made = store.add(crypto, p);
        if (made) return *made;
        never_reclaimed = never_reclaimed || long_ago;
        if (never_reclaimed) return std::remove_cvref_t<decltype(*made)>{};
        std::this_thread::yield();
      }
    };
    for (std::uint64_t change = 0; !never_reclaimed && (change < changes || passed.load() < changes || found_gone.load() == 0 || cancelled.load() == 0) && change < 1000 * changes; ++change) {
      const std::size_t which = numbers.below(spis);
      const std::uint64_t v = version[which];
      if (life{state[which].load()}.is == phase::live) {
        state[which].store(life::word(v, phase::changing), std::memory_order_release);
        if (!sending.remove(out[which]) || !receiving.remove(in[which])) ++wrong_verdict;
        state[which].store(life::word(v, phase::gone), std::memory_order_release);
        removed += 2;
      } else {
        bytes key, salt = salt_of(gcm128::sizes);
        for (std::uint64_t word : {std::uint64_t{which}, v + 1})
          for (int i = 0; i < 8; ++i, word >>= 8) key.push_back(static_cast<octet>(word));
        sa_parameters p{.spi = first_spi + static_cast<std::uint32_t>(which), .suite = gcm128::sizes, .key = key, .salt = salt};
        p.source = outside_v4(1);
        p.destination = outside_v4(11);
        version[which] = v + 1;
        state[which].store(life::word(v + 1, phase::changing), std::memory_order_release);
        in[which] = added(receiving, p);
        out[which] = added(sending, p);
        handle[which].store(std::uint64_t{out[which].generation} << 32 | out[which].slot, std::memory_order_release);
        state[which].store(life::word(v + 1, phase::live), std::memory_order_release);
      }
      if (numbers.below(3) == 0) reclaim();
      if (numbers.below(2) == 0) std::this_thread::yield();
    }
    stop = true;
    for (std::thread& t : threads) t.join();
    REQUIRE_MESSAGE(!never_reclaimed, "removed SAs are not reclaimed although every lane has gone on");
    CHECK_MESSAGE(lost.load() == 0, "a packet that had found its SA was not carried through under it");
    CHECK_MESSAGE(accepted.load() == 0, "a packet was carried through under an SA that had been removed before");
    CHECK_MESSAGE(wrong_inside.load() == 0, "a packet was opened by an SA that it was not sealed for");
    CHECK_MESSAGE(failed.load() == cancelled.load(), "a job was worked on without its key");
    CHECK(wrong_verdict.load() == 0);
    CHECK(passed.load() >= changes);
    CHECK(found_gone.load() > 0);
    CHECK(cancelled.load() > 0);
    CHECK(reclaimed > removed / 2);  // while packets were on their way
    reclaimed += receiving.reclaim(crypto) + sending.reclaim(crypto);
    CHECK(reclaimed == removed);
    CHECK(crypto.inner().keys() == receiving.size() + sending.size());
    CHECK(crypto.inner().misuses() == 0);
  }
};

std::uint64_t changes() {
  const char* const asked = std::getenv("ESPLANADE_CHURN");
  return asked == nullptr ? 600 : std::strtoull(asked, nullptr, 10) / 2;
}

}  // namespace in_flight_churn_test
using namespace in_flight_churn_test;

TEST_CASE_TEMPLATE("in_flight: SAs come and go while their packets are at the device, and each packet is carried through under the SA that it found [class 35, 38, 53]", Order, in_order, unordered) {
  std::make_unique<storm<flat_store<9, by_spi, epoch<lanes>>, Order>>()->run(changes());
}
