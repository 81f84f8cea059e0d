#include "bundle_checks.hpp"

#include "paths.hpp"
#include "wire.hpp"

#include <esplanade/transform/reassemble_ip.hpp>

namespace vectors {
namespace {

struct one_sa : profile {
  static constexpr bool legacy_algorithms = true;
  static constexpr auto suites =
      esplanade::suites<esp_aes_gcm_16<128>, esp_aes_gcm_16<256>, esp_null_aes_gmac<128>, esp_chacha20_poly1305, esp_aes_cbc<128, hmac_sha1_96>, esp_aes_cbc<256, hmac_sha2_256_128>,
                        esp_null<hmac_sha1_96>, esp_null<hmac_sha2_256_128>, legacy::esp_3des_cbc<hmac_sha1_96>, ah<hmac_sha1_96>, ah<hmac_sha2_256_128>, ah<hmac_sha2_512_256>, ah<aes_cmac_96>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp;
  static constexpr bool caller_set_iv = true;
  using iv = testing::given_iv;
  using header = testing::given_header;
  using padding = testing::fixed_padding;
  using replay = window<64>;
};
struct one_sa_of_8 : one_sa {
  using ah_padding = ah_padding_to_8;
};
template <class Base> struct both_sas_of : Base {
  static constexpr std::size_t levels = 2;
  using policy = linear_policy<4>;
};

/// Between the two SAs: what the second one writes where a sender may choose.
struct second_given {
  static constexpr const char* name = "second_given";
  static constexpr fact needs = fact::header_written, gives = fact::none;
  testing::given_values values{};
  template <class Context> verdict operator()(Context&, std::size_t) const noexcept {
    testing::given = values;
    return verdict::forwarded;
  }
};

sa_parameters parameters_of(const sa_of_case& sa, const octets_held& wire) {
  const bool ipv4 = is_ipv4(wire);
  const family version = ipv4 ? family::ipv4 : family::ipv6;
  sa_parameters p{.spi = sa.spi, .suite = sa.suite, .key = sa.key, .salt = sa.salt, .mode = sa.tunnel ? mode::tunnel : mode::transport, .esn = sa.esn};
  p.source = address::from(version, wire.data() + (ipv4 ? 12 : 8));
  p.destination = address::from(version, wire.data() + (ipv4 ? 16 : 24));
  p.hop_limit = wire[ipv4 ? 8 : 7];
  p.sequence_start = (sa.esn ? static_cast<std::uint64_t>(sa.esn_high) << 32 : 0) | (sa.sequence - 1u);
  if (sa.in_udp) {
    p.encapsulation = encapsulation::udp;
    p.ports = sa.ports;
  }
  return p;
}

/// Where ESP or AH stands behind IP, extension headers and UDP.
std::size_t security_header_at(const octets_held& wire, const sa_of_case& sa) {
  std::size_t at = is_ipv4(wire) ? (wire[0] & 15u) * 4u : 40;
  octet next = wire[is_ipv4(wire) ? 9 : 6];
  while (!is_ipv4(wire) && (next == 0 || next == 43 || next == 44 || next == 60)) {
    const octet kind = next;
    next = wire.at(at);
    at += kind == 44 ? 8u : (wire.at(at + 1) + 1u) * 8u;
  }
  return at + (sa.in_udp ? 8 : 0);
}
bool has_fragment_header(const octets_held& wire) { return !is_ipv4(wire) && wire[6] == 44; }
/// An atomic fragment as reassemble_ip passes it on (RFC 6946).
octets_held without_fragment_header(const octets_held& wire) {
  testing::owned_packet one({.content = wire});
  packet_reader read(one);
  const fragment_place place = place_of(read, wire.size());
  if (place.atomic) remove_atomic_header(one, place);
  return testing::octets_of<flat_packet>(one);
}

/// What a sender chose when it made `wire` of `plain` under this SA.
testing::given_values given_for(const sa_of_case& sa, const octets_held& wire, const octets_held& plain) {
  testing::given_values g{};
  const std::size_t at = security_header_at(wire, sa);
  if (sa.suite.iv != 0) std::memcpy(g.iv, wire.data() + at + (sa.ah ? 12 : 8), sa.suite.iv);
  g.traffic_class = traffic_class_of(wire);
  g.identification = static_cast<std::uint16_t>(number_at(wire, 4, 2));
  g.dont_fragment = (wire[6] & 0x40) != 0;
  g.flow_label = static_cast<std::uint32_t>(number_at(wire, 0, 4) & 0xfffff);
  if (!sa.ah) g.padding = wire.size() - plain.size() - ((sa.tunnel ? at : sa.in_udp ? 8u : 0u) + 8 + sa.suite.iv + 2 + sa.suite.icv);
  return g;
}

}  // namespace

struct bundle_checks::paths {
  template <class One> struct kind {
    using both = both_sas_of<One>;
    static constexpr auto send = outbound<both>(select_sa, assign_sequence, write_ah_header, write_trailer, esp_seal, write_outer_header, ah_seal, second_given{},
                                                select_sa, assign_sequence, write_ah_header, write_trailer, esp_seal, write_outer_header, ah_seal);
    using list = std::remove_cv_t<decltype(send)>;
    template <class P> using path = datapath<both, P, flat_store<4>, cipher>;
    template <class P> using sending_lane = lane<list, P, typename path<P>::outbound_store, cipher, linear_policy<4>>;

    receiver<One, flat_packet, cipher> outer;

    template <class P> static outcome receive(const bundle_case& c, const octets_held& wire, const cut& segments, bool twice = false) {
      cipher crypto{4};
      typename path<P>::inbound_store store;
      typename path<P>::outbound_store unused;
      const linear_policy<4> nothing;
      for (const sa_of_case& sa : c.innermost_first)
        if (auto added = store.add(crypto, parameters_of(sa, c.wire)); !added) throw unreadable(joined("the SA cannot be installed: ", added.why().field));
      const auto run = std::make_unique<path<P>>(typename path<P>::resources{store, unused, crypto, nothing});
      outcome o;
      for (int n = 0; n < (twice ? 2 : 1); ++n) {
        auto packet = packet_of<P>(wire, segments);
        P* packets[] = {&packet};
        verdict verdicts[] = {verdict::pending};
        run->inbound({packets, verdicts});
        o = {verdicts[0], testing::octets_of<P>(packet), 0};
      }
      return o;
    }

    template <class P> static outcome send_it(const bundle_case& c, const octets_held& between, const cut& segments) {
      cipher crypto{4};
      typename path<P>::outbound_store store;
      linear_policy<4> policy;
      outbound_handle handles[2];
      for (std::size_t k = 0; k < 2; ++k) {
        auto added = store.add(crypto, parameters_of(c.innermost_first[k], k == 0 ? between : c.wire));
        if (!added) throw unreadable(joined("the SA cannot be installed: ", added.why().field));
        handles[k] = *added;
      }
      for (const octet protocol : {octet{50}, octet{51}})
        if (!policy.add({traffic_selector{selector_parameters{.protocol = protocol}}, policy_action::protect, handles[1]})) throw unreadable("no room for policies");
      if (!policy.add({traffic_selector::any(), policy_action::protect, handles[0]})) throw unreadable("no room for policies");
      no_pool none;
      const auto run = std::make_unique<sending_lane<P>>(typename sending_lane<P>::resources{store, crypto, policy, none},
          outbound<both>(select_sa, assign_sequence, write_ah_header, write_trailer, esp_seal, write_outer_header, ah_seal, second_given{given_for(c.innermost_first[1], c.wire, between)},
                         select_sa, assign_sequence, write_ah_header, write_trailer, esp_seal, write_outer_header, ah_seal));
      testing::given = given_for(c.innermost_first[0], between, c.plaintext);
      auto packet = packet_of<P>(c.plaintext, segments, 128, 320);
      P* packets[] = {&packet};
      verdict verdicts[] = {verdict::pending};
      (*run)({packets, verdicts});
      return {verdicts[0], testing::octets_of<P>(packet), 0};
    }
  };

