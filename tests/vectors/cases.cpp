#include "cases.hpp"

#include "suite_names.hpp"

#include <nlohmann/json.hpp>
#include <zlib.h>

#include <algorithm>

namespace vectors {

octets_held from_hex(const std::string& text) {
  const auto digit = [&](char c) {
    const std::size_t value = std::string("0123456789abcdef").find(c);
    if (value == std::string::npos) throw unreadable(joined("'", text.substr(0, 20), "' is not hexadecimal"));
    return value;
  };
  if (text.size() % 2 != 0) throw unreadable(joined("'", text.substr(0, 20), "' has an odd number of digits"));
  octets_held out(text.size() / 2);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<esplanade::octet>(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
  return out;
}

octets_held behind_ipv4(esplanade::octet protocol, const octets_held& payload) {
  const std::size_t total = 20 + payload.size();
  const octets_held header = from_hex("450000000001000040000000c0000201c0000202");
  octets_held packet(total);
  std::copy(header.begin(), header.end(), packet.begin());
  std::copy(payload.begin(), payload.end(), packet.begin() + 20);
  packet[2] = static_cast<esplanade::octet>(total >> 8);
  packet[3] = static_cast<esplanade::octet>(total & 0xff);
  packet[9] = protocol;
  unsigned sum = 0;
  for (std::size_t i = 0; i < 20; i += 2) sum += static_cast<unsigned>(packet[i] << 8 | packet[i + 1]);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  packet[10] = static_cast<esplanade::octet>(~sum >> 8 & 0xff);
  packet[11] = static_cast<esplanade::octet>(~sum & 0xff);
  return packet;
}

std::string read_all(const std::string& path) {
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) throw unreadable(joined(path, ": no such file, or not readable"));
  std::string text;
  char piece[1 << 16];
  int got = 0;
  while ((got = gzread(file, piece, sizeof piece)) > 0) text.append(piece, static_cast<std::size_t>(got));
  if (gzclose_r(file) != Z_OK || got < 0) throw unreadable(joined(path, ": the file is damaged or cut off"));
  if (text.empty()) throw unreadable(joined(path, ": the file is empty"));
  return text;
}

namespace {

using json = nlohmann::json;

std::string text_of(const json& from, const char* name, const char* otherwise = "") {
  const auto found = from.find(name);
  return found == from.end() || found->is_null() ? otherwise : found->get<std::string>();
}

/// "AES-GCM-128-16", or a cipher and a MAC with "+" between them → its sizes; key 0 when this version has no such suite.
esplanade::suite_sizes suite_named(const std::string& name) {
  const std::size_t sign = name.find('+');
  return sign == std::string::npos ? esp_suite_named(name, "") : esp_suite_named(name.substr(0, sign), name.substr(sign + 1));
}

/// The feature that a case needs and that is not there; "" when it can run.
std::string missing_feature(const json& from, const std::string& suite) {
  if (suite_named(suite).key == 0) return joined("suite ", suite);
  // RFC 4303 2.1 reserves these; no SA can have them.
  if (from.at("spi").get<std::uint32_t>() <= 255) return "reserved SPI";
  return "";
}

/// The packet without the UDP header that stands between IP and ESP, its IP header saying so.
octets_held without_udp(const octets_held& packet, const esplanade::udp_ports& ports) {
  const bool ipv4 = packet.at(0) >> 4 == 4;
  const std::size_t at = ipv4 ? (packet[0] & 15u) * 4u : 40, named_at = ipv4 ? 9 : 6;
  if (packet.size() < at + 16 || packet[named_at] != 17) throw unreadable("no UDP in the protected packet");
  const auto word = [&](std::size_t from) { return static_cast<unsigned>(packet[from] << 8 | packet[from + 1]); };
  if (word(at) != ports.source || word(at + 2) != ports.destination || word(at + 4) != packet.size() - at) throw unreadable("a UDP header of other ports or length");
  octets_held out(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(at));
  out.insert(out.end(), packet.begin() + static_cast<std::ptrdiff_t>(at + 8), packet.end());
  out[named_at] = 50;
  if (!ipv4) {
    out[4] = static_cast<esplanade::octet>((out.size() - 40) >> 8);
    out[5] = static_cast<esplanade::octet>((out.size() - 40) & 0xff);
    return out;
  }
  out[2] = static_cast<esplanade::octet>(out.size() >> 8), out[3] = static_cast<esplanade::octet>(out.size() & 0xff), out[10] = out[11] = 0;
  unsigned sum = 0;
  for (std::size_t i = 0; i < at; i += 2) sum += static_cast<unsigned>(out[i] << 8 | out[i + 1]);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  out[10] = static_cast<esplanade::octet>(~sum >> 8 & 0xff);
  out[11] = static_cast<esplanade::octet>(~sum & 0xff);
  return out;
}

esp_case case_of(const json& from, const std::string& suite) {
  esp_case c;
  c.id = from.at("id").get<std::string>();
  c.tag = text_of(from, "tag", "untagged");
  c.expect = text_of(from, "expect", "accept");
  c.tunnel = from.at("mode").get<std::string>() == "tunnel";
  c.esn = from.at("esn").get<bool>();
  c.suite = suite_named(suite);
  c.key = from_hex(text_of(from, "enc_key"));
  const octets_held mac_key = from_hex(text_of(from, "auth_key"));
  c.key.insert(c.key.end(), mac_key.begin(), mac_key.end());
  c.salt = from_hex(text_of(from, "salt"));
  c.iv = from_hex(text_of(from, "iv"));
  c.spi = from.at("spi").get<std::uint32_t>();
  c.sequence = from.at("seq").get<std::uint32_t>();
  c.esn_high = from.value("esn_hi", 0u);
  c.plaintext = from_hex(text_of(from, "plaintext"));
  c.wire = from_hex(from.at("protected").get<std::string>());
  if (from.contains("natt") && !from["natt"].is_null()) {
    c.ports = {from["natt"].at("sport").get<std::uint16_t>(), from["natt"].at("dport").get<std::uint16_t>()};
    c.in_udp = c.wire;
    c.wire = without_udp(c.in_udp, c.ports);
  }
  if (c.key.size() != c.suite.key || c.salt.size() != c.suite.salt || c.iv.size() != c.suite.iv) throw unreadable(joined("key, salt or IV do not suit ", suite));
  return c;
}

/// How DPDK's list names an algorithm, in the words of the others.
std::string suite_of_dpdk(const json& from) {
  std::string all;
  const json& lengths = from.at("key_length");
  const std::string bits = lengths.empty() ? std::string{} : joined("-", lengths.at(0).get<unsigned>() * 8);
  for (const json& one : from.at("algos")) {
    const std::string name = one.get<std::string>();
    if (name == "AEAD:AES_GCM" || name == "AEAD:AES_CCM") all += joined("AES-", name.substr(9), bits, "-", from.at("digest_length").at(0).get<unsigned>());
    else if (name == "CIPHER:AES_CBC" || name == "CIPHER:AES_CTR") all += joined("AES-", name.substr(11), bits);
    else if (name == "CIPHER:3DES_CBC" || name == "CIPHER:DES_CBC") all += joined(name.substr(7, name.size() - 11), "-CBC");
    else if (name == "CIPHER:NULL") all += "NULL";
    else if (name == "AUTH:NULL") all += "+NULL";
    else if (name == "AUTH:AES_XCBC_MAC") all += "+AES-XCBC-96";
    else if (name == "AUTH:MD5_HMAC") all += "+HMAC-MD5-96";
    else if (name == "AUTH:SHA1_HMAC") all += "+HMAC-SHA1-96";
    else if (name == "AUTH:SHA256_HMAC") all += "+HMAC-SHA256-128";
    else if (name == "AUTH:SHA384_HMAC") all += "+HMAC-SHA384-192";
    else if (name == "AUTH:SHA512_HMAC") all += "+HMAC-SHA512-256";
    else all += joined("+", name);
  }
  return all;
}

/// The algorithm of an AH case: that of DPDK's list is in other words.
std::string ah_algorithm(const json& from, const std::string& form) {
  if (form != "dpdk") return text_of(from, "auth");
  const std::string all = suite_of_dpdk(from);
  if (all == "+AUTH:AES_GMAC") return joined("AES-GMAC-", from.at("key_length").at(0).get<unsigned>() * 8);
  return all.substr(all[0] == '+' ? 1 : 0);
}

ah_case ah_case_of(const json& from, const std::string& algorithm) {
  ah_case c;
  c.id = from.at("id").get<std::string>();
  c.tag = text_of(from, "tag", "ah");
  c.expect = text_of(from, "expect", "accept");
  c.tunnel = from.at("mode").get<std::string>() == "tunnel";
  c.esn = from.at("esn").get<bool>();
  c.suite = ah_suite_named(algorithm);
  c.key = from_hex(from.at("auth_key").get<std::string>());
  c.salt = from_hex(text_of(from, "salt"));
  c.spi = from.at("spi").get<std::uint32_t>();
  c.esn_high = from.value("esn_hi", 0u);
  c.alignment = from.value("ah_align", std::size_t{4});
  c.plaintext = from_hex(text_of(from, "plaintext"));
  c.wire = from_hex(from.at("protected").get<std::string>());
  if (c.key.size() != c.suite.key || c.salt.size() != c.suite.salt) throw unreadable(joined("key or salt do not suit ", algorithm));
  return c;
}

// RFC examples are bare ESP packets. They travel here in transport mode behind an IPv4 header of ours, which ESP does not cover.
json with_ip_header(json from) {
  const auto hex = [](const octets_held& all) {
    std::string text;
    for (const esplanade::octet o : all) (text += "0123456789abcdef"[o >> 4]) += "0123456789abcdef"[o & 15];
    return text;
  };
  from["mode"] = "transport";  // of a tunnel too: what it carries is then a payload of protocol 4
  from["plaintext"] = hex(behind_ipv4(from.at("next_header").get<esplanade::octet>(), from_hex(from.at("payload").get<std::string>())));
  from["protected"] = hex(behind_ipv4(50, from_hex(from.at("esp_packet").get<std::string>())));
  return from;
}

void read_cases(corpus& into, const json& list, const std::string& form) {
  for (const json& one : list) {
    if (text_of(one, "proto") == "ah") {
      const std::string algorithm = ah_algorithm(one, form);
      if (ah_suite_named(algorithm).key != 0) into.ah.push_back(ah_case_of(one, algorithm));
      else ++into.missing[joined("ah ", algorithm)];
      continue;
    }
    const std::string mac = text_of(one, "auth");
    const std::string suite = form == "dpdk" ? suite_of_dpdk(one) : joined(text_of(one, "enc", "none"), mac.empty() ? "" : "+", mac);
    const std::string feature = missing_feature(one, suite);
    if (feature.empty()) into.cases.push_back(case_of(form == "esp-kat-rfc-1" ? with_ip_header(one) : one, suite));
    else ++into.missing[feature];
    if (feature.empty() && into.cases.back().tag == "untagged") into.cases.back().tag = into.name;
  }
}

sa_of_case sa_of(const json& from) {
  sa_of_case sa;
  sa.ah = from.at("proto").get<std::string>() == "ah";
  sa.tunnel = from.at("mode").get<std::string>() == "tunnel";
  sa.esn = from.at("esn").get<bool>();
  sa.suite = sa.ah ? ah_suite_named(text_of(from, "auth")) : esp_suite_named(text_of(from, "enc"), text_of(from, "auth"));
  sa.key = from_hex(text_of(from, "enc_key") + text_of(from, "auth_key"));
  sa.salt = from_hex(text_of(from, "salt"));
  sa.spi = from.at("spi").get<std::uint32_t>();
  sa.sequence = from.at("seq").get<std::uint32_t>();
  sa.esn_high = from.value("esn_hi", 0u);
  sa.alignment = from.value("ah_align", std::size_t{4});
  if (from.contains("natt") && !from["natt"].is_null()) {
    sa.in_udp = true;
    sa.ports = {from["natt"].at("sport").get<std::uint16_t>(), from["natt"].at("dport").get<std::uint16_t>()};
  }
  if (sa.key.size() != sa.suite.key || sa.salt.size() != sa.suite.salt) throw unreadable(joined("key or salt do not suit ", text_of(from, "enc"), " ", text_of(from, "auth")));
  return sa;
}

void read_bundles(corpus& into, const json& list) {
  for (const json& one : list) {
    bundle_case c{one.at("id").get<std::string>(), one.at("kind").get<std::string>(), one.at("expect").get<std::string>(), {}, from_hex(one.at("plaintext").get<std::string>()),
                  from_hex(one.at("protected").get<std::string>())};
    for (const json& sa : one.at("sas_innermost_first")) c.innermost_first.push_back(sa_of(sa));
    if (c.innermost_first.size() != 2 || c.expect != "accept") throw unreadable(joined(c.id, ": not an accepted packet under two SAs"));
    into.bundles.push_back(std::move(c));
  }
}

void read_traces(corpus& into, const json& list) {
  for (const json& one : list) {
    replay_trace t{one.at("id").get<std::string>(), text_of(one, "style", "trace"), one.at("window").get<std::uint32_t>(), one.at("esn").get<bool>(),
                   one.at("initial_highest").get<std::uint64_t>(), {}};
    for (const json& event : one.at("events")) t.events.push_back({event.at(0).get<std::uint64_t>(), event.at(1).get<int>() != 0, event.at(2).get<std::string>()});
    into.traces.push_back(std::move(t));
  }
}

}  // namespace

corpus read_corpus(const std::string& path) {
  corpus read;
  read.name = path.substr(path.rfind('/') + 1);
  read.name = read.name.substr(0, read.name.find('.'));
  const std::string text = read_all(path);
  try {
    const json all = json::parse(text);
    read.maker = text_of(all, "generator", text_of(all, "source", "several sources").c_str());
    std::string form = text_of(all, "format");
    if (form.empty() && text_of(all, "source").rfind("DPDK", 0) == 0) form = "dpdk";
    if (form == "esp-ah-bundle-1") read_bundles(read, all.at("cases"));
    else if (form == "esp-replay-trace-1") read_traces(read, all.at("traces"));
    else if (form == "esp-ah-kat-1" || form == "esp-kat-rfc-1" || form == "dpdk") read_cases(read, all.at("cases"), form);
    else throw unreadable(joined("the format '", form, "' is not one that is read here"));
  } catch (const json::exception& e) {
    throw unreadable(joined(path, ": not a list of cases (", e.what(), ")"));
  } catch (const unreadable& e) {
    throw unreadable(joined(path, ": ", e.what()));
  }
  return read;
}

}  // namespace vectors
