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
  ndis_status set(std::uint8_t ipsec_v2) {
    offload_parameters p;
    p[offload_setting::ipsec_v2] = ipsec_v2;
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
}  // namespace

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
