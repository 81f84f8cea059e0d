// What is fuzzed here: profiles, packets and stores that differ in everything a stage may ask for.
#pragma once

#include <esplanade/offload/device_trust.hpp>
#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/configuration.hpp>
#include <esplanade/testing/foreign_mbuf.hpp>
#include <esplanade/testing/manual_clock.hpp>

namespace fuzzed {

using namespace esplanade;

/// A fast stand-in for a cipher, with few keys, because it is made anew for every input.
struct few_keys : testing::mixing_crypto {
  few_keys() : basic_mixing_crypto(64) {}
};

/// The first door: tunnels, two suites, ESN as each SA says.
struct gateway_profile : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, esp_aes_gcm_8<256>>;
  using replay = window<64>;
};
using gateway = testing::default_configuration<gateway_profile, flat_packet, flat_store<8>, few_keys>;

/// Transport mode only, 64-bit numbers only, packets of up to eight segments.
struct host_profile : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<256>>;
  static constexpr auto modes = mode::transport;
  static constexpr auto esn = always;
  using replay = window<1024>;
};
using host = testing::default_configuration<host_profile, chain_packet<8>, flat_store<8>, few_keys>;

/// Everything an SA may choose; a window that fills no whole number of blocks; pad octets that nobody looks at.
struct everything_profile : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, esp_aes_gcm_12<192>, testing::nonce_of_11>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  using replay = window<96>;
  using padding = padding_ignored;
};
using everything = testing::default_configuration<everything_profile, chain_packet<5>, flat_store<8>, few_keys>;

/// A suite of each form that jobs have: what is authenticated, and where IV and high half are, is decided per SA.
struct families_profile : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, esp_aes_ctr<128, hmac_sha2_256_128>, esp_null_aes_gmac<128>, esp_null<hmac_sha1_96>,
                                                   esp_aes_gcm_16_implicit_iv<256>, esp_aes_ccm_8<128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  using replay = window<64>;
};
using families = testing::default_configuration<families_profile, chain_packet<8>, flat_store<8>, few_keys>;
/// Block ciphers, whose IVs are drawn.
struct blocks_profile : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_cbc<256, hmac_sha2_512_256>, legacy::esp_des_cbc<hmac_sha1_96>>;
  static constexpr bool legacy_algorithms = true;
  static constexpr auto modes = mode::tunnel | mode::transport;
  using replay = window<64>;
  using random = testing::seeded;
};
using blocks = testing::default_configuration<blocks_profile, chain_packet<8>, flat_store<8>, few_keys>;

/// Somebody else's packets, small bursts, SAs by policy, 32-bit numbers.
struct appliance_profile : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr auto esn = off;
  static constexpr std::size_t burst = 3;
  using replay = window<32>;
  using policy = linear_policy<8>;
};
using appliance = testing::default_configuration<appliance_profile, testing::foreign_mbufs, flat_store<8>, few_keys>;

/// All that may stand between IP and ESP, one kind an SA; UDP checksums computed and verified, those inside as well.
struct behind_nat_profile : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, esp_aes_gcm_8<256>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp | encapsulation::wesp | encapsulation::udp_wesp;
  using replay = window<64>;
  using udp_checksum = udp_checksum_computed;
  using nat_fix = checksum_recomputed;
};
using behind_nat = testing::default_configuration<behind_nat_profile, chain_packet<5>, flat_store<8>, few_keys>;

/// No anti-replay; SAs by SPI and address.
struct unwindowed_profile : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  static constexpr auto esn = off;
  using replay = no_window;
};
using unwindowed = testing::default_configuration<unwindowed_profile, chain_packet<4>, flat_store<8, by_spi_and_destination>, few_keys>;

/// AH alone, both modes, every size of ICV, in segments.
struct ah_host_profile : profile {
  static constexpr auto suites = esplanade::suites<ah<hmac_sha1_96>, ah<hmac_sha2_256_128>, ah<hmac_sha2_384_192>, ah<hmac_sha2_512_256>, ah_aes_gmac<128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  using replay = window<64>;
};
using ah_host = testing::default_configuration<ah_host_profile, chain_packet<8>, flat_store<8>, few_keys>;

/// What a NIC does as well, nothing drawn: every form of job that it has a name for, under a window that packets soon leave.
struct offloading_profile : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, esp_aes_gcm_8<256>, esp_null_aes_gmac<128>, esp_null<hmac_sha2_256_128>, ah<hmac_sha2_256_128>, ah_aes_gmac<128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  using replay = window<32>;
};
using offloading = testing::default_configuration<offloading_profile, flat_packet, flat_store<8>, few_keys>;
/// The same in segments, by a host that verifies whatever its NIC says.
struct doubting_profile : offloading_profile {
  using device_trust = verify_after;
};
using doubting = testing::default_configuration<doubting_profile, chain_packet<8>, flat_store<8>, few_keys>;

/// Two SAs on each packet, by policy: bundles of ESP and AH, transport mode in tunnels.
struct nesting_profile : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>, ah<hmac_sha2_256_128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr auto encapsulations = encapsulation::none | encapsulation::udp;
  static constexpr std::size_t levels = 2;
  using policy = linear_policy<32>;
  using replay = window<64>;
};
using nesting = testing::default_configuration<nesting_profile, flat_packet, flat_store<8>, few_keys>;
/// SAs that end, and everything that is told about it.
struct ending_profile : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  using replay = window<64>;
  using lifetime = exact_lifetime;
  using clock = testing::manual_clock;
  using audit = audit_ring<1024>;
  using drops = drops_in_full;
};
using ending = testing::default_configuration<ending_profile, chain_packet<8>, flat_store<8>, few_keys>;

}  // namespace fuzzed
