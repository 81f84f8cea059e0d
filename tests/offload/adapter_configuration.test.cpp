#include "../support/events.hpp"
#include "../support/reports.hpp"

#include <doctest/doctest.h>

#include <esplanade/offload/adapter_configuration.hpp>

using namespace esplanade;
using enum offload_setting;
using events::ethernet;
using events::record_of;
using events::recorder;
using events::turned_off;

namespace {
std::vector<octet> record_of_setting(offload_setting which, std::uint8_t value) {
  offload_parameters p;
  p[which] = value;
  std::vector<octet> made(22);
  REQUIRE(write_parameters(p, made));
  return made;
}
struct adapter {
  adapter_configuration<> a;
  recorder above;
  explicit adapter(const offload_report& hardware = reports::full()) { a.start(hardware, offload_settings{}); }
  ndis_status set(offload_setting which, std::uint8_t value) { return a.set_parameters(record_of_setting(which, value), above).status; }
  ndis_status encapsulate(const activation_request& ipv4, const activation_request& ipv6) { return a.set_encapsulation(record_of({ipv4, ipv6}), above).status; }
  bool active(family v) { return a.live().read().active(v); }
};
}  // namespace

TEST_CASE("F1: at its start an adapter gives its current and its hardware report") {
  adapter_configuration<> a;
  offload_settings s;
  REQUIRE(s.set(ipsec_v2, 2));
  const auto given = a.start(reports::full(), s);
  CHECK(given.hardware == reports::full());
  CHECK(given.current == configured(reports::full(), s));
  CHECK(given.hardware.covers(given.current));
  CHECK(a.live().capabilities() == given.current.ipsec);
}

TEST_CASE("F22: OFFLOAD_PARAMETERS sets AH, ESP, both or neither; a false value or a short buffer is INVALID_DATA") {
  adapter n;
  const bool ah[] = {true, false, true, false, true}, esp[] = {true, false, false, true, true};
  for (std::uint8_t value = 1; value <= 4; ++value) {
    CHECK(n.set(ipsec_v2, value) == ndis_status::success);
    CHECK(n.a.configuration().current().ipsec.ah == ah[value]);
    CHECK(n.a.configuration().current().ipsec.esp == esp[value]);
    CHECK(n.set(ipsec_v2, 0) == ndis_status::success);
    CHECK(n.a.configuration().current().ipsec.esp == esp[value]);
  }
  auto record = record_of_setting(ipsec_v2, 1);
  record[20] = 5;
  const auto before = n.a.configuration().current();
  const std::size_t indicated = n.above.seen.size();
  CHECK(n.a.set_parameters(record, n.above).status == ndis_status::invalid_data);
  for (std::size_t given = 0; given < 22; ++given) CHECK(n.a.set_parameters(const_octets(record).first(given), n.above).status == ndis_status::invalid_data);
  CHECK(n.a.configuration().current() == before);
  CHECK(n.above.seen.size() == indicated);
  adapter nothing{offload_report{}};
  CHECK(nothing.set(ipsec_v2, 1) == ndis_status::not_supported);
}

TEST_CASE("F23: IPsecV2IPv4 is ignored by an adapter that does IPv6, and IPsecV2 by one that does not") {
  adapter n;
  CHECK(n.set(ipsec_v2_ipv4, 1) == ndis_status::success);
  CHECK(n.a.configuration().current().ipsec == reports::full_ipsec());
  offload_report four = reports::full();
  four.ipsec.ipv6 = false;
  adapter m{four};
  CHECK(m.set(ipsec_v2, 1) == ndis_status::success);
  CHECK(m.a.configuration().current().ipsec == four.ipsec);
  CHECK(m.set(ipsec_v2_ipv4, 1) == ndis_status::success);
  CHECK(m.a.configuration().current().ipsec == device_capabilities{});
}

TEST_CASE("F24: asking for AH that the hardware lacks never raises it") {
  offload_report hardware = reports::full();
  hardware.ipsec.ah = hardware.ipsec.ah_and_esp = false;
  adapter n{hardware};
  CHECK(n.set(ipsec_v2, 4) == ndis_status::success);
  CHECK_FALSE(n.a.configuration().current().ipsec.ah);
  CHECK(n.set(ipsec_v2, 2) == ndis_status::success);
  CHECK(n.a.configuration().current().ipsec == device_capabilities{});
  CHECK(n.a.live().capabilities() == device_capabilities{});
}

