#include "support/events.hpp"

#include <doctest/doctest.h>

#include <esplanade/offload/offload_event.hpp>

using namespace esplanade;

namespace {
struct may_throw {
  template <class Event> void operator()(const Event&) {}
};
struct hears_one {
  void operator()(const current_config_changed&) noexcept {}
};
static_assert(OffloadEventSink<events::recorder> && OffloadEventSink<no_offload_events> && !OffloadEventSink<may_throw> && !OffloadEventSink<hears_one>);
}  // namespace

TEST_CASE("offload_event: each event has its own status, and a sink hears what it says") {
  events::recorder above;
  offload_report report;
  report.ipsec.sa_capacity = 7;
  above(current_config_changed{report});
  above(hardware_capabilities_changed{report});
  above(encapsulation_changed{{{activation::on, link_framing::ieee_802_3, 14}, {}}});
  REQUIRE(above.seen.size() == 3);
  CHECK(above.seen[0].status == ndis_status::current_config);
  CHECK(above.seen[1].status == ndis_status::hardware_capabilities);
  CHECK(above.seen[2].status == ndis_status::encapsulation_change);
  CHECK(above.seen[1].report.ipsec.sa_capacity == 7);
  CHECK(above.seen[2].encapsulation.ipv4.header_octets == 14);
  no_offload_events nobody;
  nobody(current_config_changed{report});
  nobody(hardware_capabilities_changed{report});
  nobody(encapsulation_changed{});
}
