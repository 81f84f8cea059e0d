#include "support/sending_nic.hpp"

using namespace support;

namespace {
struct of_host : profile {
  static constexpr auto suites = esplanade::suites<gcm128, ah<hmac_sha2_256_128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp;
};
struct of_nic : profile {
  static constexpr auto suites = of_host::suites;
  static constexpr auto modes = of_host::modes;
  static constexpr std::size_t levels = 2;
};
struct by_outermost : of_nic {
  using nested = offsets_from_outermost;
};
constexpr suite_sizes esp_suite = gcm128::sizes, ah_suite = ah<hmac_sha2_256_128>::sizes;

// Which SAs a packet is under, from the inside out.
struct nesting {
  std::vector<sa_form> inner{}, outer{};  // transport; tunnel. ESP before AH
  bool inner_udp = false, outer_udp = false;
  family inside = family::ipv4;
};
struct nested {
  bytes frame{}, expected{};
  send_headers headers{};
  std::size_t inner_at = 0;
};
sa_form in_udp(sa_form sa, bool udp) {
  sa.made.encapsulation = udp ? encapsulation::udp : encapsulation::none;
  return sa;
}
// The inline datapath seals step by step; then plaintext and rubbish go back in, from the outside in.
nested sealed_and_framed(const nesting& n) {
  const bytes packet = udp_packet(n.inside, 53);
  const std::size_t header = n.inside == family::ipv4 ? 20 : 40;
  nested r;
  bytes inner = packet;
  std::size_t ah_size = 0;
  for (const sa_form& sa : n.inner) {
    const std::size_t before = inner.size();
    inner = sealed_inline<of_host>(inner, in_udp(sa, n.inner_udp));
    if (sa.suite.protocol == protocol_kind::ah) ah_size = inner.size() - before;
  }
  bytes plain = inner;
  std::uint8_t pad = 0;
  for (const sa_form& sa : n.inner) {
    if (sa.suite.protocol == protocol_kind::ah) {
      plain = without_ah_icv(plain, sa.suite, header);
      r.headers.ah_offset = static_cast<std::uint16_t>(header);
    } else {
      r.headers.esp_offset = static_cast<std::uint16_t>(header + ah_size + (n.inner_udp ? 8 : 0));
      plain = framed(plain, sa.suite, {.at = r.headers.esp_offset, .next_header = 17, .payload = bytes(packet.begin() + static_cast<std::ptrdiff_t>(header), packet.end())}, &pad);
      r.headers.next_header = 17;
      r.headers.pad_length = pad;
    }
  }
  // A tunnel of ESP and AH: ESP is the tunnel, AH stands in transport mode around it.
  r.expected = inner;
  std::size_t at = 20, outer_ah = 0;
  for (const sa_form& sa : n.outer) {
    const std::size_t before = r.expected.size();
    r.expected = sealed_inline<of_host>(r.expected, in_udp(sa, n.outer_udp));
    if (sa.suite.protocol == protocol_kind::ah && &sa != &n.outer[0]) outer_ah = r.expected.size() - before;
  }
  r.frame = r.expected;
  const octet next = n.inside == family::ipv4 ? 4 : 41;
  for (const sa_form& sa : n.outer) {
    if (sa.suite.protocol == protocol_kind::ah) {
      r.frame = without_ah_icv(r.frame, sa.suite, 20);
      if (n.outer.size() == 1) {
        r.inner_at = 20 + 28;
        std::copy(plain.begin(), plain.end(), r.frame.begin() + static_cast<std::ptrdiff_t>(r.inner_at));
      }
    } else {
      at = 20 + outer_ah + (n.outer_udp ? 8 : 0);
      r.frame = framed(r.frame, sa.suite, {.at = at, .next_header = next, .payload = plain});
      r.inner_at = at + 8 + sa.suite.iv;
    }
  }
  return r;
}
template <class P, class Pkt = flat_packet> struct nested_nic : sending_nic<P, Pkt> {
  words beside{};
  explicit nested_nic(const nesting& n, set_of<udp_esp_layout> inner = {}, set_of<udp_esp_layout> outer = {}) {
    beside.handle = this->add({.elements = n.inner, .version = n.inside, .udp_esp = inner});
    beside.tunnel = this->add({.elements = n.outer, .udp_esp = outer});
  }
};
const sa_form transport{.spi = 0x3001, .mode = mode::transport, .esn = true, .start = 0x2'0000'0010u, .which = 3};
const sa_form transport_ah{.suite = ah_suite, .spi = 0x3002, .mode = mode::transport, .which = 4};
const sa_form tunnel{.spi = 0x4001, .mode = mode::tunnel, .esn = true, .start = 0x9'0000'0000u, .which = 5};
const sa_form tunnel_ah{.suite = ah_suite, .spi = 0x4002, .mode = mode::transport, .which = 6};
const sa_form tunnel_by_ah{.suite = ah_suite, .spi = 0x4003, .mode = mode::tunnel, .which = 7};
}  // namespace

