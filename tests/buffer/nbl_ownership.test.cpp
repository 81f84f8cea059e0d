#include <vector>

#include <doctest/doctest.h>

#include <esplanade/buffer/nbl_ownership.hpp>
#include <esplanade/testing/foreign_nbl.hpp>
#include <esplanade/testing/nbl_archetypes.hpp>
#include <esplanade/testing/net_buffers.hpp>

using namespace esplanade;
using esplanade::testing::counted_octets;
using esplanade::testing::owned_mdls;
using esplanade::testing::owned_net_buffer;

namespace {
const std::vector<octet> content = counted_octets(12);

// Two net buffers of two MDLs each in one list.
struct frames {
  owned_net_buffer a{{.content = content, .segments = {5, 7}, .headroom = 8}}, b{{.content = content, .segments = {2, 10}, .headroom = 8}};
  net_buffer_list list{};
  frames() {
    a.link(&b);
    list.set_first_buffer(&a);
  }
};
}  // namespace

TEST_CASE("F134: a list is completed exactly once") {
  frames f;
  CHECK(complete(f.list, nbl_status::success).why().kind == fault_kind::invalid_value);  // was not handed over
  CHECK(f.list.owner() == nbl_owner::caller);
  REQUIRE(hand_over(f.list));
  CHECK(f.list.owner() == nbl_owner::device);
  CHECK_FALSE(hand_over(f.list));
  CHECK_FALSE(take_back(f.list));
  REQUIRE(complete(f.list, nbl_status::send_aborted));
  CHECK(complete(f.list, nbl_status::success).why().kind == fault_kind::already_exists);
  CHECK(f.list.status() == nbl_status::send_aborted);
  CHECK(f.list.owner() == nbl_owner::completed);
  CHECK_FALSE(hand_over(f.list));
  REQUIRE(take_back(f.list));
  CHECK(f.list.owner() == nbl_owner::caller);
  CHECK_FALSE(complete(f.list, nbl_status::success));
}

TEST_CASE("F134: lists complete in any order and grouping") {
  frames all[4];
  for (std::size_t i = 0; i + 1 < 4; ++i) all[i].list.link(&all[i + 1].list);
  for (frames& one : all) REQUIRE(hand_over(one.list));
  all[3].list.link(&all[1].list);  // an owner relinks as it likes
  all[1].list.link(nullptr);
  for (const std::size_t i : {3u, 1u, 0u, 2u}) CHECK(complete(all[i].list, nbl_status::success));
  for (frames& one : all) CHECK(take_back(one.list));
}

TEST_CASE("F134: a list whose net buffers, MDLs or data are not as they were is not completed until they are") {
  const auto refuses = [](auto change, auto undo) {
    frames f;
    REQUIRE(hand_over(f.list));
    change(f);
    const auto answer = complete(f.list, nbl_status::success);
    CHECK_FALSE(answer);
    CHECK(f.list.owner() == nbl_owner::device);
    undo(f);
    CHECK(complete(f.list, nbl_status::success));
  };
  refuses([](frames& f) { f.list.set_first_buffer(&f.b), f.b.link(&f.a), f.a.link(nullptr); },
          [](frames& f) { f.list.set_first_buffer(&f.a), f.a.link(&f.b), f.b.link(nullptr); });
  refuses([](frames& f) { f.a.link(nullptr); }, [](frames& f) { f.a.link(&f.b); });
  refuses([](frames& f) { f.b.advance(3); }, [](frames& f) { REQUIRE(retreat(f.b, 3)); });
  refuses([](frames& f) { f.b.trim(1); REQUIRE(f.b.retreat(1)); }, [](frames& f) { f.b.advance(1); REQUIRE(f.b.extend(1)); });
  refuses([](frames& f) { f.b.trim(1); }, [](frames& f) { REQUIRE(f.b.extend(1)); });
  mdl* second = nullptr;
  refuses([&](frames& f) { second = f.a.chain()->next, f.a.chain()->next = nullptr; }, [&](frames& f) { f.a.chain()->next = second; });
  refuses([](frames& f) { --f.a.chain()->next->count; }, [](frames& f) { ++f.a.chain()->next->count; });
}

TEST_CASE("F134: octets may change, and who trusts the device need not compare") {
  frames f;
  REQUIRE(hand_over(f.list));
  (*f.a.first())[0] = 0x77;
  CHECK(complete(f.list, nbl_status::success));
  REQUIRE(take_back(f.list));
  REQUIRE(hand_over<order_trusted>(f.list));
  f.a.advance(1);
  CHECK(complete<order_trusted>(f.list, nbl_status::success));
  CHECK_FALSE(complete<order_trusted>(f.list, nbl_status::success));
}

