#include "capture_checks.hpp"

#include "paths.hpp"
#include "wire.hpp"

#include <esplanade/net/ip_walk.hpp>
#include <esplanade/testing/plain_ah.hpp>

#include <botan/mac.h>

#include <cctype>

namespace vectors {
namespace {

inline constexpr std::uint16_t ike_port = 4500, cut_short_port = 8472, over_read_port = 0x3030;

using triple_des_md5 = legacy::esp_3des_cbc<legacy::hmac_md5_96>;
using aes_128_sha1 = esp_aes_cbc<128, hmac_sha1_96>;
using aes_256_sha1 = esp_aes_cbc<256, hmac_sha1_96>;

struct as_captured : profile {
  static constexpr bool legacy_algorithms = true;
  static constexpr auto suites = supported(esplanade::suites<triple_des_md5, aes_128_sha1, aes_256_sha1, ah<hmac_sha1_96>>, suite_list<>{});
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp;
  static constexpr bool caller_set_iv = true;
  using iv = testing::given_iv;
  using udp_port = esp_ports<ike_port, cut_short_port, over_read_port>;
  using replay = window<64>;
};
/// Every packet comes under two SAs.
struct twice_protected : as_captured {
  static constexpr std::size_t levels = 2;
  using policy = linear_policy<4>;
};

/// A receiver with all SAs of a capture.
template <class Profile, class P> class gateway {
  using path = datapath<Profile, P, flat_store<4>, cipher>;

 public:
  explicit gateway(const std::vector<sa_parameters>& all) {
    for (const sa_parameters& one : all) {
      auto added = store_.add(crypto_, one);
      if (!added) throw unreadable(joined("the SA cannot be installed: ", added.why().field, ": ", added.why().reason));
      handles_.push_back(*added);
    }
  }
  outcome receive(const octets_held& wire, const cut& segments = {}) {
    auto packet = packet_of<P>(wire, segments);
    P* packets[] = {&packet};
    verdict verdicts[] = {verdict::pending};
    path_.inbound({packets, verdicts});
    return {verdicts[0], testing::octets_of<P>(packet), 0};
  }
  void start_at(std::uint64_t highest) {
    for (const inbound_handle& one : handles_) store_.at(one)->window().start_at(highest);
  }

 private:
  cipher crypto_{4};
  typename path::inbound_store store_;
  typename path::outbound_store unused_;
  const linear_policy<4> nothing_{};
  path path_{[&] {
    if constexpr (Profile::levels == 1) return typename path::resources{store_, unused_, crypto_};
    else return typename path::resources{store_, unused_, crypto_, nothing_};
  }()};
  std::vector<inbound_handle> handles_;
};

/// An SA with its keys.
struct keyed {
  sa_parameters parameters{};
  octets_held key;
};
keyed sa_of(std::uint32_t spi, const suite_sizes& suite, octets_held key) {
  if (key.size() != suite.key) throw unreadable("the keys beside the captures are of another length");
  return {{.spi = spi, .suite = suite, .mode = mode::tunnel}, std::move(key)};
}
keyed in_udp(keyed sa, std::uint16_t port) {
  sa.parameters.encapsulation = encapsulation::udp;
  sa.parameters.ports.destination = port;
  return sa;
}
std::vector<sa_parameters> parameters_of(const std::vector<keyed>& all) {
  std::vector<sa_parameters> list;
  for (const keyed& one : all) {
    list.push_back(one.parameters);
    list.back().key = one.key;
  }
  return list;
}

/// The hexadecimal digits behind each 0x of the line that names this SPI.
std::vector<octets_held> keys_beside(const std::string& path, const std::string& spi) {
  const std::string text = read_all(path);
  const std::size_t found = text.find(spi);
  if (found == std::string::npos) throw unreadable(joined(path, ": no key for ", spi));
  const std::size_t end = std::min(text.find('\n', found), text.size());
  std::vector<octets_held> all;
  for (std::size_t at = text.find("0x", found + spi.size()); at < end; at = text.find("0x", at)) {
    at += 2;
    std::size_t last = at;
    while (last < end && std::isxdigit(static_cast<unsigned char>(text[last])) != 0) ++last;
    all.push_back(from_hex(text.substr(at, last - at)));
    at = last;
  }
  return all;
}
octets_held operator+(octets_held first, const octets_held& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}
octets_held repeated(octet one, octet two, std::size_t size) {
  octets_held all;
  while (all.size() < size) all.push_back(all.size() % 2 == 0 ? one : two);
  return all;
}

// tcpdump checks no ICV, and its file of secrets has no MAC keys. Those that the frames were made with are two octets over and
// over (testing/klips of Openswan), and the ICVs say so.
std::vector<keyed> sas_of(const std::string& name, const std::string& folder) {
  const std::string secrets = folder + "/tcpdump_esp-secrets.txt", table = folder + "/wireshark_esp_sa.uat";
  if (name.find("02-sunrise") != std::string::npos || name.find("espudp1") != std::string::npos) {
    // The secrets file names another key for this SPI, which is the first of the two SAs' below; this one ends the AES key there.
    const octets_held longer = keys_beside(secrets, "0xd1234567@").at(0);
    const keyed one = sa_of(0x12345678, triple_des_md5::sizes, octets_held(longer.end() - 24, longer.end()) + repeated(0x87, 0x65, 16));
    return {name.find("espudp1") == std::string::npos ? one : in_udp(one, ike_port)};
  }
  if (name.find("esp2") != std::string::npos)
    return {sa_of(0x12345678, triple_des_md5::sizes, keys_beside(secrets, "0x12345678@").at(0) + repeated(0x65, 0x87, 16)),
            sa_of(0xabcdabcd, triple_des_md5::sizes, keys_beside(secrets, "0xabcdabcd@").at(0) + repeated(0x87, 0x65, 16))};
  if (name.find("sunset-aes") != std::string::npos) return {sa_of(0xd1234567, aes_256_sha1::sizes, keys_beside(secrets, "0xd1234567@").at(0) + repeated(0x87, 0x65, 20))};
  const auto there = keys_beside(table, "0x070883c2"), back = keys_beside(table, "0xc254fe64");
  return {sa_of(0x070883c2, aes_128_sha1::sizes, there.at(0) + there.at(1)), sa_of(0xc254fe64, aes_128_sha1::sizes, back.at(0) + back.at(1))};
}

/// What is wrong with a delivered packet; "" for an IPv4 packet with an ICMP message, length and checksums right.
std::string insane(const octets_held& packet) {
  if (packet.size() < 28 || packet[0] != 0x45) return "what was delivered is no plain IPv4 packet";
  if (number_at(packet, 2, 2) != packet.size()) return "the inner packet is of another length than its header says";
  if (number_at(packet, 10, 2) != checksum_of(packet)) return "the inner IP checksum is wrong";
  if (packet[9] != 1) return joined("the inner packet is of protocol ", static_cast<unsigned>(packet[9]), ", not ICMP");
  std::size_t sum = 0;
  for (std::size_t i = 20; i < packet.size(); i += 2) sum += number_at(packet, i, 1) << 8 | (i + 1 < packet.size() ? packet[i + 1] : 0u);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return sum == 0xffff ? "" : "the inner ICMP checksum is wrong";
}

std::string not_said(const outcome& o, verdict want, const char* when) {
  return o.said == want ? "" : joined(when, ": ", describe(o.said), ", not ", describe(want));
}

/// The same SAs for whole packets and for cut ones.
template <class Profile> struct paths_with {
  explicit paths_with(const std::vector<sa_parameters>& sas) : flat(std::make_unique<gateway<Profile, flat_packet>>(sas)), chain(std::make_unique<gateway<Profile, chained>>(sas)) {}
  std::unique_ptr<gateway<Profile, flat_packet>> flat;
  std::unique_ptr<gateway<Profile, chained>> chain;

  static std::vector<cut> cuts(std::size_t size) {
    std::vector<cut> all = testing::random_cuts(size, 2, segments_most, size);
    if (size <= segments_most) all.push_back(testing::single_octets(size));
    return all;
  }
  /// "" when the packet is refused for this reason, whole and cut, and nothing of it was changed.
  std::string refuses(const octets_held& wire, verdict want, const char* when) {
    outcome o = flat->receive(wire);
    if (auto wrong = not_said(o, want, when); !wrong.empty()) return wrong;
    if (o.content != wire) return joined(when, ": a refused packet was changed");
    for (const cut& one : cuts(wire.size())) {
      o = chain->receive(wire, one);
      if (auto wrong = not_said(o, want, when); !wrong.empty()) return joined("cut, ", wrong);
      if (o.content != wire) return joined("cut, ", when, ": a refused packet was changed");
    }
    return "";
  }
  /// Every shorter length, in a block of exactly that size.
  std::string shortened(const octets_held& wire, verdict want, capture_tally& tally) {
    for (std::size_t n = 0; n < wire.size(); ++n) {
      const octets_held first(wire.begin(), wire.begin() + static_cast<std::ptrdiff_t>(n));
      ++tally.shortened;
      if (auto wrong = refuses(first, n == 0 ? verdict::not_ip : n < 20 ? verdict::runt : want, joined("the first ", n, " octets").c_str()); !wrong.empty()) return wrong;
    }
    return "";
  }
};

using both_paths = paths_with<as_captured>;

// --- with keys --------------------------------------------------------------------------------------------------------
template <class Profile> std::string opens(paths_with<Profile>& run, const octets_held& wire, capture_tally& tally) {
  if (auto wrong = run.shortened(wire, verdict::runt, tally); !wrong.empty()) return wrong;
  octets_held damaged = wire;
  damaged.back() ^= 1;
  if (auto wrong = not_said(run.flat->receive(damaged), verdict::icv_mismatch, "with a bit of the ICV flipped"); !wrong.empty()) return wrong;
  const outcome whole = run.flat->receive(wire);
  if (auto wrong = not_said(whole, verdict::forwarded, "as captured"); !wrong.empty()) return wrong;
  if (auto wrong = insane(whole.content); !wrong.empty()) return wrong;
  if (auto wrong = not_said(run.flat->receive(wire), verdict::replayed, "offered again"); !wrong.empty()) return wrong;
  for (const cut& one : both_paths::cuts(wire.size())) {
    run.chain->start_at(0);
    const outcome o = run.chain->receive(wire, one);
    if (auto wrong = not_said(o, verdict::forwarded, "cut"); !wrong.empty()) return wrong;
    if (o.content != whole.content) return "cut: delivered octets differ";
  }
  ++tally.opened;
  return "";
}

// --- AH whose key nobody told -----------------------------------------------------------------------------------------
inline constexpr std::uint32_t ospf_spi = 0x100;

std::string ospf(both_paths& without, both_paths& with, const octets_held& key, const octets_held& wire, capture_tally& tally) {
  span_reader read{wire};
  const ip_layout seen = walk_ip(read, wire.size());
  if (seen.status != verdict::forwarded || seen.protocol != 51 || seen.header_length != 40 || seen.total_length != wire.size()) return "the walk of headers does not end at AH";
  if (number_at(wire, 44, 4) != ospf_spi || number_at(wire, 41, 1) != 4) return "AH of another SPI or length";
  if (auto wrong = without.refuses(wire, verdict::no_sa, "without an SA"); !wrong.empty()) return wrong;
  if (auto wrong = with.refuses(wire, verdict::icv_mismatch, "under another key"); !wrong.empty()) return wrong;
  if (auto wrong = with.shortened(wire, verdict::runt, tally); !wrong.empty()) return wrong;

  // That it is the key alone: with an ICV under ours by Botan, the same packet passes.
  octets_held ours = wire;
  std::fill(ours.begin() + 52, ours.begin() + 64, octet{0});
  octets_held covered = *testing::plain_ah_coverage({ours.begin(), ours.begin() + 40}, true);
  covered.insert(covered.end(), ours.begin() + 40, ours.end());
  const auto mac = Botan::MessageAuthenticationCode::create_or_throw("HMAC(SHA-160)");
  mac->set_key(key.data(), key.size());
  mac->update(covered.data(), covered.size());
  const auto icv = mac->final();
  std::copy(icv.begin(), icv.begin() + 12, ours.begin() + 52);
  octets_held plain(wire.begin(), wire.begin() + 40);
  plain.insert(plain.end(), wire.begin() + 64, wire.end());
  plain[6] = wire[40];
  put_number(plain, 4, 2, plain.size() - 40);
  with.flat->start_at(number_at(wire, 48, 4) - 1);
  const outcome o = with.flat->receive(ours);
  if (auto wrong = not_said(o, verdict::forwarded, "with an ICV of ours"); !wrong.empty()) return wrong;
  if (o.content != plain) return "with an ICV of ours: delivered octets differ";
  ++tally.refused;
  return "";
}

// --- cut short --------------------------------------------------------------------------------------------------------
// One lie after another is taken out, and what is left is refused for the next one. Where the end of a frame is believed to be
// elsewhere, ESP is read that is not there: the SA that such octets would name exists.
std::string esp_cut_short(both_paths& run, const octets_held& wire, capture_tally& tally) {
  const std::size_t size = wire.size();
  if (size != 32 || wire[9] != 17) return "not the 32 octets that were captured";
  if (auto wrong = run.refuses(wire, verdict::runt, "as captured"); !wrong.empty()) return wrong;
  if (auto wrong = run.shortened(wire, verdict::runt, tally); !wrong.empty()) return wrong;
  octets_held told = with_length(wire, size);
  if (auto wrong = run.refuses(told, verdict::ip_fragment, "with its own length in the IP header"); !wrong.empty()) return wrong;
  told[6] &= 0x40;
  if (auto wrong = run.refuses(told, verdict::bad_header, "as no fragment, its UDP length beyond the packet"); !wrong.empty()) return wrong;
  put_number(told, 24, 2, size - 20);
  if (auto wrong = run.refuses(told, verdict::runt, "with an SPI and nothing behind it"); !wrong.empty()) return wrong;
  ++tally.refused;
  return "";
}

std::string over_read(both_paths& run, const captured& frame, capture_tally& tally) {
  const octets_held& wire = frame.packet;
  if (wire.size() != 28) return "not the 28 octets that were captured";
  if (frame.type != 0x0800) {
    if (auto wrong = run.refuses(wire, verdict::not_ip, "as captured"); !wrong.empty()) return wrong;
    ++tally.not_ours;
    return run.shortened(wire, verdict::not_ip, tally);
  }
  if (wire[9] != 17 || number_at(wire, 20, 2) != ike_port || number_at(wire, 22, 2) != over_read_port) return "not UDP from port 4500";
  if (auto wrong = run.refuses(wire, verdict::runt, "as captured"); !wrong.empty()) return wrong;
  if (auto wrong = run.shortened(wire, verdict::runt, tally); !wrong.empty()) return wrong;
  octets_held told = with_length(wire, wire.size());
  told[6] = told[7] = 0;
  if (auto wrong = run.refuses(told, verdict::bad_header, "with its own length in the IP header, its UDP length beyond the packet"); !wrong.empty()) return wrong;
  for (std::size_t length = 0; length <= 8; ++length) {
    put_number(told, 24, 2, length);
    if (auto wrong = run.refuses(told, length < 8 ? verdict::bad_header : verdict::runt, joined("with a UDP length of ", length).c_str()); !wrong.empty()) return wrong;
  }
  // The marker and what tells ESP from it are behind the end; a few octets of them come.
  for (std::size_t more = 1; more <= 12; ++more) {
    octets_held longer = with_length(told, wire.size() + more);
    std::fill(longer.begin() + 28, longer.end(), octet{0x30});
    put_number(longer, 24, 2, 8 + more);
    if (auto wrong = run.refuses(longer, verdict::runt, joined("with ", more, " octets in UDP").c_str()); !wrong.empty()) return wrong;
  }
  ++tally.refused;
  return "";
}

}  // namespace

capture_checks::capture_checks(const std::string& folder) : folder_(folder) {}
capture_checks::~capture_checks() = default;

bool capture_checks::can(const capture_named& which) const {
  const auto has = [](const suite_sizes& suite) { return as_captured::suites.has(suite); };
  if (which.kind == capture_kind::ah_without_key) return has(ah<hmac_sha1_96>::sizes);
  if (which.kind != capture_kind::opened) return has(aes_128_sha1::sizes);
  const std::vector<keyed> all = sas_of(which.file, folder_);
  return std::all_of(all.begin(), all.end(), [&](const keyed& one) { return has(one.parameters.suite); });
}

std::vector<std::string> capture_checks::check(const capture_named& which) {
  const std::vector<captured> frames = read_capture(joined(folder_, "/", which.file));
  if (frames.size() != which.frames) throw unreadable(joined(which.file, ": ", frames.size(), " frames, not ", which.frames));
  std::vector<keyed> sas;
  std::vector<std::string> said;
  const auto each = [&](auto check) {
    for (const captured& frame : frames) said.push_back(check(frame));
  };
  const octets_held any_key(aes_128_sha1::sizes.key, octet{7}), ah_key(20, octet{7});
  switch (which.kind) {
    case capture_kind::opened: {
      sas = sas_of(which.file, folder_);
      if (sas.size() == 1 || std::string(which.file).find("esp2") == std::string::npos) {
        both_paths run(parameters_of(sas));
        each([&](const captured& frame) { return opens(run, frame.packet, tally_); });
      } else {
        // One after the other, as two gateways would, and both in one pass.
        both_paths outer(parameters_of({sas[0]})), inner(parameters_of({sas[1]}));
        paths_with<twice_protected> run(parameters_of(sas));
        each([&](const captured& frame) {
          const outcome between = outer.flat->receive(frame.packet);
          if (between.said != verdict::forwarded) return joined("the outer SA alone: ", describe(between.said));
          const octets_held& inside = between.content;
          if (inside.size() < 48 || inside[9] != 50 || number_at(inside, 10, 2) != checksum_of(inside)) return std::string("what the outer SA carries is no ESP in IPv4");
          if (auto wrong = inner.refuses(frame.packet, verdict::no_sa, "the inner SA alone"); !wrong.empty()) return wrong;
          const outcome last = inner.flat->receive(inside);
          if (last.said != verdict::forwarded) return joined("one after the other: ", describe(last.said));
          ++tally_.of_two;
          return opens(run, frame.packet, tally_);
        });
      }
      break;
    }
    case capture_kind::ah_without_key: {
      sas = {sa_of(ospf_spi, ah<hmac_sha1_96>::sizes, ah_key)};
      sas[0].parameters.mode = mode::transport;
      both_paths without({}), with(parameters_of(sas));
      each([&](const captured& frame) { return ospf(without, with, ah_key, frame.packet, tally_); });
      break;
    }
    case capture_kind::ike: {
      both_paths run({});
      each([&](const captured& frame) {
        ++tally_.not_ours;
        return run.refuses(frame.packet, verdict::not_protected, "as captured");
      });
      break;
    }
    case capture_kind::esp_cut_short: {
      both_paths run(parameters_of({in_udp(sa_of(0xc0f7d4c3, aes_128_sha1::sizes, any_key), cut_short_port)}));
      each([&](const captured& frame) { return esp_cut_short(run, frame.packet, tally_); });
      break;
    }
    case capture_kind::over_read: {
      both_paths run(parameters_of({in_udp(sa_of(0x30303030, aes_128_sha1::sizes, any_key), over_read_port)}));
      each([&](const captured& frame) { return over_read(run, frame, tally_); });
      break;
    }
  }
  return said;
}

}  // namespace vectors
