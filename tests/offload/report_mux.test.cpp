#include "../support/events.hpp"
#include "../support/reports.hpp"

#include <doctest/doctest.h>

#include <esplanade/offload/report_mux.hpp>

using namespace esplanade;
using events::recorder;

namespace {
offload_attributes without_ah() {
  offload_report r = reports::full();
  r.ipsec = with_protocols(r.ipsec, ipsec_protocol::esp);
  return {r, r};
}
const offload_attributes all{reports::full(), reports::full()};
}  // namespace

TEST_CASE("F31: a multiplexer advertises what all its adapters have in common") {
  reports::source random{9};
  for (int round = 0; round < 300; ++round) {
    recorder above;
    report_mux<3, recorder> mux{mux_use::failover, above};
    offload_attributes given[3];
    for (std::size_t i = 0; i < 3; ++i) {
      given[i] = {random.report(), random.report()};
      REQUIRE(mux.join(i, given[i]));
    }
    for (const auto& g : given) CHECK((g.hardware.covers(mux.advertised().hardware) && g.current.covers(mux.advertised().current)));
    CHECK(mux.advertised().hardware == common(common(given[0].hardware, given[1].hardware), given[2].hardware));
    REQUIRE(mux.leave(1));
    CHECK(mux.advertised().current == common(given[0].current, given[2].current));
    CHECK(above.seen.back().report == mux.advertised().current);
  }
}

TEST_CASE("F31: failover raises HARDWARE_CAPABILITIES, and then CURRENT_CONFIG, even to an equal adapter") {
  recorder above;
  report_mux<2, recorder> mux{mux_use::failover, above};
  REQUIRE(mux.join(0, all));
  REQUIRE(mux.join(1, all));
  above.seen.clear();
  REQUIRE(mux.fail_over(1));
  CHECK(mux.active() == 1);
  REQUIRE(above.seen.size() == 2);
  CHECK(above.seen[0].status == ndis_status::hardware_capabilities);
  CHECK(above.seen[1].status == ndis_status::current_config);
  above.seen.clear();
  REQUIRE(mux.leave(1));
  CHECK(mux.active() == 0);
  REQUIRE(above.seen.size() == 2);
  CHECK(above.seen[0].status == ndis_status::hardware_capabilities);
}

TEST_CASE("F31: a weaker adapter lowers what is advertised while it is there") {
  recorder above;
  report_mux<2, recorder> mux{mux_use::failover, above};
  REQUIRE(mux.join(0, all));
  CHECK(mux.advertised() == all);
  REQUIRE(mux.join(1, without_ah()));
  CHECK_FALSE(mux.advertised().current.ipsec.ah);
  CHECK_FALSE(above.seen.back().report.ipsec.ah);
  REQUIRE(mux.leave(1));
  CHECK(mux.advertised() == all);
  REQUIRE(mux.leave(0));
  CHECK(mux.advertised() == offload_attributes{});
  CHECK(mux.active() == 2);
}

TEST_CASE("F31: load balancing strips IPsec and nothing else") {
  recorder above;
  report_mux<2, recorder> mux{mux_use::load_balancing, above};
  REQUIRE(mux.join(0, all));
  CHECK(mux.advertised().hardware.ipsec == device_capabilities{});
  CHECK(mux.advertised().current.ipsec_v1 == ipsec_v1_words{});
  CHECK(mux.advertised().current.large_send_v2_ipv4 == all.current.large_send_v2_ipv4);
}

TEST_CASE("F31: indications from below change what is advertised, and go up") {
  recorder above;
  report_mux<2, recorder> mux{mux_use::failover, above};
  REQUIRE(mux.join(0, all));
  above.seen.clear();
  auto below = mux.below(0);
  static_assert(OffloadEventSink<decltype(below)>);
  below(current_config_changed{without_ah().current});
  REQUIRE(above.seen.size() == 1);
  CHECK(above.seen[0].status == ndis_status::current_config);
  CHECK_FALSE(above.seen[0].report.ipsec.ah);
  below(hardware_capabilities_changed{without_ah().hardware});
  REQUIRE(above.seen.size() == 3);
  CHECK(above.seen[1].status == ndis_status::hardware_capabilities);
  below(encapsulation_changed{{events::ethernet, events::ethernet}});
  CHECK(above.seen[3].status == ndis_status::encapsulation_change);
}

TEST_CASE("F31: of an adapter that stands by nobody hears what is active on it; when it takes over, they do if it differs") {
  recorder above;
  report_mux<2, recorder> mux{mux_use::failover, above};
  REQUIRE(mux.join(0, all));
  REQUIRE(mux.join(1, all));
  above.seen.clear();
  mux.below(1)(encapsulation_changed{{events::ethernet, events::turned_off}});
  CHECK(above.seen.empty());
  mux.below(0)(encapsulation_changed{{events::ethernet, events::ethernet}});
  REQUIRE(above.seen.size() == 1);
  CHECK(above.seen[0].encapsulation == offload_encapsulation{events::ethernet, events::ethernet});
  REQUIRE(mux.fail_over(1));
  REQUIRE(above.seen.size() == 4);
  CHECK(above.seen[3].status == ndis_status::encapsulation_change);
  CHECK(above.seen[3].encapsulation == offload_encapsulation{events::ethernet, events::turned_off});
  mux.below(1)(encapsulation_changed{{events::ethernet, events::turned_off}});  // told already
  CHECK(above.seen.size() == 4);
  REQUIRE(mux.leave(1));
  REQUIRE(above.seen.size() == 7);
  CHECK(above.seen[6].encapsulation == offload_encapsulation{events::ethernet, events::ethernet});

  recorder over_both;
  report_mux<2, recorder> balanced{mux_use::load_balancing, over_both};
  REQUIRE(balanced.join(0, all));
  REQUIRE(balanced.join(1, all));
  over_both.seen.clear();
  balanced.below(1)(encapsulation_changed{{events::ethernet, events::turned_off}});  // all of them carry
  CHECK(over_both.seen.size() == 1);
}

TEST_CASE("F31: coalescing, encapsulated tasks and grouped checksums are advertised where every adapter has them") {
  recorder above;
  report_mux<2, recorder> mux{mux_use::failover, above};
  offload_attributes less = all;
  less.current.coalescing_ipv6 = less.hardware.coalescing_ipv6 = false;
  less.current.encapsulated = less.hardware.encapsulated = {0x00101, 64};
  REQUIRE(mux.join(0, all));
  CHECK(mux.advertised() == all);
  REQUIRE(mux.join(1, less));
  CHECK(mux.advertised() == less);
  CHECK(mux.advertised().current.checksums_grouped);
}

TEST_CASE("report_mux: places that nobody is at, or somebody is, are refused") {
  recorder above;
  report_mux<2, recorder> mux{mux_use::failover, above};
  CHECK_FALSE(mux.leave(0));
  CHECK_FALSE(mux.fail_over(0));
  CHECK_FALSE(mux.join(2, all));
  REQUIRE(mux.join(0, all));
  CHECK(mux.join(0, all).why().kind == fault_kind::already_exists);
  CHECK_FALSE(mux.fail_over(1));
  CHECK_FALSE(mux.leave(2));
}
