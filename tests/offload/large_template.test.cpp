#include "support/large_sends.hpp"

#include <esplanade/offload/large_template.hpp>

using namespace support;

namespace {
large_template of(const bytes& packet, std::size_t octets) {
  testing::owned_net_buffer buffer(testing::packet_form{.content = packet});
  return large_template(static_cast<const net_buffer&>(buffer), octets);
}
bytes octets_in(const large_template& t) { return bytes(t.data(), t.data() + t.octets()); }
}  // namespace

TEST_CASE("F74: ESP stands in front of TCP in the template, AH in front of ESP, and numbers come last") {
  const large_form l{.options = {148, 4, 0, 0}};
  large_template t = of(l.large(), 56);
  const ip_layout at = t.layout();
  CHECK(at.insert_at == 24);
  CHECK(at.protocol == protocol_number::tcp);
  REQUIRE(t.insert_esp(at, 0x1001, 8, false, 0, 0));
  CHECK(t.headers() == send_headers{6, 0, 0, 24});
  REQUIRE(t.insert_ah(t.layout(), 0x2002, 28));
  CHECK(t.headers() == send_headers{6, 0, 24, 52});
  t.put_esp_number(0x3'0000'0005);
  t.put_ah_number(7);
  REQUIRE(t.finish(t.octets() + 1000, true));
  bytes expected = l.large();
  expected.resize(56);
  bytes security = {50, 5, 0, 0};
  put32(security, 0x2002), put32(security, 7), put(security, bytes(16, 0));
  put32(security, 0x1001), put32(security, 5), put(security, bytes(8, 0));
  expected.insert(expected.begin() + 24, security.begin(), security.end());
  expected[9] = 51;
  CHECK(octets_in(t) == expected);
  REQUIRE(t.finish(1234, false));
  CHECK(get16(octets_in(t), 2) == 1234);
  CHECK_FALSE(t.finish(65536, false));
  CHECK(t.finish(65536, true));
}

TEST_CASE("U-10: UDP in front of ESP has its ports, and neither length nor checksum") {
  const large_form l{.version = family::ipv6};
  large_template t = of(l.large(), 72);
  REQUIRE(t.insert_esp(t.layout(), 0x1001, 8, true, 4500, 4501));
  CHECK(t.headers() == send_headers{6, 0, 0, 48});
  const bytes made = octets_in(t);
  CHECK(made[6] == 17);
  CHECK(bytes(made.begin() + 40, made.begin() + 56) == bytes{0x11, 0x94, 0x11, 0x95, 0, 0, 0, 0, 0, 0, 0x10, 0x01, 0, 0, 0, 0});
  REQUIRE(t.finish(2000, true));
  CHECK(get16(octets_in(t), 4) == 0);
}

TEST_CASE("large template: more than 128 octets of headers are no large send's, and a refused header changes nothing") {
  const large_form l{.tcp_options = 40};
  large_template t = of(l.large(), 80);
  const bytes before = octets_in(t);
  (void)t.layout();
  REQUIRE(t.insert_ah(t.layout(), 1, 32));
  CHECK(t.octets() == 112);
  CHECK_FALSE(t.insert_esp(t.layout(), 2, 16, false, 0, 0));
  CHECK(t.headers() == send_headers{0, 0, 20, 0});
  CHECK(t.octets() == 112);
  CHECK(t.insert_esp(t.layout(), 2, 8, false, 0, 0));
  CHECK(t.octets() == 128);
  CHECK(before.size() == 80);
}
