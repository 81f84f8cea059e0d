// Reads files of cases and replay traces into plain structs, and says which cases need a feature that is not there.
#pragma once

#include <esplanade/crypto/suite.hpp>

#include <nlohmann/json.hpp>
#include <zlib.h>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace vectors {

using octets_held = std::vector<esplanade::octet>;
using json = nlohmann::json;

/// A file that cannot be used; the text is one sentence.
struct unreadable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// One packet, protected by somebody else.
struct esp_case {
  std::string id, tag, expect;
  bool tunnel = true, esn = false;
  esplanade::suite_sizes suite{};
  octets_held key, salt, iv;
  std::uint32_t spi = 0;       ///< of the SA
  std::uint32_t sequence = 0;  ///< low half, of the SA's packet; a corrupted packet may carry another
  std::uint32_t esn_high = 0;
  octets_held plaintext;       ///< whole IP packet; empty where nothing is to be delivered
  octets_held wire;            ///< whole IP packet
};

/// One packet of a replay trace, in order of arrival.
struct replay_event {
  std::uint64_t number = 0;  ///< all 64 bits, as the sender knows them
  bool corrupted = false;
  std::string verdict;  ///< accept, replay or auth
};
struct replay_trace {
  std::string id, style;
  std::uint32_t window = 0;  ///< packets
  bool esn = false;
  std::uint64_t initial_highest = 0;
  std::vector<replay_event> events;
};

/// What one file holds.
struct corpus {
  std::string name;
  std::string maker;
  std::vector<esp_case> cases;
  std::vector<replay_trace> traces;
  std::map<std::string, std::size_t> missing;  ///< feature → cases that need it
  [[nodiscard]] std::size_t skipped() const {
    std::size_t all = 0;
    for (const auto& one : missing) all += one.second;
    return all;
  }
};

inline octets_held from_hex(const std::string& text) {
  const auto digit = [&](char c) {
    const std::size_t value = std::string("0123456789abcdef").find(c);
    if (value == std::string::npos) throw unreadable("'" + text.substr(0, 20) + "' is not hexadecimal");
    return value;
  };
  if (text.size() % 2 != 0) throw unreadable("'" + text.substr(0, 20) + "' has an odd number of digits");
  octets_held out(text.size() / 2);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<esplanade::octet>(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
  return out;
}

/// The whole file, unpacked where it is gzip.
inline std::string read_all(const std::string& path) {
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) throw unreadable(path + ": no such file, or not readable");
  std::string text;
  char piece[1 << 16];
  int got = 0;
  while ((got = gzread(file, piece, sizeof piece)) > 0) text.append(piece, static_cast<std::size_t>(got));
  const bool whole = got == 0 && gzclose_r(file) == Z_OK;
  if (!whole) throw unreadable(path + ": the file is damaged or cut off");
  if (text.empty()) throw unreadable(path + ": the file is empty");
  return text;
}

inline std::string text_of(const json& from, const char* name, const char* otherwise = "") {
  const auto found = from.find(name);
  return found == from.end() || found->is_null() ? otherwise : found->get<std::string>();
}

/// "AES-GCM-128-16" → its sizes; key 0 when this version has no such suite.
inline esplanade::suite_sizes suite_named(const std::string& name) {
  using namespace esplanade;
  esplanade::suite_sizes found{};
  suites<esp_aes_gcm_8<128>, esp_aes_gcm_8<192>, esp_aes_gcm_8<256>, esp_aes_gcm_12<128>, esp_aes_gcm_12<192>, esp_aes_gcm_12<256>,
         esp_aes_gcm_16<128>, esp_aes_gcm_16<192>, esp_aes_gcm_16<256>>.for_each([&]<class S>() {
    if (name == "AES-GCM-" + std::to_string(S::sizes.key * 8) + "-" + std::to_string(S::sizes.icv)) found = S::sizes;
  });
  return found;
}

/// The feature that a case needs and that is not there; "" when it can run.
inline std::string missing_feature(const json& from, const std::string& suite) {
  if (text_of(from, "proto") == "ah") return "ah";
  if (from.contains("natt") && !from["natt"].is_null()) return "udp encapsulation";
  if (suite_named(suite).key == 0) return "suite " + suite;
  // RFC 4303 2.1 reserves these; no SA can have them.
  if (from.at("spi").get<std::uint32_t>() <= 255) return "reserved SPI";
  return "";
}

