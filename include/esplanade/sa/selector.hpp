// Traffic selectors: which packets an SA may carry (RFC 4301 4.4.1.1).
#pragma once

#include <esplanade/net/address.hpp>
#include <esplanade/net/ip_walk.hpp>

namespace esplanade {
inline namespace v0 {

/// What selectors look at in a packet. Addresses as words, so that a comparison is a mask and a compare.
struct flow {
  std::uint64_t words[4]{};  ///< IPv4: words[0] = source ‖ destination; IPv6: source, then destination; host order
  std::uint16_t source_port = 0, destination_port = 0;  ///< host order; for ICMP both hold type ‖ code (RFC 4301 4.4.1.1)
  family version = family::ipv4;
  octet protocol = 0;
  bool ports_known = false;  ///< false for later IP fragments and protocols without ports (OPAQUE)
};

/// Reads a flow without its ports from a packet whose headers were walked. Never reads past the packet.
template <OctetReader Reader>
[[nodiscard]] ESPLANADE_INLINE flow portless_flow_of(Reader& read, const ip_layout& at) noexcept {
  flow f;
  f.version = at.version;
  f.protocol = at.protocol;
  if (at.version == family::ipv4) {
    f.words[0] = load_be64(read(12, 8));
  } else {
    const octet* addresses = read(8, 32);
    for (std::size_t i = 0; i < 4; ++i) f.words[i] = load_be64(addresses + 8 * i);
  }
  return f;
}

/// Reads the ports of a flow, where the packet has any.
template <OctetReader Reader> ESPLANADE_INLINE void read_ports(flow& f, Reader& read, const ip_layout& at) noexcept {
  if (at.later_fragment || at.total_length < at.header_length + 4u) return;
  switch (at.protocol) {
    case protocol_number::tcp: case protocol_number::udp: case protocol_number::sctp: case protocol_number::udplite: case 33: {
      const octet* ports = read(at.header_length, 4);
      f.source_port = load_be16(ports);
      f.destination_port = load_be16(ports + 2);
      f.ports_known = true;
      break;
    }
    case protocol_number::icmp: case protocol_number::icmpv6:
      f.source_port = f.destination_port = load_be16(read(at.header_length, 2));
      f.ports_known = true;
      break;
    default: break;
  }
}

/// Reads a flow from a packet whose headers were walked. Never reads past the packet.
template <OctetReader Reader>
[[nodiscard]] ESPLANADE_INLINE flow flow_of(Reader& read, const ip_layout& at) noexcept {
  flow f = portless_flow_of(read, at);
  read_ports(f, read, at);
  return f;
}

/// An inclusive range of ports; the default is every port, also of packets whose ports cannot be known.
struct port_range {
  std::uint16_t low = 0, high = 0xffff;
  [[nodiscard]] constexpr bool any() const noexcept { return low == 0 && high == 0xffff; }
  [[nodiscard]] constexpr bool has(std::uint16_t port) const noexcept { return low <= port && port <= high; }
};

/// A selector as people write it; `traffic_selector` is what packets are compared with.
struct selector_parameters {
  address source{}, destination{};                    ///< of the same family, unless both prefixes are 0
  std::uint8_t source_prefix = 0, destination_prefix = 0;  ///< bits; 0 = every address
  octet protocol = 0;                                 ///< 0 = every protocol
  port_range source_ports{}, destination_ports{};
};

namespace detail {
struct selector_codec;  // sa/snapshot.hpp
}

/// Which packets an SA or a policy is for. Matches one family, or with `any()` both.
///   Cost     IPv4: one 64-bit mask and compare, then protocol and ports
///   Units    80 octets; the first 32 are all that an IPv4 packet touches
class traffic_selector {
 public:
  /// Matches every packet of both families.
  constexpr traffic_selector() noexcept = default;
  [[nodiscard]] static constexpr traffic_selector any() noexcept { return {}; }
  /// Matches every packet of one family, which no prefix says.
  [[nodiscard]] static constexpr traffic_selector all(family version) noexcept {
    traffic_selector made;
    made.version_ = static_cast<std::uint8_t>(version);
    return made;
  }

  /// From prefixes, protocol and port ranges. Prefixes longer than the address are cut to it.
  constexpr explicit traffic_selector(const selector_parameters& from) noexcept
      : source_ports_(from.source_ports), destination_ports_(from.destination_ports), protocol_(from.protocol) {
    ports_ = !from.source_ports.any() || !from.destination_ports.any();
    if (from.source_prefix == 0 && from.destination_prefix == 0) return;
    const address& named = from.source_prefix != 0 ? from.source : from.destination;
    version_ = static_cast<std::uint8_t>(named.version);
    octet mask[32]{}, value[32]{};
    const std::size_t width = named.size();
    set_prefix(mask, value, from.source, from.source_prefix, width);
    set_prefix(mask + width, value + width, from.destination, from.destination_prefix, width);
    for (std::size_t i = 0; i < 32; ++i) {
      pairs_[i / 8].mask = (pairs_[i / 8].mask << 8) | mask[i];
      pairs_[i / 8].value = (pairs_[i / 8].value << 8) | value[i];
    }
  }

  /// Whether it looks at ports at all; most do not, and reading them costs a walk's worth of branches.
  [[nodiscard]] ESPLANADE_INLINE constexpr bool asks_ports() const noexcept { return ports_; }

  [[nodiscard]] ESPLANADE_INLINE constexpr bool matches(const flow& f) const noexcept {
    if (((f.words[0] & pairs_[0].mask) ^ pairs_[0].value) != 0) return false;
    if (version_ != 0 && version_ != static_cast<std::uint8_t>(f.version)) return false;
    if (version_ == 6 && ((((f.words[1] & pairs_[1].mask) ^ pairs_[1].value) | ((f.words[2] & pairs_[2].mask) ^ pairs_[2].value) |
                           ((f.words[3] & pairs_[3].mask) ^ pairs_[3].value)) != 0)) return false;
    if (protocol_ != 0 && protocol_ != f.protocol) return false;
    return !ports_ || (f.ports_known && source_ports_.has(f.source_port) && destination_ports_.has(f.destination_port));
  }

 private:
  friend struct detail::selector_codec;
  static constexpr void set_prefix(octet* mask, octet* value, const address& a, std::size_t bits, std::size_t width) noexcept {
    for (std::size_t i = 0; i < width; ++i) {
      const std::size_t here = bits >= 8 * (i + 1) ? 8 : bits > 8 * i ? bits - 8 * i : 0;
      mask[i] = static_cast<octet>((0xff00 >> here) & 0xff);
      value[i] = static_cast<octet>(a.value[i] & mask[i]);
    }
  }

  struct masked {
    std::uint64_t mask = 0, value = 0;
  };
  port_range source_ports_{}, destination_ports_{};
  octet protocol_ = 0;
  std::uint8_t version_ = 0;  // 0: both
  bool ports_ = false;
  masked pairs_[4]{};
};
static_assert(sizeof(traffic_selector) == 80 || sizeof(void*) != 8);

}  // namespace v0
}  // namespace esplanade
