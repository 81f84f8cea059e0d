// Packets that are authentic and wrong inside: what only a correct ICV reaches.
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>

using namespace support;
using testing::mixing_crypto;

namespace {

struct strict : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  using padding = padding_verified;
};
struct tolerant : strict {
  using padding = padding_ignored;
};

template <class Profile> struct receiver : world<Profile, flat_packet, mixing_crypto> {
  sa_form tunnel{.spi = 0x1001};
  sa_form transport{.spi = 0x1002, .mode = mode::transport, .which = 2};
  std::uint64_t number = 0;
  receiver() {
    this->add_receiver(tunnel);
    this->add_receiver(transport);
  }
  std::pair<verdict, bytes> text(const bytes& plain) { return this->received(sealed_packet(this->crypto, tunnel, ++number, plain)); }
  std::pair<verdict, bytes> inside(const bytes& inner, octet next_header) { return text(esp_text(inner, next_header)); }
};

}  // namespace

TEST_CASE("datapath: every pad length over every payload, sealed with a correct ICV [class 2]") {
  receiver<strict> r;
  std::size_t opened = 0;
  for (std::size_t payload = 0; payload <= 300; ++payload)
    for (std::size_t claimed = 0; claimed <= 255; ++claimed) {
      // An IPv4 packet of `payload` octets is 20 or more; shorter ones are what a next header of 59 may carry.
      bytes plain = payload >= 20 ? make_ip({.protocol = 200, .payload = counted(payload - 20)}) : counted(payload);
      const std::size_t total = (payload + 2 + 3) / 4 * 4;
      while (plain.size() < total - 2) plain.push_back(static_cast<octet>(plain.size() - payload + 1));
      plain.push_back(static_cast<octet>(claimed));
      plain.push_back(payload >= 20 ? 4 : 59);
      const auto [v, octets] = r.text(plain);
      const std::size_t padding = total - 2 - payload;
      verdict expected;
      if (claimed + 2 > total) {
        expected = verdict::bad_padding;
      } else {
        bool sound = true;
        for (std::size_t i = 0; i < claimed; ++i) sound = sound && plain[total - 2 - claimed + i] == i + 1;
        if (!sound) expected = verdict::bad_padding;
        else if (payload < 20) expected = verdict::dummy;
        else expected = claimed <= padding ? verdict::forwarded : verdict::bad_inner_packet;  // the padding eats the inner packet
      }
      if (v != expected) {
        CAPTURE(payload);
        CAPTURE(claimed);
        CHECK(v == expected);
      }
      if (v == verdict::forwarded) {
        ++opened;
        if (octets.size() != payload) CHECK(octets.size() == payload);
      }
    }
  // Each payload of 20 or more with its own padding, and with less of it: what is left is TFC padding.
  CHECK(opened >= 281);
}

TEST_CASE("datapath: pad octets that are not 1, 2, 3 … are the policy's matter [class 4, 55] [row 91]") {
  receiver<strict> inspects;
  receiver<tolerant> ignores;
  const bytes inner = udp_packet(family::ipv4, 16);  // 44 octets: 2 of padding are the least
  for (std::size_t padding : {std::size_t{2}, std::size_t{6}, std::size_t{254}}) {
    const bytes good = esp_text(inner, padding, padding, 4);
    CHECK(inspects.text(good).first == verdict::forwarded);
    CHECK(ignores.text(good).first == verdict::forwarded);
    for (std::size_t at = 0; at < padding; ++at) {
      bytes wrong = good;
      wrong[inner.size() + at] = static_cast<octet>(wrong[inner.size() + at] ^ (1u << at % 8));
      CHECK(inspects.text(wrong).first == verdict::bad_padding);
      const auto [v, octets] = ignores.text(wrong);
      CHECK(v == verdict::forwarded);
      CHECK(octets == inner);
    }
    bytes zeros = good;
    std::fill_n(zeros.begin() + static_cast<std::ptrdiff_t>(inner.size()), padding, octet{0});
    CHECK(inspects.text(zeros).first == verdict::bad_padding);
    CHECK(ignores.text(zeros).first == verdict::forwarded);
    bytes too_much = good;
    too_much[too_much.size() - 2] = 255;
    CHECK(inspects.text(too_much).first == verdict::bad_padding);
    CHECK(ignores.text(too_much).first == (too_much.size() - 2 < 255 ? verdict::bad_padding : verdict::bad_inner_packet));
  }
}

