#include <doctest/doctest.h>

#include <esplanade/offload/direct_request.hpp>
#include <esplanade/offload/regular_oid.hpp>

using namespace esplanade;

TEST_CASE("direct_request: the four OIDs of the direct path are direct, and no neighbour of theirs and no regular one is") {
  for (const direct_oid oid : {direct_oid::add_sa, direct_oid::delete_sa, direct_oid::update_sa, direct_oid::add_sa_ex}) CHECK(is_direct(static_cast<std::uint32_t>(oid)));
  for (const regular_oid oid : {regular_oid::offload_encapsulation, regular_oid::current_config, regular_oid::offload_parameters, regular_oid::hardware_capabilities}) CHECK_FALSE(is_direct(static_cast<std::uint32_t>(oid)));
  for (const std::uint32_t oid : {0u, 0xFC030201u, 0xFC030206u, 0x7C030202u, 0xffffffffu}) CHECK_FALSE(is_direct(oid));
}

TEST_CASE("direct_request: a new one has no answer, nobody to tell, and reads its own host's memory") {
  const direct_request r;
  CHECK_FALSE(is_direct(r.oid));
  CHECK(r.status == ndis_status::success);
  CHECK((r.completed == nullptr));
  CHECK(r.next_waiting == nullptr);
  CHECK(r.layout == native_layout);
  CHECK(r.bytes_read + r.bytes_needed + r.supported_revision == 0);
}
