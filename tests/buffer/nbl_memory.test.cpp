#include <vector>

#include <doctest/doctest.h>

#include <esplanade/buffer/nbl_memory.hpp>

using namespace esplanade;

namespace {
struct arrays {
  std::vector<net_buffer_list> lists = std::vector<net_buffer_list>(2);
  std::vector<net_buffer> buffers = std::vector<net_buffer>(2);
  std::vector<mdl> pieces = std::vector<mdl>(3);
  std::vector<octet> blocks = std::vector<octet>(2 * 32);
  alignas(nbl_context_record) octet contexts[2 * 96]{};
  nbl_arrays all() { return {.lists = lists, .buffers = buffers, .pieces = pieces, .blocks = blocks, .block_size = 32, .contexts = contexts, .context_piece = 96}; }
};
}  // namespace

TEST_CASE("nbl_memory: memory of the caller serves as well as memory in place") {
  std::vector<net_buffer_list> lists(2);
  std::vector<net_buffer> buffers(2);
  std::vector<mdl> pieces(3);
  std::vector<octet> blocks(2 * 32);
  nbl_memory memory({.lists = lists, .buffers = buffers, .pieces = pieces, .blocks = blocks, .block_size = 32}, {});
  net_buffer_list* const list = memory.take();
  REQUIRE(list != nullptr);
  CHECK(memory.owns(*list));
  CHECK(memory.owns(*list->first_buffer()));
  mdl* const block = memory.take_block(32);
  REQUIRE(block != nullptr);
  CHECK(memory.take_block(33) == nullptr);
  CHECK(memory.take_block(1) != nullptr);
  CHECK(memory.take_block(1) == nullptr);
  CHECK(memory.take_mdl(blocks.data(), 1) != nullptr);
  CHECK(memory.take_mdl(blocks.data(), 1) == nullptr);
}

TEST_CASE("nbl_memory: the first MDLs have a block each that comes back whole, the others describe what is somebody else's") {
  arrays a;
  nbl_memory memory(a.all(), {});
  mdl* const first = memory.take_block(5);
  mdl* const second = memory.take_block(32);
  REQUIRE(first != nullptr);
  REQUIRE(second != nullptr);
  CHECK(first->count == 5);
  CHECK(first->address != second->address);
  CHECK(memory.take_block(1) == nullptr);
  octet theirs[7]{};
  mdl* const bare = memory.take_mdl(theirs, 7);
  REQUIRE(bare != nullptr);
  CHECK(bare->address == theirs);
  first->address += 3;
  memory.give(*first);
  memory.give(*bare);
  CHECK(memory.take_mdl(theirs, 7) == bare);
  CHECK(memory.take_mdl(theirs, 7) == nullptr);
  mdl* const again = memory.take_block(32);
  REQUIRE(again != nullptr);
  CHECK(again->address >= a.blocks.data());
  CHECK(again->address + 32 <= a.blocks.data() + a.blocks.size());
}

TEST_CASE("nbl_memory: with less memory for blocks than MDLs, and with more, nobody gets a block that is not there [class 37]") {
  arrays a;
  nbl_arrays less = a.all();
  less.blocks = less.blocks.first(63);
  nbl_memory one(less, {});
  CHECK(one.take_block(32) != nullptr);
  CHECK(one.take_block(1) == nullptr);
  arrays b;
  nbl_arrays more = b.all();
  more.pieces = more.pieces.first(1);
  nbl_memory few(more, {});
  CHECK(few.take_block(1) != nullptr);
  CHECK(few.take_block(1) == nullptr);
  CHECK(few.take_mdl(nullptr, 0) == nullptr);
}

TEST_CASE("nbl_memory: serves retreats and context areas, as many as it has") {
  arrays a;
  nbl_memory memory(a.all(), {.net_buffer = false, .context_size = 16});
  net_buffer_list* const list = memory.take();
  REQUIRE(list != nullptr);
  REQUIRE(list->context() != nullptr);
  CHECK(list->context()->size == 16);
  net_buffer* const b = memory.take_buffer();
  REQUIRE(b != nullptr);
  CHECK(b->source() == memory.source());
  CHECK(b->retreat(20));
  CHECK(memory.owns(*b->current()));
  CHECK(b->length() == 20);
  void* const area = memory.contexts().take(memory.contexts().self, 96);
  REQUIRE(area != nullptr);
  CHECK(memory.contexts().take(memory.contexts().self, 1) == nullptr);
  memory.contexts().give(memory.contexts().self, area);
  CHECK(memory.contexts().take(memory.contexts().self, 97) == nullptr);
  CHECK(memory.contexts().take(memory.contexts().self, 1) == area);
}

TEST_CASE("nbl_memory: a list without its context area, net buffer or data is none, and what was taken for it is back [class 39]") {
  arrays a;
  nbl_memory memory(a.all(), {.data_size = 32, .context_size = 16});
  net_buffer_list* const first = memory.take();
  net_buffer_list* const second = memory.take();
  REQUIRE(first != nullptr);
  REQUIRE(second != nullptr);
  CHECK(memory.take() == nullptr);
  CHECK(memory.give(*second));
  CHECK_FALSE(memory.give(*second));
  mdl* const block = memory.take_block(1);
  CHECK(memory.take() == nullptr);
  memory.give(*block);
  CHECK(memory.take() == second);
}
