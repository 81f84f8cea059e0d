// Numbers that IP headers carry, spelled once.
#pragma once

#include <esplanade/base/octets.hpp>

namespace esplanade {
inline namespace v0 {

/// The two IP versions; the value is the version field.
enum class family : std::uint8_t { ipv4 = 4, ipv6 = 6 };

/// IANA protocol numbers that the datapath itself looks at.
namespace protocol_number {
inline constexpr octet hop_by_hop = 0, icmp = 1, ipv4 = 4, tcp = 6, udp = 17, ipv6 = 41, routing = 43, fragment = 44;
inline constexpr octet esp = 50, ah = 51, icmpv6 = 58, none = 59, destination_options = 60, sctp = 132, udplite = 136,
                        wesp = 141;
}  // namespace protocol_number

/// The two protocols of IPsec.
enum class protocol_kind : std::uint8_t { esp = 1, ah = 2 };

inline constexpr std::size_t ipv4_header_octets = 20;  ///< without options
inline constexpr std::size_t ipv6_header_octets = 40;  ///< without extension headers
inline constexpr std::size_t ip_length_max = 65535;    ///< octets of an IPv4 packet, and of an IPv6 payload

/// The protocol number under which a whole packet of this family travels in a tunnel.
[[nodiscard]] constexpr octet tunnelled(family f) noexcept {
  return f == family::ipv4 ? protocol_number::ipv4 : protocol_number::ipv6;
}
/// Octets of the fixed header of this family.
[[nodiscard]] constexpr std::size_t header_octets(family f) noexcept {
  return f == family::ipv4 ? ipv4_header_octets : ipv6_header_octets;
}

}  // namespace v0
}  // namespace esplanade
