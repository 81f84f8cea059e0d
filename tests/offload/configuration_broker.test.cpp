#include "../support/events.hpp"
#include "../support/reports.hpp"

#include <doctest/doctest.h>

#include <esplanade/offload/configuration_broker.hpp>

using namespace esplanade;
using enum offload_setting;
using events::ethernet;
using events::keyword_map;
using events::record_of;
using events::recorder;
using events::turned_off;

namespace {
/// An adapter that looks at the keywords when it is asked to change.
struct watching_adapter {
  keyword_map& keywords;
  std::uint32_t seen = 99;
  template <class Sink> oid_answer set_parameters(const_octets, Sink&) noexcept {
    seen = keywords.read("*IPsecOffloadV2", 99);
    return {ndis_status::failure, 0, 0, 0};
  }
  template <class Sink> oid_answer set_encapsulation(const_octets, Sink&) noexcept { return {}; }
};
struct stack {
  keyword_map keywords;
  recorder above;
  adapter_configuration<> adapter;
  configuration_broker<keyword_map, adapter_configuration<>, recorder> broker{keywords, adapter, above};
  explicit stack(const offload_report& hardware = reports::full()) { broker.attach(adapter.start(hardware, keywords)); }
  oid_answer set(offload_setting which, std::uint8_t value, bool keep_keywords = false) {
    offload_parameters p;
    p[which] = value;
    p.keep_keywords = keep_keywords;
    std::vector<octet> record(22);
    REQUIRE(write_parameters(p, record));
    return broker.set(regular_oid::offload_parameters, record);
  }
  oid_answer encapsulate(const activation_request& ipv4, const activation_request& ipv6) { return broker.set(regular_oid::offload_encapsulation, record_of({ipv4, ipv6})); }
  offload_report asked(regular_oid oid) {
    std::vector<octet> memory(156);
    const auto answer = broker.query(oid, memory);
    REQUIRE(answer == oid_answer{ndis_status::success, 156, 0, 3});
    return *read_report(memory);
  }
};
}  // namespace

TEST_CASE("F21: both reports are answered from copies; a short buffer is told how much it takes; set is not supported") {
  stack s;
  CHECK(s.set(ipsec_v2, 3).status == ndis_status::success);
  CHECK(s.asked(regular_oid::hardware_capabilities) == reports::full());
  CHECK(s.asked(regular_oid::current_config) == s.adapter.configuration().current());
  CHECK_FALSE(s.asked(regular_oid::current_config).ipsec.ah);
  for (const auto oid : {regular_oid::current_config, regular_oid::hardware_capabilities}) {
    std::vector<octet> memory(155, 0xee);
    CHECK(s.broker.query(oid, memory) == oid_answer{ndis_status::buffer_too_short, 0, 156, 0});
    CHECK(memory == std::vector<octet>(155, 0xee));
    CHECK(s.broker.set(oid, memory).status == ndis_status::not_supported);
  }
  CHECK(s.broker.query(regular_oid::offload_parameters, {}).status == ndis_status::not_supported);
  CHECK(s.broker.query(static_cast<regular_oid>(1), {}).status == ndis_status::invalid_oid);
  CHECK(s.broker.set(static_cast<regular_oid>(1), {}).status == ndis_status::invalid_oid);
}

TEST_CASE("F21: what is active is answered likewise, and a short buffer is told how much it takes") {
  stack s;
  REQUIRE(s.encapsulate(ethernet, {}).status == ndis_status::success);
  std::vector<octet> memory(27);
  CHECK(s.broker.query(regular_oid::offload_encapsulation, memory) == oid_answer{ndis_status::buffer_too_short, 0, 28, 0});
}

TEST_CASE("F21: fields of revision 3 and the flag of checksums are answered as they were reported") {
  stack s;
  const offload_report seen = s.asked(regular_oid::hardware_capabilities);
  CHECK(seen.checksums_grouped);
  CHECK((seen.coalescing_ipv4 && seen.coalescing_ipv6));
  CHECK(seen.encapsulated == encapsulated_offload{0x11111, 256});
}

TEST_CASE("F25: keywords are written before the request goes on, and the next start reproduces the setting") {
  keyword_map keywords;
  recorder above;
  watching_adapter adapter{keywords};
  configuration_broker<keyword_map, watching_adapter, recorder> broker{keywords, adapter, above};
  offload_parameters p;
  p[ipsec_v2] = 2;
  std::vector<octet> record(22);
  REQUIRE(write_parameters(p, record));
  CHECK(broker.set(regular_oid::offload_parameters, record).status == ndis_status::failure);
  CHECK(adapter.seen == 1);

  stack s;
  CHECK(s.set(ipsec_v2, 3).status == ndis_status::success);
  CHECK(s.keywords.values == std::map<std::string, std::uint32_t>{{"*IPsecOffloadV2", 2}});
  const offload_report running = s.adapter.configuration().current();
  CHECK(s.adapter.start(reports::full(), s.keywords).current == running);
}

