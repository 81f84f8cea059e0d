// The profiles of examples/capture_tunnel/profiles, with a stand-in for a cipher and room for a few connections.
#pragma once

#include <esplanade/esplanade.hpp>
#include <esplanade/offload/device_trust.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/configuration.hpp>
#include <esplanade/testing/fuzz/offload_ends.hpp>
#include <esplanade/testing/manual_clock.hpp>
#include <esplanade/transform/header_parts.hpp>

namespace example_profiles {

using namespace esplanade;

struct stand_in : testing::mixing_crypto {
  stand_in() : basic_mixing_crypto(64) {}
};

/// What the NIC of all of them is built with: every suite that the model has a name for and a profile names.
struct card : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, esp_aes_gcm_16<192>, esp_aes_gcm_16<256>, esp_null_aes_gmac<128>, esp_null<hmac_sha2_256_128>, esp_null<hmac_sha1_96>,
                                                   esp_aes_cbc<128, hmac_sha2_256_128>, legacy::esp_3des_cbc<hmac_sha1_96>, ah<hmac_sha2_256_128>, ah<hmac_sha1_96>, ah_aes_gmac<128>>;
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp;
  static constexpr bool legacy_algorithms = true;
  using random = testing::same_number;
};

template <class P, class Packets> struct walked : testing::default_configuration<P, Packets, flat_store<8>, stand_in> {
  using device = testing::lying_nic<testing::fuzz::nic_card<card, stand_in>>;
  using fuzz_configuration = walked;
};
using flat = flat_packet;
using chain = chain_packet<4>;

/// SAs by policy, as in the examples; there one for each family is enough.
struct by_family : profile {
  using policy = linear_policy<16>;
};

template <class Suite> struct tunnels : by_family {
  static constexpr auto suites = esplanade::suites<Suite>;
  static constexpr auto esn = off;
};
template <class Suite> struct transports : tunnels<Suite> {
  static constexpr auto modes = mode::transport;
};
template <class Suite> struct chained_tunnels : tunnels<Suite> {
  static constexpr bool legacy_algorithms = true;
  using random = testing::same_number;
};
struct gcm128_esn : by_family {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  static constexpr auto esn = always;
};
struct gcm128_window64 : tunnels<esp_aes_gcm_16<128>> {
  using replay = window<64>;
};
struct gcm_any : by_family {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, esp_aes_gcm_8<192>, esp_aes_gcm_12<256>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr auto esn = per_sa;
  using replay = window<1024>;
};
struct gcm128_udp : tunnels<esp_aes_gcm_16<128>> {
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr auto encapsulations = encapsulation::udp;
};
struct gmac128_wesp : tunnels<esp_null_aes_gmac<128>> {
  static constexpr auto encapsulations = encapsulation::wesp;
};
struct gcm128_tfc : tunnels<esp_aes_gcm_16<128>> {
  using tfc = tfc_multiple<64>;
  using header = header_parts<dscp_fixed<0>>;
};
struct gcm128_beet : tunnels<esp_aes_gcm_16<128>> {
  static constexpr auto modes = mode::beet;
};
/// What goes into IP-TFS payloads and comes out of them is another room's: between them it is a tunnel.
struct gcm128_iptfs : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  static constexpr auto esn = off;
};
struct gcm128_verified : by_family {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  using device_trust = verify_after;
};
struct ah_sha256 : by_family {
  static constexpr auto suites = esplanade::suites<ah<hmac_sha2_256_128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
};
struct ah_gmac128 : by_family {
  static constexpr auto suites = esplanade::suites<ah_aes_gmac<128>>;
};


// What the examples have no profile for.
/// Every suite of the card, by handle, under a window that packets soon leave.
struct of_each : card {
  static constexpr auto modes = mode::tunnel | mode::transport;
  using replay = window<32>;
};
struct of_each_verified : of_each {
  using device_trust = verify_after;
};
/// AH around ESP, transport mode in tunnels, and both with UDP: two SAs on each packet.
struct two_levels : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, ah<hmac_sha2_256_128>, esp_null_aes_gmac<128>, ah_aes_gmac<128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr std::size_t levels = 2;
  using policy = linear_policy<32>;
  using replay = window<64>;
};
struct two_levels_verified : two_levels {
  using device_trust = verify_after;
};
struct two_levels_in_udp : two_levels {
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp;
};
/// Limits, a clock, every event and every reason.
struct limited : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, esp_aes_gcm_16<256>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  using replay = window<64>;
  using lifetime = exact_lifetime;
  using clock = testing::manual_clock;
  using audit = audit_ring<1024>;
  using drops = drops_in_full;
};

}  // namespace example_profiles
