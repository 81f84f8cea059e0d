// How the outer IP header of a tunnel is filled (RFC 4301 5.1.2.1 and 5.1.2.2, RFC 6040).
#pragma once

#include <esplanade/net/checksum.hpp>
#include <esplanade/net/ecn.hpp>
#include <esplanade/sa/association.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
/// Sets the hop limit of a fixed header that is right but for it.
inline void set_hop_limit(octet* header, family version, octet limit) noexcept {
  const std::uint16_t was = load_be16(header + 8);
  header[version == family::ipv4 ? 8 : 7] = limit;
  if (version == family::ipv4) store_be16(header + 10, updated_checksum(load_be16(header + 10), was, load_be16(header + 8)));
}
}  // namespace detail

/// What the outer header may take from the packet inside.
struct inner_view {
  std::uint64_t number = 0;      ///< sequence number of the ESP packet
  std::uint32_t length = 0;      ///< octets behind the outer header
  std::uint32_t flow_label = 0;  ///< 20 bits; 0 for an inner IPv4 packet
  octet traffic_class = 0;       ///< DSCP and ECN
  bool dont_fragment = false;    ///< DF, or an inner IPv6 packet
  family version = family::ipv4;
};

// Tunnel header policies
//   Available            copied_header: DSCP, ECN, DF and flow label of the inner packet; hop limit of the SA.
//                        header_parts<…>: field by field (transform/header_parts.hpp).
//   When to use          copied_header, unless the network outside must not see the inner DSCP, or fragments, or hashes flow labels.
//   Not provided, because
//     inner TTL outside  RFC 4301 5.1.2: the outer hop limit is constructed, never copied.

/// | field          | IPv4 outer                            | IPv6 outer
/// | DSCP           | copied                                | copied
/// | ECN            | copied (RFC 6040 4.1, normal mode)    | copied
/// | DF             | copied from IPv4, set for IPv6        | –
/// | identification | low 16 bits of the sequence number    | –
/// | flow label     | –                                     | copied from IPv6, 0 for IPv4
/// | TTL, hop limit | of the SA                             | of the SA
struct copied_header {
  static constexpr const char* name = "copied_header";

  /// Fills 20 octets of IPv4 or 40 of IPv6.
  template <class Sa> static ESPLANADE_INLINE void write(octet* at, const Sa& sa, const inner_view& inner) noexcept {
    const octet traffic_class = with_ecn(inner.traffic_class, ecn_encapsulated(ecn_of(inner.traffic_class)));
    if (sa.core().outer == family::ipv4) {
      const std::uint32_t total = inner.length + static_cast<std::uint32_t>(ipv4_header_octets);
      const std::uint32_t id = static_cast<std::uint32_t>(inner.number & 0xffff);
      const std::uint32_t fragment = inner.dont_fragment ? 0x4000u : 0u;
      const std::uint32_t sum = sa.checksum_base() + traffic_class + total + id + fragment;
      store_be64(at, std::uint64_t{0x45} << 56 | std::uint64_t{traffic_class} << 48 | std::uint64_t{total} << 32 | id << 16 | fragment);
      store_be32(at + 8, std::uint32_t{sa.hop_limit()} << 24 | std::uint32_t{sa.outer_protocol()} << 16 | (~std::uint32_t{fold_checksum(sum)} & 0xffff));
      std::memcpy(at + 12, sa.source().value, 4);
      std::memcpy(at + 16, sa.destination().value, 4);
    } else {
      store_be32(at, 0x60000000u | static_cast<std::uint32_t>(traffic_class) << 20 | (inner.flow_label & 0xfffffu));
      store_be16(at + 4, static_cast<std::uint16_t>(inner.length));
      at[6] = sa.outer_protocol();
      at[7] = sa.hop_limit();
      std::memcpy(at + 8, sa.source().value, 16);
      std::memcpy(at + 24, sa.destination().value, 16);
    }
  }
};

/// A tunnel header policy.
///   Shape    H::write(at, sa, inner)   fills the fixed outer header of the SA's outer family
///   Cost     no walk: everything it may copy is in `inner`
///            H::traffic_class_inside(inner, outer)   what an inner packet arrives with, before ECN (optional; absent keeps the inner one)
///            H::reports_ecn          whether marks that nobody can have sent are audit events (optional; absent means no)
///   Models   copied_header, header_parts, testing::given_header
template <class H, class Sa>
concept TunnelHeaderPolicy = requires(octet* at, const Sa& sa, const inner_view& inner) {
  { H::write(at, sa, inner) } noexcept;
};

}  // namespace v0
}  // namespace esplanade