TEST_CASE("F26: after a successful OFFLOAD_PARAMETERS exactly one CURRENT_CONFIG says the new state, never the raw hardware") {
  adapter n;
  CHECK(n.set(ipsec_v2, 3) == ndis_status::success);
  REQUIRE(n.above.seen.size() == 1);
  CHECK(n.above.seen[0].status == ndis_status::current_config);
  CHECK(n.above.seen[0].report == n.a.configuration().current());
  CHECK_FALSE(n.above.seen[0].report.ipsec.ah);
  CHECK(n.set(large_send_v1, 1) == ndis_status::success);
  REQUIRE(n.above.seen.size() == 2);
  CHECK(n.above.seen[1].report.large_send_v1 == large_send_limits{});
  CHECK_FALSE(n.above.seen[1].report.ipsec.ah);
}

TEST_CASE("F27: ENCAPSULATION with ON activates, OFF deactivates everything, IPv4 and IPv6 separately") {
  adapter n;
  CHECK(n.encapsulate(ethernet, {}) == ndis_status::success);
  CHECK(n.active(family::ipv4));
  CHECK_FALSE(n.active(family::ipv6));
  CHECK(n.encapsulate({}, ethernet) == ndis_status::success);
  CHECK(n.active(family::ipv4));
  CHECK(n.active(family::ipv6));
  CHECK(n.encapsulate(turned_off, {}) == ndis_status::success);
  CHECK_FALSE(n.active(family::ipv4));
  CHECK(n.active(family::ipv6));
  CHECK(n.encapsulate(turned_off, turned_off) == ndis_status::success);
  CHECK_FALSE(n.active(family::ipv6));
}

TEST_CASE("F28: nothing is active before the first ENCAPSULATION that succeeds, though all is configured") {
  adapter n;
  CHECK(n.a.live().capabilities().any());
  CHECK_FALSE(n.active(family::ipv4));
  CHECK(n.set(ipsec_v2, 4) == ndis_status::success);
  CHECK_FALSE(n.active(family::ipv4));
  CHECK(n.encapsulate({activation::on, link_framing::none, 0}, {}) == ndis_status::invalid_parameter);
  CHECK_FALSE(n.active(family::ipv4));
  CHECK(n.encapsulate(ethernet, ethernet) == ndis_status::success);
  CHECK(n.active(family::ipv4));
  CHECK(n.active(family::ipv6));
  n.a.start(reports::full(), offload_settings{});
  CHECK_FALSE(n.active(family::ipv4));
}

TEST_CASE("F29: SUCCESS if any offload can use the framing, INVALID_PARAMETER if none can, NOT_SUPPORTED without offloads") {
  offload_report only_large_sends;
  only_large_sends.large_send_v1 = {link_framing::ieee_802_3, 64000, 2, 0};
  adapter n{only_large_sends};
  CHECK(n.encapsulate(ethernet, ethernet) == ndis_status::success);
  CHECK(n.encapsulate({activation::on, link_framing::llc_snap_routed, 22}, {}) == ndis_status::invalid_parameter);
  CHECK(n.encapsulate({}, ethernet) == ndis_status::invalid_parameter);
  adapter nothing{offload_report{}};
  CHECK(nothing.encapsulate(ethernet, ethernet) == ndis_status::not_supported);
  CHECK(nothing.above.seen.empty());
  CHECK(n.encapsulate({static_cast<activation>(9), {}, 0}, {}) == ndis_status::invalid_data);
  CHECK(n.a.set_encapsulation({}, n.above) == oid_answer{ndis_status::invalid_length, 0, 28, 0});
}

TEST_CASE("F30: a successful ENCAPSULATION indicates CURRENT_CONFIG, one that is refused nothing") {
  adapter n;
  CHECK(n.encapsulate({activation::on, link_framing::none, 0}, {}) != ndis_status::success);
  CHECK(n.above.seen.empty());
  CHECK(n.encapsulate(ethernet, {}) == ndis_status::success);
  REQUIRE(n.above.seen.size() >= 1);
  CHECK(n.above.seen[0].status == ndis_status::current_config);
  CHECK(n.above.seen[0].report == reports::full());
}

