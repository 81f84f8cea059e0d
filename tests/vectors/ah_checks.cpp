#include "ah_checks.hpp"

#include "paths.hpp"
#include "wire.hpp"

#include <esplanade/testing/plain_ah.hpp>

#include <botan/mac.h>

namespace vectors {
namespace {

struct every_mac : profile {
  static constexpr bool legacy_algorithms = true;
  static constexpr auto suites = esplanade::suites<ah<hmac_sha1_96>, ah<hmac_sha2_256_128>, ah<hmac_sha2_384_192>, ah<hmac_sha2_512_256>, ah<aes_cmac_96>, ah<aes_xcbc_96>,
                                                   ah<legacy::hmac_md5_96>, ah_aes_gmac<128>, ah_aes_gmac<192>, ah_aes_gmac<256>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  using replay = window<64>;
};
struct as_linux_does : every_mac {
  using ah_padding = ah_padding_to_8;
};
template <class Base> struct as_recorded_by : Base {
  static constexpr bool caller_set_iv = true;
  using iv = testing::given_iv;
  using header = testing::given_header;
};

/// An SAD of one SA that is found under every SPI: reserved ones are in other people's examples, and none of ours may have them.
template <class Sa> class whatever_spi {
 public:
  using sa_type = Sa;
  using key_type = std::uint32_t;
  struct guard {};
  static key_type key_of(const outer_view& outer) noexcept { return outer.spi; }
  guard enter() noexcept { return {}; }
  void find(std::span<const key_type> keys, std::span<Sa*> found) noexcept {
    for (std::size_t i = 0; i < keys.size(); ++i) found[i] = &only;
  }
  Sa only;
};
struct stores_of_one {
  using inbound = whatever_spi<inbound_sa<every_mac, cipher>>;
  using outbound = slot_table<outbound_sa<every_mac, cipher>, 4>;
};

sa_parameters parameters_of(const ah_case& c) {
  return {.spi = c.spi, .suite = c.suite, .key = c.key, .salt = c.salt, .mode = c.tunnel ? mode::tunnel : mode::transport, .esn = c.esn};
}

/// Where AH stands, read plainly.
struct ah_view {
  bool ipv4 = true;
  std::size_t at = 0, size = 0;
  octet before = 0;  ///< IPv6: kind of the extension header in front of AH
  std::uint32_t sequence = 0;
};
ah_view look_at_ah(const octets_held& packet, const ah_case& c) {
  ah_view seen;
  seen.ipv4 = is_ipv4(packet);
  seen.at = seen.ipv4 ? (packet[0] & 15u) * 4u : 40;
  octet next = packet[seen.ipv4 ? 9 : 6];
  while (!seen.ipv4 && (next == 0 || next == 43 || next == 44 || next == 60)) {
    seen.before = next;
    next = packet.at(seen.at);
    seen.at += seen.before == 44 ? 8u : (packet.at(seen.at + 1) + 1u) * 8u;
  }
  if (next != 51 || packet.size() < seen.at + 12) throw unreadable("no AH in the protected packet");
  const std::size_t unit = seen.ipv4 ? c.alignment : 8;
  seen.size = (12u + c.suite.iv + c.suite.icv + unit - 1) / unit * unit;
  seen.sequence = static_cast<std::uint32_t>(number_at(packet, seen.at + 8, 4));
  return seen;
}
std::uint64_t number_of(const ah_case& c, const ah_view& seen) { return (c.esn ? static_cast<std::uint64_t>(c.esn_high) << 32 : 0) | seen.sequence; }

/// The ICV by Botan alone; nothing for MACs that it has not.
octets_held icv_by_botan(const ah_case& c, const octets_held& covered) {
  const char* name = nullptr;
  switch (c.suite.mac) {
    case mac_family::hmac_sha1: name = "HMAC(SHA-160)"; break;
    case mac_family::hmac_sha2_256: name = "HMAC(SHA-256)"; break;
    case mac_family::hmac_sha2_384: name = "HMAC(SHA-384)"; break;
    case mac_family::hmac_sha2_512: name = "HMAC(SHA-512)"; break;
    case mac_family::hmac_md5: name = "HMAC(MD5)"; break;
    case mac_family::aes_cmac: name = "CMAC(AES-128)"; break;
    default: return {};
  }
  const auto mac = Botan::MessageAuthenticationCode::create_or_throw(name);
  mac->set_key(c.key.data(), c.key.size());
  mac->update(covered.data(), covered.size());
  const auto all = mac->final();
  return {all.begin(), all.begin() + c.suite.icv};
}

/// The packet with the ICV that belongs to it by Botan, where AH stands at `at`; empty where Botan has no such MAC.
octets_held with_icv(const ah_case& c, octets_held packet, std::size_t at) {
  const auto icv_at = packet.begin() + static_cast<std::ptrdiff_t>(at + 12);
  std::fill(icv_at, icv_at + c.suite.icv, octet{0});
  octets_held covered = *testing::plain_ah_coverage({packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(at)}, true);
  covered.insert(covered.end(), packet.begin() + static_cast<std::ptrdiff_t>(at), packet.end());
  if (c.esn) {
    covered.resize(covered.size() + 4);
    put_number(covered, covered.size() - 4, 4, c.esn_high);
  }
  const octets_held icv = icv_by_botan(c, covered);
  if (icv.empty()) return {};
  std::copy(icv.begin(), icv.end(), icv_at);
  return packet;
}

// Outbound is compared with the same packet in our order, its ICV by Botan.
octets_held with_our_placement(const ah_case& c, const ah_view& seen) {
  const octets_held& plain = c.plaintext;
  const auto [at, named_at] = our_place_in(plain);
  octets_held packet(plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(at));
  octets_held ah(seen.size);
  ah[0] = packet[named_at];
  ah[1] = static_cast<octet>(seen.size / 4 - 2);
  put_number(ah, 4, 4, c.spi);
  put_number(ah, 8, 4, seen.sequence);
  packet[named_at] = 51;
  packet.insert(packet.end(), ah.begin(), ah.end());
  packet.insert(packet.end(), plain.begin() + static_cast<std::ptrdiff_t>(at), plain.end());
  packet = with_length(packet, packet.size());
  return with_icv(c, std::move(packet), at);
}

std::vector<cut> cuts_of(const ah_case& c, std::size_t size, std::initializer_list<std::size_t> borders) {
  std::vector<cut> all{testing::uncut(size)};
  if (size <= segments_most) all.push_back(testing::single_octets(size));
  for (const std::size_t border : borders)
    if (border < size) all.push_back({border, size - border});
  std::uint64_t seed = 0xcbf29ce484222325u;
  for (const char letter : c.id) seed = (seed ^ static_cast<unsigned char>(letter)) * 0x100000001b3u;
  for (const std::size_t most : {std::size_t{5}, std::size_t{16}, segments_most}) all.push_back(testing::random_cuts(size, 1, most, seed + most).front());
  return all;
}

}  // namespace

struct ah_checks::paths {
  receiver<every_mac, flat_packet, cipher> flat;
  receiver<every_mac, chained, cipher> cut;
  receiver<as_linux_does, flat_packet, cipher> flat_8;
  receiver<as_linux_does, chained, cipher> cut_8;
  sender<as_recorded_by<every_mac>, flat_packet, cipher> sending;
  sender<as_recorded_by<every_mac>, chained, cipher> sending_cut;
  sender<as_recorded_by<as_linux_does>, flat_packet, cipher> sending_8;

