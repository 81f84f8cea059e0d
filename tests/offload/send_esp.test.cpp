#include "support/sending_nic.hpp"

using namespace support;
using testing::mixing_crypto;

namespace {
using gmac128 = esp_null_aes_gmac<128>;
using null_sha256 = esp_null<hmac_sha2_256_128>;
using cbc128 = esp_aes_cbc<128, hmac_sha2_256_128>;

struct of_host : profile {
  static constexpr auto suites = esplanade::suites<gcm128, gcm128_8, gmac128, null_sha256>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp;
};
struct of_nic : profile {
  static constexpr auto suites = of_host::suites;
  static constexpr auto modes = of_host::modes;
};
struct lenient : of_nic {
  using trailer = trailer_in_frame_wins;
};
struct gcm_only : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
struct with_cbc : profile {
  static constexpr auto suites = esplanade::suites<gcm128, cbc128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  using random = testing::seeded;
};
struct known_answers : gcm_only {
  static constexpr bool caller_set_iv = true;
  using iv = host_supplied_iv;
};

// One packet as the inline datapath seals it, and the frame that a NIC is given of it.
struct pair {
  bytes expected{}, frame{};
  std::uint8_t pad = 0;
  words beside{};
};
pair packet_under(const sa_form& sa, const bytes& inner, std::size_t header = 20) {
  pair p;
  p.expected = sealed_inline<of_host>(inner, sa);
  const bool tunnel = sa.mode == mode::tunnel;
  const std::size_t at = (tunnel ? (sa.outer == family::ipv4 ? 20u : 40u) : header) + (sa.made.encapsulation.has(encapsulation::udp) ? 8u : 0u);
  const bool v4 = inner[0] >> 4 == 4;
  const octet next = tunnel ? (v4 ? 4 : 41) : v4 ? inner[9] : inner[6];
  const bytes payload = tunnel ? inner : bytes(inner.begin() + static_cast<std::ptrdiff_t>(header), inner.end());
  p.frame = framed(p.expected, sa.suite, {.at = at, .next_header = next, .payload = payload}, &p.pad);
  p.beside.headers = {.next_header = next, .pad_length = p.pad, .ah_offset = 0, .esp_offset = static_cast<std::uint16_t>(at)};
  return p;
}
const bytes short_v4 = udp_packet(family::ipv4, 61);
}  // namespace

TEST_CASE("F64: transport-mode ESP fills ciphertext, IV and ICV as the inline datapath would, and no other octet") {
  for (const suite_sizes& suite : of_nic::suites.sizes)
    for (const family version : {family::ipv4, family::ipv6}) {
      CAPTURE(suite.icv);
      const bytes inner = udp_packet(version, 61);
      const std::size_t header = version == family::ipv4 ? 20 : 40;
      const sa_form sa{.suite = suite, .mode = mode::transport, .start = 0x41};
      pair p = packet_under(sa, inner, header);
      sending_nic<of_nic> nic;
      p.beside.handle = nic.add({.elements = {sa}, .version = version});
      const auto [what, sent] = nic.sent(p.frame, p.beside);
      CHECK(what == verdict::forwarded);
      CHECK(sent == p.expected);
      CHECK(std::equal(sent.begin(), sent.begin() + static_cast<std::ptrdiff_t>(header) + 8, p.frame.begin()));
    }
}

TEST_CASE("F67: a packet that goes through a tunnel alone has the tunnel's handle in slot 1") {
  for (const family outer : {family::ipv4, family::ipv6})
    for (const family inside : {family::ipv4, family::ipv6}) {
      const sa_form sa{.outer = outer};
      pair p = packet_under(sa, udp_packet(inside, 100));
      sending_nic<gcm_only> nic;
      p.beside.handle = nic.add({.elements = {sa}, .version = outer});
      const auto [what, sent] = nic.sent(p.frame, p.beside);
      CHECK(what == verdict::forwarded);
      CHECK(sent == p.expected);
    }
}

