#include "support/receiving_nic.hpp"

#include <esplanade/offload/receive_split_intake.hpp>

#include <deque>

using namespace support;

namespace {
/// Lists of two MDLs: headers, and the rest.
class two_piece_pool {
 public:
  explicit two_piece_pool(std::size_t count) : held_(count) {}
  net_buffer_list* take(std::size_t front) noexcept {
    if (taken_ == held_.size()) return nullptr;
    piece& p = held_[taken_++];
    p.parts[0] = {.address = p.memory, .count = front == 0 ? sizeof p.memory : front, .next = &p.parts[1]};
    p.parts[1] = {.address = p.behind, .count = sizeof p.behind};
    (void)p.buffer.assign(&p.parts[0], 0, 0);
    p.list.set_first_buffer(&p.buffer);
    return &p.list;
  }
  void give(net_buffer_list&) noexcept { ++given; }
  std::size_t given = 0;

 private:
  struct piece {
    octet memory[700]{}, behind[700]{};
    mdl parts[2]{};
    net_buffer buffer{};
    net_buffer_list list{};
  };
  std::deque<piece> held_;
  std::size_t taken_ = 0;
};
static_assert(SplitReceivePool<two_piece_pool, net_buffer_list>);

bytes linked(const bytes& packet) {
  bytes frame = counted(12, 0x40);
  put16(frame, packet[0] >> 4 == 4 ? 0x0800 : 0x86dd);
  put(frame, packet);
  return frame;
}
bytes tcp_of(const bundle_form& form) {
  bytes segment = counted(60, 4);
  segment[12] = 0x80;  // with options: 32 octets
  return make_ip({.source = form.source, .destination = form.destination, .protocol = 6, .payload = segment});
}
constexpr auto split = nbl_flag::header_data_split, at_payload = nbl_flag::split_at_upper_payload;
}  // namespace

TEST_CASE("F120: a frame is taken in split behind its headers, those of IPsec among them, and says so") {
  peer other;
  bundle_form natted = esp_bundle(0x1003);
  natted.udp_esp = udp_esp_layout::transport;
  const bundle_form esp = esp_bundle(), auth = ah_bundle(), both = ah_esp_bundle(), six = to(ah_esp_bundle(), outside_v6(1), outside_v6(2));
  bytes fragment = plain(esp);
  fragment[6] = 0x20;
  set_checksum(fragment);
  const nbl_flags v4 = nbl_flag::ipv4, v6 = nbl_flag::ipv6;
  const struct {
    const char* what;
    bytes frame;
    std::size_t front;  // 0: whole
    nbl_flags flags;
  } rows[] = {
      {"ESP", linked(other.seal(esp, mode::transport, plain(esp))), 14 + 20 + 8, v4 | split},
      {"ESP in UDP", linked(other.seal(natted, mode::transport, plain(natted))), 14 + 20 + 8 + 8, v4 | split},
      {"AH, UDP", linked(other.seal(auth, mode::transport, plain(auth))), 14 + 20 + 24 + 8, v4 | split | at_payload},
      {"AH, TCP", linked(other.seal(auth, mode::transport, tcp_of(auth))), 14 + 20 + 24 + 32, v4 | split | at_payload},
      {"AH, ESP", linked(other.seal(both, mode::transport, plain(both))), 14 + 20 + 24 + 8, v4 | split},
      {"AH, ESP over IPv6", linked(other.seal(six, mode::transport, plain(six))), 14 + 40 + 24 + 8, v6 | split},
      {"TCP", linked(tcp_of(esp)), 14 + 20 + 32, v4 | nbl_flag::tcp | split | at_payload},
      {"UDP", linked(plain(esp)), 14 + 20 + 8, v4 | nbl_flag::udp | split | at_payload},
      {"UDP without payload", linked(plain(esp, 0)), 0, v4 | nbl_flag::udp},
      {"a fragment", linked(fragment), 0, v4},
      {"ICMP", linked(make_ip({.protocol = 1, .payload = counted(20)})), 0, v4},
      {"no IP packet", counted(60), 0, {}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    two_piece_pool pool(1);
    const const_octets wire[] = {row.frame};
    const auto made = take_in_split<receiving_profile, net_buffer_list>(wire, pool);
    REQUIRE(made.frames == 1);
    const net_buffer& buffer = *made.chain->first_buffer();
    CHECK(testing::octets_of(buffer) == row.frame);
    CHECK((*buffer.first()).size() == (row.front == 0 ? row.frame.size() : row.front));
    CHECK(made.chain->flags() == row.flags);
    // A first piece that holds the lookahead may end anywhere behind it; one that would be too long is none.
    two_piece_pool another(2);
    const auto looked = take_in_split<receiving_profile, net_buffer_list>(wire, another, {.at = 40, .lookahead = 40});
    CHECK((*static_cast<const net_buffer&>(*looked.chain->first_buffer()).first()).size() == (row.front == 0 ? (row.frame.size() > 40 && row.flags.has(nbl_flag::udp) ? 40 : row.frame.size()) : 40));
    const auto whole = take_in_split<receiving_profile, net_buffer_list>(wire, another, {.front_max = 30});
    CHECK_FALSE(whole.chain->flags().has(split));
  }
}

TEST_CASE("F120: what was taken in split is opened like what was not, and keeps its pieces") {
  receiving_nic<> nic;
  peer other;
  nic.current.framings = link_framing::ieee_802_3;
  const bundle_form forms[] = {esp_bundle(), ah_bundle(0x2002), ah_esp_bundle(0x1004, 0x2004)};
  for (const bundle_form& form : forms) nic.add(form);
  for (const bundle_form& form : forms) {
    const bytes frame = linked(other.seal(form, mode::transport, plain(form)));
    two_piece_pool pool(1);
    const const_octets wire[] = {frame};
    const auto made = take_in_split<receiving_profile, net_buffer_list>(wire, pool);
    const net_buffer& buffer = *made.chain->first_buffer();
    const std::size_t front = (*buffer.first()).size();
    (*nic.queue)(made.chain, receive_gates<receiving_profile>::of(nic.current, true, true));
    CHECK(get_oob<receive_ipsec>(*made.chain) == receive_ipsec{.done = true});
    CHECK((*buffer.first()).size() == front);
    CHECK(testing::octets_of(buffer) == nic.receive(frame).frame);
    CHECK(made.chain->flags().has(split));
  }
}

TEST_CASE("receive_split_intake: a frame longer than its list's memory goes back, and an empty pool asks for its lists") {
  two_piece_pool pool(2);
  bytes longest = linked(plain(esp_bundle(), 1000));
  const const_octets wire[] = {longest, longest, longest};
  const auto made = take_in_split<receiving_profile, net_buffer_list>(wire, pool);
  CHECK(made.frames == 0);
  CHECK(made.lost == 3);
  CHECK(pool.given == 2);
  CHECK(made.flags.has(receive_flag::resources));
}
