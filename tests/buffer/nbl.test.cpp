#include <vector>

#include <doctest/doctest.h>

#include <esplanade/buffer/nbl.hpp>

using namespace esplanade;

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
