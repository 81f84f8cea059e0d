#include <esplanade/buffer/nbl.hpp>
#include <esplanade/offload/queue_callbacks.hpp>

#include <doctest/doctest.h>

using namespace esplanade;

namespace {
using list = net_buffer_list;
struct by_any_name {
  void operator()(const net_buffer&) noexcept {}
  void operator()(list&) noexcept {}
  void operator()(list*, receive_flags) noexcept {}
};
struct may_throw {
  void operator()(const net_buffer&) {}
  void operator()(list&) {}
  void operator()(list*, receive_flags) {}
};
using plain = void(list&) noexcept;

static_assert(WireSink<by_any_name, list> && ListDone<by_any_name, list> && ListsUp<by_any_name, list>);
static_assert(WireSink<by_any_name&, list> && ListDone<by_any_name&, list> && ListsUp<by_any_name&, list>);  // as they are forwarded
static_assert(!WireSink<may_throw, list> && !ListDone<may_throw, list> && !ListsUp<may_throw, list>);
static_assert(!WireSink<const by_any_name, list>);  // it is called as it was given
static_assert(!WireSink<by_any_name, net_buffer>);  // that is no list
static_assert(!WireSink<int, list> && !ListDone<int, list> && !ListsUp<int, list>);
static_assert(ListDone<plain&, list> && !WireSink<plain&, list>);
}  // namespace

TEST_CASE("queue_callbacks: flags have the bits of the model") {
  CHECK(set_of(receive_flag::dispatch_level).bits == 0x1);
  CHECK(set_of(receive_flag::resources).bits == 0x2);
  CHECK((receive_flags(receive_flag::single_ether_type) | receive_flag::single_vlan | receive_flag::perfect_filtered).bits == 0x700);
}
