// Which large sends under IPsec a device takes, by the limits of its records, in the word that a host keeps beside an SA.
#pragma once

#include <esplanade/base/octets.hpp>
#include <esplanade/capability/offload_report.hpp>

namespace esplanade {
inline namespace v0 {

/// Limits for packets of one IP version, for each version of large sends. Nothing: none are taken.
///   Units    octets of TCP payload; segments
struct large_limits {
  struct of_version {
    std::uint32_t octets_max = 0;   ///< in one send; 20 bits
    std::uint8_t segments_min = 0;  ///< fewer are sent one by one
    bool tcp_options = false;       ///< in the template
    bool ip_options = false;        ///< or extension headers

    friend constexpr bool operator==(const of_version&, const of_version&) noexcept = default;
  };
  of_version version_1, version_2;

  [[nodiscard]] constexpr bool any() const noexcept { return version_1.octets_max != 0 || version_2.octets_max != 0; }
  [[nodiscard]] constexpr std::uint64_t pack() const noexcept { return half(version_1) | half(version_2) << 32; }
  [[nodiscard]] static constexpr large_limits unpack(std::uint64_t w) noexcept { return {of_half(w & 0xffff'ffff), of_half(w >> 32)}; }
  friend constexpr bool operator==(const large_limits&, const large_limits&) noexcept = default;

 private:
  [[nodiscard]] static constexpr std::uint64_t half(const of_version& v) noexcept {
    return std::uint64_t{v.octets_max & 0xfffffu} | std::uint64_t{v.segments_min} << 20 | std::uint64_t{v.tcp_options} << 28 | std::uint64_t{v.ip_options} << 29;
  }
  [[nodiscard]] static constexpr of_version of_half(std::uint64_t w) noexcept {
    return {static_cast<std::uint32_t>(w & 0xfffffu), static_cast<std::uint8_t>(w >> 20 & 0xff), (w >> 28 & 1) != 0, (w >> 29 & 1) != 0};
  }
};

/// What a report says of them (F12). A record of version 2 has no words for options of IPv4: those of IPsec decide.
[[nodiscard]] constexpr large_limits large_limits_of(const offload_report& report, family version) noexcept {
  if (!report.large_send_under_ipsec(version)) return {};
  const auto read = [](const large_send_limits& l, bool tcp_options, bool ip_options) noexcept -> large_limits::of_version {
    if (!l.any() || l.segments_min > 0xff) return {};
    return {l.octets_max < 0xfffffu ? l.octets_max : 0xfffffu, static_cast<std::uint8_t>(l.segments_min), tcp_options, ip_options};
  };
  const auto first = [](const large_send_limits& l) noexcept { return (l.options & 3) != 0; };
  const auto second = [](const large_send_limits& l) noexcept { return (l.options >> 2 & 3) != 0; };
  if (version == family::ipv6) return {{}, read(report.large_send_v2_ipv6, second(report.large_send_v2_ipv6), first(report.large_send_v2_ipv6))};
  return {read(report.large_send_v1, first(report.large_send_v1), second(report.large_send_v1)), read(report.large_send_v2_ipv4, true, true)};
}
/// Those of a device whose report has the bit and no records: any, of two segments or more.
[[nodiscard]] constexpr large_limits large_limits_of(const device_capabilities& can, family version) noexcept {
  if (!can.any() || !can.large_send || (version == family::ipv6 && !can.ipv6)) return {};
  constexpr large_limits::of_version open{0xfffff, 2, true, true};
  return {version == family::ipv4 ? open : large_limits::of_version{}, open};
}
static_assert(large_limits::unpack(large_limits{{65535, 2, true, false}, {0xfffff, 255, false, true}}.pack()) == large_limits{{65535, 2, true, false}, {0xfffff, 255, false, true}});

}  // namespace v0
}  // namespace esplanade
