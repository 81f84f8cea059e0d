// A NIC's receive side, where it does both on one packet: the checksums over what was decrypted.
#pragma once

#include <esplanade/buffer/copy.hpp>
#include <esplanade/net/checksum.hpp>
#include <esplanade/offload/receive_inner.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {

/// What was checked of an IPv4 header; nothing of IPv6, which has no checksum.
template <class P> void check_header(const P& p, std::size_t at, receive_checksum& said) noexcept {
  octet scratch[60]{};
  const octet* header = peek(p, at, ipv4_header_octets, scratch);
  if (header[0] >> 4 != 4) return;
  const std::size_t size = (header[0] & 15u) * 4u;
  if (size != ipv4_header_octets) header = peek(p, at, size, scratch);
  const bool right = fold_checksum(checksum_sum({header, size})) == 0xffff;
  said.ip_failed = said.ip_failed || !right;
  said.ip_right = !said.ip_failed;  // both of a tunnel's, or none
}

/// What was checked of TCP or UDP at [at, end), under the addresses of the IP header at `ip`.
template <class P, class Gates> void check_upper(const P& p, std::size_t ip, family version, octet protocol, std::size_t at, std::size_t end, const Gates& gates, receive_checksum& said) noexcept {
  const bool tcp = protocol == protocol_number::tcp && gates.has(offload_feature::tcp_checksum), udp = protocol == protocol_number::udp && gates.has(offload_feature::udp_checksum);
  if (!(tcp || udp) || end < at + (tcp ? 20u : udp_header_octets)) return;
  octet scratch[32]{};
  if (udp) {
    octet fields[4]{};
    const octet* const header = peek(p, at + 4, 4, fields);
    if (load_be16(header) != end - at || load_be16(header + 2) == 0) return;  // no checksum, or not the length that it would cover: the host's
  }
  const octet* const addresses = peek(p, ip + (version == family::ipv4 ? 12 : 8), 2 * address::octets_of(version), scratch);
  const bool right = fold_checksum(pseudo_header_sum(version, addresses, end - at, protocol) + checksum_sum_of(p, at, end - at)) == 0xffff;
  (tcp ? right ? said.tcp_right : said.tcp_failed : right ? said.udp_right : said.udp_failed) = true;
}

}  // namespace detail

/// Checks IP, TCP and UDP checksums of packets that opened, for slot 0; only where the configuration has them beside IPsec (F118).
///   Cost     one more pass over the payload; a few loads where the configuration does not ask for it
///   Source   ipsecov2.md 5.7. RFC 3948 3.1.2: behind a NAT, checksums in transport mode are not those of the addresses
struct check_checksums_stage final : detail::device_stage {
  static constexpr const char* name = "check_checksums";
  static constexpr const char* because = "a NIC that decrypts may check what the text sums up to (ipsecov2.md 5.7)";
  static constexpr fact needs = fact::sa_selected;
  static constexpr fact gives = fact::none;

  template <class Context> ESPLANADE_INLINE verdict operator()(Context& c, std::size_t i) const noexcept {
    if (c.gates->has(offload_feature::tcp_checksum) || c.gates->has(offload_feature::udp_checksum)) [[unlikely]] check(c, i);
    return verdict::forwarded;
  }

 private:
  template <class Context> static ESPLANADE_COLD void check(Context& c, std::size_t i) noexcept {
    auto& s = c.state[i];
    const auto& p = c.packet(i);
    receive_checksum& said = s.checksums;
    detail::check_header(p, s.link, said);
    if (s.base != s.link) detail::check_header(p, s.base, said);
    const std::size_t from = s.base + std::size_t{s.inner_at};
    if (s.whole_packet_inside) {
      const std::size_t available = s.inner_end - s.inner_at;
      detail::portion_reader read(p, from, available);
      const ip_layout inner = walk_ip(read, available);
      if (inner.status != verdict::forwarded) return;
      detail::check_header(p, from, said);
      if (!inner.fragment) detail::check_upper(p, from, inner.version, inner.protocol, from + inner.header_length, from + inner.total_length, *c.gates, said);
    } else if (s.bundle->udp_esp.empty()) {
      const octet protocol = s.bundle->esp.sizes.installed ? s.next_header : s.next_behind_ah;
      detail::check_upper(p, s.base, s.version, protocol, from, s.base + std::size_t{s.inner_end}, *c.gates, said);
    }
  }
};
inline constexpr check_checksums_stage check_checksums{};

}  // namespace v0
}  // namespace esplanade
