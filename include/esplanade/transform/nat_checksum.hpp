// The TCP or UDP checksum of a transport-mode packet whose addresses a NAT changed on the way (RFC 3948 3.1.2).
//
//   the sender summed   | its own addresses | upper layer |          what arrives shows other ones, so the stack behind
//   the receiver sums   | the NAT's         | upper layer |          would drop an authentic packet
#pragma once

#include <esplanade/transform/encapsulation.hpp>

namespace esplanade {
inline namespace v0 {
namespace detail {

/// Sum to add to that of an upper layer's words when the addresses it was summed with give way to those in the header at `addresses`.
[[nodiscard]] inline std::uint64_t address_change(family version, const octet* addresses, const original_addresses& was) noexcept {
  const std::size_t each = address::octets_of(version);
  std::uint64_t sum = 0;
  if (was.source_known) sum += checksum_sum({addresses, each}) + (0xffffu - was.source_sum);
  if (was.destination_known) sum += checksum_sum({addresses + each, each}) + (0xffffu - was.destination_sum);
  return sum;
}

/// Sets the checksum inside the opened packet in slot i right for the addresses that its header shows. A packet without one,
/// a fragment, and what contradicts itself stay as they are: the selectors come next.
template <class Context> void fix_checksum_inside(Context& c, std::size_t i) noexcept {
  using config = typename Context::profile;
  constexpr nat_fixing does = nat_fix_of<config>::does;
  auto& p = c.packet(i);
  packet_reader read(p);
  const ip_layout at = walk_ip(read, c.state[i].length);
  const bool is_udp = at.protocol == protocol_number::udp;
  if (at.status != verdict::forwarded || at.fragment || (!is_udp && at.protocol != protocol_number::tcp)) return;
  const std::size_t field = at.header_length + (is_udp ? 6u : 16u);
  if (field + 2 > at.total_length) return;
  octet scratch[32], stored[2];
  copy_out(p, field, stored, 2);
  const std::uint16_t before = load_be16(stored);
  if (is_udp && before == 0) return;  // the sender summed nothing
  const octet* addresses = peek(p, at.version == family::ipv4 ? 12 : 8, 2 * address::octets_of(at.version), scratch);
  std::uint64_t sum = 0;
  if constexpr (does == nat_fixing::adjust) {
    sum = (~static_cast<unsigned>(before) & 0xffffu) + address_change(at.version, addresses, c.sa(i).udp().original);
  } else {
    if (does == nat_fixing::clear && is_udp && at.version == family::ipv4) {
      store_be16(stored, 0);
      copy_in(p, field, stored, 2);
      return;
    }
    // A UDP length short of the packet's: the checksum covers the datagram, and what stands behind it is none of it.
    std::size_t length = at.total_length - at.header_length;
    if (is_udp) {
      octet claimed[2];
      copy_out(p, at.header_length + 4u, claimed, 2);
      if (load_be16(claimed) < udp_header_octets || load_be16(claimed) > length) return;
      length = load_be16(claimed);
    }
    sum = pseudo_header_sum(at.version, addresses, length, at.protocol) + checksum_sum_of(p, at.header_length, length) + (0xffffu - before);
  }
  const auto now = static_cast<std::uint16_t>(~fold_checksum(sum) & 0xffff);
  store_be16(stored, is_udp ? udp_checksum_of(sum) : now);
  copy_in(p, field, stored, 2);
}

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