TEST_CASE("F134: what the device put in front goes, what the caller put in front stays") {
  owned_mdls callers(2), devices(2);
  frames f;
  REQUIRE(retreat(f.list, 14, 0, callers.source()));
  REQUIRE(hand_over(f.list));
  advance(f.list, 14, free_mdl::yes);  // the link header
  CHECK(callers.out() == 2);
  REQUIRE(retreat(f.list, 14, 0, devices.source()));
  REQUIRE(retreat(f.list, 20, 0, devices.source()));
  CHECK(devices.out() == 2);
  advance(f.list, 20, free_mdl::yes);
  CHECK(devices.out() == 0);
  CHECK(callers.out() == 2);
  REQUIRE(complete(f.list, nbl_status::success));
  REQUIRE(take_back(f.list));
  advance(f.list, 14, free_mdl::yes);
  CHECK(callers.out() == 0);
  CHECK(callers.misuses() == 0);
}

TEST_CASE("F134: a list that was only shown is the driver's again when the call returns, unless the host completed it or left it changed") {
  frames f;
  f.list.set_status(nbl_status::resources);
  CHECK_FALSE(regain(f.list));  // was not shown
  REQUIRE(hand_over(f.list));
  CHECK(regain(f.list));
  CHECK(f.list.owner() == nbl_owner::caller);
  CHECK(f.list.status() == nbl_status::resources);
  REQUIRE(hand_over(f.list));
  f.a.advance(1);
  CHECK_FALSE(regain(f.list));
  REQUIRE(f.a.retreat(1));
  REQUIRE(complete(f.list, nbl_status::success));
  CHECK_FALSE(regain(f.list));
}

TEST_CASE("nbl_ownership: the scratch word is lost when a list changes hands") {
  frames f;
  f.list.set_scratch(7);
  REQUIRE(hand_over(f.list));
  CHECK(f.list.scratch() == 0);
  f.list.set_scratch(8);
  REQUIRE(complete(f.list, nbl_status::success));
  CHECK(f.list.scratch() == 0);
}

TEST_CASE("nbl_ownership: who forwards a list routes its completion, and puts back how it was routed") {
  net_buffer_list list;
  list.set_source_handle(5);
  {
    const saved_source_handle ours(list, 9);
    CHECK(list.source_handle() == 9);
  }
  CHECK(list.source_handle() == 5);
}

TEST_CASE("nbl_ownership: a list of somebody else's is handed over and completed once, when it came back as it went") {
  esplanade::testing::foreign_lists factory;
  const std::vector<esplanade::testing::packet_form> forms{{.content = content, .segments = {5, 7}, .headroom = 8, .tailroom = 4}, {.content = content, .headroom = 8, .tailroom = 4}};
  foreign_list& list = *factory.make(forms);
  CHECK(complete(list, nbl_status::success).why().kind == fault_kind::invalid_value);
  list.mine = 7;
  REQUIRE(hand_over(list));
  CHECK(list.mine == 0);
  CHECK_FALSE(hand_over(list));
  CHECK_FALSE(take_back(list));
  using frames = packet_traits<foreign_frame>;
  foreign_frame* const first = list.frames;
  foreign_frame* const second = first->next;
  const auto refuses = [&list](auto change, auto undo) {
    change();
    CHECK(complete(list, nbl_status::success).why().kind == fault_kind::invalid_value);
    undo();
  };
  refuses([&] { frames::advance(*first, 2); }, [&] { REQUIRE(frames::retreat(*first, 2)); });
  refuses([&] { frames::trim(*second, 1); }, [&] { REQUIRE(frames::extend(*second, 1)); });
  refuses([&] { first->next = nullptr; }, [&] { first->next = second; });
  refuses([&] { list.frames = second, second->next = first, first->next = nullptr; }, [&] { list.frames = first, first->next = second, second->next = nullptr; });
  refuses([&] { std::swap(first->pieces[0], first->pieces[1]); }, [&] { std::swap(first->pieces[0], first->pieces[1]); });
  static_cast<octet*>(first->pieces[0].iov_base)[0] ^= 1;  // octets are the other side's to change
  REQUIRE(complete(list, nbl_status::send_aborted));
  CHECK(list.status == static_cast<std::uint32_t>(nbl_status::send_aborted));
  CHECK(complete(list, nbl_status::success).why().kind == fault_kind::already_exists);
  CHECK_FALSE(hand_over(list));
  REQUIRE(take_back(list));
  REQUIRE(hand_over<order_trusted>(list));
  frames::advance(*first, 1);
  CHECK(complete<order_trusted>(list, nbl_status::success));
  REQUIRE(take_back(list));
  REQUIRE(hand_over(list));
  CHECK(regain(list));
  list.children = 1;
  CHECK(hand_over(list).why().kind == fault_kind::busy);
  factory.release(&list);
}

TEST_CASE("nbl_ownership: the least list that keeps its owner is enough") {
  octet octets_of_frame[4]{};
  esplanade::testing::archetype::net_buffer frame(octets_of_frame, sizeof octets_of_frame);
  esplanade::testing::archetype::owned_buffer_list list(&frame);
  REQUIRE(hand_over(list));
  CHECK_FALSE(hand_over(list));
  CHECK(complete(list, nbl_status::success));
  CHECK_FALSE(complete(list, nbl_status::success));
  CHECK(take_back(list));
}
