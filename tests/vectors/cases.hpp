// What files of cases and replay traces hold, as plain structs.
#pragma once

#include <esplanade/crypto/suite.hpp>
#include <esplanade/net/udp.hpp>

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace vectors {

using octets_held = std::vector<esplanade::octet>;

/// The suites that cases may name.
template <class Mac> inline constexpr auto aes_with = esplanade::suites<esplanade::esp_aes_cbc<128, Mac>, esplanade::esp_aes_cbc<192, Mac>, esplanade::esp_aes_cbc<256, Mac>,
                                                                        esplanade::esp_aes_ctr<128, Mac>, esplanade::esp_aes_ctr<192, Mac>, esplanade::esp_aes_ctr<256, Mac>,
                                                                        esplanade::esp_null<Mac>, esplanade::legacy::esp_des_cbc<Mac>, esplanade::legacy::esp_3des_cbc<Mac>>;
template <class... A, class... B> constexpr auto both(esplanade::suite_list<A...>, esplanade::suite_list<B...>) { return esplanade::suites<A..., B...>; }
inline constexpr auto esp_suites = [] {
  using namespace esplanade;
  return both(suites<esp_aes_gcm_8<128>, esp_aes_gcm_8<192>, esp_aes_gcm_8<256>, esp_aes_gcm_12<128>, esp_aes_gcm_12<192>, esp_aes_gcm_12<256>, esp_aes_gcm_16<128>, esp_aes_gcm_16<192>,
                     esp_aes_gcm_16<256>, esp_null_aes_gmac<128>, esp_null_aes_gmac<192>, esp_null_aes_gmac<256>, esp_aes_ccm_8<128>, esp_aes_ccm_8<192>, esp_aes_ccm_8<256>,
                     esp_aes_ccm_12<128>, esp_aes_ccm_12<192>, esp_aes_ccm_12<256>, esp_aes_ccm_16<128>, esp_aes_ccm_16<192>, esp_aes_ccm_16<256>, esp_chacha20_poly1305,
                     esp_aes_cbc<128, no_integrity>>,
              both(aes_with<hmac_sha1_96>, both(aes_with<hmac_sha2_256_128>, both(aes_with<hmac_sha2_384_192>, both(aes_with<hmac_sha2_512_256>,
              both(aes_with<aes_cmac_96>, both(aes_with<aes_xcbc_96>, aes_with<legacy::hmac_md5_96>)))))));
}();

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
  octets_held wire;            ///< whole IP packet; without the UDP header where it was recorded with one
  octets_held in_udp;          ///< whole IP packet as recorded, ESP in UDP; empty without
  esplanade::udp_ports ports{};
};

/// One AH packet, protected by somebody else.
struct ah_case {
  std::string id, tag, expect;
  bool tunnel = true, esn = false;
  esplanade::suite_sizes suite{};
  octets_held key, salt;
  std::uint32_t spi = 0;
  std::uint32_t esn_high = 0;
  std::size_t alignment = 4;   ///< over IPv4, of AH
  octets_held plaintext;       ///< whole IP packet
  octets_held wire;            ///< whole IP packet
};

/// One of several SAs on a packet.
struct sa_of_case {
  bool ah = false, tunnel = true, esn = false, in_udp = false;
  esplanade::suite_sizes suite{};
  octets_held key, salt;
  std::uint32_t spi = 0, sequence = 0, esn_high = 0;
  std::size_t alignment = 4;   ///< over IPv4, of AH
  esplanade::udp_ports ports{};
};
/// A packet under two SAs, protected by somebody else.
struct bundle_case {
  std::string id, tag, expect;
  std::vector<sa_of_case> innermost_first;
  octets_held plaintext;       ///< whole IP packet
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
  std::vector<ah_case> ah;
  std::vector<bundle_case> bundles;
  std::vector<replay_trace> traces;
  std::map<std::string, std::size_t> missing;  ///< feature → cases that need it
  [[nodiscard]] std::size_t skipped() const {
    std::size_t all = 0;
    for (const auto& one : missing) all += one.second;
    return all;
  }
};

/// The parts as one text, numbers in decimal.
template <class... Parts> std::string joined(const Parts&... parts) {
  std::string all;
  const auto append = [&all](const auto& part) {
    if constexpr (std::is_integral_v<std::remove_cvref_t<decltype(part)>>) all += std::to_string(part);
    else all += part;
  };
  (append(parts), ...);
  return all;
}

/// Hexadecimal digits, lower case.
///   Errors   throws unreadable
octets_held from_hex(const std::string& text);

/// The packet that carries `payload` behind a plain IPv4 header.
octets_held behind_ipv4(esplanade::octet protocol, const octets_held& payload);

/// The whole file, unpacked where it is gzip.
///   Errors   throws unreadable, also when there is nothing in it
std::string read_all(const std::string& path);

/// Reads `.json` or `.json.gz`.
///   Errors   throws `unreadable` with one sentence; nothing else
corpus read_corpus(const std::string& path);

}  // namespace vectors
