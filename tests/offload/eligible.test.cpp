#include "support/stub_device.hpp"

using namespace support;

namespace eligible_test {
struct gateway : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
/// How many of one plain packet and three like `odd` a host frames for a device of this report; all of them arrive.
std::uint64_t framed(const bytes& plain, const bytes& odd, const device_capabilities& can, mode how = mode::transport) {
  split<gateway> s;
  s.device.can = can;
  const sa_form form{.mode = how, .outer = plain[0] >> 4 == 6 ? family::ipv6 : family::ipv4};
  const auto out = s.add_sender(form);
  s.add_receiver(form);
  REQUIRE(s.offload(out, form));
  train<flat_packet> t;
  t.add(plain, out);
  for (int i = 0; i < 3; ++i) t.add(odd, out);
  s.send(t);
  CHECK(t.survivors == 4);
  s.complete();
  CHECK(s.side.inbound(t.view()) == 4);
  CHECK(t.octets(0) == plain);
  CHECK(t.octets(3) == odd);
  return s.sent().framed.get();
}
}  // namespace eligible_test
using namespace eligible_test;

TEST_CASE("F8, F9: options and extension headers need their bits, offsets have an end, and the family is the SA's") {
  const placed plain{.where = placement::offloaded}, able{.where = placement::offloaded, .options = true, .extensions = true}, six{.where = placement::offloaded, .extensions = true, .version = family::ipv6};
  CHECK(eligible({}, plain));
  CHECK(eligible({.headers = 20, .tunnelled = false}, plain));
  CHECK_FALSE(eligible({.headers = 24, .tunnelled = false}, plain));
  CHECK(eligible({.headers = 24, .tunnelled = false}, able));
  CHECK_FALSE(eligible({.outer = family::ipv6, .headers = 40, .tunnelled = false}, able));
  CHECK(eligible({.outer = family::ipv6, .headers = 48, .tunnelled = false}, six));
  CHECK_FALSE(eligible({.outer = family::ipv6, .headers = 48, .tunnelled = false}, {.where = placement::offloaded, .version = family::ipv6}));
  CHECK(eligible({.outer = family::ipv6, .headers = 1020, .tunnelled = false}, six));
  CHECK_FALSE(eligible({.outer = family::ipv6, .headers = 1024, .tunnelled = false}, six));
  CHECK_FALSE(eligible({.udp_checksum = true}, able));
}

TEST_CASE("F12: a large send needs the record of its version and its limits: payload, segments, options") {
  const large_limits limits{.version_1 = {.octets_max = 1000, .segments_min = 3, .tcp_options = true}, .version_2 = {.octets_max = 5000, .segments_min = 2, .ip_options = true}};
  CHECK(eligible({.payload = 5000, .segments = 2}, limits));
  CHECK_FALSE(eligible({.payload = 5001, .segments = 2}, limits));
  CHECK_FALSE(eligible({.payload = 5000, .segments = 1}, limits));
  CHECK_FALSE(eligible({.payload = 5000, .segments = 2, .tcp_options = true}, limits));
  CHECK(eligible({.payload = 5000, .segments = 2, .ip_options = true}, limits));
  CHECK(eligible({.version_2 = false, .payload = 1000, .segments = 3, .tcp_options = true}, limits));
  CHECK_FALSE(eligible({.version_2 = false, .payload = 1001, .segments = 3}, limits));
  CHECK_FALSE(eligible({.version_2 = false, .payload = 1000, .segments = 2}, limits));
  CHECK_FALSE(eligible({.version_2 = false, .payload = 1000, .segments = 3, .ip_options = true}, limits));
  CHECK_FALSE(eligible({.payload = 0, .segments = 9}, large_limits{}));
}

TEST_CASE("F8: a packet with IPv4 options is not given to a device that does not take them, but sealed by the host; inside a tunnel they are payload") {
  const bytes plain = udp_packet(family::ipv4, 40), odd = make_ip({.payload = udp(4000, 53, 40), .options = {1, 1, 1, 1}});
  device_capabilities can = whole_device;
  CHECK(framed(plain, odd, can) == 4);
  can.ipv4_options = false;
  CHECK(framed(plain, odd, can) == 1);
  CHECK(framed(plain, odd, can, mode::tunnel) == 4);
}

TEST_CASE("F9: a packet with other extension headers than AH and ESP is not given to a device that does not take them, but sealed by the host") {
  ip_form form;
  form.source = address::v6(0x2001, 0xdb8, 1, 0, 0, 0, 0, 1);
  form.destination = address::v6(0x2001, 0xdb8, 2, 0, 0, 0, 0, 7);
  form.payload = udp(4000, 53, 40);
  form.extensions = {{0, {0, 1, 4, 0, 0, 0, 0}}};  // hop by hop
  const bytes plain = udp_packet(family::ipv6, 40), odd = make_ip(form);
  device_capabilities can = whole_device;
  CHECK(framed(plain, odd, can) == 4);
  can.ipv6_extension_headers = false;
  CHECK(framed(plain, odd, can) == 1);
  CHECK(framed(plain, odd, can, mode::tunnel) == 4);
}
