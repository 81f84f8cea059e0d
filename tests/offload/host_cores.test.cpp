// Two cores send and receive over one host's SAs while control places them, drains them and takes them back.
#include "support/stub_device.hpp"

#include <esplanade/sa/sequence_atomic.hpp>
#include <esplanade/sa/shared_window.hpp>

#include <atomic>
#include <mutex>
#include <thread>

using namespace support;

namespace host_cores_test {
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr std::size_t lanes = 2;
  using sequence = atomic_sequence;
  using replay = shared_window<4096>;
};
using crypto_type = testing::mixing_crypto;
using device = stub_device<gateway, flat_packet, crypto_type>;
using host_type = host<gateway, flat_packet, flat_store<8, by_spi, epoch<2>>, crypto_type>;

/// The stub is one device for all: whoever uses it has it to himself.
struct guarded : device {
  std::mutex one{};
  [[nodiscard]] device_capabilities capabilities() const noexcept { return whole_device; }
  [[nodiscard]] result<offload_handle> add_sa(const sa_request& r) noexcept {
    const std::lock_guard hold(one);
    return device::add_sa(r);
  }
  [[nodiscard]] result<void> update_sa(const sa_update& u) noexcept {
    const std::lock_guard hold(one);
    return device::update_sa(u);
  }
  [[nodiscard]] result<void> delete_sa(offload_handle h) noexcept {
    const std::lock_guard hold(one);
    return device::delete_sa(h);
  }
};
}  // namespace host_cores_test
using namespace host_cores_test;

TEST_CASE("host: on two cores no frame is under an SA that the device has no more, and every packet arrives once [class 29]") {
  crypto_type crypto{};
  auto receiving = std::make_unique<host_type::inbound_store>();
  auto sending = std::make_unique<host_type::outbound_store>();
  auto card = std::make_unique<guarded>();
  offloader<host_type, guarded, 8> placing(*receiving, *sending, *card);
  sa_form form{.esn = true, .start = 0xffff'ff80};
  const auto out = sending->add(crypto, form.parameters()).value();
  const auto in = receiving->add(crypto, form.parameters()).value();
  std::atomic<bool> over{false};
  std::atomic<std::size_t> lost{0}, refused{0}, arrived{0}, framed{0}, rounds{0};

  const auto core = [&](std::uint32_t number) {
    const auto mine = std::make_unique<host_type>(host_type::resources{.inbound = *receiving, .outbound = *sending, .crypto = crypto, .number = number});
    // Until the device had a share: when control is let run is the scheduler's affair.
    for (int round = 0; round < 120 || (round < 100'000 && mine->sending().device().framed.get() == 0); ++round, ++rounds) {
      train<flat_packet> t;
      for (std::size_t k = 0; k < 5; ++k) t.add(udp_packet(family::ipv4, 40 + k), out);
      std::vector<send_words> words(5);
      std::size_t live = mine->outbound(t.view_with_handles(), words);
      lost += 5 - live;
      {
        const std::lock_guard hold(card->one);
        for (std::size_t k = 0; k < live; ++k) refused += !card->send(*t.packets[k], words[k]);
      }
      mine->completed(words);
      arrived += mine->inbound(t.view());  // the peer is somebody without a device
      std::this_thread::yield();
    }
    framed += mine->sending().device().framed.get();
  };
  std::thread first(core, 0), second(core, 1);
  std::thread control([&] {
    for (unsigned k = 0; !over.load(); ++k) {
      if (sending->at(out)->place().now().where == placement::software && !sending->at(out)->place().handle()) (void)placing.offload(out, form.parameters());
      placing.tend();
      if (k % 3 == 0) placing.suspend();
      if (k % 3 == 1) placing.resume();
      if (k % 5 == 0) (void)placing.withdraw(out);
      std::this_thread::yield();
    }
  });
  first.join();
  second.join();
  over = true;
  control.join();
  CHECK(refused == 0);
  CHECK(lost == 0);
  CHECK(arrived == rounds * 5);
  CHECK(framed != 0);
  CHECK(sending->at(out)->place().given() == 0);
  CHECK(receiving->at(in)->traffic().packets.get() == rounds * 5);
}
