#include "support/receiving_nic.hpp"

#include <esplanade/offload/nic.hpp>

using namespace support;
using crypto_type = esplanade::testing::mixing_crypto;

namespace {

struct small : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
using adapter = nic<small, net_buffer_list, crypto_type, 16>;

// An adapter on a wire that a test holds, and a host that keeps what goes up until it is told to give it back.
struct fixture {
  crypto_type crypto{};
  std::unique_ptr<adapter> card = std::make_unique<adapter>(crypto);
  std::unique_ptr<adapter::receive_queue> queue = std::make_unique<adapter::receive_queue>(*card);
  peer other{};
  bundle_form esp = esp_bundle();
  std::vector<std::unique_ptr<testing::owned_net_buffer>> buffers{};
  std::vector<std::unique_ptr<net_buffer_list>> lists{};
  std::vector<net_buffer_list*> up{}, back{};
  std::vector<std::size_t> back_when_up{};  // how many lists were the driver's again at each call
  receive_flags seen{};

  fixture() {
    for (const adapter_event e : {adapter_event::initialize, adapter_event::initialized, adapter_event::restart, adapter_event::restarted}) happens(e);
  }
  void happens(adapter_event e) { REQUIRE(static_cast<bool>(card->happens(e))); }
  void activate(activation v4 = activation::on) {
    offload_report hardware{};
    hardware.ipsec = every_capability();
    hardware.ipsec.framings = link_framing::ieee_802_3;
    offload_activation active;
    if (v4 == activation::on) REQUIRE(active.request(hardware, {activation::on, link_framing::ieee_802_3, 14}, {activation::turned_off}) == activation_answer::done);
    card->configure(hardware.ipsec, active);
  }
  void add() { REQUIRE(static_cast<bool>(card->add_sa(esp.request()))); }
  bytes frame(std::uint64_t number = 1) {
    bytes out = counted(12, 9);
    put16(out, 0x0800);
    put(out, other.seal(esp, mode::transport, plain(esp), number));
    return out;
  }
  net_buffer_list* chain(std::size_t n) {
    const std::size_t first = lists.size();
    for (std::size_t i = 0; i < n; ++i) {
      const bytes octets = frame(i + 1);
      buffers.push_back(std::make_unique<testing::owned_net_buffer>(testing::packet_form{.content = octets}));
      lists.push_back(std::make_unique<net_buffer_list>());
      lists.back()->set_first_buffer(buffers.back().get());
      if (i != 0) lists[first + i - 1]->link(lists.back().get());
    }
    return lists[first].get();
  }
  auto driver() {
    return [this](net_buffer_list& l) noexcept { back.push_back(&l); };
  }
  bool receive(net_buffer_list* first, receive_flags flags = {}) {
    return queue->receive(first, flags, [this](net_buffer_list* l, receive_flags f) noexcept {
      seen = f;
      back_when_up.push_back(back.size());
      for (; l != nullptr; l = l->next()) up.push_back(l);
      if (f.has(receive_flag::resources) && up.size() > 1) up[0]->link(nullptr);  // a host may link them as it likes
    }, driver());
  }
  bool worked_on(std::size_t i) { return get_oob<receive_ipsec>(*lists[i]).done; }
};

}  // namespace

TEST_CASE("F28: before the host's first encapsulation lists go up untouched, bundles or not; after it they are worked on") {
  fixture f;
  f.activate(activation::turned_off);
  f.add();
  CHECK(f.receive(f.chain(1)));
  CHECK_FALSE(f.worked_on(0));
  f.activate();
  CHECK(f.receive(f.chain(1)));
  CHECK(f.worked_on(1));
  f.activate(activation::turned_off);
  CHECK(f.receive(f.chain(1)));
  CHECK_FALSE(f.worked_on(2));
}

TEST_CASE("F121: with RESOURCES lists are the driver's again as soon as the call returns, in whatever order the host left them") {
  fixture f;
  f.activate();
  f.add();
  CHECK(f.receive(f.chain(150), receive_flag::resources));
  CHECK(f.seen.has(receive_flag::resources));
  CHECK(f.queue->held() == 0);
  CHECK(f.up.size() == 150);
  REQUIRE(f.back.size() == 150);
  for (std::size_t i = 0; i < 150; ++i) {
    CHECK(f.back[i] == f.lists[i].get());
    CHECK(f.lists[i]->next() == nullptr);
    CHECK(f.worked_on(i));
  }
  for (std::size_t k = 0; k < f.back_when_up.size(); ++k) CHECK(f.back_when_up[k] == 64 * k);
}

TEST_CASE("receive_indication: without RESOURCES lists are the host's until it gives them back") {
  fixture f;
  f.activate();
  f.add();
  CHECK(f.receive(f.chain(5)));
  CHECK(f.up.size() == 5);
  CHECK(f.back.empty());
  CHECK(f.queue->held() == 5);
  f.lists[1]->link(nullptr);
  f.queue->give_back(f.lists[0].get(), f.driver());
  CHECK(f.back.size() == 2);
  CHECK(f.queue->held() == 3);
  f.queue->give_back(f.lists[2].get(), f.driver());
  CHECK(f.queue->held() == 0);
  f.queue->give_back(nullptr, f.driver());
  CHECK_FALSE(f.receive(nullptr));
}

TEST_CASE("receive_indication: a paused adapter hands nothing up, and the driver has its lists back") {
  fixture f;
  f.activate();
  f.add();
  f.happens(adapter_event::pause);
  CHECK_FALSE(f.receive(f.chain(3)));
  CHECK(f.up.empty());
  CHECK(f.back.size() == 3);
  CHECK(f.queue->snapshot().total() == 0);
  f.happens(adapter_event::pause_done);
  f.happens(adapter_event::restart);
  f.happens(adapter_event::restarted);
  CHECK(f.receive(f.chain(1)));
  CHECK(f.worked_on(3));
}
