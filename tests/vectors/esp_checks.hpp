// One case, every way it can be run: inbound cut into segments and whole, at three places of the window, under both padding
// policies, then damaged; outbound octet for octet.
#pragma once

#include "independent_seal.hpp"
#include "paths.hpp"
#include "verdicts.hpp"

namespace vectors {

/// What the checks came across besides passing and failing.
struct esp_tally {
  std::size_t runs = 0, flipped = 0, truncated = 0;
  std::size_t placed_otherwise = 0;  ///< see `esp_checks::with_our_placement`
  std::size_t dropped_for_ecn = 0;   ///< accepted by others; RFC 6040 drops them
  std::size_t without_twin = 0;
  std::size_t in_udp = 0;            ///< ran as ESP in UDP too
};

class esp_checks {
 public:
  /// "" when everything holds for the case; otherwise what does not, in one line.
  std::string check(const esp_case& c, const esp_case* twin, bool from_linux) {
    const expectation* row = expectation_of(c.expect, c.tag);
    if (row == nullptr) return joined("nobody has said what '", c.expect, "' allows");
    const bool accepted = row->padding_verified.has(verdict::forwarded) || row->padding_ignored.has(verdict::forwarded);
    if (accepted && c.plaintext.size() < (c.plaintext.empty() || is_ipv4(c.plaintext) ? 20u : 40u)) return joined("'", c.expect, "', but no plaintext to compare with");
    const run r{c, look_at(c.wire)};
    std::string wrong = inbound(r, *row);
    if (c.suite.icv == 0) return wrong.empty() && c.expect == "accept" ? outbound(r, from_linux) : wrong;  // nothing is found damaged
    if (wrong.empty() && row->padding_verified.has(verdict::forwarded)) wrong = truncations(r);
    if (wrong.empty() && has_twin(c.expect)) wrong = beside_its_twin(r, twin);
    if (wrong.empty() && !has_twin(c.expect)) wrong = reason_is_behind_the_icv(r);
    if (wrong.empty() && c.expect == "accept") wrong = outbound(r, from_linux);
    if (wrong.empty() && !c.in_udp.empty()) wrong = in_udp(r);
    return wrong;
  }

  /// "" when every bit of ESP, flipped, is found.
  std::string every_bit(const esp_case& c) {
    const run r{c, look_at(c.wire)};
    verifying_.install(parameters_of(c));
    for (std::size_t at = r.seen.esp_at; at < c.wire.size(); ++at) {
      for (unsigned bit = 0; bit < 8; ++bit) {
        octets_held wire = c.wire;
        wire[at] = static_cast<octet>(wire[at] ^ 1u << bit);
        const std::uint64_t number = number_of(c, look_at(wire));
        const verdict want = at < r.seen.esp_at + 4 ? verdict::no_sa : number == 0 ? verdict::too_old : verdict::icv_mismatch;
        const outcome o = verifying_.receive_at(number, wire);
        ++tally_.flipped;
        if (o.said != want) return joined("bit ", bit, " of octet ", at, " flipped: ", describe(o.said), ", not ", describe(want));
      }
    }
    return "";
  }

  [[nodiscard]] const esp_tally& tally() const { return tally_; }

 private:
  struct run {
    const esp_case& c;
    wire_view seen;
    [[nodiscard]] std::size_t text_at() const { return seen.esp_at + 8 + c.suite.iv; }
    [[nodiscard]] std::size_t icv_at() const { return c.wire.size() - c.suite.icv; }
  };

  static std::uint64_t number_of(const esp_case& c, const wire_view& seen) {
    return (c.esn ? static_cast<std::uint64_t>(c.esn_high) << 32 : 0) | seen.sequence;
  }

  // --- inbound --------------------------------------------------------------------------------------------------------
  struct wish {
    allowed verdicts;
    octets_held delivered;
  };

  static wish wish_for(const run& r, allowed by_table) {
    const verdict by_length = refused_for_length(r.c.wire.size() - r.seen.esp_at, r.c.suite.iv, r.c.suite.icv, r.c.suite.alignment);
    if (by_table.has(verdict::icv_mismatch)) return {by_table.has(by_length) ? allowed{by_length} : allowed{verdict::icv_mismatch}, {}};
    if (!by_table.has(verdict::forwarded)) return {by_table, {}};
    if (!r.c.tunnel) return {by_table, r.c.plaintext};
    if (auto inner = after_decapsulation(r.c.plaintext, r.c.wire)) return {by_table, *inner};
    return {{verdict::bad_ecn}, {}};
  }

