// Known answers of other people as jobs: what is sealed, what it becomes, and whether it is to be accepted.
#pragma once

#include "crypto/jobs.hpp"

#include <esplanade/crypto/suite.hpp>

#include <nlohmann/json.hpp>
#include <zlib.h>

#include <cstdlib>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace jobs {

/// One known answer. Key and ICV are as in the file: longer or shorter than ESP has them.
struct primitive {
  std::string id;
  suite_sizes suite{};
  bytes cipher_key, mac_key, nonce, aad, plain, sealed, icv;
  bool valid = true;
};

/// A folder below third-party of $ESPLANADE_VECTORS; nothing when that is not set.
inline std::optional<std::string> third_party() {
  const char* folder = std::getenv("ESPLANADE_VECTORS");
  if (folder == nullptr) return {};
  return std::string(folder) + "/third-party/";
}
/// The whole file, unpacked where it is gzip; empty when there is none.
inline std::string read_file(const std::string& path) {
  std::string text;
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return text;
  char piece[1 << 16];
  for (int got; (got = gzread(file, piece, sizeof piece)) > 0;) text.append(piece, static_cast<std::size_t>(got));
  gzclose_r(file);
  return text;
}

inline bytes part(const bytes& of, std::size_t from, std::size_t size) { return {of.begin() + static_cast<std::ptrdiff_t>(from), of.begin() + static_cast<std::ptrdiff_t>(from + size)}; }
/// The last `size` octets taken off.
inline bytes take_back(bytes& from, std::size_t size) {
  const bytes tail = part(from, from.size() - size, size);
  from.resize(from.size() - size);
  return tail;
}

/// Suites by the sizes of a file's keys; the ICV of an AEAD is given.
inline suite_sizes gcm_of(std::size_t key, std::size_t icv) { return {cipher_family::aes_gcm, static_cast<std::uint8_t>(key), 4, 8, static_cast<std::uint8_t>(icv), 4}; }
inline suite_sizes ccm_of(std::size_t key, std::size_t icv) { return {cipher_family::aes_ccm, static_cast<std::uint8_t>(key), 3, 8, static_cast<std::uint8_t>(icv), 4}; }
inline suite_sizes gmac_of(std::size_t key) { return {cipher_family::aes_gmac, static_cast<std::uint8_t>(key), 4, 8, 16, 4}; }
inline suite_sizes ctr_of(std::size_t key) { return {cipher_family::aes_ctr, static_cast<std::uint8_t>(key), 4, 8, 0, 4}; }
inline suite_sizes cbc_of(std::size_t key) { return {cipher_family::aes_cbc, static_cast<std::uint8_t>(key), 0, 16, 0, 16}; }
inline constexpr suite_sizes triple_des{cipher_family::triple_des_cbc, 24, 0, 8, 0, 8};
/// The same beside a MAC.
template <class Mac> suite_sizes with(suite_sizes cipher) {
  cipher.key = static_cast<std::uint8_t>(cipher.key + Mac::key);
  cipher.mac_key = Mac::key;
  cipher.mac = Mac::family;
  cipher.icv = Mac::icv;
  return cipher;
}

/// What became of answers.
struct answers {
  std::size_t sealed = 0, opened = 0, forged = 0;
  std::map<std::string, std::size_t> other_sizes;  ///< by what of them ESP does not have
  std::vector<std::string> wrong;
};

