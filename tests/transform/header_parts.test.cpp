// The outer header part by part, through whole datapaths.
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/ecn_laws.hpp>
#include <esplanade/transform/header_parts.hpp>

using namespace support;
using testing::mixing_crypto;

namespace {

struct plain : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
};
template <class... Parts> struct with : plain {
  using header = header_parts<Parts...>;
};
struct reported : plain {
  using header = header_parts<ecn_reports>;
  using audit = audit_ring<64>;
};
struct unreported : plain {
  using header = header_parts<>;
  using audit = audit_ring<64>;
};
struct reversed_classes {
  static constexpr octet dscp[64] = {63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32,
                                     31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9,  8,  7,  6,  5,  4,  3,  2,  1,  0};
};

const family families[] = {family::ipv4, family::ipv6};

ip_form inner_form(family version, unsigned traffic_class = 0) {
  ip_form form;
  if (version == family::ipv6) {
    form.source = address::v6(0x2001, 0xdb8, 1, 0, 0, 0, 0, 1);
    form.destination = address::v6(0x2001, 0xdb8, 2, 0, 0, 0, 0, 7);
  }
  form.traffic_class = static_cast<octet>(traffic_class);
  form.payload = udp(1, 2, 21);
  return form;
}
octet traffic_class_of(const bytes& packet) {
  return (packet[0] >> 4) == 4 ? packet[1] : static_cast<octet>((packet[0] << 4 | packet[1] >> 4) & 0xff);
}
octet hop_limit_in(const bytes& packet) { return packet[packet[0] >> 4 == 4 ? 8 : 7]; }

template <class P> bytes sent(const bytes& inner, family outer, std::uint32_t spi = 0x1001) {
  world<P, flat_packet, mixing_crypto> r;
  return r.sent(inner, r.add_sender({.spi = spi, .outer = outer})).second;
}
/// What arrives of `inner` in an outer header with this traffic class.
template <class P> std::optional<bytes> arrived(const bytes& inner, family outer, octet outside) {
  world<P, flat_packet, mixing_crypto> r;
  const sa_form form{.outer = outer};
  r.add_receiver(form);
  const auto [v, octets] = r.received(tunnelled_packet(r.crypto, form, 1, inner, outside));
  CHECK((v == verdict::forwarded || v == verdict::bad_ecn));
  return v == verdict::forwarded ? std::optional<bytes>(octets) : std::nullopt;
}

/// A datapath of profile `P` as RFC 6040's tables see it.
template <class P> struct tunnel {
  family inner, outer;
  ecn encapsulated(ecn mark) const { return ecn_of(traffic_class_of(sent<P>(make_ip(inner_form(inner, static_cast<unsigned>(mark))), outer))); }
  std::optional<ecn> decapsulated(ecn inside, ecn outside) const {
    const auto octets = arrived<P>(make_ip(inner_form(inner, 0xb8u | static_cast<unsigned>(inside))), outer, static_cast<octet>(outside));
    if (!octets) return std::nullopt;
    CHECK(wrong_in_ip(*octets) == "");
    return ecn_of(traffic_class_of(*octets));
  }
};

}  // namespace

TEST_CASE("header_parts: RFC 6040's tables hold in every pair of families, in both modes [class 47]") {
  for (const family inner : families)
    for (const family outer : families) {
      tunnel<plain> usual{inner, outer};
      CHECK(testing::check_ecn_laws(usual).empty());
      tunnel<with<>> parts{inner, outer};
      CHECK(testing::check_ecn_laws(parts).empty());
      tunnel<with<ecn_cleared, dscp_fixed<1>, inner_dscp_from_outer>> compatible{inner, outer};
      CHECK(testing::check_ecn_laws(compatible, ecn_mode::compatibility).empty());
    }
}

TEST_CASE("header_parts: without parts it is copied_header, octet for octet [class 47]") {
  for (const family outer : families)
    for (const family inner : families)
      for (unsigned traffic_class = 0; traffic_class < 256; traffic_class += 3) {
        const bytes packet = make_ip(inner_form(inner, traffic_class));
        CHECK(sent<with<>>(packet, outer) == sent<plain>(packet, outer));
        CHECK(sent<with<dscp_copied, inner_dscp_kept, ecn_copied, ecn_unreported, df_copied, flow_label_copied, hop_limit_of_sa>>(packet, outer) == sent<plain>(packet, outer));
      }
}

TEST_CASE("header_parts: DSCP outside, for every inner one [class 47]") {
  for (const family outer : families)
    for (const family inner : families)
      for (unsigned traffic_class = 0; traffic_class < 256; ++traffic_class) {
        const bytes packet = make_ip(inner_form(inner, traffic_class));
        const bytes fixed = sent<with<dscp_fixed<46>>>(packet, outer), mapped = sent<with<dscp_mapped<reversed_classes>>>(packet, outer);
        CHECK(traffic_class_of(fixed) == (46u << 2 | (traffic_class & 3)));
        CHECK(traffic_class_of(mapped) == ((63 - traffic_class / 4) << 2 | (traffic_class & 3)));
        CHECK(wrong_in_ip(fixed) == "");
        CHECK(wrong_in_ip(mapped) == "");
      }
}

