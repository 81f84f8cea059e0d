#include "support/ip.hpp"

#include <esplanade/net/tcp_framing.hpp>

#include <doctest/doctest.h>

using namespace esplanade;
using support::bytes;
using support::counted;

namespace {

struct piece {
  udp_content content;
  bytes message;
  bool operator==(const piece&) const = default;
};
struct outcome {
  std::vector<piece> messages{};
  std::size_t too_long = 0;
  bool broken = false;
};

bytes framed(const std::vector<bytes>& messages, bool prefix = true) {
  bytes out;
  if (prefix) out.assign(tcp_stream_prefix, tcp_stream_prefix + 6);
  for (const bytes& one : messages) {
    support::put16(out, one.size() + 2);
    support::put(out, one);
  }
  return out;
}
/// What a reader makes of `stream`, given in pieces of these sizes over and over; each piece lies in a block of exactly its size.
outcome read_all(const bytes& stream, const std::vector<std::size_t>& sizes, std::size_t memory = 4096, bool prefix = true) {
  outcome seen;
  bytes held(memory);
  tcp_reader reader(held, prefix);
  std::size_t turn = 0;
  for (std::size_t at = 0; at < stream.size();) {
    const std::size_t n = std::min(sizes[turn++ % sizes.size()], stream.size() - at);
    const bytes exact(stream.begin() + static_cast<std::ptrdiff_t>(at), stream.begin() + static_cast<std::ptrdiff_t>(at + n));
    at += n;
    const_octets left(exact);
    for (;;) {
      const auto f = reader.next(left);
      if (f.event == tcp_event::broken) return seen.broken = true, seen;
      if (f.event == tcp_event::hungry) break;
      if (f.event == tcp_event::too_long) ++seen.too_long;
      else seen.messages.push_back({f.content, bytes(f.message.begin(), f.message.end())});
    }
    CHECK(left.empty());
  }
  return seen;
}

bytes esp(std::size_t size, unsigned first) {
  bytes out{0, 0, 0x10, 0x01};
  support::put(out, counted(size, first));
  return out;
}
bytes ike(std::size_t size) {
  bytes out(4, 0);
  support::put(out, counted(size, 3));
  return out;
}

}  // namespace

TEST_CASE("tcp_framing: the same messages however the stream is cut [class 28] [row 23]") {
  const std::vector<bytes> sent{ike(100), esp(40, 1), esp(0, 2), {0xff}, esp(1400, 3), ike(0), {1, 2}, esp(7, 4)};
  std::vector<piece> expected;
  for (const bytes& one : sent) expected.push_back({udp_content_of(one), one});
  const bytes stream = framed(sent);
  for (std::size_t size = 1; size <= stream.size(); size = size < 40 ? size + 1 : size * 2) CHECK(read_all(stream, {size}).messages == expected);
  CHECK(read_all(stream, {stream.size()}).messages == expected);
  for (const std::vector<std::size_t>& sizes : {std::vector<std::size_t>{1, 2, 3}, {6, 2, 104}, {7, 1}, {5, 1, 1, 1, 103, 1}, {1000, 1}}) CHECK(read_all(stream, sizes).messages == expected);
  CHECK(expected[0].content == udp_content::ike);
  CHECK(expected[1].content == udp_content::esp);
  CHECK(expected[3].content == udp_content::keep_alive);
  CHECK(expected[6].content == udp_content::runt);
}

TEST_CASE("tcp_framing: what lies whole in the stream is not copied, and needs no memory") {
  const bytes stream = framed({esp(1000, 1), esp(60000, 2)});
  tcp_reader reader({}, true);
  const_octets left(stream);
  for (unsigned n = 0; n < 2; ++n) {
    const auto f = reader.next(left);
    REQUIRE(f.event == tcp_event::message);
    CHECK(f.message.data() >= stream.data());
    CHECK(f.message.data() + f.message.size() <= stream.data() + stream.size());
  }
  CHECK(reader.next(left).event == tcp_event::hungry);
}

TEST_CASE("tcp_framing: a prefix of any other octet breaks the connection, and so does a length of 0 or 1 (RFC 9329 3.1, 4)") {
  const bytes good = framed({esp(10, 1)});
  for (std::size_t at = 0; at < 6; ++at) {
    bytes bad = good;
    bad[at] ^= 0x20;
    CHECK(read_all(bad, {1}).broken);
    CHECK(read_all(bad, {100}).messages.empty());
  }
  CHECK_FALSE(read_all(framed({esp(10, 1)}, false), {3}, 100, false).broken);  // the end that opened the connection gets none
  for (const octet length : {octet{0}, octet{1}}) {
    bytes bad = framed({esp(10, 1)});
    support::put16(bad, length);
    support::put(bad, framed({esp(10, 1)}, false));
    for (const std::size_t size : {std::size_t{1}, std::size_t{100}}) {
      const outcome seen = read_all(bad, {size});
      CHECK(seen.broken);
      CHECK(seen.messages.size() == 1);  // nothing behind it is believed
    }
  }
  bytes held(10);
  tcp_reader reader(held, true);
  const bytes wrong(20, 0x41);
  const_octets left(wrong);
  CHECK(reader.next(left).event == tcp_event::broken);
  const_octets right(good);
  CHECK(reader.next(right).event == tcp_event::broken);
}

TEST_CASE("tcp_framing: empty messages are passed over; too long ones go by without a trace of them in the next [class 16]") {
  const bytes stream = framed({{}, esp(10, 1), {}, {}, esp(300, 2), esp(20, 3), esp(97, 4)});
  for (const std::size_t size : {std::size_t{1}, std::size_t{3}, std::size_t{50}}) {
    const outcome seen = read_all(stream, {size}, 101);
    CHECK(seen.too_long == 1);
    REQUIRE(seen.messages.size() == 3);
    CHECK(seen.messages[0].message == esp(10, 1));
    CHECK(seen.messages[1].message == esp(20, 3));
    CHECK(seen.messages[2].message == esp(97, 4));
  }
  CHECK(read_all(stream, {1}, 100).too_long == 2);
}

TEST_CASE("tcp_framing: lengths that can be said, and those that cannot [class 16]") {
  octet at[2];
  CHECK_FALSE(write_tcp_length(at, 0));
  CHECK_FALSE(write_tcp_length(at, 65534));
  REQUIRE(write_tcp_length(at, 65533));
  CHECK(load_be16(at) == 65535);
  REQUIRE(write_tcp_length(at, 1));
  CHECK(load_be16(at) == 3);
  const std::vector<bytes> longest{bytes(65533, 7)};
  CHECK(read_all(framed(longest), {1000}, 65533).messages.size() == 1);
}
