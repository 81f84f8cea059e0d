// A whole NIC at full speed: requests, sends, receives and resets from threads of their own. Made for ThreadSanitizer too.
#include "support/requests.hpp"
#include "support/world.hpp"

#include <esplanade/buffer/nbl.hpp>
#include <esplanade/offload/host_words.hpp>
#include <esplanade/offload/nic.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/faults.hpp>
#include <esplanade/testing/net_buffers.hpp>

#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

using namespace support;

namespace {

using crypto_type = testing::key_keeper<testing::mixing_crypto>;
constexpr std::size_t issuers = 2, senders = 2;
struct of_nic : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
using adapter = nic<of_nic, net_buffer_list, crypto_type, 16, epoch<senders + 1>>;

// For each thread as many rounds as there is time for.
std::size_t rounds() {
  const char* const churn = std::getenv("ESPLANADE_CHURN");
  return (churn != nullptr ? std::strtoul(churn, nullptr, 10) : 6000) / 20;
}

/// A packet as it is on the wire, under the key and SPI that bundle_form has unless told.
bytes sealed_packet_of(std::uint32_t spi) {
  const auto path = std::make_unique<world<of_nic, flat_packet, testing::mixing_crypto>>();
  const bytes keys = counted(20, 16 + 3);
  sa_parameters p;
  p.spi = spi;
  p.suite = gcm128::sizes;
  p.key = const_octets(keys).first(16);
  p.salt = const_octets(keys).last(4);
  p.mode = mode::tunnel;
  p.source = outside_v4(1);
  p.destination = outside_v4(2);
  auto [said, octets] = path->sent(make_ip({.payload = counted(90, 7)}), path->sending.add(path->crypto, p).value());
  REQUIRE(said == verdict::forwarded);
  return octets;
}

struct running {
  crypto_type provider{};
  adapter card{provider};
  bytes sealed = sealed_packet_of(0x1001), sealed_for_others = sealed_packet_of(0x5001);
  bytes frame = sealed;  // to send: any text, and a trailer that the words beside it repeat
  atomic_word<std::uint64_t> at_work{issuers};
  atomic_word<std::uintptr_t> newest{0};  // a bundle for sending that may be gone by now

  running() {
    frame[frame.size() - 18] = 0;
    frame[frame.size() - 17] = 4;
    offload_report hardware{};
    hardware.ipsec = loose_configuration{}.now;
    hardware.ipsec.framings = link_framing::none;
    offload_activation both;
    const activation_request bare{activation::on, link_framing::none, 0};
    REQUIRE(both.request(hardware, bare, bare) == activation_answer::done);
    card.configure(hardware.ipsec, both);
    for (const adapter_event e : {adapter_event::initialize, adapter_event::initialized, adapter_event::restart, adapter_event::restarted}) REQUIRE(card.happens(e));
  }
};

// From request() to its end, whoever brings it; again when a reset ended it.
ndis_status ended(adapter& card, issued_request& r) {
  for (;;) {
    r.completions = 0;
    ndis_status said = card.control().request(r.request);
    if (said == ndis_status::pending) {
      for (unsigned turns = 0; r.completions == 0; ++turns) {
        if (turns == 1000000) return ndis_status::failure;
        card.reclaim();
        std::this_thread::yield();
      }
      if (r.completions != 1) return ndis_status::failure;
      said = r.request.status;
    } else if (r.completions != 0) {
      return ndis_status::failure;
    }
    if (said != ndis_status::resources && said != ndis_status::not_accepted && said != ndis_status::request_aborted) return said;
    card.reclaim();
    std::this_thread::yield();
  }
}

/// One frame on its way, and how often its list came back.
struct one_send {
  testing::owned_net_buffer buffer;
  net_buffer_list list{};
  unsigned back = 0, left = 0;
  bytes wire{};

  one_send(const bytes& frame, std::uintptr_t handle) : buffer(testing::packet_form{.content = frame}) {
    list.set_first_buffer(&buffer);
    send_words w;
    w.ipsec.handle = handle;
    w.headers = {4, 0, 0, 20};
    put_words(list, w);
  }
  auto on_wire() {
    return [this](const net_buffer& b) noexcept {
      ++left;
      wire = testing::octets_of(b);
    };
  }
  auto done() {
    return [this](net_buffer_list&) noexcept { ++back; };
  }
  bool ended_well() const { return back == 1 && left == (list.status() == nbl_status::success ? 1u : 0u); }
};

/// One packet that arrives: done at once, or not at all.
struct one_arrival {
  testing::owned_net_buffer buffer;
  net_buffer_list list{};
  unsigned up = 0, back = 0;
  receive_words said{};

