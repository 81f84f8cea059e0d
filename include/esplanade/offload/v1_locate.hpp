// Where the headers of a packet stand when nobody says: version 1 gives a handle alone, and the NIC reads the rest.
//
//   | IP hdr, options | AH | UDP | ESP, IV | payload | pad, pad length, next header | ICV |
//     walked            ▲          ▲         filter    ▲ from the packet's end
#pragma once

#include <esplanade/buffer/nbl_words.hpp>
#include <esplanade/net/ip_walk.hpp>
#include <esplanade/offload/v1_sas.hpp>

namespace esplanade {
inline namespace v0 {

/// What was found of a packet to send.
struct v1_located {
  verdict status = verdict::forwarded;
  send_headers headers{};  ///< as version 2 has them beside a packet
};

namespace detail {
/// Whether what stands at `at` is a packet or payload of the filter. Ports are those of TCP and UDP, 0 for anything else.
template <OctetReader Reader> [[nodiscard]] bool v1_filter_covers(Reader& read, const v1_filter& f, address from, address to, octet protocol, std::size_t at) noexcept {
  if (protocol == protocol_number::ipv4) {
    const octet* const ip = read(at, ipv4_header_octets);
    if (ip == nullptr) return false;
    from = address::from(family::ipv4, ip + 12), to = address::from(family::ipv4, ip + 16), protocol = ip[9];
    at += static_cast<std::size_t>(ip[0] & 0xf) * 4;
  }
  const bool ported = protocol == protocol_number::tcp || protocol == protocol_number::udp;
  const octet* const ports = ported ? read(at, 4) : nullptr;
  return f.covers(from, to, protocol, ports == nullptr ? std::uint16_t{0} : load_be16(ports), ports == nullptr ? std::uint16_t{0} : load_be16(ports + 2));
}
}  // namespace detail

/// The headers of a packet that is to be sent under `sa`, and whether it is one that the SA is for.
///   Shape    `read` is an OctetReader that starts at the IP header
///   Units    `available` octets; it may exceed the packet (link padding)
///   Errors   status: of the IP header; not_ip: not IPv4; ip_fragment (V1-11); beyond_device: options that are not reported; no_sa:
///            other headers or SPIs than the SA's; runt; bad_padding; wrong_selectors: not a packet of the SA's filter
template <OctetReader Reader> [[nodiscard]] v1_located locate_v1(Reader& read, std::size_t available, const v1_sa& sa, bool options) noexcept {
  const auto refused = [](verdict v) { return v1_located{v, {}}; };
  const ip_layout ip = walk_ip(read, available);
  if (ip.status != verdict::forwarded) return refused(ip.status);
  if (ip.version != family::ipv4) return refused(verdict::not_ip);
  if (ip.fragment) return refused(verdict::ip_fragment);
  if (ip.header_length != ipv4_header_octets && !options) return refused(verdict::beyond_device);
  const octet* const header = read(0, ipv4_header_octets);
  const address from = address::from(family::ipv4, header + 12), to = address::from(family::ipv4, header + 16);
  v1_located found;
  std::size_t at = ip.header_length, end = ip.total_length;
  octet protocol = ip.protocol;
  const auto inside = [&](std::size_t n) { return end - at >= n; };
  if (sa.ah_spi != 0) {
    if (protocol != protocol_number::ah) return refused(verdict::no_sa);
    const octet* const ah = inside(12) ? read(at, 12) : nullptr;
    if (ah == nullptr) return refused(verdict::runt);
    if (load_be32(ah + 4) != sa.ah_spi) return refused(verdict::no_sa);
    found.headers.ah_offset = static_cast<std::uint16_t>(at);
    protocol = ah[0];
    const std::size_t size = (ah[1] + 2u) * 4;
    if (!inside(size)) return refused(verdict::runt);
    at += size;
  }
  if (sa.udp) {
    if (protocol != protocol_number::udp) return refused(verdict::no_sa);
    if (!inside(8)) return refused(verdict::runt);
    at += 8;
    protocol = protocol_number::esp;
  }
  if (sa.esp_spi != 0) {
    if (protocol != protocol_number::esp) return refused(verdict::no_sa);
    if (!inside(8u + sa.esp_iv + 2u + sa.esp_icv)) return refused(verdict::runt);
    if (load_be32(read(at, 8)) != sa.esp_spi) return refused(verdict::no_sa);
    found.headers.esp_offset = static_cast<std::uint16_t>(at);
    at += 8u + sa.esp_iv;
    end -= sa.esp_icv;
    const octet* const trailer = read(end - 2, 2);
    found.headers.pad_length = trailer[0];
    found.headers.next_header = protocol = trailer[1];
    if (end - at - 2 < found.headers.pad_length) return refused(verdict::bad_padding);
  }
  if (!detail::v1_filter_covers(read, sa.filter, from, to, protocol, at)) return refused(verdict::wrong_selectors);
  return found;
}

}  // namespace v0
}  // namespace esplanade