TEST_CASE("adapter_configuration: what is active is indicated when it changes, behind CURRENT_CONFIG, and only then") {
  adapter n;
  CHECK(n.encapsulate(ethernet, {}) == ndis_status::success);
  REQUIRE(n.above.seen.size() == 2);
  CHECK(n.above.seen[1].status == ndis_status::encapsulation_change);
  CHECK(n.above.seen[1].encapsulation == offload_encapsulation{ethernet, turned_off});
  CHECK(n.encapsulate(ethernet, {}) == ndis_status::success);  // as it was
  REQUIRE(n.above.seen.size() == 3);
  CHECK(n.above.seen[2].status == ndis_status::current_config);
  CHECK(n.set(ipsec_v2, 1) == ndis_status::success);
  CHECK(n.above.seen.size() == 4);
  offload_report other;
  other.large_send_v1 = {link_framing::llc_snap_routed, 64000, 2, 0};
  n.a.replace_hardware(other, n.above);  // none of its offloads takes Ethernet
  REQUIRE(n.above.seen.size() == 7);
  CHECK(n.above.seen[6].status == ndis_status::encapsulation_change);
  CHECK(n.above.seen[6].encapsulation == offload_encapsulation{turned_off, turned_off});
  CHECK_FALSE(n.active(family::ipv4));
}

TEST_CASE("adapter_configuration: coalescing and encapsulated tasks are switched off and on with revision 3") {
  adapter n;
  const auto current = [&]() -> const offload_report& { return n.a.configuration().current(); };
  const auto request = [&](std::uint8_t value) {
    offload_parameters p;
    p[coalescing_ipv4] = p[coalescing_ipv6] = p[encapsulated] = value;
    std::vector<octet> record(26);
    REQUIRE(write_parameters(p, record, 3));
    return n.a.set_parameters(record, n.above).status;
  };
  CHECK(request(1) == ndis_status::success);
  CHECK_FALSE(current().coalescing_ipv4);
  CHECK_FALSE(current().coalescing_ipv6);
  CHECK(current().encapsulated == encapsulated_offload{});
  CHECK(n.above.seen.back().report == current());
  CHECK(request(2) == ndis_status::success);
  CHECK(current() == reports::full());
}

TEST_CASE("F60: a set that succeeds says how much of the record it read and which revision it took it for") {
  adapter n;
  auto record = record_of_setting(ipsec_v2, 3);
  CHECK(n.a.set_parameters(record, n.above) == oid_answer{ndis_status::success, 22, 0, 2});
  CHECK(n.a.set_encapsulation(record_of({ethernet, {}}), n.above) == oid_answer{ndis_status::success, 28, 0, 1});
  record.resize(40);
  record[1] = 5, record[2] = 40;
  CHECK(n.a.set_parameters(record, n.above) == oid_answer{ndis_status::success, 26, 0, 3});
}

TEST_CASE("U-1: turning AH off and on again leaves everything as it was, and meanwhile the gate for AH is shut") {
  adapter n;
  CHECK(n.encapsulate(ethernet, ethernet) == ndis_status::success);
  const configuration_word before = n.a.live().read();
  CHECK(n.set(ipsec_v2, 3) == ndis_status::success);
  CHECK_FALSE(may_carry(n.a.live().read().features(), offload_feature::ah));
  CHECK(may_carry(n.a.live().read().features(), offload_feature::esp));
  CHECK(n.active(family::ipv4));
  CHECK(n.set(ipsec_v2, 1) == ndis_status::success);
  CHECK_FALSE(n.active(family::ipv4));
  CHECK(n.set(ipsec_v2, 4) == ndis_status::success);
  CHECK(n.a.live().read() == before);
}

TEST_CASE("adapter_configuration: other hardware is told on both levels, the hardware first, and settings stay") {
  adapter n;
  CHECK(n.set(ipsec_v2, 2) == ndis_status::success);
  n.above.seen.clear();
  offload_report weaker = reports::full();
  weaker.ipsec.ipv4_options = false;
  n.a.replace_hardware(weaker, n.above);
  REQUIRE(n.above.seen.size() == 2);
  CHECK(n.above.seen[0].status == ndis_status::hardware_capabilities);
  CHECK(n.above.seen[0].report == weaker);
  CHECK(n.above.seen[1].status == ndis_status::current_config);
  CHECK_FALSE(n.above.seen[1].report.ipsec.esp);
  CHECK_FALSE(n.above.seen[1].report.ipsec.ipv4_options);
}
