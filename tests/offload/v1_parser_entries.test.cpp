#include <esplanade/offload/v1_parser_entries.hpp>

#include "v1_support.hpp"

#include <doctest/doctest.h>

using namespace v1_tests;

namespace {
constexpr v1_parser_entry esp_port{v1_udp_type::other, 4500};
}

TEST_CASE("V1-19, F136: without a handle the entry like it is found, else made; with one it is that entry") {
  v1_parser_entries<2> entries;
  CHECK_FALSE(entries.listens(4500));
  const auto first = entries.acquire({}, esp_port);
  REQUIRE(first);
  CHECK(first->made);
  CHECK(bool{first->handle});
  CHECK(entries.listens(4500));
  const auto again = entries.acquire({}, esp_port);
  REQUIRE(again);
  CHECK_FALSE(again->made);
  CHECK(again->handle == first->handle);
  CHECK(entries.acquire(first->handle, {v1_udp_type::ike, 500})->handle == first->handle);  // the handle alone counts
  CHECK(refused(entries.acquire({first->handle.word + 1}, esp_port), fault_kind::not_found));
  CHECK(entries.size() == 1);
}

TEST_CASE("V1-19: an entry is of type other and of port 4500") {
  v1_parser_entries<2> entries;
  CHECK(refused(entries.acquire({}, {v1_udp_type::ike, 4500}), fault_kind::not_supported));
  CHECK(refused(entries.acquire({}, {v1_udp_type::other, 500}), fault_kind::not_supported));
  CHECK(entries.size() == 0);
  CHECK_FALSE(entries.listens(500));
  CHECK_FALSE(entries.listens(0));
}

TEST_CASE("F136: what was made for an SA that was not added goes again, what was there stays") {
  v1_parser_entries<2> entries;
  const auto first = entries.acquire({}, esp_port);
  REQUIRE(first);
  entries.give_up(*entries.acquire({}, esp_port));
  CHECK(entries.listens(4500));
  entries.give_up(*first);
  CHECK_FALSE(entries.listens(4500));
  CHECK(entries.size() == 0);
}

TEST_CASE("V1-20, F137: an entry that cannot go yet takes no packets and is not found again") {
  v1_parser_entries<2> entries;
  const offload_handle first = entries.acquire({}, esp_port)->handle;
  entries.condemn(first);
  CHECK_FALSE(entries.listens(4500));
  CHECK(entries.size() == 1);
  CHECK(refused(entries.acquire(first, esp_port), fault_kind::not_found));
  const auto second = entries.acquire({}, esp_port);
  REQUIRE(second);
  CHECK(second->made);
  CHECK_FALSE(second->handle == first);
  CHECK(entries.acquire({}, {v1_udp_type::other, 4500})->handle == second->handle);
  CHECK(entries.remove(first));
  CHECK(entries.listens(4500));
}

TEST_CASE("v1_parser_entries: the handle of a removed entry names none that follows [class 15]") {
  v1_parser_entries<1> entries;
  const offload_handle first = entries.acquire({}, esp_port)->handle;
  CHECK(entries.remove(first));
  CHECK(refused(entries.remove(first), fault_kind::not_found));
  const offload_handle second = entries.acquire({}, esp_port)->handle;
  CHECK_FALSE(first == second);
  entries.condemn(first);
  CHECK(refused(entries.remove(first), fault_kind::not_found));
  CHECK(entries.listens(4500));
  entries.condemn(second);
  CHECK(refused(entries.acquire({}, esp_port), fault_kind::no_space));
}