  void install(const ah_case& c) {
    if (to_8(c)) flat_8.install(parameters_of(c)), cut_8.install(parameters_of(c));
    else flat.install(parameters_of(c)), cut.install(parameters_of(c));
  }
  static bool to_8(const ah_case& c) { return c.alignment == 8 && is_ipv4(c.wire); }
  outcome receive_at(const ah_case& c, std::uint64_t highest, const octets_held& wire) { return to_8(c) ? flat_8.receive_at(highest, wire) : flat.receive_at(highest, wire); }
  outcome receive(const ah_case& c, const octets_held& wire) { return to_8(c) ? flat_8.receive(wire) : flat.receive(wire); }
  outcome receive_cut_at(const ah_case& c, std::uint64_t highest, const octets_held& wire, const vectors::cut& one) {
    return to_8(c) ? cut_8.receive_at(highest, wire, one) : cut.receive_at(highest, wire, one);
  }

  /// Under an SPI that no SA of ours may have.
  static outcome receive_reserved(const ah_case& c) {
    using path = datapath<every_mac, flat_packet, stores_of_one, cipher>;
    cipher crypto{4};
    typename path::inbound_store store;
    typename path::outbound_store unused;
    sa_parameters parameters = parameters_of(c);
    parameters.spi += 256;
    if (auto installed = store.only.install(crypto, parameters); !installed) throw unreadable(installed.why().reason);
    const auto run = std::make_unique<path>(typename path::resources{store, unused, crypto});
    auto packet = packet_of<flat_packet>(c.wire, {});
    flat_packet* packets[] = {&packet};
    verdict verdicts[] = {verdict::pending};
    run->inbound({packets, verdicts});
    store.only.uninstall(crypto);
    return {verdicts[0], testing::octets_of<flat_packet>(packet), 0};
  }
};

ah_checks::ah_checks() : paths_(std::make_unique<paths>()) {}
ah_checks::~ah_checks() = default;

std::string ah_checks::check(const ah_case& c, const ah_case* twin) {
  const ah_view seen = look_at_ah(c.wire, c);
  const std::uint64_t number = number_of(c, seen);
  const bool accepted = c.expect == "accept";
  if (!accepted && c.expect != "reject-auth") return joined("nobody has said what '", c.expect, "' allows");
  std::optional<octets_held> delivered = c.plaintext;
  if (accepted && c.tunnel) delivered = after_decapsulation(c.plaintext, c.wire);
  const verdict want = !accepted ? verdict::icv_mismatch : delivered ? verdict::forwarded : verdict::bad_ecn;
  const auto judge = [&](const outcome& o, std::uint64_t start) -> std::string {
    ++tally_.runs;
    if (o.said != want) return joined(describe(o.said), ", not ", describe(want));
    if (o.highest != (accepted && number > start ? number : start)) return joined("the window stands at ", o.highest);
    if (want == verdict::forwarded && o.content != *delivered) return "delivered octets differ";
    if (want == verdict::icv_mismatch && o.content != c.wire) return "a refused packet was changed";
    return "";
  };
  if (c.spi <= 255) {
    ++tally_.inbound_only;
    const outcome o = paths::receive_reserved(c);
    return o.said == want && o.content == *delivered ? "" : joined("inbound: ", describe(o.said));
  }

  paths_->install(c);
  std::vector<std::uint64_t> starts{number};
  const std::uint64_t reach = every_mac::replay::packets - 1;
  if (number > 0) starts.push_back(number - 1);
  if (number > 0 && number <= (c.esn ? sequence_last_64 : sequence_last_32) - reach) starts.push_back(number + reach);
  for (const std::uint64_t at : starts)
    if (auto wrong = judge(paths_->receive_at(c, at, c.wire), at); !wrong.empty()) return joined("inbound, flat: ", wrong);
  if (want == verdict::forwarded && paths_->receive(c, c.wire).said != verdict::replayed) return "inbound, offered again: not a replay";
  std::size_t turn = 0;
  for (const cut& one : cuts_of(c, c.wire.size(), {1, seen.at - 1, seen.at, seen.at + 4, seen.at + 8, seen.at + 12, seen.at + 13, seen.at + seen.size - 1, seen.at + seen.size, c.wire.size() - 1})) {
    const std::uint64_t at = starts[turn++ % starts.size()];
    if (auto wrong = judge(paths_->receive_cut_at(c, at, c.wire, one), at); !wrong.empty()) return joined("inbound, cut: ", wrong);
  }
  if (want == verdict::bad_ecn) {
    ++tally_.dropped_for_ecn;
    const octet mark = static_cast<octet>((traffic_class_of(c.wire) & 0xfc) | (traffic_class_of(c.plaintext) & 3));
    const outcome o = paths_->receive_at(c, number, with_traffic_class(c.wire, mark));  // AH does not cover it
    if (o.said != verdict::forwarded || o.content != c.plaintext) return joined("inbound, with the inner ECN mark outside: ", describe(o.said));
  }

  if (!accepted) {
    if (twin == nullptr) return "its accepted twin is not there";
    const ah_view whole = look_at_ah(twin->wire, *twin);
    const outcome o = paths_->receive_at(c, number_of(*twin, whole), twin->wire);
    return o.said == verdict::forwarded || o.said == verdict::bad_ecn ? "" : joined("its accepted twin ", twin->id, ": ", describe(o.said));
  }

  // Every shorter length, in a block of exactly that size: as if the end was lost, and with an IP header that agrees.
  for (std::size_t n = 0; n < c.wire.size(); n = n == 200 && c.wire.size() > 320 ? c.wire.size() - 20 : n + 1) {
    const octets_held wire(c.wire.begin(), c.wire.begin() + static_cast<std::ptrdiff_t>(n));
    const verdict lost = paths_->receive_at(c, number, wire).said;
    ++tally_.truncated;
    if (lost != (n == 0 ? verdict::not_ip : verdict::runt)) return joined("the first ", n, " octets: ", describe(lost));
    if (n < seen.at) continue;
    const verdict cut_short = paths_->receive_at(c, number, with_length(wire, n)).said;
    ++tally_.truncated;
    if (cut_short != (n < seen.at + seen.size ? verdict::runt : verdict::icv_mismatch)) return joined("a packet of the first ", n, " octets: ", describe(cut_short));
  }

  // --- outbound
  if (c.tag.rfind("ah-mutated", 0) == 0 || number == 0) return "";  // what arrived is not what was sent
  sa_parameters parameters = parameters_of(c);
  parameters.sequence_start = number - 1;
  const family version = seen.ipv4 ? family::ipv4 : family::ipv6;
  parameters.source = address::from(version, c.wire.data() + (seen.ipv4 ? 12 : 8));
  parameters.destination = address::from(version, c.wire.data() + (seen.ipv4 ? 16 : 24));
  parameters.hop_limit = c.wire[seen.ipv4 ? 8 : 7];
  octets_held recorded = c.wire;
  if (!c.tunnel && seen.before == 60) {
    ++tally_.placed_otherwise;
    recorded = with_our_placement(c, seen);
  } else {
    // RFC 4302 3.3.3.2.1: "The content of the padding field is arbitrarily selected by the sender." Linux leaves there what stood
    // there; ours is zero. Outbound is compared with the same packet with zeros.
    const auto padding = recorded.begin() + static_cast<std::ptrdiff_t>(seen.at + 12 + c.suite.iv + c.suite.icv), end = recorded.begin() + static_cast<std::ptrdiff_t>(seen.at + seen.size);
    if (std::any_of(padding, end, [](octet o) { return o != 0; })) {
      ++tally_.padded_otherwise;
      std::fill(padding, end, octet{0});
      recorded = with_icv(c, recorded, seen.at);
    }
  }
  if (c.tunnel && seen.at != (seen.ipv4 ? 20u : 40u)) return "";  // an outer header with options: no tunnel of ours has one
  testing::given = {};
  std::memcpy(testing::given.iv, c.wire.data() + seen.at + 12, c.suite.iv);
  testing::given.traffic_class = traffic_class_of(c.wire);
  testing::given.identification = static_cast<std::uint16_t>(number_at(c.wire, 4, 2));
  testing::given.dont_fragment = (c.wire[6] & 0x40) != 0;
  testing::given.flow_label = static_cast<std::uint32_t>(number_at(c.wire, 0, 4) & 0xfffff);
  const auto judge_sent = [&](const outcome& o, const char* how) -> std::string {
    ++tally_.runs;
    if (o.said != verdict::forwarded) return joined("outbound, ", how, ": ", describe(o.said));
    if (recorded.empty() || o.content == recorded) return "";
    std::size_t at = 0;
    while (at < recorded.size() && at < o.content.size() && o.content[at] == recorded[at]) ++at;
    return joined("outbound, ", how, ": octet ", at, " of ", recorded.size(), " differs");
  };
  if (paths::to_8(c)) return judge_sent(paths_->sending_8.send(parameters, c.plaintext), "flat");
  if (auto wrong = judge_sent(paths_->sending.send(parameters, c.plaintext), "flat"); !wrong.empty()) return wrong;
  for (const cut& one : cuts_of(c, c.plaintext.size(), {1, 9, 20, 40, c.plaintext.size() - 1}))
    if (auto wrong = judge_sent(paths_->sending_cut.send(parameters, c.plaintext, one), "cut"); !wrong.empty()) return wrong;
  return "";
}

std::string ah_checks::every_bit(const ah_case& c) {
  const ah_view seen = look_at_ah(c.wire, c);
  if (c.spi <= 255) return "";
  paths_->install(c);
  for (std::size_t at = seen.at; at < c.wire.size(); ++at)
    for (unsigned bit = 0; bit < 8; ++bit) {
      octets_held wire = c.wire;
      wire[at] = static_cast<octet>(wire[at] ^ 1u << bit);
      const std::uint64_t number = number_of(c, look_at_ah(wire, c));
      const std::size_t in_ah = at - seen.at;
      const verdict want = in_ah >= 4 && in_ah < 8 ? verdict::no_sa : number == 0 ? verdict::too_old : in_ah == 1 ? verdict::bad_header : verdict::icv_mismatch;
      const outcome o = paths_->receive_at(c, number, wire);
      ++tally_.flipped;
      if (o.said != want) return joined("bit ", bit, " of octet ", at, " flipped: ", describe(o.said), ", not ", describe(want));
    }
  return "";
}

}  // namespace vectors
