#include <vector>

#include <doctest/doctest.h>

#include <esplanade/buffer/nbl_retreat.hpp>
#include <esplanade/testing/net_buffers.hpp>

using namespace esplanade;
using esplanade::testing::counted_octets;
using esplanade::testing::cut;
using esplanade::testing::cut_of;
using esplanade::testing::octets_of;
using esplanade::testing::owned_mdls;
using esplanade::testing::owned_net_buffer;
using esplanade::testing::packet_form;

namespace {
const std::vector<octet> content = counted_octets(12);

// Everything that advance must leave as it was before the retreat.
struct picture {
  std::vector<const mdl*> chain{};
  std::vector<std::size_t> counts{};
  std::vector<const octet*> addresses{};
  std::size_t offset, length, current_offset;
  const mdl* current;
  friend bool operator==(const picture&, const picture&) = default;
};
picture picture_of(const net_buffer& b) {
  picture seen{.offset = b.data_offset(), .length = b.data_length(), .current_offset = b.current_offset(), .current = b.current()};
  for (const mdl* m = b.chain(); m != nullptr; m = m->next) {
    seen.chain.push_back(m);
    seen.counts.push_back(m->count);
    seen.addresses.push_back(m->address);
  }
  return seen;
}
void write_front(net_buffer& b, std::size_t n, octet first) {
  for (auto c = b.first(); c && n != 0; ++c)
    for (octet& one : *c)
      if (n != 0) one = first++, --n;
}
}  // namespace

TEST_CASE("retreat: within the room in front only the offset moves") {
  owned_mdls spare(4);
  owned_net_buffer b({.content = content, .headroom = 20});
  const auto before = picture_of(b);
  CHECK(retreat(b, 20, 8, spare.source()));
  CHECK(b.data_offset() == 0);
  CHECK(b.data_length() == 32);
  CHECK(spare.out() == 0);
  advance(b, 20, free_mdl::yes);
  CHECK(picture_of(b) == before);
}

TEST_CASE("F129: what is missing comes from the source, with backfill, and the advance gives it back and leaves the chain as it was") {
  for (const cut& segments : {cut{12}, cut{1, 11}, cut{4, 0, 8}})
    for (const std::size_t headroom : {0u, 1u, 7u})
      for (const std::size_t n : {8u, 20u, 100u})
        for (const std::size_t backfill : {0u, 16u}) {
          owned_mdls spare(1);
          owned_net_buffer b({.content = content, .segments = segments, .headroom = headroom});
          const auto before = picture_of(b);
          REQUIRE(retreat(b, n, backfill, spare.source()));
          CHECK(spare.out() == 1);
          CHECK(b.data_offset() == backfill);
          CHECK(b.chain()->count == n - headroom + backfill);
          CHECK(b.data_length() == n + 12);
          write_front(b, n, 0x80);
          auto expected = counted_octets(n, 0x80);
          expected.insert(expected.end(), content.begin(), content.end());
          CHECK(octets_of(b) == expected);
          advance(b, n, free_mdl::yes);
          CHECK(spare.out() == 0);
          CHECK(spare.misuses() == 0);
          CHECK(picture_of(b) == before);
          CHECK(octets_of(b) == content);
        }
}

TEST_CASE("F129: a header that was advanced over stands there when it is retreated over again") {
  owned_mdls spare(1);
  owned_net_buffer b({.content = content, .headroom = 4});
  REQUIRE(retreat(b, 14, 0, spare.source()));
  write_front(b, 14, 0x40);
  const auto frame = octets_of(b);
  advance(b, 14, free_mdl::no);
  CHECK(octets_of(b) == content);
  CHECK(spare.out() == 1);
  REQUIRE(retreat(b, 14));
  CHECK(octets_of(b) == frame);
}

TEST_CASE("F129: retreats of several depths are undone in reverse order, octet for octet") {
  owned_mdls spare(8, 3);
  owned_net_buffer b({.content = content, .segments = {5, 7}, .headroom = 2});
  std::vector<picture> pictures;
  std::vector<std::vector<octet>> seen;
  const std::size_t steps[] = {1, 9, 30, 2, 64};
  for (const std::size_t n : steps) {
    pictures.push_back(picture_of(b));
    seen.push_back(octets_of(b));
    REQUIRE(retreat(b, n, n % 7, spare.source()));
    write_front(b, n, static_cast<octet>(n));
  }
  for (std::size_t i = std::size(steps); i != 0; --i) {
    advance(b, steps[i - 1], free_mdl::yes);
    CHECK(picture_of(b) == pictures[i - 1]);
    CHECK(octets_of(b) == seen[i - 1]);
  }
  CHECK(spare.out() == 0);
}

TEST_CASE("F129: a packet's own retreat takes contiguous memory, and its release shows what it hid") {
  owned_net_buffer b({.content = content, .segments = {5, 7}, .headroom = 10}, 4);
  const auto before = picture_of(b);
  const std::vector<octet> room(10, 0xa5);
  REQUIRE(b.retreat(40));  // the ten in front would not be contiguous with the rest
  CHECK(cut_of(b).front() >= 40);
  write_front(b, 40, 0);
  b.advance(40);
  CHECK(octets_of(b) == content);
  CHECK(release_retreated(b) == 1);
  CHECK(picture_of(b) == before);
  REQUIRE(retreat(b, 10));
  CHECK(octets_of(b).front() == 0xa5);  // what was hidden was not touched
}