  one_arrival(adapter::receive_queue& queue, const bytes& packet) : buffer(testing::packet_form{.content = packet}) {
    list.set_first_buffer(&buffer);
    const auto again = [this](net_buffer_list&) noexcept { ++back; };
    queue.receive(&list, {}, [this](net_buffer_list* l, receive_flags) noexcept {
      ++up;
      said = words_of(*l);
    }, again);
    if (up != 0) queue.give_back(&list, again);
  }
};

void issue(running& world, std::size_t t) {
  issued_request add, update, remove;
  for (std::size_t i = 0; i < rounds(); ++i) {
    // Sent under and received under in turn; the receiving ones are found by packets that come in meanwhile.
    const bool inbound = i % 2 != 0;
    const std::uint32_t spi = inbound ? static_cast<std::uint32_t>(0x5001 + t) : 0x1001;
    const bundle_form form{.inbound = inbound, .spi = spi, .esn = true, .high = 0};
    if (ended(world.card, add.add({form}, i % 3 == 0)) != ndis_status::success || !add.handle()) {
      FAIL_CHECK("ADD_SA: " << name_of(add.request.status));
      break;
    }
    const offload_handle h = add.handle();
    if (!inbound) world.newest.store(h.word, order::release);
    if (ended(world.card, update.update({h, protocol_kind::esp, spi, 1})) != ndis_status::success) FAIL_CHECK("UPDATE_SA: " << name_of(update.request.status));
    if (i % 8 == 0) static_cast<void>(world.card.control().cancel(~std::uint64_t{0}));
    if (ended(world.card, remove.remove({h})) != ndis_status::success) FAIL_CHECK("DELETE_SA: " << name_of(remove.request.status));
  }
  world.at_work.fetch_add(~std::uint64_t{0}, order::acq_rel);
}

void send(running& world, offload_handle kept, const bytes& expected) {
  adapter::send_queue queue{world.card};
  for (std::size_t i = 0; world.at_work.load(order::acquire) != 0 || i < 20; ++i) {
    const bool of_others = i % 3 == 0;
    one_send now(world.frame, of_others ? world.newest.load(order::acquire) : kept.word), later(world.frame, kept.word);
    if (i % 4 == 0) {
      queue.post(&later.list, later.done());
      if (i % 8 == 0) queue.give_up(ndis_status::reset_in_progress, later.done());
      queue.run(later.on_wire(), later.done());
      if (!later.ended_well()) FAIL_CHECK("a list that waited did not come back once");
    }
    queue.send(&now.list, now.on_wire(), now.done());
    if (!now.ended_well()) FAIL_CHECK("a list did not come back once");
    const nbl_status said = now.list.status();
    if (said == nbl_status::success && !of_others && now.wire != expected) FAIL_CHECK("other octets left");
    if (said != nbl_status::success && said != nbl_status::reset_in_progress && (said != nbl_status::failure || !of_others)) FAIL_CHECK("a status that nothing explains");
  }
  CHECK(queue.waiting() == 0);
}

void receive(running& world) {
  adapter::receive_queue queue{world.card};
  for (std::size_t i = 0; world.at_work.load(order::acquire) != 0 || i < 20; ++i) {
    const one_arrival own(queue, world.sealed), of_others(queue, world.sealed_for_others);
    for (const one_arrival* a : {&own, &of_others})
      if (a->up > 1 || a->back != 1) FAIL_CHECK("a list did not come back once");
    if (own.up != 0 && (!own.said.ipsec.done || own.said.ipsec.status != crypto_status::success)) FAIL_CHECK("a bundle that stays is not found");
    if (own.up == 0 && testing::octets_of(static_cast<const net_buffer&>(own.buffer)) != world.sealed) FAIL_CHECK("what comes back is changed");
    if (!of_others.said.ipsec.done && of_others.said.ipsec.status != crypto_status::success) FAIL_CHECK("a result of nothing");
  }
  CHECK(queue.held() == 0);
}

}  // namespace

TEST_CASE("nic: requests, two send queues, a receive queue and resets, each on a thread of its own: everything ends once, and nothing stays [class 38]") {
  const auto made = std::make_unique<running>();
  running& world = *made;
  bundle_form outbound{}, inbound{.inbound = true};
  const offload_handle sends = world.card.add_sa(outbound.request()).value(), receives = world.card.add_sa(inbound.request()).value();
  bytes expected;
  {
    adapter::send_queue queue{world.card};
    one_send first(world.frame, sends.word);
    queue.send(&first.list, first.on_wire(), first.done());
    REQUIRE(first.list.status() == nbl_status::success);
    REQUIRE(first.ended_well());
    REQUIRE(first.wire != world.frame);
    expected = first.wire;
  }
  world.newest.store(sends.word, order::relaxed);

  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < issuers; ++t) threads.emplace_back([&world, t] { issue(world, t); });
  for (std::size_t s = 0; s < senders; ++s) threads.emplace_back([&] { send(world, sends, expected); });
  threads.emplace_back([&world] { receive(world); });
  threads.emplace_back([&world] {
    while (world.at_work.load(order::acquire) != 0) {
      if (!world.card.happens(adapter_event::reset)) FAIL_CHECK("a reset that cannot be");
      std::this_thread::yield();
      if (!world.card.happens(adapter_event::reset_done)) FAIL_CHECK("a reset that does not end");
      for (int i = 0; i < 50; ++i) std::this_thread::yield();
    }
  });
  for (std::thread& t : threads) t.join();

  const control_counts counts = world.card.control().counts();
  CHECK(counts.added >= issuers * rounds());
  {
    adapter::receive_queue queue{world.card};
    const one_arrival last(queue, world.sealed);
    CHECK(last.said.ipsec.done);
    CHECK(last.said.ipsec.status == crypto_status::success);
  }
  for (const offload_handle h : {sends, receives}) CHECK(world.card.delete_sa(h));
  world.card.reclaim();
  CHECK(world.card.store().size() == 0);
  CHECK(world.card.store().retired() == 0);
  CHECK(world.provider.keys() == 0);
  CHECK(world.provider.misuses() == 0);
}
