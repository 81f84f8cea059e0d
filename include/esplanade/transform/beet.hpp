// Bound end-to-end tunnel mode (RFC 7402 appendix B): addresses inside that travel in no packet.
//
//   outbound   | inner IP |     payload |   →   | outer IP | ESP | payload | trailer | ICV |      the inner addresses are the SA's
//   inbound    the reverse; what else an IP header says is taken from the outer one
#pragma once

#include <esplanade/net/ip_header.hpp>
#include <esplanade/transform/encapsulation.hpp>

namespace esplanade {
inline namespace v0 {
namespace detail {

/// Puts ESP in place of the inner header: checks that its addresses are those of the SA, and says where the payload begins.
/// IPv4 options are not sent (RFC 7402 B.1.5: "RECOMMENDED that they are discarded"); extension headers are payload.
///   Errors   wrong_selectors (other addresses: the receiver would give it the SA's)
template <class Context> [[nodiscard]] verdict enter_beet(Context& c, std::size_t i) noexcept {
  auto& s = c.state[i];
  const auto& sa = c.sa(i).beet();
  octet scratch[ipv6_header_octets];
  const std::size_t fixed = header_octets(s.version), size = address::octets_of(s.version);
  const octet* header = peek(c.packet(i), 0, fixed, scratch);
  const octet* addresses = header + fixed - 2 * size;
  if (sa.source.version != s.version || std::memcmp(addresses, sa.source.value, size) != 0 || std::memcmp(addresses + size, sa.destination.value, size) != 0)
    return verdict::wrong_selectors;
  if (s.version == family::ipv6) {
    s.esp_at = ipv6_header_octets;
    s.next_header = header[6];
  }
  return verdict::forwarded;
}

/// The outer header in place of the inner one, with the inner hop limit. False when there is no room.
template <class Context> [[nodiscard]] bool write_beet_header(Context& c, std::size_t i) noexcept {
  using config = typename Context::profile;
  using traits = packet_traits<typename Context::packet_type>;
  auto& s = c.state[i];
  auto& p = c.packet(i);
  auto& sa = c.sa(i);
  const family outer = sa.core().outer;
  const std::size_t was = s.esp_at, now = header_octets(outer);
  octet hop_limit = 0;
  copy_out(p, s.version == family::ipv4 ? 8 : 7, &hop_limit, 1);
  if (now > was) {
    if (!traits::retreat(p, now - was)) return false;
  } else {
    traits::advance(p, was - now);
  }
  const inner_view inner{s.number, static_cast<std::uint32_t>(s.length - was), s.flow_label, s.traffic_class, s.dont_fragment, s.version};
  octet header[ipv6_header_octets];
  header_of<config>::write(header, sa, inner);
  set_hop_limit(header, outer, hop_limit);
  copy_in(p, 0, header, now);
  s.length = static_cast<std::uint32_t>(s.length - was + now);
  return true;
}

/// IPv4 options that a peer sends behind ESP (RFC 7402 B.1.7).
inline constexpr octet beet_pseudo_header = 94;
struct beet_options {
  bool sound = false;
  std::uint16_t octets = 0;   ///< of options
  std::uint16_t behind = 0;   ///< offset of the options from the pseudo header
  octet next_header = 0;
};
/// Reads the pseudo header of 4 octets in front of `size` octets of payload; itself included.
[[nodiscard]] inline beet_options read_beet_options(const octet* at, std::size_t size) noexcept {
  const std::size_t whole = (at[1] + std::size_t{1}) * 8, padding = at[2];
  if (whole > size || (padding != 0 && padding != 4)) return {};
  const std::size_t options = whole - 4 - padding;
  if (options > 40) return {};
  return {true, static_cast<std::uint16_t>(options), static_cast<std::uint16_t>(4 + padding), at[0]};
}

/// The inner header in place of the outer one and ESP, `between` octets of both.
///   Errors   bad_next_header, bad_inner_packet (options that contradict themselves; longer than its length field), no_room (an
///            inner IPv6 header is longer than what it replaces)
template <class Context> [[nodiscard]] verdict restore_beet_header(Context& c, std::size_t i, std::size_t between) noexcept {
  using traits = packet_traits<typename Context::packet_type>;
  auto& s = c.state[i];
  auto& p = c.packet(i);
  const auto& sa = c.sa(i).beet();
  octet outer[ipv4_header_octets], ahead[4];
  copy_out(p, 0, outer, sizeof outer);
  ip_fields f{.source = sa.source, .destination = sa.destination, .protocol = s.next_header, .traffic_class = s.traffic_class};
  if (s.version == family::ipv4) {
    f.identification = load_be16(outer + 4);
    f.dont_fragment = (outer[6] & 0x40) != 0;
    f.hop_limit = outer[8];
  } else {
    f.flow_label = load_be32(outer) & 0xfffffu;
    f.dont_fragment = true;
    f.hop_limit = outer[7];
  }
  std::size_t begins = between, options = 0;  // of what stands behind the fixed inner header
  if (s.next_header == beet_pseudo_header) {
    if (f.source.version != family::ipv4) return verdict::bad_next_header;
    if (s.length - between < sizeof ahead) return verdict::bad_inner_packet;
    copy_out(p, between, ahead, sizeof ahead);
    const beet_options o = read_beet_options(ahead, s.length - between);
    if (!o.sound) return verdict::bad_inner_packet;
    begins += o.behind;
    options = o.octets;
    f.protocol = o.next_header;
  }
  const std::size_t fixed = header_octets(f.source.version), payload = s.length - begins - options;
  if (payload + (f.source.version == family::ipv4 ? fixed + options : 0) > ip_length_max) return verdict::bad_inner_packet;
  f.payload = static_cast<std::uint32_t>(payload);
  if (begins >= fixed) traits::advance(p, begins - fixed);
  else if (!traits::retreat(p, fixed - begins)) return verdict::no_room;
  octet header[ipv6_header_octets + 20];  // 60 octets: the longest IPv4 header, too
  if (options != 0) copy_out(p, fixed, header + fixed, options);
  write_ip_header(header, f, options);
  copy_in(p, 0, header, fixed);
  s.length = s.payload = static_cast<std::uint32_t>(fixed + options + payload);
  return verdict::forwarded;
}

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
