#include "support/ip.hpp"

#include <doctest/doctest.h>

#include <esplanade/offload/v1_locate.hpp>

using namespace support;
using namespace esplanade;

namespace {

// What ESP and AH of an SA look like before the NIC has sealed anything: IV and ICV are zeros.
bytes esp(std::uint32_t spi, const bytes& payload, std::size_t pad, octet next, std::size_t iv = 8, std::size_t icv = 12) {
  bytes out;
  put32(out, spi), put32(out, 1);
  put(out, bytes(iv, 0));
  put(out, payload);
  for (std::size_t i = 0; i < pad; ++i) out.push_back(static_cast<octet>(i + 1));
  out.push_back(static_cast<octet>(pad)), out.push_back(next);
  put(out, bytes(icv, 0));
  return out;
}
bytes ah_around(std::uint32_t spi, octet next, const bytes& inside) {
  bytes out{next, 4, 0, 0};
  put32(out, spi), put32(out, 1);
  put(out, bytes(12, 0));
  put(out, inside);
  return out;
}
bytes udp(std::uint16_t from, std::uint16_t to, const bytes& payload) {
  bytes out;
  put16(out, from), put16(out, to), put16(out, 8 + payload.size()), put16(out, 0);
  put(out, payload);
  return out;
}

v1_located locate(const bytes& packet, const v1_sa& sa, bool options = false) {
  span_reader read{packet};
  return locate_v1(read, packet.size(), sa, options);
}
const v1_sa esp_sa{.esp_spi = 0x1001, .esp_iv = 8, .esp_icv = 12}, ah_sa{.ah_spi = 0x2002}, both_sa{.esp_spi = 0x1001, .ah_spi = 0x2002, .esp_iv = 8, .esp_icv = 12},
    udp_sa{.esp_spi = 0x1001, .esp_iv = 8, .esp_icv = 12, .udp = true};
const bytes payload = udp(1000, 2000, counted(12, 7));

}  // namespace

TEST_CASE("v1_locate: ESP, AH, both, and ESP in UDP are found where they stand, with padding and next header from the packet's end") {
  const v1_located a = locate(make_ip({.protocol = 50, .payload = esp(0x1001, payload, 2, 17)}), esp_sa);
  CHECK(a.status == verdict::forwarded);
  CHECK(a.headers == send_headers{.next_header = 17, .pad_length = 2, .ah_offset = 0, .esp_offset = 20});
  const v1_located b = locate(make_ip({.protocol = 51, .payload = ah_around(0x2002, 17, payload)}), ah_sa);
  CHECK(b.status == verdict::forwarded);
  CHECK(b.headers == send_headers{.ah_offset = 20});
  const v1_located c = locate(make_ip({.protocol = 51, .payload = ah_around(0x2002, 50, esp(0x1001, payload, 5, 17))}), both_sa);
  CHECK(c.status == verdict::forwarded);
  CHECK(c.headers == send_headers{.next_header = 17, .pad_length = 5, .ah_offset = 20, .esp_offset = 44});
  const v1_located d = locate(make_ip({.protocol = 17, .payload = udp(4500, 4500, esp(0x1001, payload, 0, 17))}), udp_sa);
  CHECK(d.status == verdict::forwarded);
  CHECK(d.headers == send_headers{.next_header = 17, .pad_length = 0, .ah_offset = 0, .esp_offset = 28});
}

TEST_CASE("v1_locate: octets behind the packet are the link's, and IPv4 options are counted where the report has them") {
  bytes padded = make_ip({.protocol = 50, .payload = esp(0x1001, payload, 2, 17)});
  put(padded, bytes(9, 0xff));
  CHECK(locate(padded, esp_sa).headers.pad_length == 2);
  const bytes optioned = make_ip({.protocol = 50, .payload = esp(0x1001, payload, 2, 17), .options = bytes(4, 1)});
  CHECK(locate(optioned, esp_sa).status == verdict::beyond_device);
  CHECK(locate(optioned, esp_sa, true).headers.esp_offset == 24);
}

