#include "../support/reports.hpp"

#include <doctest/doctest.h>

#include <esplanade/offload/registration.hpp>

using namespace esplanade;

namespace {
const offload_attributes all{reports::full(), reports::full()};
struct both {
  void direct_request() {}
  void cancel_request() {}
};
struct neither {};
}  // namespace

static_assert(driver_rules<both>::kept && driver_rules<both>::entries.direct_request && driver_rules<both>::entries.cancel_request);
static_assert(driver_rules<neither>::kept && !driver_rules<neither>::entries.direct_request);

TEST_CASE("F32: one of the two entries without the other is a registration error, and IPsec needs both") {
  CHECK(check_entries({true, true}, all.hardware.ipsec));
  CHECK(same_text(check_entries({true, false}, {}).why().field, "cancel_request"));
  CHECK(same_text(check_entries({false, true}, {}).why().field, "direct_request"));
  CHECK(check_entries({false, false}, {}));
  CHECK(check_entries({false, false}, all.hardware.ipsec).why().kind == fault_kind::not_supported);
  for (const driver_entries wrong : {driver_entries{true, false}, driver_entries{false, true}}) {
    adapter_registration r{wrong};
    CHECK_FALSE(r.registration_attributes());
    CHECK_FALSE(r.complete());
  }
}

TEST_CASE("F1: attributes come in their order, and both reports are checked against each other") {
  adapter_registration r{{true, true}};
  CHECK_FALSE(r.offload_attributes_of(all));
  CHECK_FALSE(r.general_attributes());
  CHECK(r.registration_attributes());
  CHECK_FALSE(r.registration_attributes());
  CHECK_FALSE(r.offload_attributes_of(all));
  CHECK(r.general_attributes());
  CHECK(r.complete());
  offload_attributes more = all;
  more.hardware.ipsec.ah = more.hardware.ipsec.ah_and_esp = false;
  CHECK(same_text(r.offload_attributes_of(more).why().field, "current"));
  CHECK(r.attributes() == offload_attributes{});
  CHECK(r.offload_attributes_of(all));
  CHECK_FALSE(r.offload_attributes_of(all));
  CHECK(r.attributes() == all);
}

TEST_CASE("F18: a report of IPsec without 802.3 is refused") {
  offload_attributes a = all;
  a.current.ipsec.framings = a.hardware.ipsec.framings = link_framing::llc_snap_routed;
  CHECK(same_text(check_attributes(a).why().field, "framings"));
  a.current.ipsec.tunnel = a.hardware.ipsec.tunnel = false;
  CHECK(check_attributes(a));
}

TEST_CASE("registration: a report that contradicts itself is refused, and one of nothing is not") {
  CHECK(check_attributes({}));
  offload_attributes a = all;
  a.current.ipsec.ah = a.hardware.ipsec.ah = false;
  CHECK(same_text(check_attributes(a).why().field, "ah_and_esp"));
  a = all;
  a.current.ipsec.transport = a.hardware.ipsec.transport = false;
  CHECK(same_text(check_attributes(a).why().field, "transport_in_tunnel"));
}
