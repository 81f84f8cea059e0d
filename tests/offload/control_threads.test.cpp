// The control path at full speed: requests from several threads while lanes look bundles up. Made for ThreadSanitizer too.
#include "support/requests.hpp"

#include <doctest/doctest.h>

#include <esplanade/capability/live_configuration.hpp>
#include <esplanade/offload/control_path.hpp>
#include <esplanade/offload/device_store.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/faults.hpp>

#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

using namespace support;

namespace {

using crypto_type = testing::key_keeper<testing::mixing_crypto>;
constexpr std::size_t issuers = 3, lanes = 2;
using store_type = device_store<broad_nic, crypto_type, 16, epoch<issuers + lanes>>;

// For each thread as many rounds as there is time for.
std::size_t rounds() {
  const char* const churn = std::getenv("ESPLANADE_CHURN");
  return (churn != nullptr ? std::strtoul(churn, nullptr, 10) : 6000) / 10;
}

struct adapter {
  crypto_type crypto{};
  store_type store{};
  live_configuration<> configuration{};
  control_path<store_type, crypto_type, live_configuration<>, request_rules, 8> control{store, crypto, configuration};
  atomic_word<std::uint32_t> at_work{0};
};

// From request() to its end, whoever brings it.
ndis_status ended(adapter& nic, issued_request& r) {
  for (;;) {
    const ndis_status said = nic.control.request(r.request);
    if (said == ndis_status::resources) {
      nic.control.poll();
      std::this_thread::yield();
      continue;
    }
    if (said != ndis_status::pending) {
      if (r.completions != 0) return ndis_status::failure;
      return said;
    }
    for (unsigned turns = 0; r.completions == 0; ++turns) {
      if (turns == 1000000) return ndis_status::failure;
      nic.control.poll();
      std::this_thread::yield();
    }
    return r.completions == 1 ? r.request.status : ndis_status::failure;
  }
}

}  // namespace

TEST_CASE("F33: ADD_SA, UPDATE_SA and DELETE_SA from three threads, while two lanes look up: each ends once and finds what it made [class 38]") {
  const auto world = std::make_unique<adapter>();
  adapter& nic = *world;
  nic.configuration.publish(loose_configuration{}.now, {});
  nic.at_work.store(issuers, order::release);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < issuers; ++t)
    threads.emplace_back([&nic, t] {
      store_type::membership lane{nic.store};
      issued_request add, update, remove;
      for (std::size_t i = 0; i < rounds(); ++i) {
        const auto spi = static_cast<std::uint32_t>(0x1000 * (t + 1) + i % 7);
        bundle_form form{.inbound = i % 3 != 0, .first = gcm_named(), .second = ah_named(), .count = 2, .spi = spi, .second_spi = spi, .esn = true, .high = 1};
        if (ended(nic, add.add({form, {.spi = 1}}, i % 2 == 0)) != ndis_status::success || !add.handle()) FAIL_CHECK("ADD_SA");
        const offload_handle h = add.handle();
        {
          const auto inside = nic.store.enter(lane);
          auto* const bundle = nic.store.by_handle(h);
          if (bundle == nullptr || bundle->esp.core().spi != spi || bundle->esp.number_of(0) != std::uint64_t{1} << 32) FAIL_CHECK("what was added is not there");
          if (form.inbound && nic.store.by_spi(spi, protocol_kind::ah, outside_v4(2)) != bundle) FAIL_CHECK("it is not found by its SPI");
        }
        if (ended(nic, update.update({h, protocol_kind::ah, spi, 2})) != ndis_status::success) FAIL_CHECK("UPDATE_SA");
        {
          const auto inside = nic.store.enter(lane);
          if (nic.store.by_handle(h)->ah.number_of(0) != std::uint64_t{2} << 32) FAIL_CHECK("what was updated is as before");
        }
        static_cast<void>(nic.control.cancel(~std::uint64_t{0}));
        if (ended(nic, remove.remove({h})) != ndis_status::success) FAIL_CHECK("DELETE_SA");
        const auto inside = nic.store.enter(lane);
        if (nic.store.by_handle(h) != nullptr) FAIL_CHECK("what was deleted is there");
      }
      nic.at_work.fetch_add(~std::uint32_t{0}, order::acq_rel);
    });
  for (std::size_t l = 0; l < lanes; ++l)
    threads.emplace_back([&nic] {
      store_type::membership lane{nic.store};
      for (std::uint32_t spi = 0; nic.at_work.load(order::acquire) != 0; ++spi) {
        {
          const auto inside = nic.store.enter(lane);
          for (std::uint32_t t = 1; t <= issuers; ++t) {
            const std::uint32_t wanted = 0x1000 * t + spi % 7;
            const auto* const bundle = nic.store.by_spi(wanted, protocol_kind::esp, outside_v4(2));
            if (bundle == nullptr) continue;
            if (bundle->esp.core().spi != wanted || !bundle->esp.core().installed || bundle->esp.core().salt_octets != 4) FAIL_CHECK("a lane holds half a bundle");
            if (const std::uint64_t number = bundle->ah.number_of(0) >> 32; number != 1 && number != 2) FAIL_CHECK("a word that nobody wrote");
          }
        }
        if (nic.control.waiting()) nic.control.poll();
        if (spi % 64 == 0) std::this_thread::yield();
      }
    });
  for (std::thread& t : threads) t.join();
  nic.control.poll();
  CHECK(nic.store.size() == 0);
  CHECK(nic.store.retired() == 0);
  CHECK(nic.crypto.keys() == 0);
  CHECK(nic.crypto.misuses() == 0);
  const control_counts counts = nic.control.counts();
  CHECK(counts.added == issuers * rounds());
  CHECK(counts.deleted == counts.added);
  CHECK(counts.updated == counts.added);
  CHECK(counts.unknown_handles == 0);
}

TEST_CASE("F33, F58: an adapter that goes while three threads make requests ends each of them once, and holds no bundle and no key [class 38]") {
  for (int round = 0; round < 40; ++round) {
    const auto world = std::make_unique<adapter>();
    adapter& nic = *world;
    nic.configuration.publish(loose_configuration{}.now, {});
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < issuers; ++t)
      threads.emplace_back([&nic] {
        issued_request add, remove;
        for (;;) {
          const ndis_status added = ended(nic, add.add({{}}, true));
          if (added == ndis_status::not_accepted) return;
          if (added != ndis_status::success) FAIL_CHECK(name_of(added));
          const ndis_status removed = ended(nic, remove.remove({add.handle()}));
          if (removed == ndis_status::not_accepted) return;
          if (removed != ndis_status::success) FAIL_CHECK(name_of(removed));
        }
      });
    threads.emplace_back([&nic, round] {
      for (int i = 0; i < round; ++i) std::this_thread::yield();
      nic.control.adapter_gone();
    });
    for (std::thread& t : threads) t.join();
    nic.control.poll();
    CHECK(nic.store.size() == 0);
    CHECK(nic.store.retired() == 0);
    CHECK(nic.crypto.keys() == 0);
  }
}
