// What stands between IP and ESP: WESP, alone and in UDP, through whole datapaths (RFC 5840).
#include "support/udp.hpp"
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>
#include <esplanade/transform/overhead.hpp>

using namespace support;
using crypto_type = testing::mixing_crypto;

namespace {

using gmac128 = esp_null_aes_gmac<128>;

struct wraps_all : profile {
  static constexpr auto suites = esplanade::suites<gcm128, gmac128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp | encapsulation::wesp | encapsulation::udp_wesp;
};
struct wesp_alone : profile {
  static constexpr auto suites = esplanade::suites<gcm128, gmac128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr auto encapsulations = encapsulation::wesp;
};
using ends = world<wraps_all, flat_packet, crypto_type>;

const family families[] = {family::ipv4, family::ipv6};
const mode modes[] = {mode::tunnel, mode::transport};
const encapsulation kinds[] = {encapsulation::none, encapsulation::udp, encapsulation::wesp, encapsulation::udp_wesp};

sa_form form_of(encapsulation kind, family outer, mode how, const suite_sizes& suite = gcm128::sizes) {
  sa_form form{.suite = suite, .mode = how, .outer = outer};
  form.made.encapsulation = kind;
  return form;
}
std::size_t octets_of_header(family version) { return version == family::ipv4 ? 20 : 40; }
/// What RFC 5840 2 wants in front of ESP.
bytes wesp_by_the_book(family outer, bool in_udp, bool encrypted, octet next_header) {
  const bool padded = outer == family::ipv6 && !in_udp;
  bytes out{0, 0, 0, static_cast<octet>((encrypted ? 0x20 : 0) | (padded ? 0x10 : 0))};
  if (!encrypted) out[0] = next_header, out[1] = static_cast<octet>((padded ? 8 : 4) + 8 + 8), out[2] = 16;
  if (padded) put32(out, 0);
  return out;
}

}  // namespace

TEST_CASE("wesp: the same ESP as without, behind what RFC 5840 says of it [row 30]") {
  for (const suite_sizes& suite : {gcm128::sizes, gmac128::sizes})
    for (const family outer : families)
      for (const mode how : modes)
        for (const bool in_udp : {false, true})
          for (std::size_t size = 0; size < 20; ++size) {
            const family inside = how == mode::transport ? outer : (size % 2 == 0 ? family::ipv4 : family::ipv6);
            const bytes inner = udp_packet(inside, size);
            ends plain, r;
            const bytes esp = plain.sent(inner, plain.add_sender(form_of(encapsulation::none, outer, how, suite))).second;
            const sa_form form = form_of(in_udp ? encapsulation::udp_wesp : encapsulation::wesp, outer, how, suite);
            const auto [v, wire] = r.sent(inner, r.add_sender(form));
            REQUIRE(v == verdict::forwarded);
            CHECK(wrong_in_ip(wire) == "");
            const octet next_header = how == mode::transport ? octet{17} : inside == family::ipv4 ? octet{4} : octet{41};
            const bytes header = wesp_by_the_book(outer, in_udp, suite == gcm128::sizes, next_header);
            bytes expected;
            if (in_udp) {
              bytes marked{0, 0, 0, 2};
              put(marked, header);
              expected = in_udp ? support::in_udp(esp, 4500, 4500, marked) : esp;
              if (outer == family::ipv6) set_upper_checksum(expected, 40, 6, 17);
            } else {
              expected = wrapped(esp, header, 141);
            }
            CHECK(wire == expected);
            r.add_receiver(form);
            CHECK(r.received(wire).second == inner);
          }
}

TEST_CASE("wesp: every octet of it is held against the SA, behind the ICV; reserved bits are ignored") {
  for (const suite_sizes& suite : {gcm128::sizes, gmac128::sizes})
    for (const family outer : families)
      for (const mode how : modes)
        for (const bool in_udp : {false, true}) {
          ends r;
          const sa_form form = form_of(in_udp ? encapsulation::udp_wesp : encapsulation::wesp, outer, how, suite);
          r.add_receiver(form);
          const bytes inner = udp_packet(outer, 9);
          const auto sender = r.add_sender(form);
          const std::size_t at = octets_of_header(outer) + (in_udp ? 12u : 0u);
          for (std::size_t octet_at = 0; octet_at < 4; ++octet_at)
            for (unsigned bit = 0; bit < 8; ++bit) {
              bytes wire = r.sent(inner, sender).second;
              wire[at + octet_at] = static_cast<octet>(wire[at + octet_at] ^ 1u << bit);
              if (in_udp && outer == family::ipv6) set_upper_checksum(wire, 40, 6, 17);
              const auto [v, octets] = r.received(wire);
              CAPTURE(octet_at);
              CAPTURE(bit);
              if (octet_at == 3 && bit < 4) CHECK(octets == inner);
              else CHECK(v == verdict::bad_wesp);
            }
        }
}