  /// Whether what happened is what may happen, to the packet and to the window.
  static std::string judge(const run& r, const wish& want, const outcome& o, std::uint64_t start) {
    if (!want.verdicts.has(o.said)) return joined(describe(o.said), ", not ", describe(want.verdicts.any_of[0]));
    const bool authentic = o.said != verdict::icv_mismatch && o.said != verdict::no_sa && o.said != verdict::runt && o.said != verdict::bad_alignment;
    const std::uint64_t number = number_of(r.c, r.seen);
    const std::uint64_t highest = authentic && number > start ? number : start;
    if (o.highest != highest) return joined("the window stands at ", o.highest, ", not ", highest);
    if (o.said == verdict::forwarded && o.content != r.c.plaintext && o.content != want.delivered) return "delivered octets differ";
    if (o.said == verdict::forwarded && o.content != want.delivered) return "delivered octets differ in what ECN makes of them";
    if (o.said == verdict::icv_mismatch) {
      octets_held scrubbed = r.c.wire;
      std::fill(scrubbed.begin() + static_cast<std::ptrdiff_t>(r.text_at()), scrubbed.begin() + static_cast<std::ptrdiff_t>(r.icv_at()), octet{0});
      if (o.content != scrubbed) return "a forged packet's text is not scrubbed";
    } else if (!authentic && o.content != r.c.wire) {
      return "a refused packet was changed";
    }
    return "";
  }

  std::string inbound(const run& r, const expectation& row) {
    const wish want = wish_for(r, row.padding_verified);
    const std::vector<std::uint64_t> starts = window_starts(number_of(r.c, r.seen), r.c.esn);
    std::size_t turn = 0;
    const auto start = [&] { return starts[turn++ % starts.size()]; };

    verifying_.install(parameters_of(r.c));
    chained_.install(parameters_of(r.c));
    ignoring_.install(parameters_of(r.c));
    for (std::size_t i = 0; i < starts.size(); ++i) {
      const std::uint64_t at = start();
      if (auto wrong = judge(r, want, counted(verifying_.receive_at(at, r.c.wire)), at); !wrong.empty()) return joined("inbound, flat: ", wrong);
    }
    if (want.verdicts.has(verdict::forwarded)) {
      if (const outcome again = counted(verifying_.receive(r.c.wire)); again.said != verdict::replayed) return joined("inbound, offered again: ", describe(again.said));
    }
    for (const cut& one : inbound_cuts(r)) {
      const std::uint64_t at = start();
      if (auto wrong = judge(r, want, counted(chained_.receive_at(at, r.c.wire, one)), at); !wrong.empty()) return joined("inbound, ", words(one), ": ", wrong);
    }
    const std::uint64_t at = start();
    if (auto wrong = judge(r, wish_for(r, row.padding_ignored), counted(ignoring_.receive_at(at, r.c.wire)), at); !wrong.empty()) return joined("inbound, padding ignored: ", wrong);

    if (want.verdicts.has(verdict::bad_ecn)) {
      ++tally_.dropped_for_ecn;
      // RFC 6040 drops it for its outer header, which no ICV covers: with the inner mark outside, it has to come through.
      const octet mark = static_cast<octet>((traffic_class_of(r.c.wire) & 0xfc) | (traffic_class_of(r.c.plaintext) & 3));
      const outcome o = counted(verifying_.receive_at(at, with_traffic_class(r.c.wire, mark)));
      if (o.said != verdict::forwarded || o.content != r.c.plaintext) return joined("inbound, with the inner ECN mark outside: ", describe(o.said));
    }
    return "";
  }

  // The packet as the next one, as the newest one so far, and at the left edge of the window.
  static std::vector<std::uint64_t> window_starts(std::uint64_t number, bool esn) {
    std::vector<std::uint64_t> all{number};
    const std::uint64_t last = esn ? sequence_last_64 : sequence_last_32;
    const std::uint64_t reach = every_suite::replay::packets - 1;
    if (number > 0) all.push_back(number - 1);
    if (number > 0 && number <= last - reach) all.push_back(number + reach);
    return all;
  }

