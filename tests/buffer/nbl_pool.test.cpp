#include <vector>

#include <doctest/doctest.h>

#include <esplanade/buffer/nbl_pool.hpp>
#include <esplanade/testing/packet_form.hpp>

using namespace esplanade;

namespace {
constexpr nbl_pool_shape small{.lists = 3, .buffers = 4, .blocks = 3, .block_size = 64, .bare_mdls = 2};
constexpr nbl_pool_shape with_data{.lists = 3, .buffers = 3, .blocks = 2, .block_size = 64, .bare_mdls = 0, .contexts = 3, .context_piece = 32, .parameters = {.data_size = 48, .data_offset = 16, .context_size = 16}};
constexpr nbl_pool_shape bare_lists{.lists = 1, .buffers = 0, .blocks = 0, .bare_mdls = 0, .parameters = {.net_buffer = false}};
}  // namespace

TEST_CASE("nbl_pool: lists arrive as the parameters say") {
  nbl_pool<small> pool;
  net_buffer_list* const list = pool.take();
  REQUIRE(list != nullptr);
  CHECK(list->owner() == nbl_owner::caller);
  CHECK(list->scratch() == 0);
  REQUIRE(list->first_buffer() != nullptr);
  CHECK(list->first_buffer()->next() == nullptr);
  CHECK(list->first_buffer()->chain() == nullptr);

  nbl_pool<with_data> full;
  net_buffer_list* const filled = full.take();
  REQUIRE(filled != nullptr);
  net_buffer& b = *filled->first_buffer();
  CHECK(b.data_offset() == 16);
  CHECK(b.data_length() == 0);
  CHECK(b.chain()->count == 48);
  CHECK(b.extend(32));
  CHECK(b.retreat(16));
  CHECK_FALSE(b.extend(1));
  CHECK(filled->context()->offset == 16);

  nbl_pool<bare_lists> bare;
  net_buffer_list* const empty = bare.take();
  REQUIRE(empty != nullptr);
  CHECK(empty->first_buffer() == nullptr);
}

TEST_CASE("nbl_pool: says nullptr when anything is missing, and then nothing was taken [class 39]") {
  nbl_pool<with_data> pool;  // three lists, but memory for two
  for (int round = 0; round < 4; ++round) {
    net_buffer_list* const a = pool.take();
    net_buffer_list* const b = pool.take();
    REQUIRE(a != nullptr);
    REQUIRE(b != nullptr);
    CHECK(pool.take() == nullptr);
    CHECK(pool.take() == nullptr);
    net_buffer_list* const third = pool.take_empty();  // the list itself is there, and its context area
    REQUIRE(third != nullptr);
    CHECK(pool.give(*third));
    CHECK(pool.give(*b));
    CHECK(pool.give(*a));
  }
}

TEST_CASE("nbl_pool: a list comes back once, from where it came, when nobody else has it") {
  nbl_pool<small> pool, other;
  net_buffer_list& list = *pool.take();
  CHECK(other.give(list).why().kind == fault_kind::not_found);
  REQUIRE(hand_over(list));
  CHECK(pool.give(list).why().kind == fault_kind::busy);
  REQUIRE(complete(list, nbl_status::success));
  CHECK_FALSE(pool.give(list));
  REQUIRE(take_back(list));
  CHECK(pool.give(list));
  CHECK(pool.give(list).why().kind == fault_kind::not_found);
  net_buffer_list* all[3];
  for (net_buffer_list*& one : all) one = pool.take();
  CHECK(pool.take() == nullptr);
  CHECK(all[0] != all[1]);
  CHECK(all[1] != all[2]);
  CHECK(all[0] != all[2]);
}

TEST_CASE("nbl_pool: a list that comes out again is as new") {
  nbl_pool<small> pool;
  net_buffer_list& list = *pool.take();
  set_oob(list, send_ipsec{.handle = 9});
  CHECK(list.set_flags(nbl_flag::send_read_only));
  list.set_status(nbl_status::failure);
  list.set_scratch(3);
  list.set_source_handle(4);
  list.link(&list);
  CHECK(pool.give(list));
  net_buffer_list& again = *pool.take();
  CHECK(&again == &list);
  CHECK(again.entry(oob_slot::ipsec) == oob_entry{});
  CHECK(again.flags().empty());
  CHECK(again.status() == nbl_status::success);
  CHECK(again.scratch() == 0);
  CHECK(again.source_handle() == 0);
  CHECK(again.next() == nullptr);
  CHECK(again.first_buffer()->writable());
}

TEST_CASE("nbl_pool: retreats are served from it, and all goes back with the list whatever state it is in") {
  nbl_pool<small> pool;
  for (int round = 0; round < 5; ++round) {
    net_buffer_list& list = *pool.take();
    net_buffer& b = *list.first_buffer();
    octet memory[32]{};
    mdl* const data = pool.take_mdl(memory, 32);
    REQUIRE(data != nullptr);
    REQUIRE(b.assign(data, 4, 20));
    REQUIRE(b.retreat(40));          // hides 4
    b.advance(43);
    REQUIRE(b.retreat(30));          // hides 3 more
    REQUIRE(retreat(b, 64));         // the last block, in front
    CHECK_FALSE(retreat(b, 64));
    b.trim(b.data_length() - 5);     // all of the data in what was put in front
    CHECK(pool.give(list));
  }
  mdl* blocks[3];
  for (mdl*& one : blocks) {
    one = pool.take_block(64);
    CHECK(one != nullptr);
  }
  CHECK(pool.take_block(1) == nullptr);
}
