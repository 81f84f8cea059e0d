#include "support/ip.hpp"

#include <doctest/doctest.h>

#include <esplanade/net/icmp.hpp>

using namespace esplanade;
using namespace support;

namespace {

bytes error_about(const bytes& packet, std::size_t mtu, std::size_t quoted) {
  const bool v4 = packet[0] >> 4 == 4;
  const family f = v4 ? family::ipv4 : family::ipv6;
  bytes out(icmp_error_octets(f));
  const const_octets quote(packet.data(), quoted);
  write_too_big(out.data(), outside(f, 9), address::from(f, packet.data() + (v4 ? 12 : 8)), mtu, quoted, checksum_sum(quote));
  out.insert(out.end(), quote.begin(), quote.end());
  return out;
}

bool answered(const bytes& packet) {
  span_reader read{packet};
  return may_answer_too_big(read, walk_ip(read, packet.size()));
}

bytes icmp_packet(family f, octet type) {
  ip_form form;
  if (f == family::ipv6) form.source = outside_v6(1), form.destination = outside_v6(2);
  form.protocol = f == family::ipv4 ? 1 : 58;
  form.payload = {type, 0, 0, 0, 0, 0, 0, 0};
  return make_ip(form);
}

}  // namespace

TEST_CASE("write_too_big: fragmentation needed as RFC 1191 writes it, packet too big as RFC 4443 does [class 48]") {
  for (std::size_t quoted = 28; quoted <= 60; ++quoted) {
    const bytes about = udp_packet(family::ipv4, 100);
    const bytes error = error_about(about, 1446, quoted);
    CHECK(wrong_in_ip(error) == "");
    CHECK(error[9] == 1);
    CHECK(error[20] == 3);
    CHECK(error[21] == 4);
    CHECK(get16(error, 24) == 0);
    CHECK(get16(error, 26) == 1446);
    CHECK(address::from(family::ipv4, error.data() + 16) == address::from(family::ipv4, about.data() + 12));
    bytes icmp(error.begin() + 20, error.end());
    if (icmp.size() % 2 != 0) icmp.push_back(0);
    CHECK(sum_of(icmp, icmp.size()) == 0xffff);
  }
  for (std::size_t quoted = 40; quoted <= 80; ++quoted) {
    const bytes error = error_about(udp_packet(family::ipv6, 100), 100000, quoted);
    CHECK(wrong_in_ip(error) == "");
    CHECK(error[6] == 58);
    CHECK(error[40] == 2);
    CHECK(get32(error, 44) == 100000);
    bytes sums(error.begin() + 8, error.begin() + 40);  // the pseudo-header
    put32(sums, error.size() - 40);
    put32(sums, 58);
    sums.insert(sums.end(), error.begin() + 40, error.end());
    if (sums.size() % 2 != 0) sums.push_back(0);
    CHECK(sum_of(sums, sums.size()) == 0xffff);
  }
  CHECK(get16(error_about(udp_packet(family::ipv4, 100), 70000, 28), 26) == 65535);
}

TEST_CASE("may_answer_too_big: never to nobody, to many, about an error or a later fragment") {
  for (const family f : {family::ipv4, family::ipv6}) {
    CHECK(answered(udp_packet(f, 10)));
    CHECK(answered(icmp_packet(f, f == family::ipv4 ? 8 : 128)));
  }
  for (const octet error : bytes{3, 4, 5, 11, 12}) CHECK_FALSE(answered(icmp_packet(family::ipv4, error)));
  for (const octet error : bytes{1, 2, 3, 4, 127}) CHECK_FALSE(answered(icmp_packet(family::ipv6, error)));
  for (const octet first : bytes{0, 127, 224, 255}) CHECK_FALSE(answered(make_ip({.source = address::v4(first, 1, 1, 1), .payload = counted(8)})));
  CHECK_FALSE(answered(make_ip({.destination = address::v4(239, 1, 1, 1), .payload = counted(8)})));
  CHECK_FALSE(answered(make_ip({.source = address::v6(0, 0, 0, 0, 0, 0, 0, 0), .payload = counted(8)})));
  CHECK_FALSE(answered(make_ip({.source = address::v6(0xff02, 0, 0, 0, 0, 0, 0, 1), .payload = counted(8)})));
  // RFC 4443 2.4 (e.3): a "packet too big" may be about a packet to many.
  CHECK(answered(make_ip({.source = outside_v6(1), .destination = address::v6(0xff02, 0, 0, 0, 0, 0, 0, 1), .payload = counted(8)})));
  CHECK(answered(make_ip({.payload = counted(8), .fragment = 0x2000})));
  CHECK_FALSE(answered(make_ip({.payload = counted(8), .fragment = 1})));
  CHECK_FALSE(answered(bytes(10, octet{0x45})));
  CHECK_FALSE(answered(make_ip({.protocol = 1, .payload = {}})));
}

TEST_CASE("read_too_big: finds MTU, addresses and SPI, and nothing in other packets or cut ones [class 1, 27]") {
  for (const family f : {family::ipv4, family::ipv6}) {
    ip_form form{.source = outside(f, 1), .destination = outside(f, 2), .protocol = 50, .payload = {0x11, 0x22, 0x33, 0x44, 0, 0, 0, 1, 9, 9}};
    const bytes about = make_ip(form);
    const bytes error = error_about(about, 1400, about.size());
    span_reader read{error};
    const too_big_report report = read_too_big(read, error.size());
    CHECK(report.understood);
    CHECK(report.version == f);
    CHECK(report.mtu == 1400);
    CHECK(report.spi == 0x11223344);
    CHECK(report.source == outside(f, 1));
    CHECK(report.destination == outside(f, 2));
    const std::size_t needed = icmp_error_octets(f) + header_octets(f) + 4;
    for (std::size_t size = 0; size <= error.size(); ++size) {
      bytes cut = bytes(error.begin(), error.begin() + static_cast<std::ptrdiff_t>(size));
      if (size >= 20 && f == family::ipv4) cut[2] = static_cast<octet>(size >> 8), cut[3] = static_cast<octet>(size & 255);
      if (size >= 40 && f == family::ipv6) cut[4] = static_cast<octet>((size - 40) >> 8), cut[5] = static_cast<octet>((size - 40) & 255);
      const std::vector<octet> exact(cut);
      span_reader reading{exact};
      CHECK(read_too_big(reading, exact.size()).understood == (size >= needed));
    }
    bytes other = error;
    other[header_octets(f) + 1] = 1;  // another code
    span_reader reading{other};
    CHECK_FALSE(read_too_big(reading, other.size()).understood);
    const bytes udp_error = error_about(udp_packet(f, 20), 1400, 48);
    span_reader of_udp{udp_error};
    CHECK_FALSE(read_too_big(of_udp, udp_error.size()).understood);
    CHECK(read_too_big(of_udp, udp_error.size()).mtu == 1400);
  }
}