TEST_CASE("F68: a transport portion inside a tunnel is sealed first, then the tunnel around it") {
  for (const family inside : {family::ipv4, family::ipv6})
    for (const auto& inner : {std::vector{transport}, std::vector{transport_ah}, std::vector{transport, transport_ah}})
      for (const auto& outer : {std::vector{tunnel}, std::vector{tunnel_by_ah}, std::vector{tunnel, tunnel_ah}}) {
        const nesting n{.inner = inner, .outer = outer, .inside = inside};
        const nested p = sealed_and_framed(n);
        nested_nic<of_nic> nic(n);
        nic.beside.headers = p.headers;
        const auto [what, sent] = nic.sent(p.frame, nic.beside);
        CHECK(what == verdict::forwarded);
        CHECK(sent == p.expected);
      }
}

TEST_CASE("F68, F88: cut anywhere, both portions are sealed alike") {
  const nesting n{.inner = {transport, transport_ah}, .outer = {tunnel}};
  const nested p = sealed_and_framed(n);
  nested_nic<of_nic, chain_packet<8>> nic(n);
  nic.beside.headers = p.headers;
  for (const testing::cut& cut : testing::cuts_at_every_position(p.frame.size())) CHECK(nic.sent(p.frame, nic.beside, cut) == std::pair{verdict::forwarded, p.expected});
}

TEST_CASE("F68: a packet of one portion passes the second round untouched, in one batch with nested ones") {
  const nesting n{.inner = {transport}, .outer = {tunnel}};
  const nested p = sealed_and_framed(n);
  nested_nic<of_nic> nic(n);
  nic.beside.headers = p.headers;
  const bytes packet = udp_packet(family::ipv4, 53), single = sealed_inline<of_host>(packet, transport);
  std::uint8_t pad = 0;
  const bytes frame = framed(single, esp_suite, {.at = 20, .next_header = 17, .payload = bytes(packet.begin() + 20, packet.end())}, &pad);
  for (int k = 0; k < 6; ++k) {
    nic.put({.content = p.frame}, nic.beside);
    nic.put({.content = frame}, {.handle = nic.beside.handle, .tunnel = {}, .headers = {17, pad, 0, 20}});
  }
  nic.run();
  for (std::size_t k = 0; k < 12; ++k) CHECK(nic.octets(k) == (k % 2 == 0 ? p.expected : single));
}

TEST_CASE("U-16: with two portions slot 12 counts from the inner IP header, or from the outermost where the profile says so") {
  const nesting n{.inner = {transport, transport_ah}, .outer = {tunnel}};
  const nested p = sealed_and_framed(n);
  nested_nic<by_outermost> nic(n);
  nic.beside.headers = p.headers;
  CHECK(nic.sent(p.frame, nic.beside).first != verdict::forwarded);
  nic.beside.headers.esp_offset = static_cast<std::uint16_t>(p.headers.esp_offset + p.inner_at);
  nic.beside.headers.ah_offset = static_cast<std::uint16_t>(p.headers.ah_offset + p.inner_at);
  CHECK(nic.sent(p.frame, nic.beside) == std::pair{verdict::forwarded, p.expected});
  nested_nic<of_nic> other(n);
  other.beside.headers = nic.beside.headers;
  CHECK(other.sent(p.frame, other.beside).first != verdict::forwarded);
  // Without a tunnel both count from the only IP header.
  const bytes packet = udp_packet(family::ipv4, 53), single = sealed_inline<of_host>(packet, transport);
  std::uint8_t pad = 0;
  const bytes frame = framed(single, esp_suite, {.at = 20, .next_header = 17, .payload = bytes(packet.begin() + 20, packet.end())}, &pad);
  sending_nic<by_outermost> alone;
  CHECK(alone.sent(frame, {.handle = alone.add({.elements = {transport}}), .tunnel = {}, .headers = {17, pad, 0, 20}}) == std::pair{verdict::forwarded, single});
}

