// Datapaths under traffic while SAs come and go, with an oracle that knows which packets may be accepted. Short here; `tests/run
// tsan` runs the same for longer under ThreadSanitizer (ESPLANADE_CHURN: changes of SAs).
#include "pipeline/churned.hpp"
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/pipeline/in_flight.hpp>
#include <esplanade/sa/growing_store.hpp>
#include <esplanade/sa/longest_match_store.hpp>
#include <esplanade/sa/sequence_atomic.hpp>
#include <esplanade/sa/shared_window.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/faults.hpp>

#include <atomic>
#include <cstdlib>
#include <optional>
#include <thread>

using namespace support;
using testing::mixing_crypto;

namespace churn_test {  // named: clang 14 calls members of unnamed namespaces unused

constexpr std::size_t busy = 2, lanes = busy + 1, spis = 12, burst = 16, kept_back = 64;
constexpr std::uint32_t first_spi = 0x01001000;

struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr std::size_t lanes = churn_test::lanes;
  using sequence = atomic_sequence;
  using replay = shared_window<1024>;
};

// Both ends of an SA under the key of a version.
struct versioned_sa {
  bytes key{}, salt{};
  sa_parameters p{};
  versioned_sa(std::size_t which, std::uint64_t version) : salt(salt_of(gcm128::sizes)) {
    for (std::uint64_t word : {std::uint64_t{which}, version})
      for (int i = 0; i < 8; ++i, word >>= 8) key.push_back(static_cast<octet>(word));
    p.spi = first_spi + static_cast<std::uint32_t>(which);
    p.suite = gcm128::sizes;
    p.key = key;
    p.salt = salt;
    p.source = outside_v4(1);
    p.destination = outside_v4(11);
  }
};

// Knows which keys are in place while jobs use them, and gives the control thread time to take them away in between.
class watchful_crypto : public testing::key_keeper<mixing_crypto> {
  using inner = testing::key_keeper<mixing_crypto>;
  static constexpr std::size_t most = 4096;  // keys at a time

 public:
  using inner::workspace;

  [[nodiscard]] result<std::uint32_t> add_key(const suite_sizes& sizes, const_octets key) noexcept {
    auto made = inner::add_key(sizes, key);
    if (made) changes_[*made % most].fetch_add(1, std::memory_order_relaxed);
    return made;
  }
  void remove_key(std::uint32_t schedule) noexcept {
    changes_[schedule % most].fetch_add(1, std::memory_order_relaxed);
    inner::remove_key(schedule);
  }
  void seal(workspace& w, job_list jobs) noexcept {
    watch(jobs, [&] { inner::seal(w, jobs); });
  }
  void open(workspace& w, job_list jobs, on_forged mode) noexcept {
    watch(jobs, [&] { inner::open(w, jobs, mode); });
  }
  /// Jobs whose key was not in place, or went while they were worked on.
  [[nodiscard]] std::uint64_t used_without_key() const noexcept { return used_without_key_.load(); }

 private:
  // Relaxed throughout, so that nothing is ordered by being watched and ThreadSanitizer sees what it would see without.
  template <class Work> void watch(job_list jobs, Work work) noexcept {
    std::uint32_t before[64];
    for (std::size_t i = 0; i < jobs.size() && i < 64; ++i) before[i] = changes_[jobs[i]->schedule % most].load(std::memory_order_relaxed);
    if (calls_.fetch_add(1, std::memory_order_relaxed) % 4 == 0) std::this_thread::yield();
    work();
    for (std::size_t i = 0; i < jobs.size() && i < 64; ++i) {
      if (before[i] % 2 == 0 || changes_[jobs[i]->schedule % most].load(std::memory_order_relaxed) != before[i]) used_without_key_.fetch_add(1, std::memory_order_relaxed);
    }
  }
  std::atomic<std::uint32_t> changes_[most]{}, calls_{0};  // odd: in place
  std::atomic<std::uint64_t> used_without_key_{0};
};

using parcel = versioned_packet;

