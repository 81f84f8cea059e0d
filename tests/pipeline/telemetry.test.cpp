// Counters, events and traces read by another thread while a lane runs and SAs come and go. Made for ThreadSanitizer too.
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/manual_clock.hpp>

#include <atomic>
#include <thread>

using namespace support;

namespace {

struct watched : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr std::size_t burst = 8;
  using lifetime = exact_lifetime;
  using clock = testing::manual_clock;
  using audit = audit_ring<64>;
  using trace = stage_trace<64>;
  using drops = drops_in_full;
};
using sa = outbound_sa<watched, null_crypto>;

// Outbound SAs that a control thread adds and removes while a lane and a reader look at them.
struct shared_sas {
  using sa_type = sa;
  using key_type = outbound_handle;
  using policy = epoch<2>;
  using membership = policy::membership;
  policy& reclaimer() noexcept { return records.reclaimer(); }
  auto enter(membership& m) noexcept { return records.reclaimer().enter(m); }
  void find(std::span<const outbound_handle> handles, std::span<sa*> found) noexcept {
    for (std::size_t i = 0; i < handles.size(); ++i) found[i] = records.live(handles[i].slot, handles[i].generation);
  }
  slab<sa, 6, policy> records{};
};
struct stores {
  using outbound = shared_sas;
  using inbound = flat_sad<inbound_sa<watched, null_crypto>, 1>;
};

}  // namespace

TEST_CASE("telemetry: counters of lanes and SAs, limits, events and traces are read while SAs come and go [class 38, 53] [row 89]") {
  using path_type = datapath<watched, flat_packet, stores, null_crypto>;
  null_crypto crypto;
  testing::manual_clock clock{1};
  auto receiving = std::make_unique<stores::inbound>();
  auto sending = std::make_unique<stores::outbound>();
  auto path = std::make_unique<path_type>(path_type::resources{.inbound = *receiving, .outbound = *sending, .crypto = crypto, .clock = clock});
  std::atomic<std::uint64_t> current{~std::uint64_t{0}};  // the handle in use: slot and generation in one word
  std::atomic<bool> stop{false}, sent_all{false};

  std::uint64_t handed_in = 0;
  std::thread lane([&] {
    while (!stop.load()) {
      const std::uint64_t word = current.load();
      const outbound_handle handle{static_cast<std::uint32_t>(word), static_cast<std::uint32_t>(word >> 32)};
      train<flat_packet> t;
      for (std::size_t i = 0; i < 20; ++i) t.add(udp_packet(family::ipv4, i), handle);
      path->outbound(t.view_with_handles());
      handed_in += 20;
    }
  });
  std::uint64_t backwards = 0, events = 0, expired = 0, rekey = 0, traces = 0, looked = 0, too_many = 0;
  std::thread reader([&] {
    shared_sas::membership here{*sending};
    std::uint64_t last_total = 0, last_packets = 0, last_word = 0;
    const auto drain = [&] {
      for (audit_event e; path->sending().audit().take(e); ++events) {
        expired += e.kind == audit_kind::expired ? 1 : 0;
        rekey += e.kind == audit_kind::rekey_due ? 1 : 0;
      }
      for (trace_record r; path->sending().trace().take(r);) ++traces;
    };
    while (!sent_all.load()) {
      const std::uint64_t total = path->outbound_counters().total();
      backwards += total < last_total ? 1 : 0;
      last_total = total;
      {
        const auto inside = sending->enter(here);
        const std::uint64_t word = current.load();
        if (const sa* one = sending->records.live(static_cast<std::uint32_t>(word), static_cast<std::uint32_t>(word >> 32)); one != nullptr) {
          const std::uint64_t packets = one->traffic().packets.get();
          backwards += word == last_word && packets < last_packets ? 1 : 0;
          too_many += packets > 50 ? 1 : 0;
          if (one->lifetime().expired() != lifetime_end::none) looked += one->drops()[verdict::lifetime_expired];
          last_packets = packets;
          last_word = word;
        }
      }
      drain();
    }
    drain();
  });

  // Control: SAs of 50 packets each, replaced as soon as they ask for it. None is reclaimed while anybody looks at it.
  std::uint64_t installed = 0;
  for (std::uint32_t spi = 0x1000; installed < 200; ++spi) {
    const std::uint32_t slot = sending->records.take();
    if (slot == sending->records.none_free()) {
      sending->records.reclaim(6, [&](sa& gone) noexcept { gone.uninstall(crypto); });
      std::this_thread::yield();
      continue;
    }
    sa_form form;
    form.spi = spi;
    form.made.lifetime = {.soft = {.packets = 30}, .hard = {.packets = 50}, .since = 1};
    REQUIRE(sending->records.record(slot).install(crypto, form.parameters()));
    sending->records.publish(slot);
    const std::uint64_t old = current.exchange(static_cast<std::uint64_t>(sending->records.generation(slot)) << 32 | slot);
    if (installed++ != 0) {
      sending->records.retire(static_cast<std::uint32_t>(old));
    }
    const sa& now = sending->records.record(slot);
    while (now.lifetime().rekey() == lifetime_end::none) std::this_thread::yield();
  }
  while (path->outbound_counters()[verdict::lifetime_expired] == 0) std::this_thread::yield();
  stop = true;
  lane.join();
  sent_all = true;
  reader.join();
  CHECK(backwards == 0);
  CHECK(too_many == 0);
  const counters_snapshot end = path->outbound_counters();
  CHECK(end.total() == handed_in);
  CHECK(end[verdict::forwarded] <= 50 * installed);
  CHECK(traces + path->sending().trace().dropped() == handed_in);
  CHECK(rekey + path->sending().audit().dropped() >= installed);
  CHECK(rekey <= installed);
  CHECK(expired <= installed);
}
