#include <vector>

#include <doctest/doctest.h>

#include <esplanade/buffer/access.hpp>
#include <esplanade/buffer/nbl_derive.hpp>
#include <esplanade/buffer/nbl_pool.hpp>
#include <esplanade/testing/net_buffers.hpp>

using namespace esplanade;
using esplanade::testing::counted_octets;
using esplanade::testing::cut_of;
using esplanade::testing::octets_of;
using esplanade::testing::owned_net_buffer;

namespace {
constexpr nbl_pool_shape shape{.lists = 3, .buffers = 8, .blocks = 8, .block_size = 40, .bare_mdls = 12};

const std::vector<octet> one = counted_octets(23), other = counted_octets(10, 0x60);
struct frames {
  owned_net_buffer a{{.content = one, .segments = {5, 18}, .headroom = 8, .tailroom = 3}}, b{{.content = other, .segments = {4, 0, 6}, .headroom = 2}};
  net_buffer_list list{};
  frames() {
    a.link(&b);
    list.set_first_buffer(&a);
  }
};
std::vector<std::vector<octet>> all_of(net_buffer_list& list) {
  std::vector<std::vector<octet>> all;
  for (net_buffer* b = list.first_buffer(); b != nullptr; b = b->next()) all.push_back(octets_of(*b));
  return all;
}
std::vector<octet> slice(const std::vector<octet>& from, std::size_t at, std::size_t n) {
  return {from.begin() + static_cast<std::ptrdiff_t>(at), from.begin() + static_cast<std::ptrdiff_t>(at + n)};
}
// How many of each a pool hands out: as many as before, when nothing is lost.
template <class Pool> std::vector<std::size_t> level(Pool& pool) {
  std::vector<net_buffer_list*> lists;
  std::vector<net_buffer*> buffers;
  std::vector<mdl*> pieces;
  while (net_buffer_list* l = pool.take_empty()) lists.push_back(l);
  while (net_buffer* b = pool.take_buffer()) buffers.push_back(b);
  const std::size_t headers = [&] {
    while (mdl* m = pool.take_block(1)) pieces.push_back(m);
    return pieces.size();
  }();
  while (mdl* m = pool.take_mdl(nullptr, 0)) pieces.push_back(m);
  for (net_buffer_list* l : lists) (void)pool.give(*l);
  for (net_buffer* b : buffers) pool.give(*b);
  for (mdl* m : pieces) pool.give(*m);
  return {lists.size(), buffers.size(), headers, pieces.size() - headers};
}
const std::vector<std::size_t> full = {3, 8, 8, 12};
}  // namespace

TEST_CASE("F130: a clone describes the same octets from the first used one on, and copies none") {
  for (const clone_chain chain : {clone_chain::fresh, clone_chain::shared}) {
    nbl_pool<shape> pool;
    frames f;
    set_oob(f.list, send_ipsec{.handle = 5});
    REQUIRE(f.list.set_flags(nbl_flag::ipv4));
    const auto made = clone(f.list, pool, chain);
    REQUIRE(made);
    net_buffer_list& child = **made;
    CHECK(all_of(child) == std::vector<std::vector<octet>>{one, other});
    CHECK((*child.first_buffer()->first()).data() == (*f.a.first()).data());
    CHECK(child.first_buffer()->data_offset() == 0);  // the room in front is not described
    CHECK(get_oob<send_ipsec>(child).handle == 0);
    CHECK(child.context() == nullptr);
    CHECK(child.flags() == f.list.flags());
    (*child.first_buffer()->first())[0] = 0x99;
    CHECK((*f.a.first())[0] == 0x99);
    CHECK((child.first_buffer()->chain()->next == f.a.chain()->next) == (chain == clone_chain::shared));
    CHECK(pool.give(child));
    CHECK(level(pool) == full);
    CHECK(f.a.chain()->next != nullptr);
  }
}

TEST_CASE("F130: MDLs that a clone shares stay with the parent when the clone goes, though both are of one pool") {
  for (const std::size_t offset : {0u, 3u}) {
    nbl_pool<shape> pool;
    net_buffer_list& parent = *pool.take();
    octet memory[16]{};
    mdl* const first = pool.take_mdl(memory, 8);
    first->next = pool.take_mdl(memory + 8, 8);
    REQUIRE(parent.first_buffer()->assign(first, offset, 16 - offset));
    const auto child = clone(parent, pool, clone_chain::shared);
    REQUIRE(child);
    CHECK(pool.give(**child));
    CHECK(first->next != nullptr);
    CHECK(first->next->count == 8);
    CHECK(octets_of(*parent.first_buffer()).size() == 16 - offset);
    CHECK(level(pool) == std::vector<std::size_t>{2, 7, 8, 10});
    CHECK(pool.give(parent));
    CHECK(level(pool) == full);
  }
}

