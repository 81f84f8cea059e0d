#include <utility>

#include <doctest/doctest.h>

#include <esplanade/buffer/nbl.hpp>
#include <esplanade/buffer/nbl_traits.hpp>
#include <esplanade/testing/foreign_nbl.hpp>
#include <esplanade/testing/nbl_archetypes.hpp>

using namespace esplanade;

namespace {
template <class L>
concept SaysWhatIsMapped = requires(const net_buffer_of<L>& b) { nbl_traits<L>::mapped(b); };
struct no_list {};
struct packet_alone {
  using net_buffer_type = net_buffer;
};
static_assert(NetBufferList<net_buffer_list> && NetBufferList<testing::archetype::net_buffer_list>);
static_assert(!NetBufferList<no_list> && !NetBufferList<packet_alone> && !NetBufferList<net_buffer>);
}  // namespace

TEST_CASE("nbl_traits: a word that went out is no information on the way in") {
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

TEST_CASE("nbl_traits: a view of one direction sees the words of that direction") {
  net_buffer_list list;
  send_oob(list).set(send_headers{.next_header = 6, .pad_length = 2, .ah_offset = 0, .esp_offset = 20});
  CHECK(send_oob(list).get<send_headers>().esp_offset == 20);
  CHECK_FALSE(receive_oob(list).get<receive_headers>().set);
}

TEST_CASE("nbl_traits: flags say one IP version, one transport protocol, and that only beside a version") {
  using enum nbl_flag;
  for (unsigned bits = 0; bits < 16; ++bits) {
    const bool v4 = (bits & 1) != 0, v6 = (bits & 2) != 0, t = (bits & 4) != 0, u = (bits & 8) != 0;
    nbl_flags f{};
    if (v4) f = f | ipv4;
    if (v6) f = f | ipv6;
    if (t) f = f | tcp;
    if (u) f = f | udp;
    const int versions = v4 + v6, transports = t + u;
    CHECK(can_stand_together(f) == (versions <= 1 && transports <= versions));
    CHECK(can_stand_together(f | send_read_only | loopback) == can_stand_together(f));
  }
}

TEST_CASE("nbl_traits: a net buffer whose type cannot say whether it is mapped is") {
  net_buffer b;
  octet memory[4]{};
  mdl piece{memory, 4};
  REQUIRE(b.assign(&piece, 0, 4));
  piece.unmapped = true;
  CHECK_FALSE(is_mapped<net_buffer_list>(b));
  static_assert(SaysWhatIsMapped<net_buffer_list> && !SaysWhatIsMapped<testing::archetype::net_buffer_list>);
}

TEST_CASE("nbl_traits: whole_of says the same of a type that has a short way to it and of one that has not") {
  net_buffer b;
  octet memory[4]{};
  mdl piece{memory, 4};
  REQUIRE(b.assign(&piece, 1, 3));
  CHECK(whole_of<net_buffer_list>(b).data() == memory + 1);
  CHECK(whole_of<net_buffer_list>(b).size() == 3);
  testing::foreign_lists factory;
  const std::vector<octet> content = testing::counted_octets(8);
  const testing::packet_form forms[] = {{.content = content}, {.content = content, .segments = {3, 5}}};
  foreign_list* const whole = factory.make({forms, 1});
  foreign_list* const cut = factory.make({forms + 1, 1});
  REQUIRE((whole != nullptr && cut != nullptr));
  CHECK(whole_of<foreign_list>(*whole->frames).size() == 8);
  CHECK(whole_of<foreign_list>(*cut->frames).empty());
  factory.release(whole);
  factory.release(cut);
}