TEST_CASE("F25: with flag 0x1 the keywords stay, and the next start forgets the setting") {
  stack s;
  CHECK(s.set(ipsec_v2, 1, true).status == ndis_status::success);
  CHECK(s.adapter.configuration().current().ipsec == device_capabilities{});
  CHECK(s.keywords.values.empty());
  CHECK(s.adapter.start(reports::full(), s.keywords).current == reports::full());
}

TEST_CASE("configuration_broker: a malformed set writes no keyword") {
  stack s;
  std::vector<octet> record(22);
  REQUIRE(write_parameters({}, record));
  record[20] = 2;
  record[9] = 7;
  CHECK(s.broker.set(regular_oid::offload_parameters, record).status == ndis_status::invalid_data);
  CHECK(s.keywords.values.empty());
  CHECK(s.above.seen.empty());
}

TEST_CASE("F26: the copy that queries are answered from follows CURRENT_CONFIG, and whoever is above is told") {
  stack s;
  CHECK(s.set(ipsec_v2, 1).status == ndis_status::success);
  REQUIRE(s.above.seen.size() == 1);
  CHECK(s.above.seen[0].status == ndis_status::current_config);
  CHECK(s.above.seen[0].report == s.asked(regular_oid::current_config));
}

TEST_CASE("F30: what is active can be asked only after it was set, and is then what was set") {
  stack s;
  std::vector<octet> memory(28);
  CHECK(s.broker.query(regular_oid::offload_encapsulation, memory).status == ndis_status::failure);
  CHECK(s.encapsulate({activation::on, link_framing::none, 0}, {}).status == ndis_status::invalid_parameter);
  CHECK(s.broker.query(regular_oid::offload_encapsulation, memory).status == ndis_status::failure);
  CHECK(s.encapsulate(ethernet, {}).status == ndis_status::success);
  CHECK(s.broker.query(regular_oid::offload_encapsulation, memory) == oid_answer{ndis_status::success, 28, 0, 1});
  CHECK(*read_encapsulation(memory) == offload_encapsulation{ethernet, turned_off});
  CHECK(s.encapsulate({}, ethernet).status == ndis_status::success);
  CHECK(s.encapsulate(turned_off, {}).status == ndis_status::success);
  REQUIRE(s.broker.query(regular_oid::offload_encapsulation, memory).status == ndis_status::success);
  CHECK(*read_encapsulation(memory) == encapsulation_of(s.adapter.activation()));
  CHECK(*read_encapsulation(memory) == offload_encapsulation{turned_off, ethernet});
}

TEST_CASE("configuration_broker: an encapsulation change from below is kept and passed on") {
  stack s;
  s.broker(encapsulation_changed{{ethernet, turned_off}});
  REQUIRE(s.above.seen.size() == 1);
  CHECK(s.above.seen[0].status == ndis_status::encapsulation_change);
  std::vector<octet> memory(28);
  REQUIRE(s.broker.query(regular_oid::offload_encapsulation, memory).status == ndis_status::success);
  CHECK(*read_encapsulation(memory) == offload_encapsulation{ethernet, turned_off});
}

TEST_CASE("configuration_broker: after a reset that lost it, what was active is activated again") {
  stack s;
  CHECK(s.broker.reactivate().status == ndis_status::success);
  CHECK(s.encapsulate(ethernet, {}).status == ndis_status::success);
  const configuration_word before = s.adapter.live().read();
  s.adapter.start(reports::full(), s.keywords);
  CHECK_FALSE(s.adapter.live().read().active(family::ipv4));
  CHECK(s.broker.reactivate().status == ndis_status::success);
  CHECK(s.adapter.live().read() == before);
}

TEST_CASE("F20: with DisableTaskOffload no request that activates goes down, and nothing is usable; EnabledOffload = 0 leaves all but IPsec") {
  keyword_map keywords;
  recorder above;
  adapter_configuration<> adapter;
  for (const host_offload_switches switches : {host_offload_switches{true, true}, host_offload_switches{true, false}, host_offload_switches{false, false}}) {
    configuration_broker<keyword_map, adapter_configuration<>, recorder> broker{keywords, adapter, above, switches};
    broker.attach(adapter.start(reports::full(), keywords));
    above.seen.clear();
    const bool may = !switches.disable_task_offload;
    CHECK(broker.set(regular_oid::offload_encapsulation, record_of({ethernet, ethernet})).status == (may ? ndis_status::success : ndis_status::not_accepted));
    CHECK(adapter.activation().asked() == may);
    CHECK(above.seen.empty() != may);
    CHECK(broker.usable() == usable(reports::full(), switches));
    CHECK(broker.usable().any() == may);
    CHECK(broker.usable().ipsec == device_capabilities{});
  }
}