inline esp_case case_of(const json& from, const std::string& suite) {
  esp_case c;
  c.id = from.at("id").get<std::string>();
  c.tag = text_of(from, "tag", "untagged");
  c.expect = text_of(from, "expect", "accept");
  c.tunnel = from.at("mode").get<std::string>() == "tunnel";
  c.esn = from.at("esn").get<bool>();
  c.suite = suite_named(suite);
  c.key = from_hex(from.at("enc_key").get<std::string>());
  c.salt = from_hex(from.at("salt").get<std::string>());
  c.iv = from_hex(from.at("iv").get<std::string>());
  c.spi = from.at("spi").get<std::uint32_t>();
  c.sequence = from.at("seq").get<std::uint32_t>();
  c.esn_high = from.value("esn_hi", 0u);
  c.plaintext = from_hex(text_of(from, "plaintext"));
  c.wire = from_hex(from.at("protected").get<std::string>());
  if (c.key.size() != c.suite.key || c.salt.size() != c.suite.salt || c.iv.size() != c.suite.iv) throw unreadable("key, salt or IV do not suit " + suite);
  return c;
}

// RFC examples are bare ESP packets. They travel here in transport mode behind an IPv4 header of ours, which ESP does not cover.
inline octets_held behind_ipv4(esplanade::octet protocol, const octets_held& payload) {
  const std::size_t total = 20 + payload.size();
  octets_held packet{0x45, 0, static_cast<esplanade::octet>(total >> 8), static_cast<esplanade::octet>(total & 0xff), 0, 1, 0, 0, 64, protocol, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2};
  unsigned sum = 0;
  for (std::size_t i = 0; i < 20; i += 2) sum += static_cast<unsigned>(packet[i] << 8 | packet[i + 1]);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  packet[10] = static_cast<esplanade::octet>(~sum >> 8 & 0xff);
  packet[11] = static_cast<esplanade::octet>(~sum & 0xff);
  packet.insert(packet.end(), payload.begin(), payload.end());
  return packet;
}
inline json with_ip_header(json from) {
  const auto hex = [](const octets_held& all) {
    std::string text;
    for (const esplanade::octet o : all) (text += "0123456789abcdef"[o >> 4]) += "0123456789abcdef"[o & 15];
    return text;
  };
  from["mode"] = "transport";
  from["plaintext"] = hex(behind_ipv4(from.at("next_header").get<esplanade::octet>(), from_hex(from.at("payload").get<std::string>())));
  from["protected"] = hex(behind_ipv4(50, from_hex(from.at("esp_packet").get<std::string>())));
  return from;
}

/// How DPDK's list names an algorithm, in the words of the others.
inline std::string suite_of_dpdk(const json& from) {
  std::string all;
  for (const json& one : from.at("algos")) all += (all.empty() ? "" : " + ") + one.get<std::string>();
  if (all != "AEAD:AES_GCM") return all;
  return "AES-GCM-" + std::to_string(from.at("key_length").at(0).get<unsigned>() * 8) + "-" + std::to_string(from.at("digest_length").at(0).get<unsigned>());
}

inline void read_cases(corpus& into, const json& list, const std::string& form) {
  for (const json& one : list) {
    const std::string suite = form == "dpdk" ? suite_of_dpdk(one) : text_of(one, "enc", "none");
    const std::string feature = missing_feature(one, suite);
    if (feature.empty()) into.cases.push_back(case_of(form == "esp-kat-rfc-1" ? with_ip_header(one) : one, suite));
    else ++into.missing[feature];
    if (feature.empty() && into.cases.back().tag == "untagged") into.cases.back().tag = into.name;
  }
}

inline void read_traces(corpus& into, const json& list) {
  for (const json& one : list) {
    replay_trace t{one.at("id").get<std::string>(), text_of(one, "style", "trace"), one.at("window").get<std::uint32_t>(), one.at("esn").get<bool>(),
                   one.at("initial_highest").get<std::uint64_t>(), {}};
    for (const json& event : one.at("events")) t.events.push_back({event.at(0).get<std::uint64_t>(), event.at(1).get<int>() != 0, event.at(2).get<std::string>()});
    into.traces.push_back(std::move(t));
  }
}

/// Reads `.json` or `.json.gz`.
///   Errors   throws `unreadable` with one sentence; nothing else
inline corpus read_corpus(const std::string& path) {
  corpus read;
  read.name = path.substr(path.rfind('/') + 1);
  read.name = read.name.substr(0, read.name.find('.'));
  const std::string text = read_all(path);
  try {
    const json all = json::parse(text);
    read.maker = text_of(all, "generator", text_of(all, "source", "unknown").c_str());
    std::string form = text_of(all, "format");
    if (form.empty() && text_of(all, "source").rfind("DPDK", 0) == 0) form = "dpdk";
    if (form == "esp-ah-bundle-1") read.missing["bundle"] = all.at("cases").size();
    else if (form == "esp-replay-trace-1") read_traces(read, all.at("traces"));
    else if (form == "esp-ah-kat-1" || form == "esp-kat-rfc-1" || form == "dpdk") read_cases(read, all.at("cases"), form);
    else throw unreadable("the format '" + form + "' is not one that is read here");
  } catch (const json::exception& e) {
    throw unreadable(path + ": not a list of cases (" + e.what() + ")");
  } catch (const unreadable& e) {
    throw unreadable(path + ": " + e.what());
  }
  return read;
}

}  // namespace vectors
