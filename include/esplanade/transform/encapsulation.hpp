// UDP and WESP around ESP, both directions (RFC 3948, RFC 5840).
//
//   BEFORE   | IP |             SPI | seq | IV | …
//   AFTER    | IP | UDP or WESP | SPI | seq | IV | …          neither is covered by the ICV: both are verified against the SA
#pragma once

#include <esplanade/buffer/copy.hpp>
#include <esplanade/net/wesp.hpp>
#include <esplanade/transform/esp_crypto.hpp>
#include <esplanade/transform/policies.hpp>

namespace esplanade {
inline namespace v0 {
namespace detail {

/// Whether an SA's suite hides its payload; WESP says where it is when not.
[[nodiscard]] constexpr bool encrypts(const suite_sizes& suite) noexcept {
  return suite.family != cipher_family::null && suite.family != cipher_family::aes_gmac;
}
/// What WESP has to say of packets of this SA.
template <class P> [[nodiscard]] ESPLANADE_INLINE wesp_header wesp_of(const sa_core& sa, family outer, bool in_udp, octet next_header) noexcept {
  return esplanade::wesp_of(encrypts(P::suites.sizes[sa.suite]), outer, in_udp, iv_octets<P>(sa), icv_octets<P>(sa), next_header);
}

/// What stands between the IP header and ESP of a received packet.
struct wrapping {
  verdict status = verdict::forwarded;  ///< else why there is no ESP to be looked at
  encapsulation kind = encapsulation::none;
  std::uint16_t octets = 0;             ///< from the end of the IP header to the SPI
  std::uint16_t port = 0;               ///< destination, with UDP
  std::uint32_t end = 0;                ///< where ESP ends: the packet's end, or that of its datagram
};

/// Finds ESP behind the headers that `at` describes: as it is, in UDP, in WESP, as far as profile `P` knows them.
///   Errors   not_protected, keep_alive, runt, bad_header (lengths that contradict each other), bad_wesp
template <class P, OctetReader Reader> [[nodiscard]] ESPLANADE_INLINE wrapping find_wrapping(Reader& read, const ip_layout& at) noexcept {
  wrapping w;
  w.end = at.total_length;
  const auto refused = [&w](verdict why) {
    w.status = why;
    return w;
  };
  const std::size_t behind = at.total_length - at.header_length;
  octet protocol = at.protocol;
  if constexpr (encapsulates_in_udp<P>) {
    if (protocol == protocol_number::udp) {
      const octet* udp = behind >= udp_header_octets ? read(at.header_length, udp_header_octets) : nullptr;
      if (udp == nullptr) return refused(verdict::runt);
      w.port = load_be16(udp + 2);
      if (!udp_port_of<P>::has(w.port)) return refused(verdict::not_protected);
      const std::size_t length = load_be16(udp + 4);
      if (length < udp_header_octets || length > behind) return refused(verdict::bad_header);
      w.end = static_cast<std::uint32_t>(at.header_length + length);
      const std::size_t seen = length - udp_header_octets < udp_marker_octets ? length - udp_header_octets : udp_marker_octets;
      switch (udp_content_of({read(at.header_length + udp_header_octets, seen), seen})) {
        case udp_content::keep_alive: return refused(verdict::keep_alive);
        case udp_content::ike: return refused(verdict::not_protected);
        case udp_content::runt: return refused(udp_port_of<P>::ours_alone ? verdict::runt : verdict::not_protected);
        case udp_content::wesp:
          w.octets = udp_header_octets;
          w.kind = encapsulation::udp;  // SPI 2 is nobody's, unless WESP is read
          if constexpr (encapsulates_in_wesp<P>) {
            w.octets += udp_marker_octets;
            protocol = protocol_number::wesp;
          }
          break;
        case udp_content::esp:
          w.octets = udp_header_octets;
          w.kind = encapsulation::udp;
          break;
      }
    }
  }
  if constexpr (encapsulates_in_wesp<P>) {
    if (protocol == protocol_number::wesp) {
      const std::size_t first = at.header_length + std::size_t{w.octets};
      const octet* header = w.end - first >= wesp_octets ? read(first, wesp_octets) : nullptr;
      if (header == nullptr) return refused(verdict::runt);
      const wesp_header wesp = read_wesp(header);
      const bool in_udp = w.kind == encapsulation::udp;
      if (wesp.version != 0 || wesp.padded != wesp_padded(at.version, in_udp)) return refused(verdict::bad_wesp);
      w.octets = static_cast<std::uint16_t>(w.octets + wesp.octets());
      w.kind = in_udp ? encapsulation::udp_wesp : encapsulation::wesp;
    }
  }
  if (w.kind == encapsulation::none && protocol != protocol_number::esp) return refused(verdict::not_protected);
  if (w.end < at.header_length + std::size_t{w.octets} + esp_header_octets) return refused(verdict::runt);
  return w;
}

/// Whether the checksum of the datagram from `at` to `end` is one that a verifying receiver accepts (RFC 768, RFC 8200 8.1).
template <class P> [[nodiscard]] bool udp_checksum_holds(const P& p, family version, std::size_t at, std::size_t end) noexcept {
  octet scratch[32];
  if (load_be16(peek(p, at + 6, 2, scratch)) == 0) return version == family::ipv4;
  const octet* addresses = peek(p, version == family::ipv4 ? 12 : 8, 2 * address::octets_of(version), scratch);
  const std::uint64_t sum = pseudo_header_sum(version, addresses, end - at, protocol_number::udp) + checksum_sum_of(p, at, end - at);
  return fold_checksum(sum) == 0xffff;
}

/// Makes room between IP header and ESP of the sealed packet, for a transport-mode packet behind its header, and writes what
/// stands there. False when there is no room; nothing changed then.
template <class Context> [[nodiscard]] ESPLANADE_INLINE bool wrap(Context& c, std::size_t i) noexcept {
  using config = typename Context::profile;
  using traits = packet_traits<typename Context::packet_type>;
  auto& s = c.state[i];
  auto& p = c.packet(i);
  const auto& sa = c.sa(i);
  const encapsulation kind = encapsulation_of<config>(sa.core());
  const family outer = outer_family<config>(sa.core(), s.version);
  const std::size_t octets = encapsulation_octets(kind, outer);
  if (octets == 0) return true;
  if (!traits::retreat(p, octets)) return false;
  if (s.esp_at != 0) move_to_front(p, octets, s.esp_at);
  s.length += static_cast<std::uint32_t>(octets);
  octet header[udp_header_octets + udp_marker_octets + 2 * wesp_octets]{};
  octet* at = header;
  if constexpr (encapsulates_in_udp<config>) {
    if (kind != encapsulation::wesp) {
      write_udp_header(at, sa.udp().ports, s.length - s.esp_at);
      at += udp_header_octets;
    }
    if (kind == encapsulation::udp_wesp) {
      store_be32(at, udp_wesp_marker);
      at += udp_marker_octets;
    }
  }
  if constexpr (encapsulates_in_wesp<config>) {
    if (kind != encapsulation::udp) write_wesp(at, wesp_of<config>(sa.core(), outer, kind == encapsulation::udp_wesp, s.next_header));
  }
  copy_in(p, s.esp_at, header, octets);
  return true;
}

/// Computes the UDP checksum of a packet whose outer IP header is written, where the profile's policy does so.
template <class Context> ESPLANADE_INLINE void sum_wrapping(Context& c, std::size_t i, std::size_t at) noexcept {
  using config = typename Context::profile;
  auto& s = c.state[i];
  auto& p = c.packet(i);
  const encapsulation kind = encapsulation_of<config>(c.sa(i).core());
  const family outer = outer_family<config>(c.sa(i).core(), s.version);
  if ((kind != encapsulation::udp && kind != encapsulation::udp_wesp) || !udp_checksum_policy_of<config>::computes(outer)) return;
  octet scratch[32], checksum[2];
  const octet* addresses = peek(p, outer == family::ipv4 ? 12 : 8, 2 * address::octets_of(outer), scratch);
  const std::size_t length = s.length - at;
  store_be16(checksum, udp_checksum_of(pseudo_header_sum(outer, addresses, length, protocol_number::udp) + checksum_sum_of(p, at, length)));
  copy_in(p, at + 6, checksum, 2);
}

/// Whether WESP says of an opened packet what its SA says (RFC 5840 2); true when there is none.
template <class Context> [[nodiscard]] ESPLANADE_INLINE bool wesp_agrees(Context& c, std::size_t i) noexcept {
  using config = typename Context::profile;
  auto& s = c.state[i];
  const auto& w = c.wrapped.of[i];
  if (w.kind != encapsulation::wesp && w.kind != encapsulation::udp_wesp) return true;
  const bool in_udp = w.kind == encapsulation::udp_wesp;
  octet scratch[wesp_octets];
  const std::size_t at = s.esp_at - w.octets + (in_udp ? udp_header_octets + udp_marker_octets : 0);
  return read_wesp(peek(c.packet(i), at, wesp_octets, scratch)) == wesp_of<config>(c.sa(i).core(), s.version, in_udp, s.next_header);
}

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
