// What a NIC of version 1 reports: AH and ESP over IPv4, each direction by itself; and what it means in terms of version 2.
#pragma once

#include <esplanade/base/result.hpp>
#include <esplanade/capability/offload_report.hpp>

namespace esplanade {
inline namespace v0 {

/// The report of version 1, which was IPv4 only (ipsecov2.md 7.1).
///   Shape    one member for each field of the record
///   Threads  a value
struct v1_report {
  struct ah_part {
    bool md5 = false, sha1 = false;  ///< of AH; ESP uses the same to authenticate
    bool transport = false, tunnel = false, send = false, receive = false;
    friend constexpr bool operator==(const ah_part&, const ah_part&) noexcept = default;
  };
  struct esp_part {
    bool des = false, triple_des = false, null = false;
    bool transport = false, tunnel = false, send = false, receive = false;
    friend constexpr bool operator==(const esp_part&, const esp_part&) noexcept = default;
  };

  set_of<link_framing> framings{};
  bool ah_and_esp = false;           ///< AH over ESP in one packet
  bool transport_in_tunnel = false;  ///< both portions of one packet
  bool ipv4_options = false;
  set_of<udp_esp_layout> udp_esp{};
  ah_part ah{};
  esp_part esp{};
  friend constexpr bool operator==(const v1_report&, const v1_report&) noexcept = default;

  /// Whether this NIC does what `other` does: current configuration ⊆ hardware.
  [[nodiscard]] constexpr bool covers(const v1_report& other) const noexcept;

  /// What is left when AH, ESP or both are switched off (V1-29).
  [[nodiscard]] constexpr v1_report with(bool ah_on, bool esp_on) const noexcept {
    v1_report left = *this;
    if (!ah_on) left.ah.transport = left.ah.tunnel = left.ah.send = left.ah.receive = false;
    if (!esp_on) left.esp = {};
    if (!esp_on) left.udp_esp = {};
    if (!ah_on && !esp_on) return v1_report{};
    left.ah_and_esp = ah_and_esp && ah_on && esp_on;
    return left;
  }
};

/// In the words of version 2, for one direction: no IPv6, no ESN, no large sends, none of the newer algorithms. The capacity is not reported and
/// comes from elsewhere; no tunnel means no offload in version 2, and a NIC of version 1 may well lack it.
[[nodiscard]] constexpr device_capabilities capabilities_of(const v1_report& r, bool inbound, std::uint32_t capacity) noexcept {
  device_capabilities c;
  c.framings = r.framings;
  c.ipv4_options = r.ipv4_options;
  c.ah = inbound ? r.ah.receive : r.ah.send;
  c.esp = inbound ? r.esp.receive : r.esp.send;
  c.ah_and_esp = r.ah_and_esp && c.ah && c.esp;
  c.transport = (c.ah && r.ah.transport) || (c.esp && r.esp.transport);
  c.tunnel = (c.ah && r.ah.tunnel) || (c.esp && r.esp.tunnel);
  c.transport_in_tunnel = r.transport_in_tunnel;
  c.udp_esp = c.esp ? r.udp_esp : set_of<udp_esp_layout>{};
  const auto add = [](auto& set, bool has, auto one) {
    if (has) set = set | one;
  };
  add(c.integrity, r.ah.md5, set_of(offload_integrity::hmac_md5));
  add(c.integrity, r.ah.sha1, set_of(offload_integrity::hmac_sha1));
  add(c.encryption, r.esp.des, set_of(offload_encryption::des_cbc));
  add(c.encryption, r.esp.triple_des, set_of(offload_encryption::triple_des_cbc));
  add(c.encryption, r.esp.null, set_of(offload_encryption::null));
  c.sa_capacity = capacity;
  return c;
}
/// What a host that only knows version 1 sees of a NIC.
[[nodiscard]] constexpr v1_report v1_report_of(const device_capabilities& c) noexcept {
  v1_report r;
  r.framings = c.framings;
  r.ah_and_esp = c.ah_and_esp;
  r.transport_in_tunnel = c.transport_in_tunnel;
  r.ipv4_options = c.ipv4_options;
  r.udp_esp = c.udp_esp;
  const bool md5 = c.integrity.has(offload_integrity::hmac_md5), sha1 = c.integrity.has(offload_integrity::hmac_sha1);
  const bool ah = c.ah && (md5 || sha1), esp = c.esp && (md5 || sha1);
  r.ah = {md5, sha1, ah && c.transport, ah && c.tunnel, ah, ah};
  r.esp = {c.encryption.has(offload_encryption::des_cbc), c.encryption.has(offload_encryption::triple_des_cbc), c.encryption.has(offload_encryption::null), esp && c.transport, esp && c.tunnel, esp, esp};
  return r;
}

namespace detail {
inline constexpr unsigned v1_udp_shift = 4;  // 0x10 … 0x80 in the record; 0x1 … 0x8 were to be IKE's own port and are reserved
// The 2-bit fields in order: 0 not supported, 1 supported.
template <class Visit> constexpr void v1_ah_fields(auto& ah, Visit visit) { visit(ah.md5), visit(ah.sha1), visit(ah.transport), visit(ah.tunnel), visit(ah.send), visit(ah.receive); }
template <class Visit> constexpr void v1_esp_fields(auto& esp, bool& reserved, Visit visit) {
  visit(esp.des), visit(reserved), visit(esp.triple_des), visit(esp.null), visit(esp.transport), visit(esp.tunnel), visit(esp.send), visit(esp.receive);
}
}  // namespace detail

/// From the seven words of the record (offload/report_record.hpp).
///   Errors   invalid_value for a field that is neither 0 nor 1. Reserved bits are passed over, and written as 0
[[nodiscard]] constexpr result<v1_report> v1_report_of(const ipsec_v1_words& w) noexcept {
  v1_report r;
  r.framings = set_of<link_framing>::from_bits(w.framings & 0x1fu);
  r.ah_and_esp = w.ah_esp_combined == 1;
  r.transport_in_tunnel = w.transport_tunnel_combined == 1;
  r.ipv4_options = w.ipv4_options == 1;
  bool sound = w.ah_esp_combined <= 1 && w.transport_tunnel_combined <= 1 && w.ipv4_options <= 1;
  r.udp_esp = set_of<udp_esp_layout>::from_bits(w.flags >> detail::v1_udp_shift & all_udp_esp_layouts.bits);
  std::uint32_t bits = w.ah;
  const auto two_bits = [&](bool& field) {
    field = (bits & 3u) == 1;
    sound = sound && (bits & 3u) <= 1;
    bits >>= 2;
  };
  detail::v1_ah_fields(r.ah, two_bits);
  bits = w.esp;
  bool reserved = false;
  detail::v1_esp_fields(r.esp, reserved, two_bits);
  if (!sound) return fault{fault_kind::invalid_value, "ipsec_v1", "a field is neither supported nor not supported", "0 or 1 in every field"};
  return r;
}
/// A report as it stands in the record of all offloads.
[[nodiscard]] constexpr ipsec_v1_words words_of(const v1_report& r) noexcept {
  std::uint32_t bits[2] = {0, 0};
  unsigned at = 0;
  std::uint32_t* into = &bits[0];
  const auto two_bits = [&](const bool& field) {
    *into |= std::uint32_t{field} << at;
    at += 2;
  };
  detail::v1_ah_fields(r.ah, two_bits);
  at = 0, into = &bits[1];
  bool reserved = false;
  detail::v1_esp_fields(r.esp, reserved, two_bits);
  return {r.framings.bits, r.ah_and_esp, r.transport_in_tunnel, r.ipv4_options, r.udp_esp.bits << detail::v1_udp_shift, bits[0], bits[1]};
}
/// A report in one word, which changes at once; that of 0 reports nothing.
[[nodiscard]] constexpr std::uint64_t packed(const v1_report& r) noexcept {
  const ipsec_v1_words w = words_of(r);
  return std::uint64_t{w.framings} | std::uint64_t{w.ah_esp_combined} << 5 | std::uint64_t{w.transport_tunnel_combined} << 6 | std::uint64_t{w.ipv4_options} << 7 | std::uint64_t{w.flags} << 8 |
         std::uint64_t{w.ah} << 20 | std::uint64_t{w.esp} << 32;
}
/// The report of such a word.
[[nodiscard]] constexpr v1_report unpacked(std::uint64_t word) noexcept {
  const auto field = [word](unsigned shift, unsigned width) { return static_cast<std::uint32_t>(word >> shift & ((std::uint64_t{1} << width) - 1)); };
  const auto read = v1_report_of(ipsec_v1_words{field(0, 5), field(5, 1), field(6, 1), field(7, 1), field(8, 12), field(20, 12), field(32, 16)});
  return read ? *read : v1_report{};
}
constexpr bool v1_report::covers(const v1_report& other) const noexcept {
  offload_report here, there;
  here.ipsec_v1 = words_of(*this), there.ipsec_v1 = words_of(other);
  return here.covers(there);
}

}  // namespace v0
}  // namespace esplanade