  kind<one_sa> of_4;
  kind<one_sa_of_8> of_8;
};

bundle_checks::bundle_checks() : paths_(std::make_unique<paths>()) {}
bundle_checks::~bundle_checks() = default;

std::string bundle_checks::check(const bundle_case& c) {
  bool to_8 = false;
  for (const sa_of_case& sa : c.innermost_first) to_8 = to_8 || (sa.ah && sa.alignment == 8);
  const auto with = [&](auto& kind) -> std::string {
    using K = std::remove_reference_t<decltype(kind)>;
    const auto judge = [&](const outcome& o, const char* how) -> std::string {
      ++tally_.runs;
      if (o.said != verdict::forwarded) return joined("inbound, ", how, ": ", describe(o.said));
      return o.content == c.plaintext ? "" : joined("inbound, ", how, ": delivered octets differ");
    };
    const std::size_t size = c.wire.size();
    if (auto wrong = judge(K::template receive<flat_packet>(c, c.wire, {}), "flat"); !wrong.empty()) return wrong;
    for (const cut& one : {testing::random_cuts(size, 1, 8, size).front(), testing::random_cuts(size, 1, segments_most, size + 1).front(), cut{40, size - 40}})
      if (auto wrong = judge(K::template receive<chained>(c, c.wire, one), "cut"); !wrong.empty()) return wrong;
    if (const outcome o = K::template receive<flat_packet>(c, c.wire, {}, true); o.said != verdict::replayed) return joined("inbound, offered again: ", describe(o.said));
    if (has_fragment_header(c.wire)) {
      const octets_held bare = without_fragment_header(c.wire);
      if (bare.size() + fragment_header_octets != size) return "an atomic fragment keeps its fragment header";
      if (auto wrong = judge(K::template receive<flat_packet>(c, bare, {}), "without its fragment header"); !wrong.empty()) return wrong;
    }
    const std::size_t first = security_header_at(c.wire, c.innermost_first[1]);
    for (std::size_t at = first; at < size; at += at < first + 80 ? 7 : size / 5 + 1) {
      octets_held wire = c.wire;
      wire[at] ^= 1;
      const outcome o = K::template receive<flat_packet>(c, wire, {});
      ++tally_.damaged;
      if (o.said != verdict::icv_mismatch && o.said != verdict::no_sa && o.said != verdict::replayed && o.said != verdict::too_old && o.said != verdict::bad_header)
        return joined("with octet ", at, " changed: ", describe(o.said));
    }

    // What stood between the two: the outer SA alone, undone.
    kind.outer.install(parameters_of(c.innermost_first[1], c.wire));
    const outcome between = kind.outer.receive(c.wire);
    if (between.said != verdict::forwarded) return joined("inbound, the outer SA alone: ", describe(between.said));
    if (has_fragment_header(c.wire)) {
      ++tally_.atomic;
      return "";
    }
    for (std::size_t k = 0; k < 2; ++k) {
      const sa_of_case& sa = c.innermost_first[k];
      const octets_held& wire = k == 0 ? between.content : c.wire;
      if (!sa.ah) continue;
      const std::size_t at = security_header_at(wire, sa), icv_end = at + 12 + sa.suite.icv, end = at + (wire[at + 1] + 2u) * 4u;
      for (std::size_t i = icv_end; i < end; ++i)
        if (wire[i] != 0) {
          ++tally_.padded_otherwise;
          return "";
        }
    }
    for (const bool cuts : {false, true}) {
      const outcome o = cuts ? K::template send_it<chained>(c, between.content, testing::random_cuts(c.plaintext.size(), 1, 9, size).front()) : K::template send_it<flat_packet>(c, between.content, {});
      if (o.said != verdict::forwarded) return joined("outbound: ", describe(o.said));
      std::size_t at = 0;
      while (at < c.wire.size() && at < o.content.size() && o.content[at] == c.wire[at]) ++at;
      if (o.content != c.wire) return joined("outbound: octet ", at, " of ", c.wire.size(), " differs");
    }
    ++tally_.sent;
    return "";
  };
  return to_8 ? with(paths_->of_8) : with(paths_->of_4);
}

}  // namespace vectors
