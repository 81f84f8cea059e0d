// What inputs ask for: SAs, packets, and changes to them.
#pragma once

#include <esplanade/testing/configuration.hpp>
#include <esplanade/testing/fuzz/failure.hpp>
#include <esplanade/testing/fuzz/input.hpp>
#include <esplanade/testing/fuzz/plain_headers.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace fuzz {

/// An SA as an input asks for it.
struct wished_sa {
  sa_parameters parameters{};
  selector_parameters selects{};  ///< what parameters.selector was made of
};

/// The sequence number an SA starts at: where subspaces, windows and counters begin and end.
inline std::uint64_t take_start(input& in, unsigned kind, bool esn, std::uint32_t window) {
  const std::uint64_t offset = in.take_be16();
  constexpr std::uint64_t subspace = std::uint64_t{1} << 32;
  std::uint64_t start = 0;
  switch (kind % 8) {
    case 0: start = 0; break;
    case 1: start = offset; break;
    case 2: start = subspace - 1 - offset % 64; break;
    case 3: start = subspace + offset; break;
    case 4: start = 3 * subspace - 1 - offset; break;
    case 5: start = (std::uint64_t{1} << 63) + offset; break;
    case 6: start = ~std::uint64_t{0} - offset % 64; break;
    default: start = window + offset; break;
  }
  return esn ? start : start & 0xffffffff;
}

/// Four octets: the suite, and in its high bits the encapsulation; mode, ESN, outer family, selector, kind of start; two for the start.
///   octet 1   1 transport, 2 ESN, 4 outer IPv6, 8 and 16 the selector, the rest where numbers start
template <Profile P> wished_sa take_sa(input& in, std::uint32_t number) {
  const unsigned kinds = in.take_octet();
  const std::size_t suite = kinds % P::suites.count;
  const unsigned wish = in.take_octet();
  wished_sa sa{sample_sa<P>(number, suite), {}};
  sa_parameters& p = sa.parameters;
  if (modes_of<P>.has(mode::tunnel) && modes_of<P>.has(mode::transport)) p.mode = (wish & 1) != 0 ? mode::transport : mode::tunnel;
  if constexpr (encapsulates<P>) {
    const set_of<encapsulation> wanted = static_cast<encapsulation>(1u << (kinds >> 6));
    if (encapsulations_of<P>.covers(wanted)) p.encapsulation = wanted;
  }
  if (P::esn == esn_use::per_sa) p.esn = (wish & 2) != 0;
  if ((wish & 4) != 0) {
    p.source = address::v6(0x2001, 0xdb8, 0xff, 0, 0, 0, 0, 1);
    p.destination = address::v6(0x2001, 0xdb8, 0xff, 0, 0, 0, 0, 2);
  }
  switch ((wish >> 3) % 4) {
    case 0: break;
    case 1:
      sa.selects = {.source = address::v4(10, 1, 0, 0), .destination = address::v4(10, 2, 0, 0), .source_prefix = 16, .destination_prefix = 15};
      break;
    case 2: sa.selects = {.protocol = protocol_number::udp, .destination_ports = {53, 4000}}; break;
    default:
      sa.selects = {.source = address::v6(0x2001, 0xdb8, 1, 0, 0, 0, 0, 0), .destination = address::v6(0x2001, 0xdb8, 2, 0, 0, 0, 0, 0),
                    .source_prefix = 48, .destination_prefix = 47};
      break;
  }
  p.selector = traffic_selector(sa.selects);
  p.sequence_start = take_start(in, wish >> 5, p.esn, replay_of<P>::packets);
  return sa;
}

/// An IP packet whose lengths and checksum are right and whose options and extension headers are the input's.
///   octet 0   1 IPv6, 2 and 4 the protocol, 8 addresses no selector above covers, 16 options or extension headers, 32 an IP fragment
///   octet 1   traffic class
///   then      16: how many, and their octets; two octets of payload size (modulo 1400), and the payload
inline bytes take_packet(input& in) {
  constexpr octet protocols[] = {17, 6, 1, 0};
  const unsigned kind = in.take_octet();
  const octet traffic_class = in.take_octet();
  const bool v6 = (kind & 1) != 0, outside = (kind & 8) != 0, is_fragment = (kind & 32) != 0;
  octet protocol = protocols[kind >> 1 & 3];
  if (protocol == 0) protocol = in.take_octet();
  bytes extras;
  if ((kind & 16) != 0) extras = v6 ? in.take_exactly(8 * std::size_t{in.take_octet()}) : in.take_exactly(4 * (in.take_octet() % 11u));
  bytes packet;
  if (v6) {
    append_be(packet, std::uint64_t{6} << 28 | std::uint64_t{traffic_class} << 20 | 0x12345, 4);
    append_be(packet, 0, 2);
    append_be(packet, extras.empty() ? protocol : octet{60}, 1);
    append_be(packet, 64, 1);
    for (const std::uint64_t side : {1u, 2u}) {
      append_be(packet, 0x20010db800000000 | side << 16 | (outside ? 0x100u : 0u), 8);
      append_be(packet, side + 6, 8);
    }
    append(packet, extras);
    if (is_fragment && extras.empty()) {
      packet[6] = 44;
      append_be(packet, std::uint64_t{protocol} << 56 | 0x0008000012345678, 8);
    }
  } else {
    append_be(packet, 0x4000u + (20 + extras.size()) / 4 * 256 + traffic_class, 2);
    append_be(packet, 0, 2);
    append_be(packet, 0x1234, 2);
    append_be(packet, is_fragment ? 0x2001 : 0x4000, 2);
    append_be(packet, 64, 1);
    append_be(packet, protocol, 1);
    append_be(packet, 0, 2);
    for (const std::uint64_t side : {1u, 2u}) append_be(packet, 0x0a000005 | side << 16 | (outside ? 0x800000u : 0u), 4);
    append(packet, extras);
  }
  append(packet, in.take_exactly(in.take_be16() % 1400u));
  if (v6) {
    put_be16(packet, 4, packet.size() - 40);
  } else {
    put_be16(packet, 2, packet.size());
    set_ipv4_checksum(packet);
  }
  return packet;
}

/// Changes one octet: two octets say where, one what it is xored with.
inline void take_change(input& in, bytes& content) {
  const std::size_t at = in.take_be16();
  const octet value = in.take_octet();
  if (!content.empty()) content[at % content.size()] ^= value;
}

}  // namespace fuzz
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
