// The IP header in front of ESP or AH: a new one for a tunnel, the old one set right for transport mode.
//
//   write_outer_header    tunnel      | ESP | inner packet | ICV |           →  | outer IP | ESP | inner packet | ICV |
//                         transport   | IP hdr, ext hdrs | ESP … | ICV |     →  its length, protocol and checksum set right
//   remove_outer_header   the reverse; tunnel: ECN by RFC 6040, TFC octets behind the inner packet cut off
#pragma once

#include <esplanade/net/ecn.hpp>
#include <esplanade/transform/ah_crypto.hpp>
#include <esplanade/transform/audit_event.hpp>
#include <esplanade/transform/beet.hpp>
#include <esplanade/transform/nat_checksum.hpp>
#include <esplanade/transform/stage.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
/// Sets length, protocol and (IPv4) checksum of the IP header at the front, after octets came or went behind it.
template <class Context> ESPLANADE_INLINE void set_ip_header(Context& c, std::size_t i, family version, octet protocol) noexcept {
  auto& s = c.state[i];
  auto& p = c.packet(i);
  if (version == family::ipv6) {
    octet length[2];
    store_be16(length, static_cast<std::uint16_t>(s.length - ipv6_header_octets));
    copy_in(p, 4, length, 2);
    copy_in(p, s.protocol_at, &protocol, 1);
    return;
  }
  octet header[ipv4_header_octets];
  copy_out(p, 0, header, sizeof header);
  std::uint16_t checksum = load_be16(header + 10);
  const std::uint16_t ttl_protocol = load_be16(header + 8);
  const std::uint16_t length = load_be16(header + 2);
  header[9] = protocol;
  store_be16(header + 2, static_cast<std::uint16_t>(s.length));
  checksum = updated_checksum(checksum, ttl_protocol, load_be16(header + 8));
  checksum = updated_checksum(checksum, length, static_cast<std::uint16_t>(s.length));
  store_be16(header + 10, checksum);
  copy_in(p, 0, header, sizeof header);
}

/// Puts the sender's own choices in place of what the header policy wrote.
inline void override_header(octet* header, family outer, const packet_options& wanted) noexcept {
  const auto marked = [&](octet traffic_class) { return wanted.dscp > 63 ? traffic_class : with_ecn(static_cast<octet>(wanted.dscp << 2), ecn_of(traffic_class)); };
  if (outer == family::ipv6) {
    const octet traffic_class = marked(static_cast<octet>((header[0] << 4) | (header[1] >> 4)));
    header[0] = static_cast<octet>((header[0] & 0xf0) | (traffic_class >> 4));
    header[1] = static_cast<octet>((traffic_class << 4) | (header[1] & 0x0f));
    if (wanted.hop_limit != hop_limit_as_usual) header[7] = wanted.hop_limit;
    return;
  }
  std::uint16_t checksum = load_be16(header + 10);
  const auto change = [&](std::size_t at, octet value) {
    const std::uint16_t before = load_be16(header + (at & ~std::size_t{1}));
    header[at] = value;
    checksum = updated_checksum(checksum, before, load_be16(header + (at & ~std::size_t{1})));
  };
  change(1, marked(header[1]));
  if (wanted.may_fragment != fragmenting::as_usual) change(6, static_cast<octet>(wanted.may_fragment == fragmenting::forbidden ? header[6] | 0x40 : header[6] & ~0x40));
  if (wanted.hop_limit != hop_limit_as_usual) change(8, wanted.hop_limit);
  store_be16(header + 10, checksum);
}
}  // namespace detail

/// Writes the outer header of a tunnel by the profile's header policy, or sets the header of a transport-mode packet right.
///   Errors   no_room
struct write_outer_header_stage final : detail::transform_stage {
  static constexpr const char* name = "write_outer_header";
  static constexpr const char* because = "the packet needs a header to travel with (RFC 4301 5.1.2)";
  static constexpr fact needs = fact::sa_selected | fact::sealed;
  static constexpr fact gives = fact::header_written;
  static constexpr fact excludes = fact::header_written;

