#include <esplanade/offload/v1_task_offload.hpp>

#include "v1_support.hpp"

#include <doctest/doctest.h>

#include <random>
#include <vector>

using namespace v1_tests;

namespace {
constexpr std::size_t header = v1_task_offload::header_octets;
std::vector<octet> answer_of(const v1_task_offload& tasks) {
  std::vector<octet> at(200, 0xee);
  const auto written = tasks.query(at);
  REQUIRE(written);
  at.resize(*written);
  return at;
}
// The list of a query, with a task of large sends behind.
std::vector<octet> with_large_sends(std::vector<octet> at) {
  at.resize(at.size() + 24);
  record_writer out{at, native_layout};
  out.u32(header + 12, 44);
  const std::size_t task = header + 44;
  out.u32(task, 1), out.u32(task + 4, 24), out.u32(task + 8, 2), out.u32(task + 12, 0), out.u32(task + 16, 4);
  return at;
}
}  // namespace

TEST_CASE("V1-31: the answer is a header of the old kind and one task whose bits are single ones") {
  v1_report some;
  some.ah = {true, false, true, false, false, true};
  some.esp = {false, true, false, false, true, true, false};
  some.ah_and_esp = true;
  const auto at = answer_of(v1_task_offload(some));
  REQUIRE(at.size() == 72);
  record_reader in{at, native_layout};
  CHECK(in.u32(0) == 1);
  CHECK(in.u32(4) == 28);
  CHECK(in.u32(12) == 28);   // first task
  CHECK(in.u32(16) == 2);    // IEEE 802.3
  CHECK(in.u32(24) == 14);
  CHECK(in.u32(36) == 1);    // IPsec
  CHECK(in.u32(40) == 0);    // the last
  CHECK(in.u32(44) == 24);
  CHECK(in.u32(48) == 1);
  CHECK(in.u32(64) == 0b100101);
  CHECK(in.u32(68) == 0b01100100);
}

TEST_CASE("V1-31: what a set lists is enabled, no more than the hardware has; an offset of 0 disables all") {
  v1_task_offload tasks(everything());
  const auto all = answer_of(tasks);
  CHECK(tasks.enabled() == v1_report{});
  REQUIRE(tasks.set(all, 1));
  CHECK(tasks.enabled().ah == everything().ah);
  auto none = all;
  none[12] = 0;
  REQUIRE(tasks.set(none, 1));
  CHECK(tasks.enabled() == v1_report{});
  v1_report less = everything();
  less.esp.des = false;
  v1_task_offload weaker(less);
  CHECK(refused(weaker.set(all, 1), fault_kind::not_supported));
  CHECK(weaker.enabled() == v1_report{});
}

TEST_CASE("V1-31: one protocol at a time has tasks enabled") {
  v1_task_offload tasks(everything());
  const auto all = answer_of(tasks);
  auto none = all;
  none[12] = 0;
  REQUIRE(tasks.set(all, 1));
  CHECK(refused(tasks.set(all, 2), fault_kind::busy));
  CHECK(refused(tasks.set(none, 2), fault_kind::busy));
  REQUIRE(tasks.set(all, 1));
  REQUIRE(tasks.set(none, 1));
  CHECK(tasks.set(all, 2));
}

TEST_CASE("V1-30: IPsec or large sends, not both in one list") {
  v1_task_offload tasks(everything(), true);
  auto both = with_large_sends(answer_of(tasks));
  CHECK(refused(tasks.set(both, 1), fault_kind::not_supported));
  CHECK(tasks.enabled() == v1_report{});
  auto large = both;
  large[12] = static_cast<octet>(header + 44);  // the second task is the first
  REQUIRE(tasks.set(large, 1));
  CHECK(tasks.large_send());
  CHECK(tasks.enabled() == v1_report{});
  REQUIRE(tasks.set(answer_of(tasks), 1));
  CHECK_FALSE(tasks.large_send());
  v1_task_offload without(everything());
  CHECK(refused(without.set(large, 1), fault_kind::not_supported));
}

TEST_CASE("V1-31: lists that point outside, backwards or nowhere are refused, and change nothing") {
  v1_task_offload tasks(everything());
  const auto all = answer_of(tasks);
  for (std::size_t n = 0; n < all.size(); ++n) CHECK_FALSE(tasks.set(const_octets(all).first(n), 1));
  for (const std::size_t offset : {0u, 4u}) {
    auto wrong = all;
    wrong[offset] = 2;
    CHECK(refused(tasks.set(wrong, 1), fault_kind::invalid_value));
  }
  auto loop = all;
  loop[40] = 4;  // its own inside
  CHECK(refused(tasks.set(loop, 1), fault_kind::invalid_value));
  auto far = all;
  far[40] = far[41] = far[42] = far[43] = 0xff;
  CHECK(refused(tasks.set(far, 1), fault_kind::invalid_value));
  auto small = all;
  small[44] = 23;
  CHECK(refused(tasks.set(small, 1), fault_kind::invalid_value));
  CHECK(tasks.enabled() == v1_report{});
  std::mt19937 random(5);
  for (int i = 0; i < 2000; ++i) {
    auto some = all;
    for (int k = 0; k < 3; ++k) some[random() % some.size()] = static_cast<octet>(random() % 80);
    (void)tasks.set(some, 1);  // ends, and reads nothing outside
  }
}
