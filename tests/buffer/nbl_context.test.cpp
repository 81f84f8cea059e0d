#include <vector>

#include <doctest/doctest.h>

#include <esplanade/buffer/nbl_pool.hpp>

using namespace esplanade;

namespace {
constexpr nbl_pool_shape shape{.lists = 2, .buffers = 2, .blocks = 2, .bare_mdls = 2, .contexts = 4, .context_piece = 64, .parameters = {.context_size = 32}};
constexpr nbl_pool_shape without{.lists = 1, .buffers = 1, .blocks = 1, .bare_mdls = 1, .contexts = 2, .context_piece = 64};
}  // namespace

TEST_CASE("F132: allocations stack, each layer sees its own on top, and they go in reverse order") {
  nbl_pool<shape> pool;
  net_buffer_list& list = *pool.take();
  CHECK(context_of(list).empty());
  octet* const first = *allocate_context(list, 16, 0, pool.contexts());
  std::memset(first, 1, 16);
  CHECK(context_of(list).data() == first);
  CHECK(context_of(list).size() == 16);
  octet* const second = *allocate_context(list, 8, 0, pool.contexts());
  CHECK(second + 8 == first);  // in the same record: the offset moves down
  std::memset(second, 2, 8);
  octet* const third = *allocate_context(list, 24, 16, pool.contexts());  // the record has 8 left: another one, with backfill
  CHECK(context_of(list).size() == 24);
  std::memset(third, 3, 24);
  octet* const fourth = *allocate_context(list, 16, 0, pool.contexts());
  CHECK(fourth + 16 == third);

  CHECK_FALSE(free_context(list, third, 24));   // the fourth is on top
  CHECK_FALSE(free_context(list, fourth, 48));  // more than there is
  CHECK_FALSE(free_context(list, fourth, sizeof(void*) / 2));
  CHECK_FALSE(free_context(list, fourth, 0));
  CHECK(free_context(list, fourth, 16));
  CHECK(free_context(list, third, 24));         // its record is empty and goes
  CHECK(context_of(list).data() == second);
  CHECK_FALSE(free_context(list, first, 16));
  CHECK(std::vector<octet>(second, second + 8) == std::vector<octet>(8, 2));
  CHECK(std::vector<octet>(first, first + 16) == std::vector<octet>(16, 1));
  CHECK_FALSE(pool.give(list));                 // in use
  CHECK(free_context(list, second, 8));
  CHECK(free_context(list, first, 16));
  CHECK_FALSE(free_context(list, first, 16));
  CHECK(context_of(list).empty());
  CHECK(pool.give(list));
}

TEST_CASE("F132: an empty record goes back to its source only when it was allocated for itself") {
  nbl_pool<without> pool;
  net_buffer_list& list = *pool.take();
  CHECK(list.context() == nullptr);
  for (int round = 0; round < 5; ++round) {
    octet* const a = *allocate_context(list, 64, 0, pool.contexts());
    octet* const b = *allocate_context(list, 64, 0, pool.contexts());
    CHECK(allocate_context(list, 8, 0, pool.contexts()).why().kind == fault_kind::no_space);
    CHECK(context_of(list).data() == b);
    CHECK(free_context(list, b, 64));
    CHECK(free_context(list, a, 64));
    CHECK(list.context() == nullptr);
  }
  CHECK(pool.give(list));

  nbl_pool<shape> own;
  net_buffer_list& with = *own.take();
  const nbl_context_record* const record = with.context();
  CHECK(free_context(with, *allocate_context(with, 32, 0, own.contexts()), 32));
  CHECK(with.context() == record);
  CHECK(own.give(with));
}

TEST_CASE("F132: sizes are multiples of a pointer's, and a refused allocation changes nothing") {
  nbl_pool<shape> pool;
  net_buffer_list& list = *pool.take();
  const auto refused = [&](std::size_t n, std::size_t backfill) {
    const auto answer = allocate_context(list, n, backfill, pool.contexts());
    return !answer && context_of(list).empty() && list.context()->next == nullptr;
  };
  CHECK(refused(0, 0));
  CHECK(refused(sizeof(void*) / 2, 0));
  CHECK(refused(sizeof(void*), 1));
  CHECK(refused(40, 32));                                             // more than a piece
  CHECK(refused(~std::size_t{0} - (sizeof(void*) - 1), 0));           // the sum overflows
  CHECK(refused(64, ~std::size_t{0} - (sizeof(void*) - 1)));
  CHECK(allocate_context(list, 32, 0, pool.contexts()));
}
