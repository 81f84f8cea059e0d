#include <doctest/doctest.h>

#include <esplanade/offload/placement_table.hpp>

#include <vector>

using namespace esplanade;

TEST_CASE("placement_table: entries are found by what they name, and partners do not outlive each other") {
  detail::placement_table<3> table;
  auto* const in = table.take();
  auto* const out = table.take();
  in->inbound = true;
  in->count = out->count = 1;
  in->put_name(0, inbound_handle{4, 1});
  out->put_name(0, outbound_handle{4, 1});
  CHECK(table.find(inbound_handle{4, 1}) == in);
  CHECK(table.find(outbound_handle{4, 1}) == out);
  CHECK(table.find(outbound_handle{4, 2}) == nullptr);
  in->partner = table.index_of(*out);
  out->partner = table.index_of(*in);
  table.give_back(*in);
  CHECK(table.at(out->partner) == nullptr);
  CHECK(table.size() == 1);
  CHECK(table.take() != nullptr);
  CHECK(table.take() != nullptr);
  CHECK(table.take() == nullptr);
}

TEST_CASE("placement_table: walks and counts what is used, in the order of places, and gives a place out as new") {
  detail::placement_table<4> table;
  detail::placement_entry* e[3] = {table.take(), table.take(), table.take()};
  e[0]->now = e[2]->now = detail::placement_phase::going;
  e[1]->spi[0] = 0x1001;
  e[1]->handle = {5};
  CHECK(table.count(detail::placement_phase::going) == 2);
  CHECK(table.count(detail::placement_phase::placed) == 1);
  table.give_back(*e[1]);
  std::vector<std::uint32_t> seen;
  table.for_each([&](detail::placement_entry& one) { seen.push_back(table.index_of(one)); });
  CHECK(seen == std::vector<std::uint32_t>{0, 2});
  CHECK(table.at(1) == nullptr);
  CHECK(table.at(99) == nullptr);
  detail::placement_entry* const again = table.take();
  CHECK(again == e[1]);
  CHECK(again->spi[0] == 0);
  CHECK_FALSE(again->handle);
  CHECK(again->partner == 0xffffffff);
}