TEST_CASE("F83: ESP in UDP as the tunnel, with the packet inside protected or not") {
  {  // UDP-ESP tunnel: one portion
    sa_form sa = tunnel;
    sa.made.encapsulation = encapsulation::udp;
    const bytes packet = udp_packet(family::ipv4, 53), sealed = sealed_inline<of_host>(packet, sa);
    std::uint8_t pad = 0;
    const bytes frame = framed(sealed, esp_suite, {.at = 28, .next_header = 4, .payload = packet}, &pad);
    sending_nic<of_nic> nic;
    CHECK(nic.sent(frame, {.handle = nic.add({.elements = {tunnel}, .udp_esp = udp_esp_layout::tunnel}), .tunnel = {}, .headers = {4, pad, 0, 28}}) == std::pair{verdict::forwarded, sealed});
  }
  {  // transport over UDP-ESP tunnel
    const nesting n{.inner = {transport}, .outer = {tunnel}, .outer_udp = true};
    const nested p = sealed_and_framed(n);
    nested_nic<of_nic> nic(n, {}, udp_esp_layout::transport_over_udp_tunnel);
    nic.beside.headers = p.headers;
    CHECK(nic.sent(p.frame, nic.beside) == std::pair{verdict::forwarded, p.expected});
  }
  {  // UDP-ESP transport over tunnel
    const nesting n{.inner = {transport}, .outer = {tunnel}, .inner_udp = true};
    const nested p = sealed_and_framed(n);
    nested_nic<of_nic> nic(n, udp_esp_layout::udp_transport_over_tunnel);
    nic.beside.headers = p.headers;
    CHECK(p.headers.esp_offset == 28);
    CHECK(nic.sent(p.frame, nic.beside) == std::pair{verdict::forwarded, p.expected});
  }
}

TEST_CASE("F83: a tunnel whose packets have UDP where its layout has none, or none where it has, is refused") {
  const nesting plain{.inner = {transport}, .outer = {tunnel}}, wrapped{.inner = {transport}, .outer = {tunnel}, .outer_udp = true};
  const nested p = sealed_and_framed(plain), w = sealed_and_framed(wrapped);
  nested_nic<of_nic> nic(plain), udp(wrapped, {}, udp_esp_layout::transport_over_udp_tunnel);
  nic.beside.headers = w.headers;
  CHECK(nic.sent(w.frame, nic.beside) == std::pair{verdict::no_sa, w.frame});
  udp.beside.headers = p.headers;
  CHECK(udp.sent(p.frame, udp.beside) == std::pair{verdict::no_sa, p.frame});
}

TEST_CASE("F84: ESP in UDP inside a tunnel that is in UDP too is refused") {
  const nesting n{.inner = {transport}, .outer = {tunnel}, .inner_udp = true, .outer_udp = true};
  const nested p = sealed_and_framed(n);
  for (const auto inner : {udp_esp_layout::transport, udp_esp_layout::udp_transport_over_tunnel})
    for (const auto outer : {udp_esp_layout::tunnel, udp_esp_layout::transport_over_udp_tunnel}) {
      nested_nic<of_nic> nic(n, inner, outer);
      nic.beside.headers = p.headers;
      CHECK(nic.sent(p.frame, nic.beside) == std::pair{verdict::no_sa, p.frame});
    }
}

TEST_CASE("F14, F83, F84: a transport portion stands in a tunnel under the layouts that say so at both ends, and under no other") {
  using enum udp_esp_layout;
  const set_of<udp_esp_layout> all[] = {{}, transport_over_udp_tunnel, udp_transport_over_tunnel, udp_esp_layout::transport, udp_esp_layout::tunnel};
  for (const bool inner_udp : {false, true})
    for (const bool outer_udp : {false, true}) {
      const nesting n{.inner = {::transport}, .outer = {::tunnel}, .inner_udp = inner_udp, .outer_udp = outer_udp};
      const nested p = sealed_and_framed(n);
      for (const auto inner : all)
        for (const auto outer : all) {
          // What stands in UDP at the inner end nobody looks at on the way out (U-15): its layout says it.
          const bool may = (inner.empty() && outer.empty() && !outer_udp) || (outer == transport_over_udp_tunnel && (inner.empty() || inner == outer) && outer_udp) ||
                           (inner == udp_transport_over_tunnel && (outer.empty() || outer == inner) && !outer_udp);
          nested_nic<of_nic> nic(n, inner, outer);
          nic.beside.headers = p.headers;
          const auto [what, sent] = nic.sent(p.frame, nic.beside);
          CAPTURE(inner.bits);
          CAPTURE(outer.bits);
          CHECK((what == verdict::forwarded) == may);
          if (!may) CHECK(sent == p.frame);
        }
    }
}