TEST_CASE("datapath: a next header that does not suit what is inside [class 5, 55]") {
  receiver<strict> r;
  const bytes v4 = udp_packet(family::ipv4, 30), v6 = udp_packet(family::ipv6, 30);
  for (unsigned next = 0; next < 256; ++next) {
    CAPTURE(next);
    const octet n = static_cast<octet>(next);
    CHECK(r.inside(v4, n).first == (next == 4 ? verdict::forwarded : next == 59 ? verdict::dummy : verdict::bad_next_header));
    CHECK(r.inside(v6, n).first == (next == 41 ? verdict::forwarded : next == 59 ? verdict::dummy : verdict::bad_next_header));
  }
  for (unsigned version = 0; version < 16; ++version) {
    bytes other = v4;
    other[0] = static_cast<octet>(version << 4 | 5);
    CAPTURE(version);
    CHECK(r.inside(other, 4).first == (version == 4 ? verdict::forwarded : verdict::bad_next_header));
  }
  CHECK(r.inside({}, 4).first == verdict::bad_inner_packet);
  CHECK(r.inside({}, 59).first == verdict::dummy);
  CHECK(r.inside(counted(500), 59).first == verdict::dummy);
}

TEST_CASE("datapath: an inner length that is not the decrypted length [class 6, 55]") {
  receiver<strict> r;
  for (const family version : {family::ipv4, family::ipv6}) {
    const bytes inner = udp_packet(version, 30);
    const octet next = version == family::ipv4 ? 4 : 41;
    const std::size_t field = version == family::ipv4 ? 2 : 4, header = version == family::ipv4 ? 20 : 40;
    const std::size_t counted_from = version == family::ipv4 ? 0 : 40;
    for (std::size_t said = 0; said < inner.size() + 60; ++said) {
      bytes lies = inner;
      lies[field] = static_cast<octet>(said >> 8);
      lies[field + 1] = static_cast<octet>(said & 0xff);
      const std::size_t total = said + counted_from;
      const auto [v, octets] = r.inside(lies, next);
      CAPTURE(said);
      if (total < header || total > inner.size()) {
        CHECK(v == verdict::bad_inner_packet);
      } else {
        // RFC 4303 2.7: what stands behind the inner packet is TFC padding.
        CHECK(v == verdict::forwarded);
        CHECK(octets == bytes(lies.begin(), lies.begin() + static_cast<std::ptrdiff_t>(total)));
      }
    }
    bytes most = inner;
    most[field] = most[field + 1] = 0xff;
    CHECK(r.inside(most, next).first == verdict::bad_inner_packet);

    for (const std::size_t tfc : {std::size_t{1}, std::size_t{3}, std::size_t{700}}) {
      bytes padded = inner;
      put(padded, bytes(tfc, octet{0x45}));
      const auto [v, octets] = r.inside(padded, next);
      CHECK(v == verdict::forwarded);
      CHECK(octets == inner);
    }
    for (std::size_t n = 1; n < header; ++n) {
      CAPTURE(n);
      CHECK(r.inside(bytes(inner.begin(), inner.begin() + static_cast<std::ptrdiff_t>(n)), next).first == verdict::bad_inner_packet);
    }
  }
  for (unsigned ihl = 0; ihl < 16; ++ihl) {
    bytes lies = make_ip({.payload = udp(1, 2, 10), .options = {1, 1, 1, 0}});  // 42 octets behind a header of 24
    lies[0] = static_cast<octet>(0x40 | ihl);
    CAPTURE(ihl);
    CHECK(r.inside(lies, 4).first == (ihl >= 5 && ihl * 4u <= lies.size() ? verdict::forwarded : verdict::bad_inner_packet));
  }
}

TEST_CASE("datapath: a transport-mode next header is what the IP header says afterwards [class 5, 48]") {
  receiver<strict> r;
  for (unsigned next = 0; next < 256; ++next) {
    if (next == 0 || next == 43 || next == 44 || next == 60) continue;  // extension headers are in IPv6 what they are
    const auto [v, octets] = r.received(sealed_packet(r.crypto, r.transport, ++r.number, esp_text(udp(1, 2, 9), static_cast<octet>(next))));
    CAPTURE(next);
    CHECK(v == (next == 59 ? verdict::dummy : verdict::forwarded));
    if (next == 59) continue;
    CHECK(octets[9] == next);
    CHECK(wrong_in_ip(octets) == "");
  }
}
