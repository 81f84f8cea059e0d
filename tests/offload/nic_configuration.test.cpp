// A NIC behind a broker: its configuration by requests, and what that does to SAs and sends.
#include "support/events.hpp"
#include "support/reports.hpp"
#include "support/sent_lists.hpp"

#include <esplanade/offload/configuration_broker.hpp>
#include <esplanade/offload/nic.hpp>

using namespace support;

namespace {
struct of_nic : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
using crypto = testing::mixing_crypto;
using adapter = nic<of_nic, net_buffer_list, crypto, 16, single_core, frame_pool>;

struct behind_broker {
  crypto provider{};
  std::unique_ptr<adapter> card = std::make_unique<adapter>(provider);
  frame_pool pool{8};
  std::unique_ptr<adapter::send_queue> queue = std::make_unique<adapter::send_queue>(*card, pool);
  events::keyword_map keywords{};
  events::recorder above{};
  configuration_broker<events::keyword_map, adapter, events::recorder> broker{keywords, *card, above};
  std::vector<bytes> wire{};
  const frame_pair t = tunnelled_frame<of_nic>(1, 40, true, {});

  behind_broker() {
    start();
    for (const adapter_event e : {adapter_event::initialize, adapter_event::initialized, adapter_event::restart, adapter_event::restarted}) REQUIRE(card->happens(e));
  }
  void start() { broker.attach(card->start(reports::full(), settings_from(keywords))); }
  ndis_status set(std::uint8_t ipsec_v2) { return set(offload_setting::ipsec_v2, ipsec_v2); }
  ndis_status set(offload_setting which, std::uint8_t value) {
    offload_parameters p;
    p[which] = value;
    std::vector<octet> record(22);
    REQUIRE(write_parameters(p, record));
    return broker.set(regular_oid::offload_parameters, record).status;
  }
  ndis_status activate(const activation_request& ipv4, const activation_request& ipv6) { return broker.set(regular_oid::offload_encapsulation, events::record_of({ipv4, ipv6})).status; }
  result<offload_handle> add() { return card->add_sa(bundle_form{.elements = {{}}}.request()); }
  bool seals(offload_handle handle) {
    lists all;
    wire.clear();
    all.add({t.frame}, {.handle = handle, .headers = t.headers});
    queue->send(all.first(), [this](const net_buffer& b) noexcept { wire.push_back(testing::octets_of(b)); }, [](net_buffer_list&) noexcept {});
    return wire == std::vector<bytes>{t.sealed};
  }
};
/// A large send over IPv4 with 250 octets of TCP payload in segments of 100, in the clear or framed for transport-mode ESP.
struct large_frame {
  bool version_2 = true, protected_one = false;

  bytes octets_of_it() const {
    bytes inside;
    if (protected_one) put32(inside, sa_form{}.spi), put32(inside, 1), put(inside, bytes(8, 0xe1));
    put32(inside, 0x04d20050), put32(inside, 1), put32(inside, 1), put32(inside, 0x50100200), put32(inside, 0);
    put(inside, counted(250, 9));
    bytes out = counted(12, 0x40);
    put16(out, 0x0800);
    bytes packet = make_ip({.protocol = static_cast<octet>(protected_one ? 50 : 6), .payload = inside});
    if (version_2) packet[2] = packet[3] = 0;
    put(out, packet);
    return out;
  }
  nbl_status sent_by(behind_broker& nic, offload_handle handle) const {
    lists all;
    nic.wire.clear();
    words beside;
    if (protected_one) beside = {.handle = handle, .headers = {.next_header = 6, .esp_offset = 20}};
    net_buffer_list& list = all.add({octets_of_it()}, beside);
    set_oob(list, send_large{.mss = 100, .tcp_offset = static_cast<std::uint16_t>(protected_one ? 50 : 34), .version_2 = version_2});
    nic.queue->send(all.first(), [&nic](const net_buffer& b) noexcept { nic.wire.push_back(testing::octets_of(b)); }, [](net_buffer_list&) noexcept {});
    return list.status();
  }
};
}  // namespace

