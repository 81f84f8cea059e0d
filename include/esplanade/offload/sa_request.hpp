// What a host asks a NIC to add, update and delete: typed requests, which the byte-level records are parsed into.
#pragma once

#include <esplanade/capability/offload_algorithms.hpp>
#include <esplanade/net/address.hpp>

namespace esplanade {
inline namespace v0 {

/// Names an SA bundle on one NIC. Opaque, never 0, with a generation: the handle of a deleted SA never names another (U-7).
///   Units    one pointer-sized word, as it stands out of band
struct offload_handle {
  std::uintptr_t word = 0;
  [[nodiscard]] constexpr explicit operator bool() const noexcept { return word != 0; }
  friend constexpr bool operator==(offload_handle, offload_handle) noexcept = default;
};

/// One SA of a bundle.
struct offload_element {
  offload_transform transform{};
  std::uint32_t spi = 0;             ///< host order
  const_octets integrity_key{};      ///< AES-GMAC: key ‖ salt (4 octets)
  const_octets encryption_key{};     ///< AES-GCM: key ‖ salt (4 octets)
  bool esn = false;
  std::uint32_t high = 0;            ///< with ESN: the half of the number that is not on the wire
};

/// An SA bundle to add: ESP, AH, or ESP and then AH (ipsecov2.md 2.7).
///   Threads  the octets that keys point to last until the request completes (F61)
struct sa_request {
  bool inbound = false;
  family version = family::ipv4;
  address source{}, destination{};        ///< of the tunnel in tunnel mode; unspecified = any (F44)
  set_of<udp_esp_layout> udp_esp{};       ///< empty, or one
  std::uint8_t count = 1;                 ///< elements: 1 or 2
  offload_element elements[2]{};          ///< in order of processing on send: ESP before AH
};

/// A new high half for one element of a bundle (ipsecov2.md 2.10, section 6).
struct sa_update {
  offload_handle handle{};
  protocol_kind protocol = protocol_kind::esp;
  std::uint32_t spi = 0;   ///< host order
  std::uint32_t high = 0;
};

}  // namespace v0
}  // namespace esplanade
