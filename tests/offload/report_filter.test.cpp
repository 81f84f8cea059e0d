#include "../support/events.hpp"
#include "../support/reports.hpp"

#include <doctest/doctest.h>

#include <esplanade/offload/report_filter.hpp>

using namespace esplanade;

TEST_CASE("F31: a filter lowers what is advertised and can never add to it, at the start and with every indication") {
  reports::source random{8};
  for (int round = 0; round < 500; ++round) {
    const offload_report most = random.report();
    const offload_attributes below{random.report(), random.report()};
    events::recorder above;
    report_filter filter{most, above};
    const auto shown = filter.attach(below);
    CHECK((most.covers(shown.current) && below.current.covers(shown.current) && most.covers(shown.hardware) && below.hardware.covers(shown.hardware)));
    filter(current_config_changed{below.current});
    filter(hardware_capabilities_changed{below.hardware});
    filter(encapsulation_changed{{events::ethernet, events::turned_off}});
    REQUIRE(above.seen.size() == 3);
    CHECK(above.seen[0].status == ndis_status::current_config);
    CHECK(above.seen[0].report == shown.current);
    CHECK(above.seen[1].status == ndis_status::hardware_capabilities);
    CHECK(above.seen[1].report == shown.hardware);
    CHECK(above.seen[2].encapsulation == offload_encapsulation{events::ethernet, events::turned_off});
  }
  events::recorder above;
  CHECK(report_filter{reports::full(), above}.attach({reports::full(), reports::full()}) == offload_attributes{reports::full(), reports::full()});
}