/// Runs one answer through a provider: sealed it is what the file says, opened it is accepted or not as the file says.
///   Keys     HMAC fills short keys with zeros, so that a short one is one of ESP's size with zeros behind it (RFC 2104 2)
template <class C> void run_primitive(C& provider, typename C::workspace& w, primitive p, answers& all) {
  const bool hmac = p.suite.mac != mac_family::none && p.suite.mac != mac_family::aes_cmac && p.suite.mac != mac_family::aes_xcbc;
  if (hmac && p.mac_key.size() < p.suite.mac_key) p.mac_key.resize(p.suite.mac_key);
  bytes key = p.cipher_key;
  key.insert(key.end(), p.mac_key.begin(), p.mac_key.end());
  if (p.cipher_key.size() != p.suite.cipher_key() || p.mac_key.size() != p.suite.mac_key) return void(++all.other_sizes["key"]);
  if (p.nonce.size() != p.suite.nonce()) return void(++all.other_sizes["nonce"]);
  if (p.icv.size() < p.suite.icv) return void(++all.other_sizes["ICV"]);
  if (p.suite.chained() && p.plain.size() % p.suite.iv != 0) return void(++all.other_sizes["part of a block"]);
  const result<std::uint32_t> schedule = provider.add_key(p.suite, key);
  if (!schedule) return all.wrong.push_back(p.id + ": " + schedule.why().reason);
  const bool cut = p.icv.size() > p.suite.icv;
  p.icv.resize(p.suite.icv);

  const auto work = [&](bytes& text, bytes& icv, auto call) {
    text.reserve(1);  // a pointer even where there is nothing
    const segment piece{text.data(), text.size()};
    job j;
    j.source = j.destination = &piece;
    j.length = static_cast<std::uint32_t>(text.size());
    j.schedule = *schedule;
    j.aad = p.aad.data();
    j.aad_length = static_cast<std::uint16_t>(p.aad.size());
    j.icv = icv.data();
    j.icv_length = p.suite.icv;
    j.salt_length = p.suite.salt;
    j.iv_length = static_cast<std::uint8_t>(p.nonce.size() - p.suite.salt);
    for (std::size_t i = 0; i < p.suite.salt; ++i) j.salt_memory[salt_max - p.suite.salt + i] = p.nonce[i];
    for (std::size_t i = p.suite.salt; i < p.nonce.size(); ++i) j.iv_memory[i - p.suite.salt] = p.nonce[i];
    job* const list[] = {&j};
    call(job_list(list));
    return j.status;
  };
  if (!p.valid && cut) {
    bytes text = p.plain, icv(p.suite.icv);
    work(text, icv, [&](job_list list) { provider.seal(w, list); });
    if (icv == p.icv && text == p.sealed) {
      provider.remove_key(*schedule);
      return void(++all.other_sizes["wrong only behind the octets that ESP sends"]);
    }
  }
  if (p.valid) {
    bytes text = p.plain, icv(p.suite.icv);
    const job_status status = work(text, icv, [&](job_list list) { provider.seal(w, list); });
    if (status != job_status::done || text != p.sealed || icv != p.icv) all.wrong.push_back(p.id + ": sealed to something else");
    ++all.sealed;
  }
  bytes text = p.sealed, icv = p.icv;
  const job_status status = work(text, icv, [&](job_list list) { provider.open(w, list, on_forged::restore); });
  if (p.valid && (status != job_status::done || text != p.plain)) all.wrong.push_back(p.id + ": not opened");
  if (!p.valid && (status != job_status::forged || text != p.sealed)) all.wrong.push_back(p.id + ": accepted, or changed");
  ++(p.valid ? all.opened : all.forged);
  provider.remove_key(*schedule);
}

/// Blocks of `Name: value` or `Name = value` lines, parted by empty ones; names in lower case.
inline void each_block(const std::string& text, const std::function<void(const std::map<std::string, std::string>&)>& visit) {
  std::map<std::string, std::string> block;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    at = end + 1;
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (line.empty()) {
      if (!block.empty()) visit(block);
      block.clear();
      continue;
    }
    const std::size_t sign = line.find_first_of(":=");
    if (line[0] == '#' || sign == std::string::npos) continue;
    std::string name = line.substr(0, line.find_last_not_of(" ", sign - 1) + 1);
    for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    const std::size_t value = line.find_first_not_of(" ", sign + 1);
    block[name] = value == std::string::npos ? "" : line.substr(value);
  }
  if (!block.empty()) visit(block);
}
/// Hexadecimal digits, or letters between quotes.
inline bytes value_of(const std::map<std::string, std::string>& block, const char* name) {
  const auto found = block.find(name);
  if (found == block.end()) return {};
  const std::string& text = found->second;
  return !text.empty() && text[0] == '"' ? bytes(text.begin() + 1, text.end() - 1) : hex(text);
}

}  // namespace jobs