TEST_CASE("header_parts: DSCP inside is kept, or becomes the outer one with a checksum that fits [class 47, 48]") {
  for (const family outer : families)
    for (const family inner : families)
      for (unsigned outside = 0; outside < 256; outside += 4) {
        const bytes packet = make_ip(inner_form(inner, 0x2a));
        CHECK(arrived<with<>>(packet, outer, static_cast<octet>(outside)) == packet);
        CHECK(arrived<with<inner_dscp_from_outer>>(packet, outer, static_cast<octet>(outside)) == make_ip(inner_form(inner, outside | 2)));
      }
}

TEST_CASE("header_parts: DF, flow label and hop limit [class 47, 48]") {
  for (const family inner : families)
    for (const std::size_t df : {std::size_t{0}, std::size_t{0x4000}}) {
      ip_form form = inner_form(inner);
      form.fragment = df;
      form.flow_label = 0x54321;
      const bytes packet = make_ip(form);
      CHECK(get16(sent<with<df_set>>(packet, family::ipv4), 6) == 0x4000);
      CHECK(get16(sent<with<df_clear>>(packet, family::ipv4), 6) == 0);
      CHECK(get16(sent<with<df_copied>>(packet, family::ipv4), 6) == (inner == family::ipv6 ? 0x4000 : df));
      CHECK((get32(sent<with<flow_label_zero>>(packet, family::ipv6), 0) & 0xfffff) == 0);
      CHECK((get32(sent<with<flow_label_copied>>(packet, family::ipv6), 0) & 0xfffff) == (inner == family::ipv6 ? 0x54321 : 0));
      const std::uint32_t label = get32(sent<with<flow_label_by_sa>>(packet, family::ipv6), 0) & 0xfffff;
      CHECK(label != 0);
      CHECK(label == (get32(sent<with<flow_label_by_sa>>(make_ip(inner_form(inner)), family::ipv6), 0) & 0xfffff));
      for (const family outer : families) {
        const bytes limited = sent<with<hop_limit_fixed<3>, dscp_fixed<9>>>(packet, outer);
        CHECK(hop_limit_in(limited) == 3);
        CHECK(wrong_in_ip(limited) == "");
        CHECK(hop_limit_in(sent<with<hop_limit_of_sa>>(packet, outer)) == 64);
      }
    }
}

TEST_CASE("header_parts: flow labels of SAs are spread and never 0") {
  std::vector<bool> seen(1 << 20);
  unsigned distinct = 0;
  null_crypto crypto;
  for (std::uint32_t spi = 256; spi < 256 + 20000; ++spi) {
    outbound_sa<plain, null_crypto> sa;
    sa_form form{.spi = spi};
    REQUIRE(sa.install(crypto, form.parameters()));
    const std::uint32_t label = flow_label_by_sa::flow_label(sa, 7);
    sa.uninstall(crypto);
    REQUIRE(label > 0);
    REQUIRE(label < (1u << 20));
    if (!seen[label]) ++distinct;
    seen[label] = true;
  }
  CHECK(distinct > 19000);
}

TEST_CASE("header_parts: odd marks are events where the profile says so, with the outer addresses, and pass (RFC 6040 4.2) [class 47]") {
  for (const family inner : families) {
    for (const testing::ecn_cell& cell : testing::rfc6040_figure_4) {
      if (cell.drop) continue;  // an event of its own: bad_ecn
      const auto events = [&](auto& r) {
        const sa_form form{.outer = family::ipv6};
        r.add_receiver(form);
        const bytes packet = make_ip(inner_form(inner, static_cast<unsigned>(cell.inner)));
        CHECK(r.received(tunnelled_packet(r.crypto, form, 1, packet, static_cast<octet>(cell.outer))).first == verdict::forwarded);
        std::vector<audit_event> all;
        audit_event event;
        while (r.path.receiving().audit().take(event)) all.push_back(event);
        return all;
      };
      world<reported, flat_packet, mixing_crypto> speaks;
      world<unreported, flat_packet, mixing_crypto> silent;
      const auto said = events(speaks);
      CHECK(said.size() == (cell.report == ecn_report::usual ? 0 : 1));
      CHECK(events(silent).empty());
      if (said.empty()) continue;
      CHECK(said[0].kind == audit_kind::odd_ecn);
      CHECK(said[0].what == verdict::forwarded);
      CHECK(said[0].spi == 0x1001);
      CHECK(said[0].source == outside(family::ipv6, 1));
    }
  }
}
