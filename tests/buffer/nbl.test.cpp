#include <vector>

#include <doctest/doctest.h>

#include <esplanade/buffer/nbl.hpp>
#include <esplanade/testing/net_buffers.hpp>
#include <esplanade/testing/packet_laws.hpp>

using namespace esplanade;
using esplanade::testing::counted_octets;
using esplanade::testing::octets_of;

TEST_CASE("nbl: walks lists, their net buffers and what is in them") {
  octet memory[3][16]{};
  mdl pieces[3] = {{memory[0], 16}, {memory[1], 16}, {memory[2], 16}};
  net_buffer buffers[3];
  for (std::size_t i = 0; i < 3; ++i) REQUIRE(buffers[i].assign(&pieces[i], 2, 4 + i));
  buffers[0].link(&buffers[1]);
  net_buffer_list lists[2];
  lists[0].set_first_buffer(&buffers[0]);
  lists[1].set_first_buffer(&buffers[2]);
  lists[0].link(&lists[1]);

  using traits = nbl_traits<net_buffer_list>;
  std::vector<std::vector<std::size_t>> lengths;
  for (net_buffer_list* l = &lists[0]; l != nullptr; l = traits::next(*l)) {
    lengths.emplace_back();
    for (net_buffer* b = traits::first_buffer(*l); b != nullptr; b = traits::next_buffer(*b)) lengths.back().push_back(b->length());
  }
  CHECK(lengths == std::vector<std::vector<std::size_t>>{{4, 5}, {6}});
}

TEST_CASE("nbl: a word that went out is no information on the way in") {
  net_buffer_list list;
  set_oob(list, send_ipsec{.handle = 0x10003});  // done and next_done, were it taken for bits
  CHECK(get_oob<send_ipsec>(list).handle == 0x10003);
  CHECK(get_oob<receive_ipsec>(list) == receive_ipsec{});
  set_oob(list, receive_ipsec{.done = true, .status = crypto_status::tunnel_esp_failed});
  CHECK(get_oob<receive_ipsec>(list) == receive_ipsec{.done = true, .status = crypto_status::tunnel_esp_failed});
  CHECK(get_oob<send_ipsec>(list).handle == 0);
  clear_oob(list, oob_slot::ipsec);
  CHECK(get_oob<receive_ipsec>(list) == receive_ipsec{});

  set_oob(list, send_large{.mss = 1400});
  CHECK(get_oob<completed_large>(list).tcp_payload == 0);
}

namespace {
template <class View, class Word>
concept Has = requires(const View& view, const Word& word) {
  view.template get<Word>();
  view.set(word);
};
using send_view = decltype(send_oob(std::declval<net_buffer_list&>()));
using receive_view = decltype(receive_oob(std::declval<net_buffer_list&>()));
static_assert(Has<send_view, send_ipsec> && Has<send_view, send_tunnel> && !Has<send_view, receive_ipsec> && !Has<send_view, completed_large>);
static_assert(Has<receive_view, receive_headers> && !Has<receive_view, send_headers>);
}  // namespace

TEST_CASE("nbl: a view of one direction sees the words of that direction") {
  net_buffer_list list;
  send_oob(list).set(send_headers{.next_header = 6, .pad_length = 2, .ah_offset = 0, .esp_offset = 20});
  CHECK(send_oob(list).get<send_headers>().esp_offset == 20);
  CHECK_FALSE(receive_oob(list).get<receive_headers>().set);
}

TEST_CASE("nbl: flags that exclude each other are refused and nothing changes") {
  using enum nbl_flag;
  net_buffer_list list;
  CHECK(list.set_flags(nbl_flags(ipv4) | tcp));
  for (const nbl_flags bad : {nbl_flags(ipv4) | ipv6, nbl_flags(ipv4) | tcp | udp, nbl_flags(tcp), nbl_flags(udp) | loopback}) {
    CHECK_FALSE(list.set_flags(bad));
    CHECK(list.flags() == (nbl_flags(ipv4) | tcp));
  }
  CHECK(list.set_flags(nbl_flags(ipv6) | udp | loopback | header_data_split | split_at_upper_header));
  CHECK(list.set_flags({}));
}

TEST_CASE("nbl: net buffers of a read-only list may not be written [class 36]") {
  net_buffer buffers[2];
  buffers[0].link(&buffers[1]);
  net_buffer_list list;
  list.set_first_buffer(&buffers[0]);
  CHECK(is_writable(buffers[1]));
  for (const nbl_flag one : {nbl_flag::send_read_only, nbl_flag::receive_read_only}) {
    CHECK(list.set_flags(one));
    CHECK_FALSE(is_writable(buffers[0]));
    CHECK_FALSE(is_writable(buffers[1]));
    CHECK(list.set_flags({}));
    CHECK(is_writable(buffers[0]));
  }
  net_buffer late;
  CHECK(list.set_flags(nbl_flag::send_read_only));
  list.set_first_buffer(&late);
  CHECK_FALSE(is_writable(late));
}

TEST_CASE("net_buffer: keeps the packet laws [class 28, 37]") {
  testing::owned_net_buffers factory;
  for (const testing::broken_law& one : testing::find_broken_packet_laws(factory)) FAIL_CHECK(one.law << ": " << one.where);
}

TEST_CASE("net_buffer: keeps the packet laws with memory for retreats too") {
  testing::owned_net_buffers factory(8);
  for (const testing::broken_law& one : testing::find_broken_packet_laws(factory)) FAIL_CHECK(one.law << ": " << one.where);
}