TEST_CASE("v1_locate: other headers or SPIs than the SA's are no packet of it") {
  const bytes with_esp = make_ip({.protocol = 50, .payload = esp(0x1001, payload, 2, 17)}), with_ah = make_ip({.protocol = 51, .payload = ah_around(0x2002, 17, payload)});
  CHECK(locate(with_esp, ah_sa).status == verdict::no_sa);
  CHECK(locate(with_esp, both_sa).status == verdict::no_sa);
  CHECK(locate(with_esp, udp_sa).status == verdict::no_sa);
  CHECK(locate(with_ah, esp_sa).status == verdict::no_sa);
  CHECK(locate(with_ah, both_sa).status == verdict::no_sa);
  CHECK(locate(make_ip({.protocol = 50, .payload = esp(0x1002, payload, 2, 17)}), esp_sa).status == verdict::no_sa);
  CHECK(locate(make_ip({.protocol = 51, .payload = ah_around(0x2003, 17, payload)}), ah_sa).status == verdict::no_sa);
}

TEST_CASE("v1_locate: a packet that ends early, at any octet, is refused and not read beyond [class 37]") {
  const bytes inside = ah_around(0x2002, 50, esp(0x1001, payload, 5, 17));
  for (std::size_t n = 0; n < inside.size(); ++n) {
    const bytes packet = make_ip({.protocol = 51, .payload = bytes(inside.begin(), inside.begin() + static_cast<std::ptrdiff_t>(n))});
    const v1_located found = locate(packet, both_sa);
    if (found.status == verdict::forwarded) CHECK(found.headers.pad_length + std::size_t{2} + 12 <= n - 24 - 16);  // zeros of an ICV read as a trailer
  }
  const bytes whole = make_ip({.protocol = 51, .payload = inside});
  for (std::size_t n = 0; n < whole.size(); ++n) CHECK(locate(bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n)), both_sa).status != verdict::forwarded);
}

TEST_CASE("v1_locate: more padding than there is text is bad padding") {
  bytes text = esp(0x1001, payload, 2, 17);
  const std::size_t there = payload.size() + 2, at = 8 + 8 + there;
  for (const std::size_t said : {there, there + 1, std::size_t{255}}) {
    text[at] = static_cast<octet>(said);
    const verdict v = locate(make_ip({.protocol = 50, .payload = text}), esp_sa).status;
    CHECK(v == (said > there ? verdict::bad_padding : verdict::forwarded));
  }
}

TEST_CASE("v1_locate: what the SA's filter does not cover does not leave under it: addresses, protocol and ports, of the packet inside too [class 3]") {
  const auto under = [](v1_filter f, const bytes& packet) {
    v1_sa sa = esp_sa;
    sa.filter = f;
    return locate(packet, sa).status;
  };
  const ip_form plain{.protocol = 50, .payload = esp(0x1001, payload, 2, 17)};
  const bytes packet = make_ip(plain);
  CHECK(under({.source = plain.source, .destination = plain.destination, .source_mask = ~0u, .destination_mask = ~0u, .protocol = 17, .source_port = 1000, .destination_port = 2000}, packet) == verdict::forwarded);
  CHECK(under({.protocol = 6}, packet) == verdict::wrong_selectors);
  CHECK(under({.source_port = 1001}, packet) == verdict::wrong_selectors);
  CHECK(under({.destination_port = 2001}, packet) == verdict::wrong_selectors);
  CHECK(under({.source = plain.destination, .source_mask = ~0u}, packet) == verdict::wrong_selectors);
  const ip_form inner{.source = address::v4(10, 1, 0, 1), .destination = address::v4(10, 2, 0, 2), .protocol = 17, .payload = payload};
  const bytes tunnel = make_ip({.protocol = 50, .payload = esp(0x1001, make_ip(inner), 2, 4)});
  CHECK(under({.source = inner.source, .source_mask = ~0u, .protocol = 17, .destination_port = 2000}, tunnel) == verdict::forwarded);
  CHECK(under({.source = plain.source, .source_mask = ~0u}, tunnel) == verdict::wrong_selectors);
  CHECK(under({.protocol = 50}, tunnel) == verdict::wrong_selectors);
}

TEST_CASE("v1_locate: neither IPv6 nor a fragment is version 1's (V1-11)") {
  CHECK(locate(make_ip({.source = outside_v6(1), .destination = outside_v6(2), .protocol = 50, .payload = esp(0x1001, payload, 2, 17)}), esp_sa).status == verdict::not_ip);
  CHECK(locate(make_ip({.protocol = 50, .payload = esp(0x1001, payload, 2, 17), .fragment = 0x2000}), esp_sa).status == verdict::ip_fragment);
}
