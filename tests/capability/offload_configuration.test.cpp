#include "../support/reports.hpp"

#include <doctest/doctest.h>

#include <esplanade/capability/offload_configuration.hpp>

using namespace esplanade;
using enum offload_setting;

namespace {
offload_settings random_settings(reports::source& random) {
  offload_settings s;
  for (std::size_t i = 0; i < offload_setting_count; ++i) CHECK(s.set(static_cast<offload_setting>(i), random.below(offload_keywords[i].value_max + 1u)));
  return s;
}
offload_settings with(offload_setting which, std::uint32_t value) {
  offload_settings s;
  CHECK(s.set(which, value));
  return s;
}
}  // namespace

TEST_CASE("F1, F24: an adapter has two reports, and hardware covers the current one whatever is set or replaced") {
  reports::source random{5};
  for (int round = 0; round < 2000; ++round) {
    offload_configuration c{random.report(), random_settings(random)};
    CHECK(c.hardware().covers(c.current()));
    c.apply(random_settings(random));
    CHECK(c.hardware().covers(c.current()));
    c.replace_hardware(random.report());
    CHECK(c.hardware().covers(c.current()));
  }
}

TEST_CASE("F2: hardware keeps what a keyword turned off, and the current report omits it") {
  const offload_configuration c{reports::full(), with(ipsec_v2, 0)};
  CHECK(c.hardware().ipsec == reports::full_ipsec());
  CHECK(c.current().ipsec == device_capabilities{});
  CHECK(c.current().large_send_v1 == reports::full().large_send_v1);
}

TEST_CASE("F19: *IPsecOffloadV2 decides AH and ESP, both by default; *IPsecOffloadV2IPv4 does on adapters of IPv4 alone") {
  offload_report hardware = reports::full();
  for (const bool ipv6 : {true, false}) {
    hardware.ipsec.ipv6 = ipv6;
    const auto decides = ipv6 ? ipsec_v2 : ipsec_v2_ipv4, ignored = ipv6 ? ipsec_v2_ipv4 : ipsec_v2;
    CHECK(configured(hardware, {}).ipsec == hardware.ipsec);
    for (std::uint32_t value = 0; value <= 3; ++value) {
      const auto current = configured(hardware, with(decides, value)).ipsec;
      CHECK(current.ah == ((value & 1) != 0));
      CHECK(current.esp == ((value & 2) != 0));
      CHECK(current.ah_and_esp == (value == 3));
      CHECK(configured(hardware, with(ignored, value)).ipsec == hardware.ipsec);
    }
  }
  CHECK(same_text(offload_keywords[static_cast<std::size_t>(ipsec_v2)].name, "*IPsecOffloadV2"));
  CHECK(same_text(offload_keywords[static_cast<std::size_t>(ipsec_v2_ipv4)].name, "*IPsecOffloadV2IPv4"));
  CHECK(same_text(offload_keywords[static_cast<std::size_t>(ipsec_v1)].name, "*IPsecOffloadV1IPv4"));
}

TEST_CASE("F20: DisableTaskOffload ends all offload, EnabledOffload = 0 only IPsec") {
  const offload_report current = reports::full();
  CHECK(usable(current, {}) == current);
  CHECK(usable(current, {true, true}) == offload_report{});
  CHECK_FALSE(may_activate({true, true}));
  const auto without_ipsec = usable(current, {false, false});
  CHECK(without_ipsec.ipsec == device_capabilities{});
  CHECK(without_ipsec.ipsec_v1 == ipsec_v1_words{});
  CHECK(without_ipsec.large_send_v2_ipv6 == current.large_send_v2_ipv6);
  CHECK(without_ipsec.ipv4_send_checksum == current.ipv4_send_checksum);
  CHECK(may_activate({false, false}));
}

TEST_CASE("F24: no setting raises the current report above hardware that lacks AH or ESP") {
  for (const bool has_ah : {true, false})
    for (const bool has_esp : {true, false}) {
      offload_report hardware = reports::full();
      hardware.ipsec.ah = has_ah;
      hardware.ipsec.esp = has_esp;
      for (std::uint32_t value = 0; value <= 3; ++value) {
        const offload_configuration c{hardware, with(ipsec_v2, value)};
        CHECK(c.current().ipsec.ah == (has_ah && (value & 1) != 0));
        CHECK(c.current().ipsec.esp == (has_esp && (value & 2) != 0));
        CHECK((!c.current().ipsec.ah_and_esp || (c.current().ipsec.ah && c.current().ipsec.esp)));
      }
    }
}

TEST_CASE("F24: after a withdrawal a feature can no longer be configured on") {
  offload_configuration c{reports::full(), {}};
  offload_report weaker = reports::full();
  weaker.ipsec.esp = false;
  c.replace_hardware(weaker);
  c.apply(with(ipsec_v2, 3));
  CHECK_FALSE(c.current().ipsec.esp);
}
