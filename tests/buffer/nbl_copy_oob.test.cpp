#include <set>
#include <vector>

#include <doctest/doctest.h>

#include <esplanade/buffer/nbl.hpp>
#include <esplanade/buffer/nbl_copy_oob.hpp>

using namespace esplanade;

namespace {
// The slots that `copy` moves, and that what it moves is the whole entry.
template <class Copy> std::set<std::size_t> moved_by(Copy copy) {
  net_buffer_list from, to;
  for (std::size_t i = 0; i < oob_slot_count; ++i) {
    from.put(static_cast<oob_slot>(i), {100 + i, i % 2 == 0 ? oob_direction::send : oob_direction::receive});
    to.put(static_cast<oob_slot>(i), {500 + i, oob_direction::completed});
  }
  copy(to, from);
  std::set<std::size_t> moved;
  for (std::size_t i = 0; i < oob_slot_count; ++i) {
    const auto slot = static_cast<oob_slot>(i);
    if (to.entry(slot) == from.entry(slot)) moved.insert(i);
    else CHECK(to.entry(slot) == oob_entry{500 + i, oob_direction::completed});
  }
  return moved;
}
}  // namespace

TEST_CASE("F133: a send copy moves checksum, IPsec, large send, 802.1Q, cancel id, media, protocol id, tunnel, IPsec headers, filtering and virtual subnet, and nothing else") {
  CHECK(moved_by([](net_buffer_list& to, const net_buffer_list& from) { copy_send_oob(to, from); }) == std::set<std::size_t>{0, 1, 2, 4, 5, 6, 7, 11, 12, 14, 20});
}

TEST_CASE("F133: a receive copy moves checksum, IPsec, no-push, 802.1Q, media, frame type, hash value and info, tunnel, IPsec headers, filtering and virtual subnet, and nothing else") {
  CHECK(moved_by([](net_buffer_list& to, const net_buffer_list& from) { copy_receive_oob(to, from); }) == std::set<std::size_t>{0, 1, 2, 4, 6, 7, 8, 9, 11, 12, 14, 20});
}

TEST_CASE("F133: copied words keep their direction, and a slot without information is emptied") {
  net_buffer_list from, to;
  set_oob(from, send_ipsec{.handle = 0x30001});
  set_oob(to, send_tunnel{.handle = 8});
  copy_receive_oob(to, from);  // as a switch does, in the format of the port it came from
  CHECK(get_oob<receive_ipsec>(to) == receive_ipsec{});
  CHECK(get_oob<send_ipsec>(to).handle == 0x30001);
  CHECK(get_oob<send_tunnel>(to).handle == 0);
}

TEST_CASE("F133: neither copy moves data, flags or status") {
  net_buffer b;
  net_buffer_list from, to;
  from.set_first_buffer(&b);
  REQUIRE(from.set_flags(nbl_flag::ipv4));
  from.set_status(nbl_status::failure);
  copy_send_oob(to, from);
  copy_receive_oob(to, from);
  CHECK(to.first_buffer() == nullptr);
  CHECK(to.flags().empty());
  CHECK(to.status() == nbl_status::success);
}