TEST_CASE("F11: without transport mode in the configuration nothing is sent in it, inside a tunnel either") {
  for (const auto& inner : {std::vector{transport}, std::vector{transport_ah}, std::vector{transport, transport_ah}}) {
    const nesting n{.inner = inner, .outer = {tunnel}};
    const nested p = sealed_and_framed(n);
    nested_nic<of_nic> nic(n);
    nic.beside.headers = p.headers;
    nic.resources.current.transport = false;
    CHECK(nic.sent(p.frame, nic.beside) == std::pair{verdict::beyond_device, p.frame});
    // One portion: by what the trailer, or AH, says that it holds.
    const bytes packet = udp_packet(family::ipv4, 53);
    for (const bool through_tunnel : {false, true}) {
      bytes sealed = packet, frame;
      send_headers headers;
      std::size_t ah_size = 0;
      for (sa_form sa : inner) {
        if (through_tunnel && sa.spi == inner.front().spi) sa.mode = mode::tunnel;
        const std::size_t before = sealed.size();
        sealed = sealed_inline<of_host>(sealed, sa);
        if (sa.suite.protocol == protocol_kind::ah) ah_size = sealed.size() - before - (sa.mode == mode::tunnel ? 20 : 0);
      }
      frame = sealed;
      const bool has_ah = inner.back().suite.protocol == protocol_kind::ah, has_esp = inner.front().suite.protocol == protocol_kind::esp;
      if (has_ah) frame = without_ah_icv(frame, ah_suite, 20), headers.ah_offset = 20;
      if (has_esp) {
        headers.esp_offset = static_cast<std::uint16_t>(20 + ah_size);
        headers.next_header = through_tunnel ? 4 : 17;
        frame = framed(frame, esp_suite, {.at = headers.esp_offset, .next_header = headers.next_header, .payload = through_tunnel ? packet : bytes(packet.begin() + 20, packet.end())}, &headers.pad_length);
      }
      sending_nic<of_nic> one;
      one.resources.current.transport = false;
      const auto handle = one.add({.elements = inner});
      if (through_tunnel) CHECK(one.sent(frame, {.handle = handle, .tunnel = {}, .headers = headers}) == std::pair{verdict::forwarded, sealed});
      else CHECK(one.sent(frame, {.handle = handle, .tunnel = {}, .headers = headers}) == std::pair{verdict::beyond_device, frame});
    }
  }
}

TEST_CASE("F70: the SPI of the outer portion is looked at too, and so are its protocols") {
  const nesting n{.inner = {transport}, .outer = {tunnel}};
  const nested p = sealed_and_framed(n);
  nested_nic<of_nic> nic(n);
  nic.beside.headers = p.headers;
  bytes other = p.frame;
  other[23] ^= 1;
  CHECK(nic.sent(other, nic.beside).first == verdict::no_sa);
  nested_nic<of_nic> both({.inner = {transport}, .outer = {tunnel, tunnel_ah}});
  both.beside.headers = p.headers;
  CHECK(both.sent(p.frame, both.beside) == std::pair{verdict::no_sa, p.frame});
  nested_nic<of_nic> by_ah({.inner = {transport}, .outer = {tunnel_by_ah}});
  by_ah.beside.headers = p.headers;
  CHECK(by_ah.sent(p.frame, by_ah.beside) == std::pair{verdict::no_sa, p.frame});
}

TEST_CASE("enter_inner: outer headers that are cut short or contradict themselves are refused") {
  const nesting n{.inner = {transport}, .outer = {tunnel, tunnel_ah}};
  const nested p = sealed_and_framed(n);
  nested_nic<of_nic> nic(n);
  nic.beside.headers = p.headers;
  for (std::size_t size = 0; size < p.frame.size(); ++size) {
    const bytes part(p.frame.begin(), p.frame.begin() + static_cast<std::ptrdiff_t>(size));
    CHECK(nic.sent(part, nic.beside).first != verdict::forwarded);
  }
  for (std::size_t length = 20; length < p.frame.size(); ++length) {
    bytes shorter = p.frame;
    shorter[2] = static_cast<octet>(length >> 8);
    shorter[3] = static_cast<octet>(length & 0xff);
    CHECK(nic.sent(shorter, nic.beside).first != verdict::forwarded);
  }
  for (unsigned length = 0; length < 256; ++length) {
    bytes ah = p.frame;
    ah[21] = static_cast<octet>(length);
    if (ah != p.frame) CHECK(nic.sent(ah, nic.beside).first != verdict::forwarded);
  }
}
