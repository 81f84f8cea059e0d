// From a packet in a context to its audit event: what its headers and its SA still show.
#pragma once

#include <esplanade/net/ah.hpp>
#include <esplanade/transform/encapsulation.hpp>
#include <esplanade/transform/stage.hpp>

namespace esplanade {
inline namespace v0 {
namespace detail {

/// The event of slot i as it stands; kind, limit and verdict are the caller's to set.
///   Cost     walks the packet's headers again, so that packets which pass keep nothing for it
template <class Context> [[nodiscard]] ESPLANADE_COLD audit_event audit_of_packet(Context& c, std::size_t i) noexcept {
  audit_event event;
  auto& s = c.state[i];
  event.what = c.verdicts[i];
  event.inbound = std::is_same_v<typename Context::sa_type::direction, inbound_direction>;
  event.time = c.time.now;
  // Addresses and flow label: of the IP header at the front, as far as there is one.
  const auto& p = c.packet(i);
  octet scratch[ipv6_header_octets];
  std::size_t size = packet_traits<typename Context::packet_type>::length(p);
  if (size != 0) {
    const octet version = static_cast<octet>(*peek(p, 0, 1, scratch) >> 4);
    if (version == 4 && size >= ipv4_header_octets) {
      const octet* header = peek(p, 0, ipv4_header_octets, scratch);
      event.source = address::from(family::ipv4, header + 12);
      event.destination = address::from(family::ipv4, header + 16);
    } else if (version == 6 && size >= ipv6_header_octets) {
      const octet* header = peek(p, 0, ipv6_header_octets, scratch);
      event.flow_label = load_be32(header) & 0xfffffu;
      event.source = address::from(family::ipv6, header + 8);
      event.destination = address::from(family::ipv6, header + 24);
    }
  }
  // Whose SPI: of the SA the packet is under, unless it was refused on the way to one; then what it says itself.
  const bool on_the_way = s.level == 0 || c.verdicts[i] == verdict::no_sa || c.verdicts[i] == verdict::ip_fragment;
  if (!on_the_way) {
    event.spi = association(*s.passed(s.level - 1u)).core().spi;
    if constexpr (std::is_same_v<typename Context::sa_type::direction, inbound_direction>) event.number = s.number;
    else event.number = association(*s.passed(s.level - 1u)).sequence().used();
  } else if (event.inbound) {
    packet_reader read(c.packet(i));
    visit_ip(read, size, [&](const ip_layout& at) {
      if (at.status != verdict::forwarded || at.later_fragment) return;
      std::size_t esp_at = at.header_length;  // where SPI and number stand
      if (has_ah<typename Context::profile> && at.protocol == protocol_number::ah) {
        esp_at += ah_fixed_octets - esp_header_octets;
      } else if constexpr (encapsulates<typename Context::profile>) {
        const wrapping w = find_wrapping<typename Context::profile>(read, at);
        if (w.status != verdict::forwarded) return;
        esp_at += w.octets;
      } else if (at.protocol != protocol_number::esp) {
        return;
      }
      octet esp_scratch[esp_header_octets];
      if (size < esp_at + esp_header_octets) return;
      const octet* esp = peek(p, esp_at, esp_header_octets, esp_scratch);
      event.spi = load_be32(esp);
      event.number = load_be32(esp + 4);
    });
  }
  return event;
}
}  // namespace detail
}  // namespace v0
}  // namespace esplanade