  // At the borders of ESP header, IV, trailer and ICV, and everywhere near them.
  static std::vector<cut> inbound_cuts(const run& r) {
    const std::size_t size = r.c.wire.size();
    const std::size_t icv = size >= r.c.suite.icv ? r.icv_at() : size;
    std::vector<cut> all{testing::uncut(size)};
    if (size <= segments_most) all.push_back(testing::single_octets(size));
    for (const std::size_t border : {std::size_t{1}, r.seen.esp_at - 1, r.seen.esp_at, r.seen.esp_at + 4, r.seen.esp_at + 8, r.text_at() - 1, r.text_at(), r.text_at() + 1,
                                     r.text_at() + 19, icv - 3, icv - 2, icv - 1, icv, icv + 1, size - 1})
      if (border < size) all.push_back({border, size - border});
    all.push_back(at_borders(size, {r.seen.esp_at, r.seen.esp_at + 8, r.text_at(), icv - 2, icv}));
    std::vector<std::size_t> octetwise;
    for (std::size_t at = r.seen.esp_at; at <= r.text_at(); ++at) octetwise.push_back(at);
    for (std::size_t at = icv - 3; at < size; ++at) octetwise.push_back(at);
    all.push_back(at_borders(size, octetwise));
    add_random(all, r.c.id, size);
    return all;
  }