TEST_CASE("F129: what a second retreat hides is shown again when the first one's memory goes first") {
  owned_net_buffer b({.content = content, .headroom = 6}, 4);
  const auto before = picture_of(b);
  REQUIRE(b.retreat(20));  // hides 6
  b.advance(23);           // three octets into the content
  REQUIRE(b.retreat(30));  // hides 3 more, behind the first one's memory
  CHECK(b.spare().out() == 2);
  CHECK(release_retreated(b) == 1);  // the first holds nothing that is used
  CHECK(b.data_length() == 39);
  b.advance(30);
  CHECK(release_retreated(b) == 1);
  CHECK(b.spare().out() == 0);
  CHECK(b.data_offset() == 9);
  b.retreat(3);
  CHECK(picture_of(b) == before);
  CHECK(octets_of(b) == content);
}

TEST_CASE("F129: memory that a retreat took goes back whole, also when a later one hid a part of it [class 39]") {
  owned_mdls spare(2);
  owned_net_buffer b({.content = content, .headroom = 4});
  const auto before = picture_of(b);
  REQUIRE(retreat(b, 24, 0, spare.source()));
  b.advance(8);                                     // eight octets into it
  const mdl* const first = b.current();
  const octet* const address = first->address;
  b.use(spare.source());
  REQUIRE(b.retreat(30));                           // hides them
  CHECK(first->count == 12);
  b.advance(30 + 16);                               // past both
  CHECK(first->address == address + 8);
  CHECK(release_retreated(b) == 2);
  CHECK(spare.out() == 0);
  CHECK(picture_of(b) == before);
}

TEST_CASE("F129: an empty chain is empty again") {
  owned_mdls spare(1);
  net_buffer b;
  REQUIRE(retreat(b, 8, 0, spare.source()));
  CHECK(b.data_length() == 8);
  advance(b, 8, free_mdl::yes);
  CHECK(b.chain() == nullptr);
  CHECK(b.data_offset() == 0);
  CHECK(spare.out() == 0);
}

TEST_CASE("retreat: a refused one changes nothing [class 39]") {
  owned_mdls spare(0);
  owned_net_buffer b({.content = content, .headroom = 4});
  const auto before = picture_of(b);
  CHECK_FALSE(retreat(b, 5, 0, spare.source()));
  CHECK_FALSE(retreat(b, 5));
  CHECK_FALSE(retreat(b, ~std::size_t{0}, 0, spare.source()));
  spare.set_most(1);
  CHECK_FALSE(retreat(b, ~std::size_t{0}, 64, spare.source()));
  CHECK(picture_of(b) == before);
  CHECK(spare.out() == 0);

  owned_net_buffer full({.content = content, .segments = {1, 1, 1, 1, 1, 1, 1, 5}});
  const auto eight = picture_of(full);
  CHECK_FALSE(retreat(full, 4, 0, spare.source()));  // nine MDLs
  CHECK(picture_of(full) == eight);
  CHECK(spare.out() == 0);
}

TEST_CASE("F129: a list retreats every net buffer or none") {
  owned_mdls spare(2);
  owned_net_buffer a({.content = content, .headroom = 4}), b({.content = content, .headroom = 30}), c({.content = content}), d({.content = content});
  net_buffer* const all[] = {&a, &b, &c, &d};
  for (std::size_t i = 0; i + 1 < std::size(all); ++i) all[i]->link(all[i + 1]);
  net_buffer_list list;
  list.set_first_buffer(&a);
  REQUIRE(retreat(a, 20, 0, spare.source()));
  advance(a, 20, free_mdl::no);  // there is a piece of memory in front already, and it stays when the list's retreat fails
  std::vector<picture> before;
  for (net_buffer* one : all) before.push_back(picture_of(*one));

  CHECK_FALSE(retreat(list, 20, 0, spare.source()));  // c gets the last MDL, d none
  for (std::size_t i = 0; i < std::size(all); ++i) CHECK(picture_of(*all[i]) == before[i]);
  CHECK(spare.out() == 1);

  spare.set_most(3);
  REQUIRE(retreat(list, 20, 0, spare.source()));
  for (net_buffer* one : all) CHECK(one->data_length() == 32);
  advance(list, 20, free_mdl::yes);
  CHECK(spare.out() == 0);
  for (std::size_t i = 1; i < std::size(all); ++i) CHECK(picture_of(*all[i]) == before[i]);
  CHECK(a.data_offset() == 4);
}

TEST_CASE("retreat: adjust_current finds the first octet again") {
  owned_net_buffer b({.content = content, .segments = {5, 7}, .headroom = 3});
  b.advance(6);
  const mdl* const current = b.current();
  CHECK(b.current_offset() == 1);
  b.adjust_current();
  CHECK(b.current() == current);
  CHECK(b.current_offset() == 1);
  CHECK(b.data_offset() == 9);
}