TEST_CASE_FIXTURE(behind_broker, "F12: a large send is refused once its kind is switched off, or nothing is active, and cut again when it is on") {
  CHECK(large_frame{}.sent_by(*this, {}) == nbl_status::failure);  // nothing is active yet
  CHECK(activate(events::ethernet, events::ethernet) == ndis_status::success);
  const auto handle = card->add_sa(bundle_form{.elements = {{.mode = mode::transport}}}.request());
  REQUIRE(handle);
  const auto went = [&](bool version_2, bool protected_one) {
    const nbl_status status = large_frame{version_2, protected_one}.sent_by(*this, *handle);
    CHECK(wire.size() == (status == nbl_status::success ? 3u : 0u));
    return status == nbl_status::success;
  };
  for (const bool two : {false, true}) {
    const offload_setting kind = two ? offload_setting::large_send_v2_ipv4 : offload_setting::large_send_v1;
    CHECK(went(two, false));
    CHECK(went(two, true));
    CHECK(set(kind, 1) == ndis_status::success);
    CHECK_FALSE(went(two, false));
    CHECK_FALSE(went(two, true));
    CHECK(went(!two, true));
    CHECK(set(kind, 2) == ndis_status::success);
    CHECK(went(two, true));
  }
  CHECK(set(1) == ndis_status::success);  // without IPsec, segments all the same
  CHECK(went(true, false));
  CHECK_FALSE(went(true, true));
  CHECK(set(4) == ndis_status::success);
  CHECK(activate(events::turned_off, {}) == ndis_status::success);
  CHECK_FALSE(went(true, false));
}

TEST_CASE_FIXTURE(behind_broker, "F12: a NIC whose large-send records are all off segments nothing under IPsec either, and says so") {
  CHECK(card->capabilities().large_send);
  for (const offload_setting kind : {offload_setting::large_send_v1, offload_setting::large_send_v2_ipv4, offload_setting::large_send_v2_ipv6}) CHECK(set(kind, 1) == ndis_status::success);
  CHECK_FALSE(card->capabilities().large_send);
}

TEST_CASE_FIXTURE(behind_broker, "nic_configuration: requests reach the NIC, and the next start remembers what they set") {
  CHECK(activate(events::ethernet, events::ethernet) == ndis_status::success);
  CHECK(set(2) == ndis_status::success);
  CHECK(card->capabilities().ah);
  CHECK_FALSE(card->capabilities().esp);
  CHECK_FALSE(add());
  start();
  CHECK_FALSE(card->capabilities().esp);
  CHECK(set(4) == ndis_status::success);
  CHECK(add());
}

TEST_CASE_FIXTURE(behind_broker, "U-1: an SA rests while its protocol is off, and works again when it is on: nobody removed it") {
  CHECK(activate(events::ethernet, events::ethernet) == ndis_status::success);
  const auto handle = add();
  REQUIRE(handle);
  CHECK(seals(*handle));
  CHECK(set(1) == ndis_status::success);
  CHECK_FALSE(seals(*handle));
  CHECK(wire.empty());
  CHECK(card->store().size() == 1);
  CHECK(set(4) == ndis_status::success);
  CHECK(seals(*handle));
}

TEST_CASE_FIXTURE(behind_broker, "F27: nothing is sealed after ENCAPSULATION turned it off, and nothing leaves in clear either") {
  const auto handle = add();
  REQUIRE(handle);
  CHECK(activate(events::ethernet, events::ethernet) == ndis_status::success);
  CHECK(seals(*handle));
  CHECK(activate(events::turned_off, events::turned_off) == ndis_status::success);
  CHECK_FALSE(seals(*handle));
  CHECK(wire.empty());
}

TEST_CASE_FIXTURE(behind_broker, "nic_configuration: a NIC that is gone, or resets, accepts no request, and indicates nothing") {
  REQUIRE(card->happens(adapter_event::reset));
  CHECK(set(1) == ndis_status::not_accepted);
  CHECK(activate(events::ethernet, {}) == ndis_status::not_accepted);
  REQUIRE(card->happens(adapter_event::reset_done));
  CHECK(above.seen.empty());
  CHECK(set(1) == ndis_status::success);
  REQUIRE(card->happens(adapter_event::surprise_removal));
  CHECK(set(4) == ndis_status::not_accepted);
  CHECK(above.seen.size() == 1);
}

TEST_CASE_FIXTURE(behind_broker, "nic_configuration: a NIC that got weaker takes no SA it cannot do any more, and says so above") {
  offload_report weaker = reports::full();
  weaker.ipsec.encryption = offload_encryption::aes_gcm_256;
  card->replace_hardware(weaker, broker);
  CHECK_FALSE(add());
  REQUIRE(above.seen.size() == 2);
  CHECK(broker.reported() == offload_attributes{weaker, weaker});
  CHECK(card->configuration().hardware() == weaker);
}