  template <class Context> ESPLANADE_INLINE verdict operator()(Context& c, std::size_t i) const noexcept {
    using config = typename Context::profile;
    using traits = packet_traits<typename Context::packet_type>;
    auto& s = c.state[i];
    auto& p = c.packet(i);
    auto& sa = c.sa(i);
    if constexpr (encapsulates<config>) {
      if (!detail::wrap(c, i)) return verdict::no_room;
    }
    if constexpr (modes_of<config>.has(mode::beet)) {
      if (is_beet<config>(sa.core())) {
        if (!detail::write_beet_header(c, i)) return verdict::no_room;
        if constexpr (encapsulates_in_udp<config>) detail::sum_wrapping(c, i, header_octets(sa.core().outer));
        return verdict::forwarded;
      }
    }
    if (!is_tunnel<config>(sa.core())) {
      detail::set_ip_header(c, i, s.version, sa.outer_protocol());
      if constexpr (encapsulates_in_udp<config>) detail::sum_wrapping(c, i, s.esp_at);
      return verdict::forwarded;
    }
    const std::size_t octets_in_front = header_octets(sa.core().outer);
    if (!traits::retreat(p, octets_in_front)) return verdict::no_room;
    const inner_view inner{s.number, s.length, s.flow_label, s.traffic_class, s.dont_fragment, s.version};
    // retreat gave contiguous octets, but not always in the first segment: that may be empty.
    octet* const header = detail::together(p, 0, octets_in_front);
    header_of<config>::write(header, sa, inner);
    if constexpr (config::overrides) detail::override_header(header, sa.core().outer, c.options.of[i]);
    s.length += static_cast<std::uint32_t>(octets_in_front);
    if constexpr (encapsulates_in_udp<config>) detail::sum_wrapping(c, i, octets_in_front);
    return verdict::forwarded;
  }
};
inline constexpr write_outer_header_stage write_outer_header{};

/// Takes the outer header and ESP away, so that the inner packet stands at the front.
///   Errors   bad_next_header (a tunnel carries IPv4 or IPv6, and which is what it says), bad_inner_packet, bad_ecn (RFC 6040 4.2)
struct remove_outer_header_stage final : detail::transform_stage {
  static constexpr const char* name = "remove_outer_header";
  static constexpr const char* because = "the inner packet comes to the front (RFC 4301 5.2)";
  static constexpr fact needs = fact::sa_selected | fact::authenticated | fact::trailer_removed;
  static constexpr fact gives = fact::header_removed;
  static constexpr fact excludes = fact::header_removed;