  // Borders ascend where they lie inside; others are left out.
  static cut at_borders(std::size_t size, const std::vector<std::size_t>& borders) {
    cut sizes;
    std::size_t from = 0;
    for (const std::size_t border : borders) {
      if (border <= from || border >= size) continue;
      sizes.push_back(border - from);
      from = border;
    }
    sizes.push_back(size - from);
    return sizes;
  }
  static void add_random(std::vector<cut>& all, const std::string& id, std::size_t size) {
    std::uint64_t seed = 0xcbf29ce484222325u;  // FNV-1a
    for (const char c : id) seed = (seed ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    for (const std::size_t most : {std::size_t{5}, std::size_t{16}, segments_most}) all.push_back(testing::random_cuts(size, 1, most, seed + most).front());
  }
  static std::string words(const cut& sizes) {
    std::string text = "cut as ";
    for (std::size_t i = 0; i < sizes.size(); ++i) text += joined(i == 0 ? "" : "+", sizes[i]);
    return text;
  }
  const outcome& counted(const outcome& o) {
    ++tally_.runs;
    return o;
  }

  // --- inbound, damaged -----------------------------------------------------------------------------------------------
  // Every shorter length (the outer ones of a long packet), in a block of exactly that size: as if the end was lost, and with an
  // IP header that agrees.
  std::string truncations(const run& r) {
    const std::size_t size = r.c.wire.size();
    const std::uint64_t number = number_of(r.c, r.seen);
    for (std::size_t n = 0; n < size; n = n == 160 && size > 320 ? size - 40 : n + 1) {
      octets_held wire(r.c.wire.begin(), r.c.wire.begin() + static_cast<std::ptrdiff_t>(n));
      const verdict lost = verifying_.receive_at(number, wire).said;
      ++tally_.truncated;
      if (lost != (n == 0 ? verdict::not_ip : verdict::runt)) return joined("the first ", n, " octets: ", describe(lost));
      if (n < r.seen.esp_at) continue;
      verdict want = refused_for_length(n - r.seen.esp_at, r.c.suite.iv, r.c.suite.icv, r.c.suite.alignment);
      if (want == verdict::forwarded) want = verdict::icv_mismatch;
      const verdict cut_short = verifying_.receive_at(number, with_length(wire, n)).said;
      ++tally_.truncated;
      if (cut_short != want) return joined("a packet of the first ", n, " octets: ", describe(cut_short), ", not ", describe(want));
    }
    return "";
  }

  // The SA that refused the corrupted packet takes the whole one. Where the SA is what was corrupted, the packets are the same.
  std::string beside_its_twin(const run& r, const esp_case* twin) {
    if (twin == nullptr) {
      ++tally_.without_twin;
      return "";
    }
    const bool other_sa = twin->esn != r.c.esn || twin->esn_high != r.c.esn_high;
    if (other_sa != (twin->wire == r.c.wire)) return joined("its accepted twin ", twin->id, " differs from it in other ways than the corruption");
    const run whole{*twin, look_at(twin->wire)};
    verifying_.install(parameters_of(other_sa ? *twin : r.c));
    const std::uint64_t at = number_of(*twin, whole.seen);
    if (!other_sa) verifying_.receive_at(at, r.c.wire);
    const auto wrong = judge(whole, wish_for(whole, {verdict::forwarded}), counted(verifying_.receive_at(at, twin->wire)), at);
    return wrong.empty() ? "" : joined("its accepted twin ", twin->id, ": ", wrong);
  }

  // A flipped bit of the same packet is found by the ICV: so what was said of the whole packet was said of authentic text.
  std::string reason_is_behind_the_icv(const run& r) {
    octets_held wire = r.c.wire;
    wire[r.icv_at() - 1] ^= 1;
    const outcome o = counted(verifying_.receive_at(number_of(r.c, r.seen), wire));
    return o.said == verdict::icv_mismatch ? "" : joined("with a bit flipped: ", describe(o.said));
  }

  // --- outbound -------------------------------------------------------------------------------------------------------
  std::string outbound(const run& r, bool from_linux) {
    const octets_held& wire = r.c.wire;
    const octets_held& plain = r.c.plaintext;
    sa_parameters parameters = parameters_of(r.c);
    const std::uint64_t number = number_of(r.c, r.seen);
    parameters.sequence_start = number - 1;
    const family version = r.seen.ipv4 ? family::ipv4 : family::ipv6;
    parameters.source = address::from(version, wire.data() + (r.seen.ipv4 ? 12 : 8));
    parameters.destination = address::from(version, wire.data() + (r.seen.ipv4 ? 16 : 24));
    parameters.hop_limit = wire[r.seen.ipv4 ? 8 : 7];

    const bool placed_otherwise = !r.c.tunnel && r.seen.header_before_esp == 60;
    const octets_held recorded = placed_otherwise ? with_our_placement(r) : wire;
    if (placed_otherwise) ++tally_.placed_otherwise;
    const std::size_t around = (r.c.tunnel ? r.seen.esp_at : 0) + 8 + r.c.suite.iv + 2 + r.c.suite.icv;
    const std::size_t padding = recorded.size() - plain.size() - around;
    if (recorded.size() < plain.size() + around || padding > 255) return "outbound: no padding makes the protected packet of the plaintext";
    const bool least = padding < r.c.suite.alignment;
    testing::given = {};
    if (!r.c.iv.empty()) std::memcpy(testing::given.iv, r.c.iv.data(), r.c.iv.size());
    testing::given.traffic_class = traffic_class_of(wire);
    testing::given.identification = static_cast<std::uint16_t>(number_at(wire, 4, 2));
    testing::given.dont_fragment = (wire[6] & 0x40) != 0;
    testing::given.flow_label = static_cast<std::uint32_t>(number_at(wire, 0, 4) & 0xfffff);
    testing::given.padding = padding;

    const auto judge_sent = [&](const outcome& o, const octets_held& wanted, const std::string& how) -> std::string {
      ++tally_.runs;
      if (o.said != verdict::forwarded) return joined("outbound, ", how, ": ", describe(o.said));
      if (o.content == wanted) return "";
      std::size_t at = 0;
      while (at < wanted.size() && at < o.content.size() && o.content[at] == wanted[at]) ++at;
      return joined("outbound, ", how, ": octet ", at, " of ", wanted.size(), " differs");
    };
    if (auto wrong = judge_sent(sending_.send(parameters, plain), recorded, "flat"); !wrong.empty()) return wrong;
    for (const cut& one : outbound_cuts(r))
      if (auto wrong = judge_sent(sending_chained_.send(parameters, plain, one), recorded, words(one)); !wrong.empty()) return wrong;
    if (!least) return "";

    if (!r.c.tunnel) return judge_sent(sending_ours_.send(parameters, plain), recorded, "our own padding");
    octets_held ours = outer_header(plain, wire, number);
    const std::size_t header = ours.size();
    ours.insert(ours.end(), wire.begin() + static_cast<std::ptrdiff_t>(r.seen.esp_at), wire.end());
    if (auto wrong = judge_sent(sending_ours_.send(parameters, plain), ours, "our own outer header"); !wrong.empty()) return wrong;
    if (!from_linux) return "";
    // Linux follows the same rules. Its identification is a counter of its own, and the checksum follows that.
    for (std::size_t at = 0; at < header; ++at) {
      const bool free_to_choose = r.seen.ipv4 && (at == 4 || at == 5 || at == 10 || at == 11);
      if (!free_to_choose && ours[at] != wire[at]) return joined("our own outer header differs from Linux's at octet ", at);
    }
    return "";
  }

  // --- in UDP ---------------------------------------------------------------------------------------------------------
  // As recorded, beside the same ESP without UDP, which has been through everything above. Behind outbound(): `given` is set.
  std::string in_udp(const run& r) {
    const octets_held& wire = r.c.in_udp;
    const std::size_t udp_at = r.seen.esp_at;
    sa_parameters parameters = parameters_of(r.c);
    parameters.encapsulation = encapsulation::udp;
    parameters.ports = r.c.ports;
    const wish want = wish_for(r, {verdict::forwarded});
    const std::uint64_t number = number_of(r.c, r.seen);
    verifying_.install(parameters);
    chained_.install(parameters);
    ++tally_.in_udp;
    if (auto wrong = judge(r, want, counted(verifying_.receive_at(number, wire)), number); !wrong.empty()) return joined("in UDP: ", wrong);
    for (std::size_t border = udp_at - 1; border <= udp_at + 17; ++border) {
      const cut at{border, wire.size() - border};
      if (auto wrong = judge(r, want, counted(chained_.receive_at(number, wire, at)), number); !wrong.empty()) return joined("in UDP, ", words(at), ": ", wrong);
    }
    if (const outcome bare = counted(verifying_.receive_at(number, r.c.wire)); bare.said != verdict::no_sa) return joined("the same ESP without UDP: ", describe(bare.said));
    octets_held elsewhere = wire;
    elsewhere[udp_at + 3] ^= 1;
    if (const outcome o = counted(verifying_.receive_at(number, elsewhere)); o.said != verdict::not_protected) return joined("to another port: ", describe(o.said));

    parameters.sequence_start = number - 1;
    const family version = r.seen.ipv4 ? family::ipv4 : family::ipv6;
    parameters.source = address::from(version, wire.data() + (r.seen.ipv4 ? 12 : 8));
    parameters.destination = address::from(version, wire.data() + (r.seen.ipv4 ? 16 : 24));
    parameters.hop_limit = wire[r.seen.ipv4 ? 8 : 7];
    const bool zero = number_at(wire, udp_at + 6, 2) == 0;
    const outcome sent = counted(zero ? sending_zero_.send(parameters, r.c.plaintext) : sending_.send(parameters, r.c.plaintext));
    if (sent.said != verdict::forwarded) return joined("outbound in UDP: ", describe(sent.said));
    return sent.content == wire ? "" : "outbound in UDP: octets differ";
  }

  // Inbound takes either order of destination options; outbound is compared with the same packet in ours, sealed by somebody else.
  static octets_held with_our_placement(const run& r) {
    const octets_held& plain = r.c.plaintext;
    const auto [at, named_at] = our_place_in(plain);
    octets_held packet(plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(at));
    const octets_held esp = seal_independently(r.c.suite, r.c.key, r.c.salt, r.c.spi, r.c.esn, number_of(r.c, r.seen), r.c.iv,
                                               {plain.begin() + static_cast<std::ptrdiff_t>(at), plain.end()}, plain[named_at]);
    packet[named_at] = 50;
    packet.insert(packet.end(), esp.begin(), esp.end());
    return with_length(packet, packet.size());
  }

  static std::vector<cut> outbound_cuts(const run& r) {
    const std::size_t size = r.c.plaintext.size();
    std::vector<cut> all{testing::uncut(size)};
    if (size <= segments_most) all.push_back(testing::single_octets(size));
    for (const std::size_t border : {std::size_t{0}, std::size_t{1}, std::size_t{9}, std::size_t{20}, r.seen.esp_at, r.seen.esp_at + 1, size - 1, size})
      if (border <= size) all.push_back({border, size - border});
    add_random(all, r.c.id, size);
    return all;
  }

  receiver<verifies_padding, flat_packet> verifying_;
  receiver<verifies_padding, chained> chained_;
  receiver<ignores_padding, flat_packet> ignoring_;
  sender<as_recorded, flat_packet> sending_;
  sender<as_recorded, chained> sending_chained_;
  sender<as_recorded_with_zero, flat_packet> sending_zero_;
  sender<our_own, flat_packet> sending_ours_;
  esp_tally tally_;
};

}  // namespace vectors
