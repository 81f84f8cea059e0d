// AH through whole datapaths, both ways, and against packets that a plain reading of RFC 4302 made.
#include "support/ah.hpp"

#include <esplanade/testing/policies.hpp>

using namespace support;
using crypto_type = testing::mixing_crypto;

namespace {

constexpr auto ah_suites = esplanade::suites<ah<hmac_sha1_96>, ah<hmac_sha2_256_128>, ah<hmac_sha2_384_192>, ah<hmac_sha2_512_256>, ah_aes_gmac<128>>;

struct ah_only : profile {
  static constexpr auto suites = ah_suites;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
struct ah_to_8 : ah_only {
  using ah_padding = ah_padding_to_8;
};
/// ESP and AH, as each SA says.
struct either : profile {
  static constexpr auto suites = esplanade::suites<gcm128, ah<hmac_sha2_256_128>, ah_aes_gmac<128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
struct ah_unwindowed : ah_only {
  static constexpr auto esn = off;
  using replay = no_window;
};
/// Nothing to choose.
struct ah_plain : profile {
  static constexpr auto suites = esplanade::suites<ah<hmac_sha2_256_128>>;
  static constexpr auto esn = off;
  using replay = no_window;
};

const bytes options = {148, 4, 0, 0, 7, 7, 4, 0, 0, 0, 0, 1};
bytes inner_packet(family version, std::size_t size) {
  ip_form form;
  if (version == family::ipv6) {
    form.source = address::v6(0x2001, 0xdb8, 1, 0, 0, 0, 0, 1);
    form.destination = address::v6(0x2001, 0xdb8, 2, 0, 0, 0, 0, 7);
    form.extensions = {{0, {0, 0x3e, 4, 1, 2, 3, 4}}};
  } else {
    form.options = options;
  }
  form.payload = udp(4000, 53, size);
  return make_ip(form);
}
ip_form headers_of(const bytes& inner) {
  ip_form form;
  if (inner[0] >> 4 == 6) {
    form.source = address::v6(0x2001, 0xdb8, 1, 0, 0, 0, 0, 1);
    form.destination = address::v6(0x2001, 0xdb8, 2, 0, 0, 0, 0, 7);
    form.extensions = {{0, {0, 0x3e, 4, 1, 2, 3, 4}}};
  } else {
    form.options = options;
  }
  return form;
}
std::size_t headers_size(const bytes& packet) { return packet[0] >> 4 == 4 ? (packet[0] & 15u) * 4u : 48; }
bytes tail_of(const bytes& all, std::size_t from) { return bytes(all.begin() + static_cast<std::ptrdiff_t>(from), all.end()); }

/// What the wire should carry for `inner` under this SA.
bytes wanted(crypto_type& crypto, const sa_form& sa, std::uint64_t number, const bytes& inner, std::size_t alignment = 0) {
  ah_form form{.sa = sa, .number = number, .alignment = alignment};
  if (sa.mode == mode::tunnel) {
    form.next_header = inner[0] >> 4 == 4 ? octet{4} : octet{41};
    form.payload = inner;
    return ah_packet(crypto, form, outer_of(sa, number, inner));
  }
  form.payload = tail_of(inner, headers_size(inner));
  return ah_packet(crypto, form, headers_of(inner));
}

template <class Profile, class P> void both_ways(std::size_t alignment = 0) {
  for (const suite_sizes& suite : Profile::suites.sizes) {
    if (suite.protocol != protocol_kind::ah) continue;
    for (const mode how : {mode::tunnel, mode::transport})
      for (const bool esn : {false, true})
        for (const family version : {family::ipv4, family::ipv6})
          for (const family outer : {family::ipv4, family::ipv6}) {
            if (how == mode::transport && outer != version) continue;
            CAPTURE(suite.icv);
            CAPTURE(static_cast<int>(how));
            CAPTURE(esn);
            CAPTURE(static_cast<int>(version));
            CAPTURE(static_cast<int>(outer));
            world<Profile, P, crypto_type> w;
            const std::uint64_t start = esn ? 0x5fffffff0u : 40;
            sa_form form{.suite = suite, .mode = how, .esn = esn, .outer = outer, .start = start};
            const auto handle = w.add_sender(form);
            w.add_receiver(form);
            train<P> packets;
            std::vector<bytes> inner;
            for (std::size_t i = 0; i < 40; ++i) {
              inner.push_back(inner_packet(version, i));
              packets.add(inner.back(), handle);
            }
            w.send(packets);
            REQUIRE(packets.survivors == 40);
            for (std::size_t i = 0; i < 40; ++i) {
              REQUIRE(wrong_in_ip(packets.octets(i)) == "");
              REQUIRE(packets.octets(i) == wanted(w.crypto, form, start + 1 + i, inner[i], alignment));
            }
            w.receive(packets);
            REQUIRE(packets.survivors == 40);
            for (std::size_t i = 0; i < 40; ++i) CHECK(packets.octets(i) == inner[i]);
          }
  }
}

}  // namespace

TEST_CASE("ah: both ways, each packet as RFC 4302 says [class 10, 25] [row 14]") { both_ways<ah_only, flat_packet>(); }
TEST_CASE("ah: both ways with everything a multiple of 8 [class 10]") { both_ways<ah_to_8, flat_packet>(8); }
TEST_CASE("ah: both ways beside ESP") { both_ways<either, flat_packet>(); }

TEST_CASE("ah: a packet cut anywhere is the same packet [class 28]") {
  using P = chain_packet<24>;
  world<ah_only, P, crypto_type> w;
  for (const suite_sizes& suite : {ah_sha256, ah_gmac})
    for (const mode how : {mode::tunnel, mode::transport})
      for (const family version : {family::ipv4, family::ipv6}) {
        static std::uint32_t spi = 0x7000;
        sa_form form{.suite = suite, .spi = ++spi, .mode = how, .outer = version};
        const auto handle = w.add(form);
        const bytes inner = inner_packet(version, 21);
        std::uint64_t number = 0;
        for (std::size_t seed = 0; seed < 60; ++seed) {
          train<P> packets;
          packets.add({.content = inner, .segments = testing::random_cuts(inner.size(), 1, 16, seed).front(), .headroom = seed % 2 == 0 ? 128u : 96u, .tailroom = 0}, handle);
          w.send(packets);
          REQUIRE(packets.of(0) == verdict::forwarded);
          const bytes wire = packets.octets(0);
          CHECK(wire == wanted(w.crypto, form, ++number, inner));
          train<P> arriving;
          arriving.add({.content = wire, .segments = testing::random_cuts(wire.size(), 1, 24, seed + 7).front()});
          w.receive(arriving);
          REQUIRE(arriving.of(0) == verdict::forwarded);
          CHECK(arriving.octets(0) == inner);
        }
      }
}

TEST_CASE("ah: what changes on the way does not matter, and what must not change is found, bit by bit [class 9, 17]") {
  for (const mode how : {mode::tunnel, mode::transport})
    for (const family version : {family::ipv4, family::ipv6}) {
      world<ah_unwindowed, flat_packet, crypto_type> w;
      sa_form form{.suite = ah_sha256, .mode = how, .outer = version};
      w.add_receiver(form);
      const bytes inner = inner_packet(version, 20);
      const bytes wire = wanted(w.crypto, form, 7, inner);
      const std::size_t ah_at = how == mode::transport ? headers_size(wire) : version == family::ipv4 ? 20 : 40;
      for (std::size_t at = 0; at < wire.size(); ++at)
        for (unsigned bit = 0; bit < 8; ++bit) {
          bytes changed = wire;
          changed[at] = static_cast<octet>(changed[at] ^ 1u << bit);
          bool mutable_here;
          if (version == family::ipv4) {
            mutable_here = at == 1 || at == 8 || at == 10 || at == 11 || (at == 6 && bit >= 6);  // reserved and DF
            if (at == 0 || at == 2 || at == 3 || at == 9 || at == 6 || at == 7) {
              if (!mutable_here) continue;  // another length, protocol or an IP fragment: refused before
            }
            if (how == mode::transport && at >= 25 && at < 31) {
              if (at == 25) continue;
              mutable_here = true;  // record route; its type and length are read
            }
            if ((at == 24 || at == 31) && how == mode::transport) continue;  // a type: another option, perhaps without length
            if (at >= 20 && at < ah_at && (at == 20 || at == 21)) continue;
          } else {
            mutable_here = (at == 0 && bit < 4) || (at >= 1 && at <= 3) || at == 7;
            if ((at == 0 && bit >= 4) || (at >= 4 && at <= 6) || (at >= 40 && at < 44 && at < ah_at)) continue;
            if (at >= 44 && at < ah_at) mutable_here = true;
          }
          if (at >= ah_at + 4 && at < ah_at + 12) continue;  // SPI and number: another SA, another place in the window
          if (at == ah_at + 1) continue;
          train<flat_packet> one;
          one.add(changed, {}, 0, 0);
          w.receive(one);
          if (!mutable_here) CHECK_MESSAGE(one.of(0) == verdict::icv_mismatch, "octet " << at << ", bit " << bit);
          else if (one.of(0) == verdict::bad_ecn) CHECK(how == mode::tunnel);
          else CHECK_MESSAGE(one.of(0) == verdict::forwarded, "octet " << at << ", bit " << bit);
        }
    }
}

TEST_CASE("ah: of all 256 lengths only that of the SA passes, whatever the ICV covers [class 8]") {
  for (const family version : {family::ipv4, family::ipv6}) {
    world<ah_only, flat_packet, crypto_type> w;
    sa_form form{.suite = ah_sha256, .mode = mode::transport, .outer = version};
    w.add_receiver(form);
    ip_form headers;
    if (version == family::ipv6) headers = headers_of(inner_packet(version, 0));
    std::size_t passed = 0;
    for (std::size_t more = 0; more < 256; ++more) {
      const bytes wire = ah_packet(w.crypto, {.sa = form, .number = more + 1, .payload = udp(1, 2, 1100), .length_off = more}, headers);
      const auto [said, content] = w.received(wire);
      CHECK(said == (more == 0 ? verdict::forwarded : verdict::bad_header));
      if (said != verdict::forwarded) CHECK(content == wire);
      passed += said == verdict::forwarded;
    }
    CHECK(passed == 1);
    // The other alignment, in all it is and says.
    const bytes wire = ah_packet(w.crypto, {.sa = form, .number = 999, .payload = udp(1, 2, 11), .alignment = version == family::ipv4 ? std::size_t{16} : std::size_t{4}}, headers);
    CHECK(w.received(wire).first == verdict::bad_header);
  }
}

TEST_CASE("ah: padding to 4 and to 8 are accepted where they are configured, and only there [class 10]") {
  world<ah_only, flat_packet, crypto_type> by_family;
  world<ah_to_8, flat_packet, crypto_type> to_8;
  sa_form form{.suite = ah_sha256};
  by_family.add_receiver(form);
  to_8.add_receiver(form);
  const bytes inner = inner_packet(family::ipv4, 5);
  const bytes of_4 = wanted(by_family.crypto, form, 1, inner, 4), of_8 = wanted(by_family.crypto, form, 1, inner, 8);
  CHECK(of_8.size() == of_4.size() + 4);
  CHECK(to_8.received(of_4).first == verdict::bad_header);
  CHECK(by_family.received(of_8).first == verdict::bad_header);
  CHECK(by_family.received(of_4).first == verdict::forwarded);
  CHECK(to_8.received(of_8).first == verdict::forwarded);
}

TEST_CASE("ah: every shorter packet is refused, in a block of exactly its size [class 1, 27]") {
  world<ah_only, flat_packet, crypto_type> w;
  sa_form form{.suite = ah_sha256, .mode = mode::transport};
  w.add_receiver(form);
  const bytes whole = wanted(w.crypto, form, 3, inner_packet(family::ipv4, 12));
  for (std::size_t n = 0; n < whole.size(); ++n) {
    bytes cut_short(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n));
    CHECK(w.received(cut_short).first == (n == 0 ? verdict::not_ip : verdict::runt));
    if (n < 32) continue;
    cut_short[2] = static_cast<octet>(n >> 8), cut_short[3] = static_cast<octet>(n & 0xff);
    CHECK(w.received(cut_short).first == (n < 32 + 28 ? verdict::runt : verdict::icv_mismatch));
  }
  CHECK(w.received(whole).first == verdict::forwarded);
}

TEST_CASE("ah: an SA of one protocol takes no packet of the other [class 15]") {
  world<either, flat_packet, crypto_type> w;
  sa_form esp{.spi = 0x1001}, of_ah{.suite = ah_sha256, .spi = 0x2002, .which = 2};
  w.add_receiver(esp);
  w.add_receiver(of_ah);
  const bytes inner = inner_packet(family::ipv4, 9);
  sa_form ah_under_esp = of_ah, esp_under_ah = esp;
  ah_under_esp.spi = 0x1001;
  esp_under_ah.spi = 0x2002;
  CHECK(w.received(wanted(w.crypto, ah_under_esp, 1, inner)).first == verdict::no_sa);
  CHECK(w.received(tunnelled_packet(w.crypto, esp_under_ah, 1, inner)).first == verdict::no_sa);
  CHECK(w.received(wanted(w.crypto, of_ah, 1, inner)).first == verdict::forwarded);
  CHECK(w.received(tunnelled_packet(w.crypto, esp, 1, inner)).first == verdict::forwarded);

  world<ah_only, flat_packet, crypto_type> alone;
  alone.add_receiver(of_ah);
  CHECK(alone.received(tunnelled_packet(alone.crypto, esp_under_ah, 1, inner)).first == verdict::not_protected);
}

TEST_CASE("ah: where the store keys on the protocol too, an SPI names one SA of each [class 14, 15]") {
  world<either, flat_packet, crypto_type, flat_store<8, by_spi_and_protocol>> w;
  sa_form esp{.spi = 0x1001}, of_ah{.suite = ah_sha256, .spi = 0x1001, .which = 2};
  w.add_receiver(esp);
  w.add_receiver(of_ah);
  CHECK_FALSE(w.receiving.add(w.crypto, esp.parameters()));
  CHECK_FALSE(w.receiving.add(w.crypto, of_ah.parameters()));
  const bytes inner = inner_packet(family::ipv4, 9);
  CHECK(w.received(wanted(w.crypto, of_ah, 1, inner)).first == verdict::forwarded);
  CHECK(w.received(tunnelled_packet(w.crypto, esp, 1, inner)).first == verdict::forwarded);
  CHECK(w.received(wanted(w.crypto, of_ah, 1, inner)).first == verdict::replayed);
  world<either, flat_packet, crypto_type> by_spi_alone;
  by_spi_alone.add_receiver(esp);
  CHECK_FALSE(by_spi_alone.receiving.add(by_spi_alone.crypto, of_ah.parameters()));
}

TEST_CASE("ah: a batch of both protocols, interleaved, is what each of them alone would be [class 46]") {
  world<either, flat_packet, crypto_type> w;
  sa_form forms[] = {{.spi = 0x1001}, {.suite = ah_sha256, .spi = 0x2002, .which = 2}, {.suite = ah_gmac, .spi = 0x3003, .mode = mode::transport, .which = 3}, {.spi = 0x4004, .mode = mode::transport, .which = 4}};
  outbound_handle handles[4];
  for (std::size_t k = 0; k < 4; ++k) handles[k] = w.add(forms[k]);
  train<flat_packet> packets;
  std::vector<bytes> inner;
  for (std::size_t i = 0; i < 100; ++i) {
    inner.push_back(inner_packet(family::ipv4, i % 37));
    packets.add(inner.back(), handles[i * 7 % 4]);
  }
  w.send(packets);
  REQUIRE(packets.survivors == 100);
  std::uint64_t numbers[4]{};
  for (std::size_t i = 0; i < 100; ++i) {
    const std::size_t k = i * 7 % 4;
    ++numbers[k];
    if (forms[k].suite.protocol == protocol_kind::ah) CHECK(packets.octets(i) == wanted(w.crypto, forms[k], numbers[k], inner[i]));
  }
  bytes forged = packets.octets(3);
  forged.back() ^= 1;
  train<flat_packet> arriving;
  for (std::size_t i = 0; i < 100; ++i) arriving.add(packets.octets(i));
  arriving.add(packets.octets(5));
  w.receive(arriving);
  CHECK(arriving.survivors == 100);
  CHECK(arriving.count(verdict::replayed) == 1);
  for (std::size_t i = 0; i < 100; ++i) CHECK(arriving.octets(i) == inner[i]);
}

TEST_CASE("ah: replays, old numbers and forged packets; a forged one is left as it came [class 30, 31]") {
  world<ah_only, flat_packet, crypto_type> w;
  sa_form form{.suite = ah_sha1};
  w.add_receiver(form);
  const bytes inner = inner_packet(family::ipv4, 30);
  bytes forged = wanted(w.crypto, form, 5000, inner);
  forged[25] ^= 1;
  forged.back() ^= 0x40;
  bytes forged_far = wanted(w.crypto, form, 0x7fffffff, inner);
  forged_far.back() ^= 0x40;
  CHECK(w.received(forged_far) == std::pair{verdict::icv_mismatch, forged_far});
  CHECK(w.received(wanted(w.crypto, form, 2000, inner)).first == verdict::forwarded);
  CHECK(w.received(wanted(w.crypto, form, 2000, inner)).first == verdict::replayed);
  CHECK(w.received(wanted(w.crypto, form, 900, inner)).first == verdict::too_old);
  CHECK(w.received(wanted(w.crypto, form, 1999, inner)).first == verdict::forwarded);
}

TEST_CASE("ah: IP fragments are refused, an atomic fragment header in front of AH is as if it were not there [class 11]") {
  world<ah_only, flat_packet, crypto_type> w;
  sa_form form{.suite = ah_sha256, .mode = mode::transport, .outer = family::ipv6};
  const auto handle = w.add(form);
  // What the sender covered had no fragment header: 8 octets less of payload.
  ip_form headers = headers_of(inner_packet(family::ipv6, 0));
  headers.extensions = {{0, {0, 0x1e, 4, 1, 2, 3, 4}}};
  const bytes sent = ah_packet(w.crypto, {.sa = form, .number = 1, .payload = udp(5, 6, 10)}, headers);
  bytes arrived(sent.begin(), sent.begin() + 48);
  arrived[4] = static_cast<octet>((get16(sent, 4) + 8) >> 8), arrived[5] = static_cast<octet>((get16(sent, 4) + 8) & 0xff);
  arrived[40] = 44;
  put(arrived, {51, 0, 0, 0, 1, 2, 3, 4});
  put(arrived, tail_of(sent, 48));
  const auto [said, content] = w.received(arrived);
  CHECK(said == verdict::forwarded);
  CHECK(get16(content, 4) == content.size() - 40);
  CHECK(content[48] == 17);  // the fragment header is still there, and says what follows
  CHECK(tail_of(content, 56) == udp(5, 6, 10));

  arrived[51] |= 1;  // more fragments
  CHECK(w.received(arrived).first == verdict::ip_fragment);

  // Outbound likewise: the receiver sees it with the header or without.
  headers.extensions.push_back({44, {0, 0, 0, 9, 9, 9, 9}});
  headers.payload = udp(5, 6, 10);
  const auto [went, wire] = w.sent(make_ip(headers), handle);
  REQUIRE(went == verdict::forwarded);
  CHECK(w.received(wire).first == verdict::replayed);  // number 1 is known
  const auto [again, second] = w.sent(make_ip(headers), handle);
  REQUIRE(again == verdict::forwarded);
  bytes without(second.begin(), second.begin() + 48);
  without[40] = 51;
  without[4] = static_cast<octet>((get16(second, 4) - 8) >> 8), without[5] = static_cast<octet>((get16(second, 4) - 8) & 0xff);
  put(without, tail_of(second, 56));
  CHECK(w.received(without).first == verdict::forwarded);
}

TEST_CASE("ah: routes are covered as they will arrive [class 9]") {
  world<ah_only, flat_packet, crypto_type> w;
  sa_form v4{.suite = ah_sha256, .spi = 0x1111, .mode = mode::transport}, v6{.suite = ah_sha256, .spi = 0x2222, .mode = mode::transport, .outer = family::ipv6, .which = 2};
  const auto to_4 = w.add(v4), to_6 = w.add(v6);
  ip_form form;
  form.options = {131, 11, 4, 10, 0, 0, 1, 10, 0, 0, 2, 0};
  form.payload = udp(5, 6, 10);
  auto [said, wire] = w.sent(make_ip(form), to_4);
  REQUIRE(said == verdict::forwarded);
  // RFC 791: each router puts its own address where the next was, which becomes the destination.
  for (std::size_t next = 23; next < 31; next += 4) {
    std::swap_ranges(wire.begin() + 16, wire.begin() + 20, wire.begin() + static_cast<std::ptrdiff_t>(next));
    wire[22] = static_cast<octet>(wire[22] + 4);
    wire[next] = 99;
    --wire[8];
  }
  set_checksum(wire);
  CHECK(w.received(wire).first == verdict::forwarded);

  ip_form six = headers_of(inner_packet(family::ipv6, 0));
  bytes route{4, 0, 2, 0, 0, 0, 0};
  put(route, counted(32, 7));
  six.extensions = {{43, route}};
  six.payload = udp(5, 6, 10);
  auto [went, on_wire] = w.sent(make_ip(six), to_6);
  REQUIRE(went == verdict::forwarded);
  CHECK(w.received(on_wire).first == verdict::icv_mismatch);  // it has not arrived
  for (std::size_t k = 0; k < 2; ++k, --on_wire[43]) std::swap_ranges(on_wire.begin() + 24, on_wire.begin() + 40, on_wire.begin() + static_cast<std::ptrdiff_t>(48 + 16 * k));
  CHECK(w.received(on_wire).first == verdict::forwarded);
}

TEST_CASE("ah: headers beyond its memory are refused before a number is spent, inbound and outbound [class 7]") {
  world<ah_only, flat_packet, crypto_type> w;
  sa_form form{.suite = ah_sha256, .mode = mode::transport, .outer = family::ipv6};
  const auto handle = w.add(form);
  for (const octet units : {octet{26}, octet{27}}) {  // 40 + 8 + 208 = 256 fit
    ip_form headers = headers_of(inner_packet(family::ipv6, 0));
    bytes body{units, 0x1e, 4, 1, 2, 3, 4};
    for (octet i = 0; i < units; ++i) put(body, {1, 6, 0, 0, 0, 0, 0, 0});
    headers.extensions = {{0, body}};
    const bool fits = units == 26;
    const bytes arriving = ah_packet(w.crypto, {.sa = form, .number = 100u + units, .payload = udp(5, 6, 10)}, headers);
    CHECK(w.received(arriving).first == (fits ? verdict::forwarded : verdict::beyond_ah));
    headers.payload = udp(5, 6, 10);
    const auto used = w.sending.at(handle)->sequence().used();
    CHECK(w.sent(make_ip(headers), handle).first == (fits ? verdict::forwarded : verdict::beyond_ah));
    CHECK(w.sending.at(handle)->sequence().used() == used + (fits ? 1 : 0));
  }
}

TEST_CASE("ah: the largest packet, and one octet more [class 16]") {
  world<ah_only, flat_packet, crypto_type> w;
  const auto tunnel = w.add({.suite = ah_sha256, .spi = 0x1111}), transport = w.add({.suite = ah_sha256, .spi = 0x2222, .mode = mode::transport, .which = 2});
  const bytes fits_tunnel = udp_packet(family::ipv4, 65535 - 20 - 28 - 28), fits_transport = udp_packet(family::ipv4, 65535 - 28 - 28);
  CHECK(w.sent(fits_tunnel, tunnel).first == verdict::forwarded);
  CHECK(w.sent(fits_transport, transport).first == verdict::forwarded);
  CHECK(w.sent(udp_packet(family::ipv4, 65535 - 20 - 28 - 27), tunnel).first == verdict::too_long);
  CHECK(w.sent(udp_packet(family::ipv4, 65535 - 28 - 27), transport).first == verdict::too_long);
}

TEST_CASE("ah: room is needed exactly, and no number is spent without it [class 37]") {
  world<ah_only, flat_packet, crypto_type> w;
  const auto tunnel = w.add({.suite = ah_sha256, .spi = 0x1111});
  const bytes inner = udp_packet(family::ipv4, 10);
  CHECK(w.sent(inner, tunnel, 28, 0).first == verdict::no_room);  // AH fits, the outer header does not
  CHECK(w.sent(inner, tunnel, 27, 0).first == verdict::no_room);
  CHECK(w.sent(inner, tunnel, 48, 0).first == verdict::forwarded);
}

TEST_CASE("ah: the end of the numbers: nothing leaves, however often it is tried [class 22, 24]") {
  world<ah_only, flat_packet, crypto_type> w;
  const auto handle = w.add_sender({.suite = ah_sha256, .start = 0xfffffffd});
  for (int n = 0; n < 2; ++n) CHECK(w.sent(udp_packet(family::ipv4, 10), handle).first == verdict::forwarded);
  for (int n = 0; n < 100; ++n) {
    const auto [said, content] = w.sent(udp_packet(family::ipv4, 10), handle);
    CHECK(said == verdict::sequence_exhausted);
    CHECK(content == udp_packet(family::ipv4, 10));
  }
}

TEST_CASE("ah: what stands in the buffers before does not show on the wire [class 40]") {
  for (const suite_sizes& suite : {ah_sha256, ah_sha384, ah_gmac}) {
    bytes seen[2];
    for (const octet fill : {octet{0}, octet{0xa5}}) {
      world<ah_to_8, flat_packet, crypto_type> w;
      const auto handle = w.add_sender({.suite = suite, .outer = family::ipv6});
      train<flat_packet> one;
      one.add({.content = inner_packet(family::ipv4, 9), .headroom = 128, .tailroom = 16, .fill = fill}, handle);
      w.send(one);
      seen[fill != 0] = one.octets(0);
    }
    CHECK(seen[0] == seen[1]);
  }
}

TEST_CASE("ah: a profile in which nothing is to choose has a plain list") {
  world<ah_plain, flat_packet, crypto_type> w;
  const auto handle = w.add({.suite = ah_sha256});
  const bytes inner = udp_packet(family::ipv6, 44);
  const auto [said, wire] = w.sent(inner, handle);
  REQUIRE(said == verdict::forwarded);
  CHECK(w.received(wire) == std::pair{verdict::forwarded, inner});
  std::string names;
  for (const char* name : decltype(w.path)::inbound_lane::list_type::names) names += std::string(names.empty() ? "" : " ") + name;
  CHECK(names == "find_sa ah_open remove_outer_header check_selectors");
}
