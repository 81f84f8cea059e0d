#include "support/faults.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/broken/sinks.hpp>

using namespace esplanade;
using namespace esplanade::testing;

TEST_CASE("sink_laws: every fault breaks its law and no other, in sinks of events and of records [class 55]") {
  support::each_fault_breaks_its_law<broken::sink_faults>(6, []<broken::sink_fault Fault>() { return find_broken_audit_laws<broken::faulty_sink<audit_event, Fault>>(); });
  support::each_fault_breaks_its_law<broken::sink_faults>(6, []<broken::sink_fault Fault>() { return find_broken_trace_laws<broken::faulty_sink<trace_record, Fault>>(); });
}

TEST_CASE("sink_laws: rings of every size keep them") {
  CHECK(check_audit_laws<audit_ring<1>>().empty());
  CHECK(check_audit_laws<audit_ring<64>>().empty());
  CHECK(check_audit_laws<audit_ring<1 << 18>>().empty());
  CHECK(check_trace_laws<stage_trace<2>>().empty());
  CHECK(check_trace_laws<stage_trace<1024>>().empty());
}