TEST_CASE("wesp: truncated anywhere it is never accepted [class 1, 27]") {
  for (const family outer : families)
    for (const encapsulation kind : {encapsulation::wesp, encapsulation::udp_wesp}) {
      ends r;
      const sa_form form = form_of(kind, outer, mode::tunnel);
      r.add_receiver(form);
      const bytes wire = r.sent(udp_packet(family::ipv4, 20), r.add_sender(form)).second;
      for (std::size_t size = octets_of_header(outer); size < wire.size(); ++size) {
        bytes cut(wire.begin(), wire.begin() + static_cast<std::ptrdiff_t>(size));
        const bool v4 = outer == family::ipv4;
        const auto set = [&](std::size_t at, std::size_t length) {
          if (at + 1 < cut.size()) cut[at] = static_cast<octet>(length >> 8), cut[at + 1] = static_cast<octet>(length & 0xff);
        };
        set(v4 ? 2 : 4, size - (v4 ? 0u : 40u));
        if (kind == encapsulation::udp_wesp && size >= octets_of_header(outer) + 8) set(octets_of_header(outer) + 4, size - octets_of_header(outer));
        const verdict v = r.received(cut).first;
        CAPTURE(size);
        CHECK((v == verdict::runt || v == verdict::bad_alignment || v == verdict::icv_mismatch));
      }
    }
}

TEST_CASE("encapsulation: each kind of SA takes its own kind of packet and no other [class 15]") {
  for (const family outer : families)
    for (const encapsulation sends : kinds) {
      ends sender;
      const bytes wire = sender.sent(udp_packet(family::ipv4, 9), sender.add_sender(form_of(sends, outer, mode::tunnel))).second;
      for (const encapsulation takes : kinds) {
        ends r;
        r.add_receiver(form_of(takes, outer, mode::tunnel));
        CHECK(r.received(wire).first == (sends == takes ? verdict::forwarded : verdict::no_sa));
      }
      world<wesp_alone, flat_packet, crypto_type> one;
      one.add_receiver(form_of(encapsulation::wesp, outer, mode::tunnel));
      const verdict v = one.received(wire).first;
      CHECK(v == (sends == encapsulation::wesp ? verdict::forwarded : sends == encapsulation::none ? verdict::no_sa : verdict::not_protected));
    }
}

TEST_CASE("encapsulation: any border between segments, either way [class 28]") {
  for (const family outer : families)
    for (const mode how : modes)
      for (const encapsulation kind : kinds) {
        const sa_form form = form_of(kind, outer, how, gmac128::sizes);
        const bytes inner = udp_packet(outer, 11);
        ends flat;
        const bytes wire = flat.sent(inner, flat.add_sender(form)).second;
        world<wraps_all, chain_packet<8>, crypto_type> r;
        r.add_receiver(form);
        for (std::size_t at = 0; at < wire.size(); ++at) {
          train<chain_packet<8>> in;
          in.add(testing::packet_form{.content = wire, .segments = {at, 1, wire.size() - at - 1}});
          world<wraps_all, chain_packet<8>, crypto_type> fresh;
          fresh.add_receiver(form);
          fresh.receive(in);
          REQUIRE(in.of(0) == verdict::forwarded);
          REQUIRE(in.octets(0) == inner);
        }
      }
}

TEST_CASE("overhead: what is around ESP counts [class 16]") {
  unsigned spi = 0x1000;
  for (const family outer : families)
    for (const mode how : modes)
      for (const encapsulation kind : kinds) {
        ends r;
        sa_form form = form_of(kind, outer, how);
        form.spi = ++spi;
        const auto sa = r.add_sender(form);
        const auto& core = association(*r.sending.at(sa)).core();
        for (std::size_t size = 0; size < 40; ++size) {
          const bytes inner = udp_packet(outer, size), wire = r.sent(inner, sa).second;
          const std::size_t text_at = how == mode::tunnel ? 0 : octets_of_header(outer);
          CHECK(overhead<wraps_all>::of(core).sealed(inner.size(), text_at) == wire.size());
          CHECK(overhead<wraps_all>::of(gcm128::sizes, how, outer, kind).sealed(inner.size(), text_at) == wire.size());
        }
      }
  CHECK(overhead<wraps_all>::max == 40 + 16 + 8 + 8 + 2 + 16 + 3);
  CHECK(overhead<wesp_alone>::min == 4 + 8 + 8 + 2 + 16);
}
