// UDP around ESP, where it can be done in more than one way: which ports, which checksum, what becomes of checksums inside.
#pragma once

#include <esplanade/net/udp.hpp>

#include <concepts>

namespace esplanade {
inline namespace v0 {

// Ports on which encapsulated ESP arrives (alias udp_port)
//   Available            esp_ports<4500>: datagrams to these ports are ours. any_port: every datagram may be.
//   When to use          esp_ports wherever other UDP passes through; any_port where ports are agreed SA by SA.
//   Not provided, because
//     source ports       a NAT chooses them, and may choose again.

/// Datagrams to these ports hold ESP, IKE or keep-alives and nothing else.
template <std::uint16_t... Ports> struct esp_ports {
  static constexpr const char* name = "esp_ports";
  static constexpr bool ours_alone = true;
  [[nodiscard]] static constexpr bool has(std::uint16_t destination) noexcept { return ((destination == Ports) || ...); }
};
/// A datagram is ours when its SPI names an SA whose destination port it came to; every other one is not protected.
struct any_port {
  static constexpr const char* name = "any_port";
  static constexpr bool ours_alone = false;
  [[nodiscard]] static constexpr bool has(std::uint16_t) noexcept { return true; }
};

/// A port policy.
///   Shape    U::has(destination)   whether a datagram to this port may hold ESP
///            U::ours_alone         whether one that names no SA is refused (no_sa) and not left to others (not_protected)
///   Models   esp_ports, any_port
template <class U>
concept UdpPortPolicy = requires(std::uint16_t port) {
  { U::has(port) } noexcept -> std::same_as<bool>;
  { U::ours_alone } -> std::convertible_to<bool>;
};

// The checksum of the UDP header around ESP (alias udp_checksum)
//   Available            udp_checksum_by_family: zero over IPv4 (RFC 3948 2.1), computed over IPv6 (RFC 8200 8.1); not looked at.
//                        udp_checksum_zero: zero over both; not looked at.
//                        udp_checksum_computed: computed over both; verified, and demanded over IPv6.
//   When to use          by_family, or zero where both ends agreed on it for IPv6: RFC 6935 5 allows it for tunnels, and the ICV
//                        covers what RFC 6936 5 asks a tunnel to guard, but nobody on the way sees a corrupted port or address.
//                        computed where middleboxes drop zeros, or as RFC 6936 4 has it, where a packet for somebody else may come.
//   Not provided, because
//     verified alone     who does not trust the network's checksums sends none that must be trusted.

struct udp_checksum_by_family {
  static constexpr const char* name = "udp_checksum_by_family";
  static constexpr bool verifies = false;
  [[nodiscard]] static constexpr bool computes(family version) noexcept { return version == family::ipv6; }
};
struct udp_checksum_zero {
  static constexpr const char* name = "udp_checksum_zero";
  static constexpr bool verifies = false;
  [[nodiscard]] static constexpr bool computes(family) noexcept { return false; }
};
struct udp_checksum_computed {
  static constexpr const char* name = "udp_checksum_computed";
  static constexpr bool verifies = true;
  [[nodiscard]] static constexpr bool computes(family) noexcept { return true; }
};

/// A checksum policy.
///   Shape    U::computes(version)   whether a sender computes it over this outer IP version, or sends 0
///            U::verifies            whether a receiver looks at it: wrong, or 0 over IPv6, is bad_checksum
///   Cost     computing and verifying read the whole packet once more
///   Models   udp_checksum_by_family, udp_checksum_zero, udp_checksum_computed
template <class U>
concept UdpChecksumPolicy = requires(family version) {
  { U::computes(version) } noexcept -> std::same_as<bool>;
  { U::verifies } -> std::convertible_to<bool>;
};

/// What becomes of the TCP or UDP checksum inside a transport-mode packet whose addresses a NAT changed (RFC 3948 3.1.2).
enum class nat_fixing : std::uint8_t { nothing, adjust, recompute, clear };

// The checksum behind a NAT in transport mode (alias nat_fix), by the steps of RFC 3948 3.1.2
//   Available            checksum_adjusted: step 1, by the addresses that the peer told (NAT-OA); without them nothing.
//                        checksum_recomputed: step 2, for peers that tell nothing; reads the whole packet.
//                        checksum_cleared: step 3, zero for UDP over IPv4, where that says "none"; else recomputed.
//                        checksum_kept: nothing, for callers whose stack looks at no checksum of an authentic packet.
//   When to use          checksum_adjusted where IKE tells NAT-OA, else checksum_recomputed.
//   Not provided, because
//     a flag for TCP     there is no place for it in a packet; checksum_kept leaves it to the caller.
struct checksum_adjusted {
  static constexpr const char* name = "checksum_adjusted";
  static constexpr nat_fixing does = nat_fixing::adjust;
};
struct checksum_recomputed {
  static constexpr const char* name = "checksum_recomputed";
  static constexpr nat_fixing does = nat_fixing::recompute;
};
struct checksum_cleared {
  static constexpr const char* name = "checksum_cleared";
  static constexpr nat_fixing does = nat_fixing::clear;
};
struct checksum_kept {
  static constexpr const char* name = "checksum_kept";
  static constexpr nat_fixing does = nat_fixing::nothing;
};

/// Says what becomes of checksums inside.
///   Shape    N::does   one of nat_fixing
///   Models   checksum_adjusted, checksum_recomputed, checksum_cleared, checksum_kept
template <class N>
concept NatFixPolicy = requires {
  { N::does } -> std::convertible_to<nat_fixing>;
};

}  // namespace v0
}  // namespace esplanade