TEST_CASE("F130: a clone's retreats leave the parent's MDLs as they are, and go with the clone") {
  for (const clone_chain chain : {clone_chain::fresh, clone_chain::shared}) {
    nbl_pool<shape> pool;
    frames f;
    REQUIRE(retreat(f.a, 20, 2, pool.source()));  // the parent's own
    f.a.advance(3);
    const auto before = octets_of(f.a);
    const auto made = clone(f.list, pool, chain);
    REQUIRE(made);
    net_buffer& b = *(*made)->first_buffer();
    REQUIRE(b.retreat(10));
    b.advance(20);
    if (chain == clone_chain::fresh) CHECK(b.retreat(30));
    else CHECK_FALSE(b.retreat(30));  // would have to change an MDL of the parent's
    CHECK(octets_of(f.a) == before);
    CHECK(pool.give(**made));
    CHECK(octets_of(f.a) == before);
    REQUIRE(retreat(f.a, 3));
    advance(f.a, 20, free_mdl::yes);
    CHECK(f.a.data_offset() == 8);
    CHECK(level(pool) == full);
  }
}

TEST_CASE("F130: a parent counts its children and is neither handed on nor freed before them") {
  nbl_pool<shape> pool;
  net_buffer_list& parent = *pool.take();
  octet memory[16]{};
  REQUIRE(parent.first_buffer()->assign(pool.take_mdl(memory, 16), 2, 12));
  const auto first = clone(parent, pool);
  REQUIRE(first);
  CHECK((*first)->parent() == &parent);
  CHECK(parent.children() == 1);
  const auto second = clone(**first, pool);  // a child may be a parent
  REQUIRE(second);
  CHECK((*second)->parent() == *first);
  CHECK((*first)->children() == 1);
  CHECK(parent.children() == 1);

  CHECK_FALSE(hand_over(parent));
  CHECK_FALSE(pool.give(parent));
  CHECK_FALSE(pool.give(**first));
  CHECK(pool.give(**second));
  CHECK((*first)->children() == 0);
  REQUIRE(hand_over(**first));  // a child is sent in its parent's place
  CHECK_FALSE(pool.give(**first));
  REQUIRE(complete(**first, nbl_status::success));
  REQUIRE(take_back(**first));
  CHECK(pool.give(**first));
  CHECK(parent.children() == 0);

  REQUIRE(hand_over(parent));
  const auto of_device = clone(parent, pool);  // who has it may derive from it
  REQUIRE(of_device);
  CHECK_FALSE(complete(parent, nbl_status::success));
  CHECK(pool.give(**of_device));
  REQUIRE(complete(parent, nbl_status::success));
  CHECK_FALSE(clone(parent, pool));  // on its way back it is nobody's
  REQUIRE(take_back(parent));
  CHECK(pool.give(parent));
  CHECK(level(pool) == full);
}

TEST_CASE("F130: fragments cut each net buffer on its own, with room for a header in front of each") {
  nbl_pool<shape> pool;
  frames f;
  const auto made = fragment(f.list, 3, 8, 4, 2, pool);
  REQUIRE(made);
  net_buffer_list& child = **made;
  std::vector<std::size_t> lengths;
  octet mark = 0xe0;
  for (net_buffer* b = child.first_buffer(); b != nullptr; b = b->next(), ++mark) {
    lengths.push_back(b->data_length());
    CHECK(b->data_offset() == 2);
    const octet header[4] = {mark, mark, mark, mark};
    copy_in(*b, 0, header, 4);
  }
  CHECK(lengths == std::vector<std::size_t>{12, 12, 8, 11});
  CHECK(octets_of(f.a) == one);  // headers lie in memory of their own
  CHECK(octets_of(f.b) == other);
  std::vector<octet> third(4, 0xe2);
  for (const octet o : slice(one, 19, 4)) third.push_back(o);
  CHECK(all_of(child)[2] == third);
  advance(child, 4, free_mdl::yes);
  CHECK(all_of(child) == std::vector<std::vector<octet>>{slice(one, 3, 8), slice(one, 11, 8), slice(one, 19, 4), slice(other, 3, 7)});
  CHECK(f.list.children() == 1);
  CHECK(pool.give(child));
  CHECK(f.list.children() == 0);
  CHECK(level(pool) == full);

  const auto empty = fragment(f.list, 10, 8, 4, 2, pool);  // nothing is left of the second
  REQUIRE(empty);
  CHECK(all_of(**empty).size() == 2);
  CHECK(pool.give(**empty));
  CHECK_FALSE(fragment(f.list, 11, 8, 4, 2, pool));
  CHECK_FALSE(fragment(f.list, 0, 0, 4, 2, pool));
  CHECK(level(pool) == full);
}