TEST_CASE("F69: the ESP header is found by its offset, behind headers that nobody parses") {
  const sa_form sa{.mode = mode::transport};
  pair p = packet_under(sa, short_v4);
  // Twelve octets that are no header of any kind, between IP and ESP.
  p.frame.insert(p.frame.begin() + 20, 12, 0xc7);
  p.frame[3] = static_cast<octet>(p.frame[3] + 12);
  p.expected.insert(p.expected.begin() + 20, 12, 0xc7);
  p.expected[3] = static_cast<octet>(p.expected[3] + 12);
  p.beside.headers.esp_offset = 32;
  sending_nic<of_nic> nic;
  p.beside.handle = nic.add({.elements = {sa}});
  const auto [what, sent] = nic.sent(p.frame, p.beside);
  CHECK(what == verdict::forwarded);
  CHECK(sent == p.expected);
}

TEST_CASE("F70: an offset that lands elsewhere is refused, and nothing is changed") {
  const sa_form sa{.mode = mode::transport};
  const pair p = packet_under(sa, short_v4);
  sending_nic<of_nic> nic;
  words beside = p.beside;
  beside.handle = nic.add({.elements = {sa}});
  for (const std::uint16_t at : {std::uint16_t{24}, std::uint16_t{28}, std::uint16_t{64}}) {
    beside.headers.esp_offset = at;
    beside.headers.pad_length = p.beside.headers.pad_length;
    const auto [what, sent] = nic.sent(p.frame, beside);
    CHECK(what != verdict::forwarded);
    CHECK(sent == p.frame);
  }
  beside = p.beside;
  beside.handle = nic.add({.elements = {{.spi = 0x1002, .mode = mode::transport}}});
  const auto [what, sent] = nic.sent(p.frame, beside);
  CHECK(what == verdict::no_sa);
  CHECK(sent == p.frame);
}

TEST_CASE("F72: the number is the one in the frame, in any order and as often as it comes") {
  sending_nic<gcm_only> nic;
  const offload_handle handle = nic.add({.elements = {{}}});
  for (const std::uint64_t number : {7u, 3u, 7u, 0x80000000u, 1u}) {
    sa_form sa{.start = number - 1};
    pair p = packet_under(sa, short_v4);
    p.beside.handle = handle;
    const auto [what, sent] = nic.sent(p.frame, p.beside);
    CHECK(what == verdict::forwarded);
    CHECK(sent == p.expected);
  }
}