  template <class Context> ESPLANADE_INLINE verdict operator()(Context& c, std::size_t i) const noexcept {
    using config = typename Context::profile;
    using traits = packet_traits<typename Context::packet_type>;
    auto& s = c.state[i];
    auto& p = c.packet(i);
    const auto& sa = c.sa(i).core();
    const std::size_t esp = detail::security_header_octets<config>(sa, s.version);
    if constexpr (encapsulates_in_wesp<config>) {
      if (!detail::wesp_agrees(c, i)) return verdict::bad_wesp;
    }
    if constexpr (modes_of<config>.has(mode::beet)) {
      if (is_beet<config>(sa)) return detail::restore_beet_header(c, i, s.esp_at + esp);
    }
    if (!is_tunnel<config>(sa)) {
      std::size_t between = esp, header = s.esp_at;
      if constexpr (encapsulates<config>) between += c.wrapped.of[i].octets, header -= c.wrapped.of[i].octets;
      move_from_front(p, between, header);
      traits::advance(p, between);
      s.length -= static_cast<std::uint32_t>(between);
      s.payload = s.length;
      detail::set_ip_header(c, i, s.version, s.next_header);
      if constexpr (fixes_nat<config>) {
        if (c.wrapped.of[i].port != 0) detail::fix_checksum_inside(c, i);
      }
      return verdict::forwarded;
    }
    const std::size_t head = s.esp_at + esp;
    const std::size_t size = s.length - head;
    if (s.next_header != protocol_number::ipv4 && s.next_header != protocol_number::ipv6) {
      if constexpr (takes_other_payloads<config>) {
        if (payload_of<config>::takes(s.next_header)) {  // check_selectors says what becomes of it
          traits::advance(p, head);
          s.length = s.payload = static_cast<std::uint32_t>(size);
          return verdict::forwarded;
        }
      }
      return verdict::bad_next_header;
    }
    const family inner = s.next_header == protocol_number::ipv4 ? family::ipv4 : family::ipv6;
    octet scratch[12]{};  // g++ does not see that a chain fills all of it
    if (size < header_octets(inner)) [[unlikely]] {
      const bool agrees = size == 0 || (*peek(p, head, 1, scratch) >> 4) == static_cast<octet>(inner);
      return agrees ? verdict::bad_inner_packet : verdict::bad_next_header;
    }
    const octet* header = peek(p, head, sizeof scratch, scratch);
    const std::uint64_t first = load_be64(header);  // version; IPv4: IHL, traffic class, total length; IPv6: traffic class, flow label, length
    if (first >> 60 != static_cast<octet>(inner)) return verdict::bad_next_header;
    std::size_t total;
    octet traffic_class;
    if (inner == family::ipv4) {
      const std::size_t ihl = (first >> 56 & 0x0f) * 4;
      total = first >> 32 & 0xffff;
      traffic_class = static_cast<octet>(first >> 48 & 0xff);
      if (ihl < ipv4_header_octets || total < ihl) return verdict::bad_inner_packet;
    } else {
      total = ipv6_header_octets + (first >> 16 & 0xffff);
      traffic_class = static_cast<octet>(first >> 52 & 0xff);
    }
    if (total > size) return verdict::bad_inner_packet;

    if constexpr (requires { header_of<config>::traffic_class_inside(octet{}, octet{}); }) {
      const ecn_decapsulated arriving = ecn_decapsulate(ecn_of(traffic_class), ecn_of(s.traffic_class));
      if (arriving.drop) return verdict::bad_ecn;
      const octet arrives = with_ecn(header_of<config>::traffic_class_inside(traffic_class, s.traffic_class), arriving.mark);
      if (arrives != traffic_class) set_traffic_class(p, head, inner, header, arrives);
    } else if (ecn_of(traffic_class) != ecn_of(s.traffic_class)) [[unlikely]] {  // equal marks stay what they are
      const ecn_decapsulated arriving = ecn_decapsulate(ecn_of(traffic_class), ecn_of(s.traffic_class));
      if (arriving.drop) return verdict::bad_ecn;
      if (arriving.mark != ecn_of(traffic_class)) set_traffic_class(p, head, inner, header, with_ecn(traffic_class, arriving.mark));
    }
    if constexpr (audits<config> && requires { requires header_of<config>::reports_ecn; }) {
      if (ecn_reported(ecn_of(traffic_class), ecn_of(s.traffic_class)) != ecn_report::usual) report_ecn(c, i);
    }
    if (total != size) traits::trim(p, size - total);  // RFC 4303 2.7: TFC padding ends where the inner packet says
    traits::advance(p, head);
    s.length = s.payload = static_cast<std::uint32_t>(total);
    return verdict::forwarded;
  }

 private:
  /// RFC 6040 4.2: "the decapsulator SHOULD log the event". The packet still has its outer header, as the event shows.
  template <class Context> ESPLANADE_COLD static void report_ecn(Context& c, std::size_t i) noexcept {
    audit_event event = detail::audit_of_packet(c, i);
    event.kind = audit_kind::odd_ecn;
    c.audit.sink->put(event);
  }
  template <class P> static void set_traffic_class(P& p, std::size_t head, family inner, const octet* header, octet traffic_class) noexcept {
    octet first[2] = {header[0], traffic_class};
    if (inner == family::ipv4) {
      octet checksum[2];
      store_be16(checksum, updated_checksum(load_be16(header + 10), load_be16(header), load_be16(first)));
      copy_in(p, head, first, 2);
      copy_in(p, head + 10, checksum, 2);
    } else {
      first[0] = static_cast<octet>((header[0] & 0xf0) | (traffic_class >> 4));
      first[1] = static_cast<octet>((traffic_class << 4) | (header[1] & 0x0f));
      copy_in(p, head, first, 2);
    }
  }
};
inline constexpr remove_outer_header_stage remove_outer_header{};

}  // namespace v0
}  // namespace esplanade
