// The report of task offloads as octets, revisions 1 to 3, later ones read as the third: what an adapter gives at its start and with every change.
#pragma once

#include <esplanade/capability/offload_report.hpp>
#include <esplanade/offload/record_octets.hpp>

namespace esplanade {
inline namespace v0 {

//  offset  0  object header: type A7
//          4  checksums: IPv4 send, IPv4 receive, IPv6 send, IPv6 receive: framings, kinds
//         36  large send version 1: framings, octets, segments, options
//         52  IPsec version 1: seven words
//         80  large send version 2: IPv4 framings, octets, segments; IPv6 likewise and options
//        108  flags
//        112  IPsec version 2                                                    from revision 2
//        144  coalescing of received TCP over IPv4, over IPv6                    from revision 3
//        148  tasks inside GRE, octets of the header in front
//        156  more encapsulations, and from 5 on more tasks: not read            from revision 4
inline constexpr std::uint16_t report_octets[] = {112, 144, 156, 157};  // 4: at least; every later one has all of it
inline constexpr record_shape report_shape{0xa7, report_octets};
inline constexpr std::uint8_t report_revision_newest = 3;

namespace detail {
inline constexpr std::uint32_t flag_checksums_grouped = 0x1;
inline constexpr std::uint32_t flag_tcp_checksum_beside_ipsec = 0x2;
inline constexpr std::uint32_t flag_udp_checksum_beside_ipsec = 0x4;
/// Which boolean stands at which offset of the IPsec version 2 part.
struct report_boolean {
  std::size_t at;
  bool device_capabilities::*member;
};
inline constexpr report_boolean report_booleans[] = {
    {4, &device_capabilities::ipv6}, {5, &device_capabilities::ipv4_options}, {6, &device_capabilities::ipv6_extension_headers}, {7, &device_capabilities::ah}, {8, &device_capabilities::esp},
    {9, &device_capabilities::ah_and_esp}, {10, &device_capabilities::transport}, {11, &device_capabilities::tunnel}, {12, &device_capabilities::transport_in_tunnel},
    {13, &device_capabilities::large_send}, {14, &device_capabilities::esn}};
inline constexpr std::size_t ipsec_v2_at = 112;

inline constexpr std::uint32_t ipsec_v1_words::*ipsec_v1_members[] = {&ipsec_v1_words::framings, &ipsec_v1_words::ah_esp_combined, &ipsec_v1_words::transport_tunnel_combined, &ipsec_v1_words::ipv4_options,
                                                                      &ipsec_v1_words::flags, &ipsec_v1_words::ah, &ipsec_v1_words::esp};
inline constexpr checksum_offload offload_report::*report_checksums[] = {&offload_report::ipv4_send_checksum, &offload_report::ipv4_receive_checksum, &offload_report::ipv6_send_checksum, &offload_report::ipv6_receive_checksum};
}  // namespace detail

/// Reads a report. Bits that this version does not know say nothing to it; any octet but 0 is a true boolean.
///   Shape    `as_revision`: what the reader knows; a reader of revision 1 sees no IPsec of version 2 (F3). One of revision 3 reads
///            records of 4 and more, when they are as long as those must be
///   Errors   of the object header, before any field is read (F4)
[[nodiscard]] constexpr result<offload_report> read_report(const_octets given, std::uint8_t as_revision = report_revision_newest) noexcept {
  using namespace detail;
  const std::size_t known = as_revision < 1 ? 1 : as_revision < report_revision_newest ? as_revision : sizeof report_octets / sizeof report_octets[0];
  auto opened = record_reader::open(given, native_layout, {report_shape.type, report_shape.sizes.first(known)});
  if (!opened) return opened.why();
  record_reader& in = *opened;
  offload_report made;
  const auto framings = [&](std::size_t at) { return set_of<link_framing>::from_bits(in.u32(at) & 0x1f); };
  for (std::size_t i = 0; i < 4; ++i) made.*report_checksums[i] = {framings(4 + 8 * i), in.u32(8 + 8 * i)};
  made.large_send_v1 = {framings(36), in.u32(40), in.u32(44), in.u32(48)};
  for (std::size_t i = 0; i < 7; ++i) made.ipsec_v1.*ipsec_v1_members[i] = in.u32(52 + 4 * i);
  made.large_send_v2_ipv4 = {framings(80), in.u32(84), in.u32(88), 0};
  made.large_send_v2_ipv6 = {framings(92), in.u32(96), in.u32(100), in.u32(104)};
  const std::uint32_t flags = in.u32(108);
  made.checksums_grouped = (flags & flag_checksums_grouped) != 0;
  if (in.revision() < 2) return made;
  device_capabilities& c = made.ipsec;
  c.framings = framings(ipsec_v2_at);
  for (const report_boolean& b : report_booleans) c.*b.member = in.u8(ipsec_v2_at + b.at) != 0;
  c.tcp_checksum = (flags & flag_tcp_checksum_beside_ipsec) != 0;
  c.udp_checksum = (flags & flag_udp_checksum_beside_ipsec) != 0;
  c.udp_esp = set_of<udp_esp_layout>::from_bits(in.u32(ipsec_v2_at + 16)) & all_udp_esp_layouts;
  c.integrity = set_of<offload_integrity>::from_bits(in.u32(ipsec_v2_at + 20)) & all_offload_integrity;
  c.encryption = set_of<offload_encryption>::from_bits(in.u32(ipsec_v2_at + 24)) & all_offload_encryption;
  c.sa_capacity = in.u32(ipsec_v2_at + 28);
  if (in.revision() < 3) return made;
  made.coalescing_ipv4 = in.u8(144) != 0;
  made.coalescing_ipv6 = in.u8(145) != 0;
  made.encapsulated = {in.u32(148), in.u32(152)};
  return made;
}

/// Writes a report of that revision and says how many octets it has. Revision 1 has no place for IPsec of version 2, nor has
/// revision 2 for coalescing and encapsulated tasks.
///   Errors   too_short: `to` has no room for it, and nothing is written; invalid_value: no such revision
[[nodiscard]] constexpr result<std::size_t> write_report(const offload_report& report, octets to, std::uint8_t revision = report_revision_newest) noexcept {
  using namespace detail;
  if (revision < 1 || revision > report_revision_newest) return fault{fault_kind::invalid_value, "revision", "no revision that this version writes", "1, 2 or 3"};
  const std::uint16_t size = report_octets[revision - 1];
  if (to.size() < size) return fault{fault_kind::too_short, "size", "the report does not fit", "112 octets for revision 1, 144 for 2, 156 for 3"};
  record_writer out{to.first(size), native_layout};
  out.clear(0, size);
  out.header({report_shape.type, revision, size});
  for (std::size_t i = 0; i < 4; ++i) out.u32(4 + 8 * i, (report.*report_checksums[i]).framings.bits), out.u32(8 + 8 * i, (report.*report_checksums[i]).kinds);
  const auto large = [&](std::size_t at, const large_send_limits& l) { out.u32(at, l.framings.bits), out.u32(at + 4, l.octets_max), out.u32(at + 8, l.segments_min); };
  large(36, report.large_send_v1), out.u32(48, report.large_send_v1.options);
  for (std::size_t i = 0; i < 7; ++i) out.u32(52 + 4 * i, report.ipsec_v1.*ipsec_v1_members[i]);
  large(80, report.large_send_v2_ipv4);
  large(92, report.large_send_v2_ipv6), out.u32(104, report.large_send_v2_ipv6.options);
  const std::uint32_t grouped = report.checksums_grouped ? flag_checksums_grouped : 0;
  out.u32(108, grouped);
  if (revision < 2) return std::size_t{size};
  const device_capabilities& c = report.ipsec;
  out.u32(108, grouped | (c.tcp_checksum ? flag_tcp_checksum_beside_ipsec : 0) | (c.udp_checksum ? flag_udp_checksum_beside_ipsec : 0));
  out.u32(ipsec_v2_at, c.framings.bits);
  for (const report_boolean& b : report_booleans) out.u8(ipsec_v2_at + b.at, c.*b.member ? 1 : 0);
  out.u32(ipsec_v2_at + 16, c.udp_esp.bits);
  out.u32(ipsec_v2_at + 20, c.integrity.bits);
  out.u32(ipsec_v2_at + 24, c.encryption.bits);
  out.u32(ipsec_v2_at + 28, c.sa_capacity);
  if (revision < 3) return std::size_t{size};
  out.u8(144, report.coalescing_ipv4 ? 1 : 0), out.u8(145, report.coalescing_ipv6 ? 1 : 0);
  out.u32(148, report.encapsulated.tasks), out.u32(152, report.encapsulated.header_octets_max);
  return std::size_t{size};
}

}  // namespace v0
}  // namespace esplanade
