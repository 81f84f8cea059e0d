#include "support/sending_nic.hpp"

using namespace support;

namespace {
struct of_host : profile {
  static constexpr auto suites = esplanade::suites<gcm128, ah<hmac_sha2_256_128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
struct of_nic : of_host {
  static constexpr std::size_t levels = 2;
};
constexpr suite_sizes ah_suite = ah<hmac_sha2_256_128>::sizes;
const sa_form esp{.mode = mode::transport}, over{.suite = ah_suite, .spi = 0x2002, .mode = mode::transport, .which = 2};

// RFC 1071 by its text: 16-bit words, end-around carry, complement.
std::size_t sum_over(const bytes& data, std::size_t start = 0) {
  std::size_t sum = start;
  for (std::size_t i = 0; i < data.size(); i += 2) sum += static_cast<std::size_t>(data[i]) << 8 | (i + 1 < data.size() ? data[i + 1] : 0u);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}
std::size_t pseudo_sum(const bytes& packet, std::size_t header, octet protocol) {
  const bool v4 = packet[0] >> 4 == 4;
  bytes pseudo(packet.begin() + (v4 ? 12 : 8), packet.begin() + (v4 ? 20 : 40));
  put32(pseudo, packet.size() - header);
  put32(pseudo, protocol);
  return sum_over(pseudo);
}
void store(bytes& packet, std::size_t at, std::size_t value) {
  packet[at] = static_cast<octet>(value >> 8);
  packet[at + 1] = static_cast<octet>(value & 0xff);
}
struct two {
  bytes whole{}, asked{};  // with the checksum; with the sum of the pseudo header in its place
};
// A TCP or UDP packet of `size` octets of payload.
two upper(family version, octet protocol, std::size_t size) {
  ip_form form{.protocol = protocol};
  if (version == family::ipv6) form.source = outside_v6(1), form.destination = outside_v6(2);
  const std::size_t header = version == family::ipv4 ? 20 : 40, field = header + (protocol == 6 ? 16u : 6u);
  if (protocol == 6) {
    put32(form.payload, 0x04d20050), put32(form.payload, 1000), put32(form.payload, 0), put32(form.payload, 0x50180200), put32(form.payload, 0);
    put(form.payload, counted(size, 5));
  } else {
    form.payload = udp(7, 9, size);
  }
  two t;
  t.asked = make_ip(form);
  store(t.asked, field, pseudo_sum(t.asked, header, protocol));
  t.whole = t.asked;
  const bytes covered(t.asked.begin() + static_cast<std::ptrdiff_t>(header), t.asked.end());
  std::size_t checksum = ~sum_over(covered) & 0xffff;
  if (protocol == 17 && checksum == 0) checksum = 0xffff;
  store(t.whole, field, checksum);
  return t;
}
}  // namespace

TEST_CASE("F80: a TCP or UDP checksum is computed before the packet is encrypted, over everything but trailer and ICV [row 68]") {
  for (const family version : {family::ipv4, family::ipv6})
    for (const octet protocol : {octet{6}, octet{17}})
      for (std::size_t size = 0; size < 9; ++size) {
        const std::size_t header = version == family::ipv4 ? 20 : 40;
        const two t = upper(version, protocol, size);
        const bytes expected = sealed_inline<of_host>(t.whole, esp);
        std::uint8_t pad = 0;
        const bytes frame = framed(expected, gcm128::sizes, {.at = header, .next_header = protocol, .payload = bytes(t.asked.begin() + static_cast<std::ptrdiff_t>(header), t.asked.end())}, &pad);
        sending_nic<of_nic, chain_packet<4>> nic;
        words beside{.handle = nic.add({.elements = {esp}, .version = version}), .tunnel = {}, .headers = {protocol, pad, 0, static_cast<std::uint16_t>(header)}};
        beside.checksums = {.ipv4 = version == family::ipv4, .ipv6 = version == family::ipv6, .tcp = protocol == 6, .udp = protocol == 17, .ip_header = false, .tcp_offset = static_cast<std::uint16_t>(header + 16)};
        CHECK(nic.sent(frame, beside) == std::pair{verdict::forwarded, expected});
        CHECK(nic.sent(frame, beside, {header + 21, frame.size() - header - 21}) == std::pair{verdict::forwarded, expected});
        // The device does it only where it said so.
        nic.resources.current.tcp_checksum = protocol != 6;
        nic.resources.current.udp_checksum = protocol != 17;
        CHECK(nic.sent(frame, beside) == std::pair{verdict::beyond_device, frame});
      }
}

TEST_CASE("F80: under AH and under AH with ESP likewise") {
  const two t = upper(family::ipv4, 6, 33);
  for (const auto& elements : {std::vector{over}, std::vector{esp, over}}) {
    bytes expected = t.whole;
    for (const sa_form& sa : elements) expected = sealed_inline<of_host>(expected, sa);
    bytes frame = without_ah_icv(expected, ah_suite, 20);
    std::uint8_t pad = 0;
    const bytes payload(t.asked.begin() + 20, t.asked.end());
    words beside;
    beside.headers.ah_offset = 20;
    std::size_t at = 48;
    if (elements.size() == 2) {
      frame = framed(frame, gcm128::sizes, {.at = 48, .next_header = 6, .payload = payload}, &pad);
      beside.headers = {6, pad, 20, 48};
      at += 16;
    } else {
      std::copy(payload.begin(), payload.end(), frame.begin() + 48);
    }
    sending_nic<of_nic> nic;
    beside.handle = nic.add({.elements = elements});
    beside.checksums.tcp = true;
    beside.checksums.tcp_offset = static_cast<std::uint16_t>(at);
    CHECK(nic.sent(frame, beside) == std::pair{verdict::forwarded, expected});
  }
}

TEST_CASE("F81: the checksum of the IP header is right for the lengths that stand in it, and AH does not depend on it") {
  const two t = upper(family::ipv4, 6, 33);
  for (const auto& elements : {std::vector{esp}, std::vector{esp, over}}) {
    bytes expected = t.whole;
    for (const sa_form& sa : elements) expected = sealed_inline<of_host>(expected, sa);
    const std::size_t at = elements.size() == 2 ? 48 : 20;
    std::uint8_t pad = 0;
    bytes frame = framed(at == 48 ? without_ah_icv(expected, ah_suite, 20) : expected, gcm128::sizes, {.at = at, .next_header = 6, .payload = bytes(t.whole.begin() + 20, t.whole.end())}, &pad);
    frame[10] = 0x12, frame[11] = 0x34;
    sending_nic<of_nic> nic;
    words beside{.handle = nic.add({.elements = elements}), .tunnel = {}, .headers = {6, pad, static_cast<std::uint16_t>(at == 48 ? 20 : 0), static_cast<std::uint16_t>(at)}};
    beside.checksums.ip_header = true;
    CHECK(nic.sent(frame, beside) == std::pair{verdict::forwarded, expected});
    CHECK(sum_over(bytes(expected.begin(), expected.begin() + 20)) == 0xffff);
  }
}

TEST_CASE("fill_checksums: what cannot be is refused and changes nothing") {
  const two t = upper(family::ipv4, 6, 33);
  const bytes sealed = sealed_inline<of_host>(t.whole, esp);
  std::uint8_t pad = 0;
  const bytes frame = framed(sealed, gcm128::sizes, {.at = 20, .next_header = 6, .payload = bytes(t.asked.begin() + 20, t.asked.end())}, &pad);
  sending_nic<of_nic> nic;
  words beside{.handle = nic.add({.elements = {esp}}), .tunnel = {}, .headers = {6, pad, 0, 20}};
  for (const unsigned at : {0u, 90u, 1023u}) {
    beside.checksums = {.ipv4 = true, .ipv6 = false, .tcp = true, .udp = false, .ip_header = false, .tcp_offset = static_cast<std::uint16_t>(at)};
    CHECK(nic.sent(frame, beside) == std::pair{verdict::bad_header, frame});
  }
  beside.checksums = {.ipv4 = true, .ipv6 = false, .tcp = true, .udp = true, .ip_header = false, .tcp_offset = 36};
  CHECK(nic.sent(frame, beside) == std::pair{verdict::bad_header, frame});
}
