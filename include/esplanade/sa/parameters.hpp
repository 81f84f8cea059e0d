// What a control plane says about an SA when it installs one.
#pragma once

#include <esplanade/capability/profile.hpp>
#include <esplanade/sa/encapsulation.hpp>
#include <esplanade/sa/lifetime.hpp>
#include <esplanade/sa/selector.hpp>

namespace esplanade {
inline namespace v0 {

/// Which parts of a packet name an inbound SA (RFC 4301 4.1: unicast by SPI; any-source and source-specific multicast by more).
enum class sa_identifier : std::uint8_t {
  of_store,                    ///< as the store keys; the SPI where the store leaves the choice
  spi,
  spi_and_destination,         ///< and the outer destination
  spi_and_addresses,           ///< and both outer addresses
};

/// An SA as negotiated. Keys are read during the call only and copied nowhere but into the provider's schedule.
struct sa_parameters {
  std::uint32_t spi = 0;             ///< host order; 0 … 255 are reserved
  suite_sizes suite{};               ///< e.g. esp_aes_gcm_16<128>::sizes; one of the profile's
  const_octets key{};                ///< as many octets as the suite says: the cipher's, then the MAC's
  const_octets salt{};               ///< likewise
  esplanade::mode mode = esplanade::mode::tunnel;
  bool esn = false;                  ///< 64-bit sequence numbers; must agree with the profile unless that says per_sa
  sa_identifier identifier = sa_identifier::of_store;  ///< inbound: which parts of a packet name it
  address source{}, destination{};   ///< outer addresses; needed for tunnel mode outbound, and by stores that key on them
  /// What stands between IP and ESP. Outbound one; inbound one or several, e.g. none | udp for a peer that may come from
  /// behind a NAT (RFC 7296 2.23: both forms must be understood).
  set_of<esplanade::encapsulation> encapsulation = esplanade::encapsulation::none;
  address inner_source{}, inner_destination{};  ///< mode::beet: of every packet inside, as its sender addresses it
  udp_ports ports{};                 ///< with UDP; inbound only the destination is compared, for the source is the NAT's
  address original_source{}, original_destination{};  ///< inbound transport mode behind a NAT: NAT-OA (RFC 3947 5.2), if told
  traffic_selector selector{};       ///< which packets it may carry; default: all
  /// Inbound: the right edge of the window to start with; each number in that window is accepted once. Outbound: the last
  /// number that may have been used already. 0 for a new SA. A restored one says a number that is certainly not too low:
  /// outbound S, inbound S + the packets of its window, where S is the highest number that can have been used or accepted.
  std::uint64_t sequence_start = 0;
  octet hop_limit = 64;              ///< of the outer header (tunnel, outbound)
  lifetime_limits lifetime{};        ///< default: no limits; others need a lifetime policy in the profile
};

}  // namespace v0
}  // namespace esplanade