template <class Store> struct churn {
  using crypto_type = watchful_crypto;
  using path_type = datapath<gateway, flat_packet, Store, crypto_type>;

  std::vector<bytes> memory{};  // of stores that grow; outlives them
  crypto_type crypto{};
  typename path_type::inbound_store receiving{};
  typename path_type::outbound_store sending{};
  std::atomic<std::uint64_t> state[spis]{};
  std::atomic<std::uint64_t> handle[spis]{};
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> batches[busy]{};
  std::atomic<std::uint64_t> passed{0}, refused{0}, outdated{0};
  std::atomic<unsigned> live_not_found{0}, wrong_verdict{0}, deleted_accepted{0}, wrong_inside{0}, counters_fell{0};

  // One thread's packets: seals for SAs that may be gone in a moment, opens most of them at once and keeps some for later.
  template <class Done> void carry(path_type& path, std::uint64_t seed, Done done) {
    testing::seeded numbers{seed};
    std::vector<std::unique_ptr<parcel>> free, late;
    for (std::size_t i = 0; i < burst + kept_back; ++i) free.push_back(std::make_unique<parcel>());
    while (!done()) {
      flat_packet* packets[burst];
      verdict verdicts[burst];
      outbound_handle handles[burst];
      std::unique_ptr<parcel> sealing[burst];
      std::uint64_t before[burst];
      for (std::size_t i = 0; i < burst; ++i) {
        const std::size_t which = numbers.below(spis);
        before[i] = state[which].load(std::memory_order_acquire);
        const std::uint64_t h = handle[which].load(std::memory_order_acquire);
        handles[i] = {static_cast<std::uint32_t>(h), static_cast<std::uint32_t>(h >> 32)};
        sealing[i] = std::move(free.back());
        free.pop_back();
        sealing[i]->fill(which, life{before[i]}.version);
        packets[i] = &*sealing[i]->packet;
      }
      path.outbound({packets, verdicts, handles});
      std::vector<std::unique_ptr<parcel>> opening;
      for (std::size_t i = 0; i < burst; ++i) {
        const std::size_t at = place_of(packets, sealing[i]->packet);
        // Read behind the call: what stood before and stands now was so all the while.
        const bool unchanged = state[sealing[i]->which].load(std::memory_order_acquire) == before[i];
        const bool must = unchanged && life{before[i]}.is == phase::live;
        if (verdicts[at] != verdict::forwarded && verdicts[at] != verdict::no_sa) ++wrong_verdict;
        if (must && verdicts[at] != verdict::forwarded) ++live_not_found;
        if (unchanged && life{before[i]}.is == phase::gone && verdicts[at] == verdict::forwarded) ++deleted_accepted;
        // A packet whose SA changed meanwhile may have been sealed under either key: only what is certain goes on.
        auto& to = must && verdicts[at] == verdict::forwarded ? opening : free;
        to.push_back(std::move(sealing[i]));
      }
      while (!opening.empty() && late.size() < kept_back && numbers.below(4) == 0) {
        late.push_back(std::move(opening.back()));
        opening.pop_back();
      }
      while (!late.empty() && opening.size() < burst && (late.size() == kept_back || numbers.below(3) == 0)) {
        const std::size_t at = numbers.below(late.size());
        opening.push_back(std::move(late[at]));
        late.erase(late.begin() + static_cast<std::ptrdiff_t>(at));
      }
      open(path, opening);
      for (auto& one : opening) free.push_back(std::move(one));
    }
  }
  void open(path_type& path, std::vector<std::unique_ptr<parcel>>& opening) {
    flat_packet* packets[burst];
    verdict verdicts[burst];
    std::uint64_t before[burst];
    const std::size_t n = opening.size();
    for (std::size_t i = 0; i < n; ++i) {
      packets[i] = &*opening[i]->packet;
      before[i] = state[opening[i]->which].load(std::memory_order_acquire);
    }
    path.inbound({std::span(packets, n), std::span(verdicts, n), {}});
    for (std::size_t i = 0; i < n; ++i) {
      const verdict v = verdicts[place_of(packets, opening[i]->packet)];
      const bool unchanged = state[opening[i]->which].load(std::memory_order_acquire) == before[i];
      const life was{before[i]};
      const bool deleted = was.version > opening[i]->version || was.is == phase::gone;
      if (v == verdict::forwarded) {
        ++passed;
        if (deleted) ++deleted_accepted;
        if (!opening[i]->came_back()) ++wrong_inside;
        continue;
      }
      ++refused;
      if (unchanged && was.is == phase::live) {
        // Too old: another lane may have moved the window on while this packet was kept back.
        if (v == verdict::no_sa) ++live_not_found;
        else if (!deleted && v != verdict::too_old) ++wrong_verdict;
      }
      if (unchanged && was.is == phase::gone && v != verdict::no_sa) ++wrong_verdict;
      if (deleted && was.is == phase::live) ++outdated;
      if (v != verdict::no_sa && v != verdict::icv_mismatch && v != verdict::too_old && v != verdict::replayed) ++wrong_verdict;
    }
  }
  static std::size_t place_of(flat_packet* const* packets, const std::optional<flat_packet>& p) {
    std::size_t at = 0;
    while (packets[at] != &*p) ++at;
    return at;
  }

  // The control side.
  std::uint64_t reclaimed = 0, removed = 0;
  bool never_reclaimed = false;
  template <class S> void make_room(S& store) {
    if constexpr (requires { store.grow({}); }) {
      memory.emplace_back(store.growth());
      if (store.grow(octets(memory.back()))) return;
    }
    // Full of removed SAs: lanes that idle hold nothing back, so the others need only finish their batches.
    std::this_thread::yield();
    reclaimed += store.reclaim(crypto, 3);
  }
  template <class S> auto added(S& store, const sa_parameters& p) {
    std::uint64_t begun[busy];
    for (std::size_t t = 0; t < busy; ++t) begun[t] = batches[t].load();
    for (bool first = true;; first = false) {
      bool long_ago = true;  // no lane is where it was
      for (std::size_t t = 0; t < busy; ++t) long_ago = long_ago && batches[t].load() - begun[t] > 500;
      if (!first) make_room(store);
      auto made = store.add(crypto, p);
      if (made) return *made;
      if (!first && long_ago) stop = never_reclaimed = true;  // and still there is no room
      if (never_reclaimed) return std::remove_cvref_t<decltype(*made)>{};
      if (made.why().kind != fault_kind::no_space && made.why().kind != fault_kind::busy) ++wrong_verdict;
    }
  }
  void run(std::uint64_t changes) {
    path_type paths[lanes] = {path_type{{.inbound = receiving, .outbound = sending, .crypto = crypto, .number = 0}},
                              path_type{{.inbound = receiving, .outbound = sending, .crypto = crypto, .number = 1}},
                              path_type{{.inbound = receiving, .outbound = sending, .crypto = crypto, .number = 2}}};
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < busy; ++t) threads.emplace_back([&, t] { carry(paths[t], t + 1, [&] { return ++batches[t], stop.load(); }); });
    inbound_handle in[spis];
    outbound_handle out[spis];
    std::uint64_t version[spis]{}, seen = 0;
    testing::seeded numbers{99};
    for (std::uint64_t change = 0; !never_reclaimed && (change < changes || passed.load() < changes || outdated.load() == 0 || seen == 0) && change < 1000 * changes; ++change) {
      const std::size_t which = numbers.below(spis);
      const std::uint64_t v = version[which];
      if (life{state[which].load()}.is == phase::live) {
        if (const auto* sa = receiving.at(in[which])) seen += sa->traffic().packets.get() != 0;  // read while lanes count
        state[which].store(life::word(v, phase::changing), std::memory_order_release);
        if (!sending.remove(out[which]) || !receiving.remove(in[which])) ++wrong_verdict;
        state[which].store(life::word(v, phase::gone), std::memory_order_release);
        removed += 2;
        if (receiving.at(in[which]) != nullptr || sending.at(out[which]) != nullptr || sending.remove(out[which])) ++wrong_verdict;
      } else {
        const versioned_sa sa(which, ++version[which]);
        state[which].store(life::word(v + 1, phase::changing), std::memory_order_release);
        in[which] = added(receiving, sa.p);
        out[which] = added(sending, sa.p);
        handle[which].store(std::uint64_t{out[which].generation} << 32 | out[which].slot, std::memory_order_release);
        state[which].store(life::word(v + 1, phase::live), std::memory_order_release);
        const auto twice = receiving.add(crypto, sa.p);
        if (twice || twice.why().kind != fault_kind::already_exists) ++wrong_verdict;
      }
      if (numbers.below(3) == 0) reclaimed += receiving.reclaim(crypto, 2) + sending.reclaim(crypto, 2);
      const std::uint64_t total = paths[0].inbound_counters().total() + paths[1].inbound_counters().total();
      if (total < last_total) ++counters_fell;
      last_total = total;
      if (numbers.below(4) == 0) std::this_thread::yield();
      if (change == changes / 4) carry(paths[busy], 7, [left = 8]() mutable { return left-- == 0; });  // then idle to the end, a member of both stores
    }
    stop = true;
    for (std::thread& t : threads) t.join();
    REQUIRE_MESSAGE(!never_reclaimed, "removed SAs are not reclaimed although every lane has gone on");
    CHECK_MESSAGE(crypto.used_without_key() == 0, "an SA was used after it was reclaimed");
    CHECK_MESSAGE(wrong_inside.load() == 0, "a packet was opened by an SA that it was not sealed for");
    CHECK_MESSAGE(deleted_accepted.load() == 0, "a packet was accepted whose SA had been removed");
    CHECK(live_not_found.load() == 0);
    CHECK(wrong_verdict.load() == 0);
    CHECK(counters_fell.load() == 0);
    CHECK(passed.load() >= changes);
    CHECK(outdated.load() > 0);  // old packets did meet new keys
    CHECK(seen > 0);
    CHECK(reclaimed > removed / 2);  // while traffic flowed, although a lane idled
    reclaimed += receiving.reclaim(crypto) + sending.reclaim(crypto);
    CHECK(reclaimed == removed);
    CHECK(crypto.keys() == receiving.size() + sending.size());
    CHECK(crypto.misuses() == 0);
  }
  std::uint64_t last_total = 0;
};

std::uint64_t changes() {
  const char* const asked = std::getenv("ESPLANADE_CHURN");
  return asked == nullptr ? 1500 : std::strtoull(asked, nullptr, 10);
}

}  // namespace churn_test
using namespace churn_test;

TEST_CASE_TEMPLATE("churn: SAs come and go under traffic, and every packet meets the SA it was sealed for or none [class 38, 46, 52, 53] [row 34]", Store,
                   flat_store<14, by_spi, epoch<lanes>>, flat_store<16, by_spi_and_addresses, epoch<lanes>>,
                   growing_store<2, 3, by_spi, epoch<lanes>>, longest_match_store<14, epoch<lanes>>) {
  std::make_unique<churn<Store>>()->run(changes());
}