TEST_CASE("F73: with ESN the ICV covers the plumbed high word, which is not on the wire") {
  for (const suite_sizes& suite : of_nic::suites.sizes) {
    const sa_form sa{.suite = suite, .mode = mode::transport, .esn = true, .start = 0x0123'4567'89ab'cdefu};
    pair p = packet_under(sa, short_v4);
    sending_nic<of_nic> nic;
    p.beside.handle = nic.add({.elements = {sa}});
    const auto [what, sent] = nic.sent(p.frame, p.beside);
    CHECK(what == verdict::forwarded);
    CHECK(sent == p.expected);
    CHECK(get32(sent, 24) == 0x89abcdf0);
  }
}

TEST_CASE("U-20: the high word is the one of the moment when the NIC accepted the send") {
  const sa_form sa{.esn = true, .start = 5 * (std::uint64_t{1} << 32) + 9};
  pair p = packet_under(sa, short_v4);
  sending_nic<gcm_only> nic;
  p.beside.handle = nic.add({.elements = {sa}});
  REQUIRE(nic.store->update({p.beside.handle, protocol_kind::esp, sa.spi, 6}));
  nic.put({.content = p.frame}, p.beside);
  nic.c->state[0] = {};
  // Accepted before the update: as a queue of sends notes it.
  using context = sending_nic<gcm_only>::context;
  auto& c = *nic.c;
  nic.open_gates();
  c.count = 1;
  c.packets[0] = nic.packets.in_order[0];
  c.verdicts[0] = verdict::forwarded;
  c.lane = &nic.resources;
  c.workspace = &nic.workspace;
  c.state[0].handle = p.beside.handle;
  c.state[0].headers = p.beside.headers;
  c.state[0].accepted = true;
  c.state[0].esp_high = 5;
  esplanade::detail::walk_of<sending_nic<gcm_only>::list, context>::start({}, c);
  CHECK(nic.of(0) == verdict::forwarded);
  CHECK(nic.octets(0) == p.expected);
}

TEST_CASE("U-20: a low word that steps back by more than 2^31 without UPDATE_SA is refused; after the update it goes on") {
  sending_nic<gcm_only> nic;
  const offload_handle handle = nic.add({.elements = {{.esn = true}}});
  const auto at = [&](std::uint64_t number) {
    const sa_form sa{.esn = true, .start = number - 1};
    pair p = packet_under(sa, short_v4);
    p.beside.handle = handle;
    const auto [what, sent] = nic.sent(p.frame, p.beside);
    if (what == verdict::forwarded) CHECK(sent == p.expected);
    else CHECK(sent == p.frame);
    return what;
  };
  CHECK(at(0xffff'fff0) == verdict::forwarded);
  CHECK(at(0x8000'0000) == verdict::forwarded);  // back by less than 2^31
  CHECK(at(0x0000'0001) == verdict::sequence_exhausted);
  CHECK(at(0x7000'0000) == verdict::sequence_exhausted);
  CHECK(at(0xffff'ffff) == verdict::forwarded);
  REQUIRE(nic.store->update({handle, protocol_kind::esp, 0x1001, 1}));
  CHECK(at(0x1'0000'0001) == verdict::forwarded);
  REQUIRE(nic.store->update({handle, protocol_kind::esp, 0x1001, 0xffff'ffff}));  // and the last numbers of all
  for (const std::uint64_t back : {9u, 1u, 0u, 8u}) CHECK(at(~std::uint64_t{0} - back) == verdict::forwarded);
}

TEST_CASE("U-11: counter IVs are the 64-bit number; random ones come from the source that was given") {
  sending_nic<with_cbc> nic;
  const sa_form gcm{.mode = mode::transport, .esn = true, .start = 0x55'0000'0001};
  pair p = packet_under(gcm, short_v4);
  p.beside.handle = nic.add({.elements = {gcm}});
  auto [what, sent] = nic.sent(p.frame, p.beside);
  REQUIRE(what == verdict::forwarded);
  CHECK(get32(sent, 28) == 0x55);
  CHECK(get32(sent, 32) == 2);

  // 20 of IP, 8 of ESP, 16 of IV, 30 + 2 octets of text, 16 of ICV.
  bytes frame = make_ip({.protocol = 50, .payload = bytes(8 + 16 + 32 + 16, 0xe1)});
  store_be32(frame.data() + 20, 0x2002);
  store_be32(frame.data() + 24, 1);
  frame[20 + 8 + 16 + 30] = 2;
  frame[20 + 8 + 16 + 31] = 17;
  const offload_handle cbc = nic.add({.elements = {{.suite = cbc128::sizes, .spi = 0x2002, .mode = mode::transport}}});
  testing::seeded same = nic.random;
  std::tie(what, sent) = nic.sent(frame, {.handle = cbc, .headers = {17, 2, 0, 20}});
  REQUIRE(what == verdict::forwarded);
  CHECK(load_be64(sent.data() + 28) == same.next());
  CHECK(load_be64(sent.data() + 36) == same.next());
}

TEST_CASE("U-11: with host_supplied_iv the IV in the frame stays and is the one that is sealed with") {
  sending_nic<known_answers> nic;
  const sa_form sa{.start = 0x1234};
  pair p = packet_under(sa, short_v4);
  p.beside.handle = nic.add({.elements = {sa}});
  std::copy_n(p.expected.begin() + 28, 8, p.frame.begin() + 28);
  CHECK(nic.sent(p.frame, p.beside).second == p.expected);
  p.frame[30] ^= 1;
  const bytes other = nic.sent(p.frame, p.beside).second;
  CHECK(std::equal(other.begin(), other.begin() + 36, p.frame.begin()));
  CHECK(bytes(other.begin() + 36, other.end()) != bytes(p.expected.begin() + 36, p.expected.end()));
}

TEST_CASE("U-12: the trailer stands in the frame; slot 12 that says otherwise is refused, or ignored where the profile says so") {
  const sa_form sa{};
  pair p = packet_under(sa, short_v4);
  sending_nic<of_nic> strict;
  sending_nic<lenient> frame_wins;
  const auto check = [&](send_headers headers) {
    words beside{.handle = strict.add({.elements = {sa}}), .tunnel = {}, .headers = headers};
    const auto [refused, untouched] = strict.sent(p.frame, beside);
    CHECK(refused == verdict::bad_padding);
    CHECK(untouched == p.frame);
    beside.handle = frame_wins.add({.elements = {sa}});
    const auto [what, sent] = frame_wins.sent(p.frame, beside);
    CHECK(what == verdict::forwarded);
    CHECK(sent == p.expected);
  };
  send_headers headers = p.beside.headers;
  headers.pad_length = static_cast<std::uint8_t>(headers.pad_length + 4);
  check(headers);
  headers = p.beside.headers;
  headers.next_header = 41;
  check(headers);
}

TEST_CASE("F88: wherever MDLs are cut, through header, IV, trailer and ICV, the same octets leave") {
  for (const suite_sizes& suite : of_nic::suites.sizes) {
    const sa_form sa{.suite = suite, .mode = mode::transport, .esn = true};
    pair p = packet_under(sa, udp_packet(family::ipv4, 9));
    sending_nic<of_nic, chain_packet<8>> nic;
    p.beside.handle = nic.add({.elements = {sa}});
    for (const testing::cut& cut : testing::cuts_at_every_position(p.frame.size())) {
      const auto [what, sent] = nic.sent(p.frame, p.beside, cut);
      CHECK(what == verdict::forwarded);
      CHECK(sent == p.expected);
    }
    const testing::cut many{19, 6, 7, 0, 5, p.frame.size() - 58, 3, 18};
    CHECK(nic.sent(p.frame, p.beside, many).second == p.expected);
  }
}

TEST_CASE("F82: ESP in UDP is sealed where it stands, and the UDP header keeps its octets") {
  sa_form sa{.mode = mode::transport};
  sa.made.encapsulation = encapsulation::udp;
  pair p = packet_under(sa, short_v4);
  sending_nic<of_nic> nic;
  p.beside.handle = nic.add({.elements = {sa}, .udp_esp = udp_esp_layout::transport});
  const auto [what, sent] = nic.sent(p.frame, p.beside);
  CHECK(what == verdict::forwarded);
  CHECK(sent == p.expected);
  CHECK(bytes(sent.begin() + 20, sent.begin() + 28) == bytes(p.frame.begin() + 20, p.frame.begin() + 28));
  CHECK(p.beside.headers.esp_offset == 28);
}

TEST_CASE("fill_esp: frames that contradict themselves change nothing and cost no job") {
  const sa_form sa{};
  pair p = packet_under(sa, short_v4);
  sending_nic<of_nic> nic;
  p.beside.handle = nic.add({.elements = {sa}});
  bytes longer_pad = p.frame;
  longer_pad[p.frame.size() - 18] = 255;
  words beside = p.beside;
  beside.headers.pad_length = 255;
  CHECK(nic.sent(longer_pad, beside) == std::pair{verdict::bad_padding, longer_pad});
  bytes odd = p.frame;
  odd.pop_back();
  odd[3] = static_cast<octet>(odd[3] - 1);
  CHECK(nic.sent(odd, p.beside) == std::pair{verdict::bad_alignment, odd});
  bytes cut_short(p.frame.begin(), p.frame.begin() + 50);
  CHECK(nic.sent(cut_short, p.beside) == std::pair{verdict::runt, cut_short});
  cut_short[2] = 0, cut_short[3] = 50;
  CHECK(nic.sent(cut_short, p.beside) == std::pair{verdict::runt, cut_short});
}
