// What an SA knows of the header between IP and ESP: its size, the protocol number that IP says, and the ports.
#pragma once

#include <esplanade/capability/profile.hpp>
#include <esplanade/net/udp.hpp>

namespace esplanade {
inline namespace v0 {

/// Octets between the IP header and ESP.
[[nodiscard]] constexpr std::size_t encapsulation_octets(encapsulation e, family outer) noexcept {
  switch (e) {
    case encapsulation::none: return 0;
    case encapsulation::udp: return udp_header_octets;
    case encapsulation::wesp: return outer == family::ipv6 ? 8 : 4;  // RFC 5840 2: padding keeps IPv6 aligned to 8
    case encapsulation::udp_wesp: return udp_header_octets + udp_marker_octets + 4;
  }
  return 0;
}
/// What the IP header says that follows it.
[[nodiscard]] constexpr octet encapsulation_protocol(encapsulation e) noexcept {
  switch (e) {
    case encapsulation::none: return protocol_number::esp;
    case encapsulation::wesp: return protocol_number::wesp;
    case encapsulation::udp: case encapsulation::udp_wesp: return protocol_number::udp;
  }
  return protocol_number::esp;
}

namespace detail {

/// Where an inbound transport-mode packet came from before a NAT changed it: sums of the addresses that the peers' own stacks
/// knew (NAT-OA of RFC 3947 5.2), as far as they were told.
struct original_addresses {
  std::uint16_t source_sum = 0, destination_sum = 0;
  bool source_known = false, destination_known = false;
  void set(const address& source, const address& destination) noexcept {
    source_known = !source.unspecified();
    destination_known = !destination.unspecified();
    source_sum = fold_checksum(checksum_sum({source.value, source.size()}));
    destination_sum = fold_checksum(checksum_sum({destination.value, destination.size()}));
  }
};

/// An SA's ports and, inbound, the addresses behind the NAT; nothing where the profile knows no UDP.
template <bool Kept> struct udp_facts {
  udp_ports ports{};
  original_addresses original{};
};
template <> struct udp_facts<false> {};

/// The addresses inside a bound end-to-end tunnel; nothing where the profile knows none.
template <bool Kept> struct beet_addresses {
  address source{}, destination{};
};
template <> struct beet_addresses<false> {};

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
