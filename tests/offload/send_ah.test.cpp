#include "support/ah.hpp"
#include "support/sending_nic.hpp"

using namespace support;

namespace {
constexpr suite_sizes esp_suite = gcm128::sizes;
struct of_host : profile {
  static constexpr auto suites = esplanade::suites<gcm128, ah<hmac_sha2_256_128>, ah_aes_gmac<128>, ah<hmac_sha1_96>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
struct of_nic : of_host {};

struct frame_and_result {
  bytes frame{}, expected{};
  words beside{};
};
// AH behind `header` octets of IP, options and extension headers, as the inline datapath seals it.
frame_and_result under_ah(const sa_form& sa, const bytes& inner, std::size_t header) {
  frame_and_result r;
  r.expected = sealed_inline<of_host>(inner, sa);
  r.frame = without_ah_icv(r.expected, sa.suite, header);
  r.beside.headers.ah_offset = static_cast<std::uint16_t>(header);
  return r;
}
// ESP, and AH over it.
frame_and_result under_both(const sa_form& esp, const sa_form& over, const bytes& inner, std::size_t header) {
  frame_and_result r;
  const bytes once = sealed_inline<of_host>(inner, esp);
  r.expected = sealed_inline<of_host>(once, over);
  const std::size_t ah_size = r.expected.size() - once.size();
  const octet next = inner[0] >> 4 == 4 ? inner[9] : inner[6];
  std::uint8_t pad = 0;
  r.frame = framed(without_ah_icv(r.expected, over.suite, header), esp.suite,
                   {.at = header + ah_size, .next_header = next, .payload = bytes(inner.begin() + static_cast<std::ptrdiff_t>(header), inner.end())}, &pad);
  r.beside.headers = {next, pad, static_cast<std::uint16_t>(header), static_cast<std::uint16_t>(header + ah_size)};
  return r;
}
const ip_form with_options{.payload = udp(1, 2, 40), .options = {130, 11, 1, 2, 3, 4, 5, 6, 7, 8, 9, 68, 8, 5, 1, 9, 9, 9, 9, 0}};
const ip_form with_extensions{.source = address::v6(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1), .destination = address::v6(0x2001, 0xdb8, 0, 0, 0, 0, 0, 2),
                              .payload = udp(1, 2, 40),
                              .extensions = {{0, {0, 0x3e, 4, 1, 2, 3, 4}}, {60, {0, 0x1e, 4, 1, 2, 3, 4}}, {43, {2, 0, 1, 0, 0, 0, 0, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9}}}};
}  // namespace

TEST_CASE("F65: transport-mode AH changes IV and ICV of AH, as the inline datapath would, and no other octet") {
  for (const suite_sizes& suite : {ah_sha256, ah_sha1, ah_gmac})
    for (const family version : {family::ipv4, family::ipv6})
      for (const bool esn : {false, true}) {
        const std::size_t header = version == family::ipv4 ? 20 : 40;
        const sa_form sa{.suite = suite, .mode = mode::transport, .esn = esn, .start = esn ? 0x7'0000'0041u : 0x41u};
        auto p = under_ah(sa, udp_packet(version, 61), header);
        sending_nic<of_nic> nic;
        p.beside.handle = nic.add({.elements = {sa}, .version = version});
        const auto [what, sent] = nic.sent(p.frame, p.beside);
        CHECK(what == verdict::forwarded);
        CHECK(sent == p.expected);
        for (std::size_t k = 0; k < sent.size(); ++k)
          if (k < header + 12 || k >= header + 12 + suite.iv + suite.icv) CHECK(sent[k] == p.frame[k]);
      }
}

TEST_CASE("F66: a bundle of ESP and AH has one handle; AH covers what ESP made") {
  for (const suite_sizes& suite : {ah_sha256, ah_gmac})
    for (const family version : {family::ipv4, family::ipv6}) {
      const sa_form esp{.suite = esp_suite, .mode = mode::transport, .esn = true, .start = 0x3'0000'0000u};
      const sa_form over{.suite = suite, .spi = 0x2002, .mode = mode::transport, .esn = true, .start = 0x4'0000'0010u, .which = 2};
      auto p = under_both(esp, over, udp_packet(version, 77), version == family::ipv4 ? 20 : 40);
      sending_nic<of_nic> nic;
      p.beside.handle = nic.add({.elements = {esp, over}, .version = version});
      const auto [what, sent] = nic.sent(p.frame, p.beside);
      CHECK(what == verdict::forwarded);
      CHECK(sent == p.expected);
    }
}

TEST_CASE("F66: a bundle of both does both, and nothing when slot 12 names only one") {
  const sa_form esp{.suite = esp_suite, .mode = mode::transport};
  const sa_form over{.suite = ah_sha256, .spi = 0x2002, .mode = mode::transport, .which = 2};
  const auto p = under_both(esp, over, udp_packet(family::ipv4, 77), 20);
  sending_nic<of_nic> nic;
  words beside = p.beside;
  beside.handle = nic.add({.elements = {esp, over}});
  beside.headers.esp_offset = 0;
  CHECK(nic.sent(p.frame, beside) == std::pair{verdict::no_sa, p.frame});
  beside.headers = p.beside.headers;
  beside.headers.ah_offset = 0;
  CHECK(nic.sent(p.frame, beside) == std::pair{verdict::no_sa, p.frame});
}

TEST_CASE("F70: AH under an offset where the SA's SPI does not stand is refused") {
  const sa_form sa{.suite = ah_sha256, .mode = mode::transport};
  auto p = under_ah(sa, udp_packet(family::ipv4, 61), 20);
  sending_nic<of_nic> nic;
  p.beside.handle = nic.add({.elements = {sa}});
  p.beside.headers.ah_offset = 24;
  CHECK(nic.sent(p.frame, p.beside) == std::pair{verdict::no_sa, p.frame});
}

TEST_CASE("U-20: a low word of AH that steps back by more than 2^31 without UPDATE_SA is refused") {
  sending_nic<of_nic> nic;
  const offload_handle handle = nic.add({.elements = {{.suite = ah_sha256, .mode = mode::transport, .esn = true}}});
  const auto at = [&](std::uint64_t number) {
    auto p = under_ah({.suite = ah_sha256, .mode = mode::transport, .esn = true, .start = number - 1}, udp_packet(family::ipv4, 9), 20);
    p.beside.handle = handle;
    return nic.sent(p.frame, p.beside).first;
  };
  CHECK(at(0xffff'fff0) == verdict::forwarded);
  CHECK(at(1) == verdict::sequence_exhausted);
}

TEST_CASE("F85: behind IPv4 options, mutable ones are zero for AH and ESP stands where its offset says") {
  const bytes inner = make_ip(with_options);
  for (const suite_sizes& suite : {ah_sha256, ah_gmac}) {
    const sa_form sa{.suite = suite, .mode = mode::transport};
    auto p = under_ah(sa, inner, 40);
    sending_nic<of_nic> nic;
    p.beside.handle = nic.add({.elements = {sa}});
    CHECK(nic.sent(p.frame, p.beside) == std::pair{verdict::forwarded, p.expected});
    // The time stamp option changes on the way: another content, the same ICV.
    bytes stamped = p.frame;
    stamped[36] = 0x77;
    const bytes sent = nic.sent(stamped, p.beside).second;
    CHECK(bytes(sent.begin() + 52, sent.end()) == bytes(p.expected.begin() + 52, p.expected.end()));
    stamped = p.frame;
    stamped[25] = 0x77;  // security does not change, and is covered
    CHECK(nic.sent(stamped, p.beside).second != p.expected);
  }
  const sa_form esp{.suite = esp_suite, .mode = mode::transport}, over{.suite = ah_sha256, .spi = 0x2002, .mode = mode::transport, .which = 2};
  auto p = under_both(esp, over, inner, 40);
  sending_nic<of_nic> nic;
  p.beside.handle = nic.add({.elements = {esp, over}});
  CHECK(p.beside.headers.esp_offset == 40 + 28);
  CHECK(nic.sent(p.frame, p.beside) == std::pair{verdict::forwarded, p.expected});
}

TEST_CASE("F86: behind IPv6 extension headers, mutable option data is zero and a route is foreseen; ESP stands where its offset says") {
  const bytes inner = make_ip(with_extensions);
  const std::size_t header = inner.size() - with_extensions.payload.size();
  REQUIRE(header == 40 + 8 + 8 + 24);
  // Destination options in front of the routing header stay in front of AH (RFC 4302 3.1.1).
  const sa_form sa{.suite = ah_sha256, .mode = mode::transport};
  auto p = under_ah(sa, inner, header);
  sending_nic<of_nic> nic;
  p.beside.handle = nic.add({.elements = {sa}, .version = family::ipv6});
  CHECK(nic.sent(p.frame, p.beside) == std::pair{verdict::forwarded, p.expected});
  bytes changed = p.frame;
  changed[44] = 0x77;  // data of a mutable hop-by-hop option
  bytes sent = nic.sent(changed, p.beside).second;
  CHECK(bytes(sent.begin() + static_cast<std::ptrdiff_t>(header), sent.end()) == bytes(p.expected.begin() + static_cast<std::ptrdiff_t>(header), p.expected.end()));
  changed = p.frame;
  changed[52] = 0x77;  // of an immutable destination option
  CHECK(nic.sent(changed, p.beside).second != p.expected);

  const sa_form esp{.suite = esp_suite, .mode = mode::transport}, over{.suite = ah_gmac, .spi = 0x2002, .mode = mode::transport, .which = 2};
  auto both = under_both(esp, over, inner, header);
  both.beside.handle = nic.add({.elements = {esp, over}, .version = family::ipv6});
  both.beside.headers.next_header = 17;
  bytes frame = both.frame;
  frame[frame.size() - 17] = 17;  // what the last extension header names, not the first
  CHECK(nic.sent(frame, both.beside) == std::pair{verdict::forwarded, both.expected});
}

TEST_CASE("F85, F86: options and extension headers that the current configuration lacks are refused") {
  sending_nic<of_nic> nic;
  nic.resources.current.ipv4_options = nic.resources.current.ipv6_extension_headers = false;
  const sa_form sa{.suite = ah_sha256, .mode = mode::transport};
  auto p = under_ah(sa, make_ip(with_options), 40);
  p.beside.handle = nic.add({.elements = {sa}});
  CHECK(nic.sent(p.frame, p.beside) == std::pair{verdict::beyond_device, p.frame});
  p = under_ah(sa, make_ip(with_extensions), 80);
  p.beside.handle = nic.add({.elements = {sa}, .version = family::ipv6});
  CHECK(nic.sent(p.frame, p.beside) == std::pair{verdict::beyond_device, p.frame});
  nic.resources.current.ipv6 = false;
  p = under_ah(sa, udp_packet(family::ipv6, 8), 40);
  p.beside.handle = nic.add({.elements = {sa}, .version = family::ipv6});
  CHECK(nic.sent(p.frame, p.beside) == std::pair{verdict::beyond_device, p.frame});
}

TEST_CASE("F88: wherever MDLs are cut, through AH, its ICV and ESP, the same octets leave") {
  const sa_form esp{.suite = esp_suite, .mode = mode::transport};
  for (const suite_sizes& suite : {ah_sha256, ah_gmac}) {
    const sa_form over{.suite = suite, .spi = 0x2002, .mode = mode::transport, .which = 2};
    auto p = under_both(esp, over, udp_packet(family::ipv4, 5), 20);
    sending_nic<of_nic, chain_packet<8>> nic;
    p.beside.handle = nic.add({.elements = {esp, over}});
    for (const testing::cut& cut : testing::cuts_at_every_position(p.frame.size())) CHECK(nic.sent(p.frame, p.beside, cut) == std::pair{verdict::forwarded, p.expected});
    CHECK(nic.sent(p.frame, p.beside, {21, 9, 5, 0, 14, 7, 20, p.frame.size() - 76}) == std::pair{verdict::forwarded, p.expected});
  }
}

TEST_CASE("fill_ah: an AH header that contradicts its SA or its packet is refused") {
  const sa_form sa{.suite = ah_sha256, .mode = mode::transport};
  auto p = under_ah(sa, udp_packet(family::ipv4, 61), 20);
  sending_nic<of_nic> nic;
  p.beside.handle = nic.add({.elements = {sa}});
  for (const int length : {0, 1, 4, 13, 255}) {
    bytes frame = p.frame;
    frame[21] = static_cast<octet>(length);
    CHECK(nic.sent(frame, p.beside) == std::pair{verdict::bad_header, frame});
  }
  bytes longer = p.frame;
  longer[21] = 6;  // a multiple of 8, as an SA may pad it
  CHECK(nic.sent(longer, p.beside).first == verdict::forwarded);
}