TEST_CASE("F130: reassembly joins what fragments have behind their headers in one net buffer") {
  nbl_pool<shape> pool;
  frames f;
  const auto made = reassemble(f.list, 3, 6, 4, pool);
  REQUIRE(made);
  net_buffer_list& child = **made;
  net_buffer& b = *child.first_buffer();
  CHECK(b.next() == nullptr);
  CHECK(b.data_offset() == 4);
  CHECK(b.data_length() == 6 + 20 + 7);
  const octet header[6] = {9, 9, 9, 9, 9, 9};
  copy_in(b, 0, header, 6);
  advance(b, 6, free_mdl::yes);
  std::vector<octet> expected = slice(one, 3, 20);
  for (const octet o : slice(other, 3, 7)) expected.push_back(o);
  CHECK(octets_of(b) == expected);
  CHECK(octets_of(f.a) == one);
  CHECK(child.parent() == &f.list);
  CHECK(pool.give(child));
  CHECK(f.list.children() == 0);
  CHECK(level(pool) == full);

  CHECK_FALSE(reassemble(f.list, 11, 0, 0, pool));
  static constexpr nbl_pool_shape bare{.lists = 2, .buffers = 2, .blocks = 2, .bare_mdls = 8, .parameters = {.net_buffer = false}};
  static constexpr nbl_pool_shape data{.lists = 2, .buffers = 2, .blocks = 2, .bare_mdls = 8, .parameters = {.data_size = 8}};
  nbl_pool<bare> without_buffers;
  nbl_pool<data> with_data;
  CHECK(reassemble(f.list, 0, 0, 0, without_buffers).why().kind == fault_kind::invalid_value);
  CHECK(reassemble(f.list, 0, 0, 0, with_data).why().kind == fault_kind::invalid_value);
  CHECK(f.list.children() == 0);
}

TEST_CASE("F130: a derivation that fails takes nothing and leaves no child [class 39]") {
  frames f;
  const auto fails = [&](auto& pool, auto derive, const char* missing) {
    const auto before = level(pool);
    const auto made = derive(pool);
    CHECK_FALSE(made);
    if (!made) CHECK(made.why().kind == fault_kind::no_space);
    if (!made) CHECK(std::string(made.why().accepted) == missing);
    CHECK(level(pool) == before);
    CHECK(f.list.children() == 0);
  };
  const auto clones = [&](nbl_memory& m) { return clone(f.list, m); };
  const auto shares = [&](nbl_memory& m) { return clone(f.list, m, clone_chain::shared); };
  const auto cuts = [&](nbl_memory& m) { return fragment(f.list, 0, 8, 4, 0, m); };
  const auto joins = [&](nbl_memory& m) { return reassemble(f.list, 0, 4, 0, m); };
  static constexpr nbl_pool_shape no_list{.lists = 0, .buffers = 9, .blocks = 9, .bare_mdls = 9}, few_buffers{.lists = 2, .buffers = 1, .blocks = 9, .bare_mdls = 9},
      few_mdls{.lists = 2, .buffers = 9, .blocks = 9, .bare_mdls = 1}, few_blocks{.lists = 2, .buffers = 9, .blocks = 2, .bare_mdls = 20}, no_blocks{.lists = 2, .buffers = 9, .blocks = 0, .bare_mdls = 20};
  nbl_pool<no_list> a;
  nbl_pool<few_buffers> b;
  nbl_pool<few_mdls> c;
  nbl_pool<few_blocks> d;
  nbl_pool<no_blocks> e;
  fails(a, clones, "lists");
  fails(a, cuts, "lists");
  fails(a, joins, "lists");
  fails(b, clones, "net buffers");
  fails(b, cuts, "net buffers");
  fails(c, clones, "MDLs");
  fails(c, shares, "MDLs");
  fails(c, cuts, "MDLs");
  fails(c, joins, "MDLs");
  fails(d, cuts, "memory for headers");
  fails(e, joins, "memory for headers");

  const std::vector<octet> many = counted_octets(8);
  owned_net_buffer eight({.content = many, .segments = {1, 1, 1, 1, 1, 1, 1, 1}}), ninth({.content = many});
  eight.link(&ninth);
  net_buffer_list list;
  list.set_first_buffer(&eight);
  static constexpr nbl_pool_shape plenty{.lists = 2, .buffers = 9, .blocks = 2, .bare_mdls = 20};
  nbl_pool<plenty> g;
  const auto before = level(g);
  CHECK_FALSE(reassemble(list, 0, 0, 0, g));  // nine segments
  CHECK_FALSE(fragment(list, 0, 8, 4, 0, g));  // eight, and one for the header
  CHECK(level(g) == before);
  CHECK(list.children() == 0);
}

TEST_CASE("F130: nobody writes through a derived list what may not be written [class 36]") {
  nbl_pool<shape> pool;
  frames f;
  REQUIRE(f.list.set_flags(nbl_flag::receive_read_only));
  for (const auto& made : {clone(f.list, pool), fragment(f.list, 0, 100, 0, 0, pool), reassemble(f.list, 0, 0, 0, pool)}) {
    REQUIRE(made);
    CHECK_FALSE(is_writable(*(*made)->first_buffer()));
  }
}
