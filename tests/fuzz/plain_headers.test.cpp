// The plain readings that properties compare the datapath with are held against packets and cases of the RFCs.
#include <doctest/doctest.h>
#include <esplanade/testing/fuzz/plain_receiver.hpp>

using namespace esplanade;
using namespace esplanade::testing::fuzz;

namespace {
bytes from_hex(const char* text) {
  bytes all;
  for (; text[0] != 0; text += 2) all.push_back(static_cast<octet>(std::stoul(std::string(text, 2), nullptr, 16)));
  return all;
}
}  // namespace

TEST_CASE("plain_headers: a right IPv4 header sums up to ffff, a wrong one does not") {
  bytes header = from_hex("45000073000040004011b861c0a80001c0a800c7");
  CHECK(ones_sum(header, 20) == 0xffff);
  header[8] ^= 1;
  CHECK(ones_sum(header, 20) != 0xffff);
  set_ipv4_checksum(header);
  CHECK(ones_sum(header, 20) == 0xffff);
}

TEST_CASE("plain_headers: ESP goes behind routing headers and in front of the options for the destination") {
  bytes packet(40);
  packet[0] = 0x60;
  packet[5] = 24;
  packet[6] = 60;
  append(packet, from_hex("2b00010400000000" "3c00010400000000" "1100010400000000"));
  const plain_headers h = read_headers(packet);
  REQUIRE(h.said == verdict::forwarded);
  CHECK(h.end == 64);
  CHECK(h.protocol == 17);
  const insertion place = insertion_into(packet, h);
  CHECK(place.at == 56);
  CHECK(place.named_at == 48);
  CHECK(place.next_header == 60);
}

TEST_CASE("plain_headers: a selector covers what its prefixes, protocol and ports say") {
  bytes packet = from_hex("4500001c0000000040110000" "0a0100050a020005" "0fa0003500080000");
  set_ipv4_checksum(packet);
  const plain_headers h = read_headers(packet);
  REQUIRE(h.said == verdict::forwarded);
  selector_parameters wanted{.source = address::v4(10, 1, 0, 0), .destination = address::v4(10, 2, 0, 4), .source_prefix = 16, .destination_prefix = 30};
  CHECK(covers(wanted, packet, h));
  wanted.destination_prefix = 32;
  CHECK_FALSE(covers(wanted, packet, h));
  CHECK(covers({.protocol = 17, .destination_ports = {53, 53}}, packet, h));
  CHECK_FALSE(covers({.protocol = 6}, packet, h));
  CHECK_FALSE(covers({.source_ports = {53, 53}}, packet, h));
}

// RFC 4303 A2.2, cases A and B.
TEST_CASE("plain_receiver: the high half is inferred from where the window lies [class 33]") {
  constexpr std::uint64_t subspace = std::uint64_t{1} << 32;
  CHECK(inferred_number(500, 5 * subspace + 500, 64) == 5 * subspace + 500);
  CHECK(inferred_number(437, 5 * subspace + 500, 64) == 5 * subspace + 437);
  CHECK(inferred_number(436, 5 * subspace + 500, 64) == 6 * subspace + 436);
  CHECK(inferred_number(0xfffffff0, 5 * subspace + 10, 64) == 4 * subspace + 0xfffffff0);
  CHECK(inferred_number(11, 5 * subspace + 10, 64) == 5 * subspace + 11);
  CHECK_FALSE(inferred_number(0xfffffff0, 10, 64));
  CHECK_FALSE(inferred_number(1, ~std::uint64_t{0}, 64));
}
