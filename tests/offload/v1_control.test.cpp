#include <esplanade/offload/v1_control.hpp>

#include "v1_plain_device.hpp"
#include "v1_support.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace v1_tests;
using in = v1_integrity;
using ci = v1_cipher;

namespace {
struct completions {
  std::vector<std::pair<v1_request*, ndis_status>>* into;
  void operator()(v1_request& r, ndis_status s) const noexcept { into->push_back({&r, s}); }
};
struct rig {
  plain_device nic{};
  v1_front v1{nic, everything()};
  v1_task_offload tasks{everything(), true};
  std::vector<std::pair<v1_request*, ndis_status>> completed{};
  v1_control<v1_front, completions> control{v1, tasks, completions{&completed}};
};
std::vector<octet> add_record(const v1_sa_request& r) {
  std::vector<octet> at(300);
  at.resize(write_v1_add_sa(r, at, native_layout));
  return at;
}
std::vector<octet> udp_record(bool inbound, offload_handle entry = {}) {
  v1_udp_sa_request r{request(esp_of(ci::des, in::md5)), {v1_udp_type::other, 4500}, entry};
  r.sa.inbound = inbound;
  std::vector<octet> at(300);
  at.resize(write_v1_add_udp_sa(r, at, native_layout));
  return at;
}
std::uintptr_t word_at(const std::vector<octet>& at, std::size_t offset) {
  record_reader reader{at, native_layout};
  return static_cast<std::uintptr_t>(reader.word(offset));
}
std::vector<octet> handles(std::uintptr_t first, std::uintptr_t second = 0) {
  std::vector<octet> at(2 * sizeof(void*));
  record_writer writer{at, native_layout};
  writer.word(0, first), writer.word(sizeof(void*), second);
  return at;
}
constexpr std::size_t entry_handle_at = v1_offsets::of(native_layout, true).entry_handle;
}  // namespace

TEST_CASE("V1-13, F135: ADD_SA by its number answers with a handle in the record, and DELETE_SA takes it") {
  rig r;
  auto record = add_record(request(ah_of(in::md5)));
  v1_request add{v1_oid::add_sa, record};
  CHECK(static_cast<std::uint32_t>(v1_oid::add_sa) == 0xFC010202);
  CHECK(r.control.submit(add) == ndis_status::success);
  const std::uintptr_t handle = word_at(record, v1_offsets::handle);
  CHECK(handle != 0);
  auto which = handles(handle);
  v1_request gone{v1_oid::delete_sa, which};
  CHECK(r.control.submit(gone) == ndis_status::success);
  CHECK(r.nic.sas.empty());
  CHECK(r.control.submit(gone) == ndis_status::invalid_parameter);
  r.nic.room = 0;
  CHECK(r.control.submit(add) == ndis_status::resources);
  CHECK(word_at(record, v1_offsets::handle) == 0);
  v1_request cut{v1_oid::add_sa, octets(record).first(100)};
  CHECK(r.control.submit(cut) == ndis_status::invalid_length);
  v1_request unknown{static_cast<v1_oid>(0xFC010204), record};
  CHECK(r.control.submit(unknown) == ndis_status::invalid_oid);
  CHECK(r.completed.empty());
}

TEST_CASE("V1-19: ADD_UDPESP_SA answers with both handles, DELETE_UDPESP_SA takes both") {
  rig r;
  auto record = udp_record(true);
  v1_request add{v1_oid::add_udp_sa, record};
  CHECK(r.control.submit(add) == ndis_status::success);
  const std::uintptr_t sa = word_at(record, v1_offsets::handle), entry = word_at(record, entry_handle_at);
  CHECK(sa != 0);
  CHECK(entry != 0);
  auto which = handles(sa, entry);
  v1_request gone{v1_oid::delete_udp_sa, which};
  CHECK(r.control.submit(gone) == ndis_status::success);
  CHECK(r.v1.entries() == 0);
  auto out = udp_record(false);
  v1_request add_out{v1_oid::add_udp_sa, out};
  CHECK(r.control.submit(add_out) == ndis_status::success);
  CHECK(word_at(out, entry_handle_at) == 0);
}

TEST_CASE("V1-20, F137: a delete waits behind a pending add, and both complete once and in order") {
  rig r;
  auto first = udp_record(true);
  v1_request add{v1_oid::add_udp_sa, first};
  REQUIRE(r.control.submit(add) == ndis_status::success);
  const std::uintptr_t sa = word_at(first, v1_offsets::handle), entry = word_at(first, entry_handle_at);
  r.control.hold();
  auto second = udp_record(true, {entry});
  v1_request reuse{v1_oid::add_udp_sa, second};
  CHECK(r.control.submit(reuse) == ndis_status::pending);
  auto which = handles(sa, entry);
  v1_request gone{v1_oid::delete_udp_sa, which};
  CHECK(r.control.submit(gone) == ndis_status::pending);
  CHECK(r.completed.empty());
  CHECK(r.v1.listens(4500));
  r.control.release();
  REQUIRE(r.completed.size() == 2);
  CHECK(r.completed[0] == std::pair{&reuse, ndis_status::success});  // the other way round it would have named no entry
  CHECK(r.completed[1] == std::pair{&gone, ndis_status::success});
  CHECK(word_at(second, entry_handle_at) == entry);
  CHECK_FALSE(r.v1.listens(4500));
}

TEST_CASE("v1_control: only so many requests wait, and every one that waits is completed once") {
  rig r;
  r.control.hold();
  std::vector<std::vector<octet>> records(17, add_record(request(ah_of(in::md5))));
  std::vector<v1_request> requests;
  for (auto& record : records) requests.push_back({v1_oid::add_sa, record});
  for (std::size_t i = 0; i < 16; ++i) CHECK(r.control.submit(requests[i]) == ndis_status::pending);
  CHECK(r.control.submit(requests[16]) == ndis_status::resources);
  r.control.release();
  REQUIRE(r.completed.size() == 16);
  for (std::size_t i = 0; i < 16; ++i) CHECK(r.completed[i] == std::pair{&requests[i], i < 8 ? ndis_status::success : ndis_status::resources});
  r.control.release();
  CHECK(r.completed.size() == 16);
}

TEST_CASE("V1-31: tasks are queried, enabled by a list and disabled by an empty one, through the request") {
  rig r;
  std::vector<octet> answer(v1_task_offload::query_octets - 1);
  v1_request query{v1_oid::task_offload, answer, true};
  CHECK(r.control.submit(query) == ndis_status::buffer_too_short);
  CHECK(query.octets_needed == v1_task_offload::query_octets);
  answer.resize(query.octets_needed);
  query.buffer = answer;
  CHECK(r.control.submit(query) == ndis_status::success);
  answer[12] = 0;  // no first task
  v1_request set{v1_oid::task_offload, answer, false, 1};
  CHECK(r.control.submit(set) == ndis_status::success);
  CHECK(r.v1.current() == v1_report{});
  answer[12] = v1_task_offload::header_octets;
  CHECK(r.control.submit(set) == ndis_status::success);
  CHECK(r.v1.current().ah == everything().ah);
  CHECK(r.v1.current().esp == everything().esp);
  set.issuer = 2;
  CHECK(r.control.submit(set) == ndis_status::not_accepted);
}
