#include "support/large_sends.hpp"

using namespace support;

namespace {
struct cut_here {
  verdict what = verdict::withheld;
  std::vector<bytes> segments{};
  std::size_t out = 0;  ///< packets of the pool that were not given back
};
cut_here cut(const bytes& packet, const send_large& word, std::size_t pooled = 64, std::size_t into = 64, std::size_t room = 2048) {
  frame_pool pool(pooled, room);
  testing::owned_net_buffer buffer(testing::packet_form{.content = packet});
  std::vector<net_buffer*> made(into);
  std::size_t count = 99;
  cut_here c;
  c.what = segment_large(static_cast<const net_buffer&>(buffer), word, pool, std::span(made), count);
  for (std::size_t k = 0; k < count; ++k) c.segments.push_back(testing::octets_of(*made[k]));
  c.out = pooled - pool.level();
  CHECK(testing::octets_of(static_cast<const net_buffer&>(buffer)) == packet);
  return c;
}
std::vector<bytes> segments_of(const large_form& l) {
  std::vector<bytes> all;
  for (std::size_t k = 0; k < l.count(); ++k) all.push_back(l.segment(k));
  return all;
}
}  // namespace

TEST_CASE("F79: segments that a host cuts are those of a NIC: flags, numbers, identifications, lengths and checksums [row 65]") {
  for (const family version : {family::ipv4, family::ipv6})
    for (const bool two : {true, false}) {
      if (version == family::ipv6 && !two) continue;
      for (const std::size_t payload : {0u, 1u, 299u, 300u, 301u, 3000u})
        for (const octet flags : {octet{0x10}, octet{0x99}}) {
          const large_form l{.version = version, .payload = payload, .mss = 300, .version_2 = two, .flags = flags, .identification = two ? 0x7fffu : 0xfffeu, .tcp_options = payload % 2 == 0 ? 0u : 20u};
          const cut_here c = cut(l.large(), l.word());
          CHECK(c.what == verdict::forwarded);
          CHECK(c.segments == segments_of(l));
        }
    }
}

TEST_CASE("F79: options and extension headers stand in every segment") {
  for (const large_form& l : {large_form{.options = {148, 4, 0, 0}}, large_form{.version = family::ipv6, .extensions = {{octet{0}, counted(7)}, {octet{60}, counted(15)}}}}) CHECK(cut(l.large(), l.word()).segments == segments_of(l));
}

TEST_CASE("segment_large: all segments or none, and the pool has back what it gave [class 46]") {
  const large_form l{.payload = 3000, .mss = 300};
  for (const std::size_t pooled : {0u, 1u, 9u}) {
    const cut_here c = cut(l.large(), l.word(), pooled);
    CHECK(c.what == verdict::no_packet);
    CHECK(c.segments.empty());
    CHECK(c.out == 0);
  }
  CHECK(cut(l.large(), l.word(), 10).out == 10);
  const cut_here narrow = cut(l.large(), l.word(), 64, 9);
  CHECK(narrow.what == verdict::batch_full);
  CHECK(narrow.out == 0);
  CHECK(cut(l.large(), l.word(), 64, 10).segments.size() == 10);
  const cut_here small = cut(l.large(), l.word(), 64, 64, 300);  // no room for headers and 300 octets
  CHECK(small.what == verdict::no_room);
  CHECK(small.out == 0);
}

TEST_CASE("segment_large: a template that its word contradicts is refused") {
  const large_form l{};
  const auto refused = [&](const bytes& packet, send_large word) {
    const cut_here c = cut(packet, word);
    CHECK(c.out == 0);
    return c.what;
  };
  send_large word = l.word();
  word.mss = 0;
  CHECK(refused(l.large(), word) == verdict::bad_header);
  word = l.word(), word.ipv6 = true;
  CHECK(refused(l.large(), word) == verdict::bad_header);
  word = l.word(), word.tcp_offset = 19;
  CHECK(refused(l.large(), word) == verdict::bad_header);
  bytes packet = l.large();
  packet[6] = 0x20;
  CHECK(refused(packet, l.word()) == verdict::ip_fragment);
  packet = l.large(), packet[0] = 0x95;
  CHECK(refused(packet, l.word()) == verdict::not_ip);
  packet = l.large(), packet[20 + 12] = 0x40;
  CHECK(refused(packet, l.word()) == verdict::bad_header);
  for (std::size_t size = 0; size < 52; ++size) CHECK(refused(bytes(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(size)), l.word()) != verdict::forwarded);
  const large_form huge{.payload = 65536, .mss = 65530};
  CHECK(refused(huge.large(), huge.word()) == verdict::too_long);
}
