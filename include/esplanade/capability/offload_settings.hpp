// The settings that turn task offloads on and off: one for each keyword, kept across restarts by whoever keeps keywords.
#pragma once

#include <esplanade/base/result.hpp>
#include <esplanade/base/text.hpp>
#include <esplanade/capability/offload_report.hpp>

#include <concepts>

namespace esplanade {
inline namespace v0 {

/// One setting each, in the order of the keywords' table.
enum class offload_setting : std::uint8_t { ipv4_checksum, tcp_ipv4_checksum, udp_ipv4_checksum, tcp_ipv6_checksum, udp_ipv6_checksum, large_send_v1, ipsec_v1, large_send_v2_ipv4, large_send_v2_ipv6, ipsec_v2, ipsec_v2_ipv4, coalescing_ipv4, coalescing_ipv6, encapsulated };

/// How a setting is named and what it may say. Checksums: 0 off, 1 send, 2 receive, 3 both. IPsec: 0 off, 1 AH, 2 ESP, 3 both. Others: 0 off, 1 on.
struct offload_keyword {
  const char* name;
  std::uint8_t value_max;  ///< also the default: everything on (ipsecov2.md 1.2, 1.6)
};
inline constexpr offload_keyword offload_keywords[] = {
    {"*IPChecksumOffloadIPv4", 3}, {"*TCPChecksumOffloadIPv4", 3}, {"*UDPChecksumOffloadIPv4", 3}, {"*TCPChecksumOffloadIPv6", 3}, {"*UDPChecksumOffloadIPv6", 3}, {"*LsoV1IPv4", 1},
    {"*IPsecOffloadV1IPv4", 3}, {"*LsoV2IPv4", 1}, {"*LsoV2IPv6", 1}, {"*IPsecOffloadV2", 3}, {"*IPsecOffloadV2IPv4", 3},
    {"*RscIPv4", 1}, {"*RscIPv6", 1}, {"*EncapsulatedPacketTaskOffload", 1}};
inline constexpr std::size_t offload_setting_count = sizeof offload_keywords / sizeof offload_keywords[0];

/// All settings of one adapter.
///   Shape    `set` refuses what a keyword may not say, so that a value in here is always one
///   Threads  a value
class offload_settings {
 public:
  constexpr offload_settings() noexcept {
    for (std::size_t i = 0; i < offload_setting_count; ++i) values_[i] = offload_keywords[i].value_max;
  }
  [[nodiscard]] constexpr std::uint8_t operator[](offload_setting s) const noexcept { return values_[static_cast<std::size_t>(s)]; }
  [[nodiscard]] constexpr set_of<ipsec_protocol> protocols(offload_setting s) const noexcept { return set_of<ipsec_protocol>::from_bits((*this)[s]); }
  /// Errors   invalid_value: more than the keyword's greatest value; nothing changes
  constexpr result<void> set(offload_setting s, std::uint32_t value) noexcept {
    if (value > offload_keywords[static_cast<std::size_t>(s)].value_max) return fault{fault_kind::invalid_value, offload_keywords[static_cast<std::size_t>(s)].name, "not a value of this keyword", "0 to 3; 0 or 1 for large sends, coalescing and encapsulated tasks"};
    values_[static_cast<std::size_t>(s)] = static_cast<std::uint8_t>(value);
    return {};
  }
  friend constexpr bool operator==(const offload_settings&, const offload_settings&) noexcept = default;

 private:
  std::uint8_t values_[offload_setting_count]{};
};

namespace detail {
template <class K>
concept KeepsKeywords = requires(K& k, const char* keyword, std::uint32_t value) {
  { k.write(keyword, value) } noexcept;
  { k.read(keyword, value) } noexcept -> std::same_as<std::uint32_t>;
} || unmet<"KeywordStore: give it void write(const char* keyword, std::uint32_t value) noexcept and std::uint32_t read(const char* keyword, std::uint32_t fallback) noexcept", K>();
}  // namespace detail

/// Where keywords are kept: a registry, a file, a map.
///   Shape    k.write(keyword, value); k.read(keyword, fallback) → what was written last, or the fallback
///   Errors   none: what cannot be kept reads as the fallback
///   Threads  one control thread
///   Models   the caller's. Archetype: testing::archetype::keyword_store. Laws: testing/keyword_laws.hpp
template <class K>
concept KeywordStore = detail::KeepsKeywords<K>;

/// The settings that a store holds: what an adapter starts with. A value that its keyword may not have counts as the default.
template <KeywordStore K> [[nodiscard]] constexpr offload_settings settings_from(K& keywords) noexcept {
  offload_settings made;
  for (std::size_t i = 0; i < offload_setting_count; ++i) static_cast<void>(static_cast<bool>(made.set(static_cast<offload_setting>(i), keywords.read(offload_keywords[i].name, offload_keywords[i].value_max))));
  return made;
}

/// What hardware provides under these settings: never more than it can (F2, F24). The keyword of IPsec version 2 is the one for
/// both IP versions where the hardware does both, and the one for IPv4 where it does not (F19, F23).
[[nodiscard]] constexpr offload_report configured(offload_report r, const offload_settings& s) noexcept {
  using enum offload_setting;
  // Two bits of `kinds` for each: TCP from bit 4, UDP from bit 6, the IP header from bit 8.
  const auto checksums = [&](checksum_offload offload_report::*send, checksum_offload offload_report::*receive, offload_setting which, unsigned shift) {
    const std::uint32_t others = ~(std::uint32_t{3} << shift);
    if ((s[which] & 1) == 0) (r.*send).kinds &= others;
    if ((s[which] & 2) == 0) (r.*receive).kinds &= others;
  };
  checksums(&offload_report::ipv4_send_checksum, &offload_report::ipv4_receive_checksum, tcp_ipv4_checksum, 4);
  checksums(&offload_report::ipv4_send_checksum, &offload_report::ipv4_receive_checksum, udp_ipv4_checksum, 6);
  checksums(&offload_report::ipv4_send_checksum, &offload_report::ipv4_receive_checksum, ipv4_checksum, 8);
  checksums(&offload_report::ipv6_send_checksum, &offload_report::ipv6_receive_checksum, tcp_ipv6_checksum, 4);
  checksums(&offload_report::ipv6_send_checksum, &offload_report::ipv6_receive_checksum, udp_ipv6_checksum, 6);
  if (s[large_send_v1] == 0) r.large_send_v1 = {};
  if (s[large_send_v2_ipv4] == 0) r.large_send_v2_ipv4 = {};
  if (s[large_send_v2_ipv6] == 0) r.large_send_v2_ipv6 = {};
  r.coalescing_ipv4 = r.coalescing_ipv4 && s[coalescing_ipv4] != 0;
  r.coalescing_ipv6 = r.coalescing_ipv6 && s[coalescing_ipv6] != 0;
  if (s[encapsulated] == 0) r.encapsulated = {};
  if (!s.protocols(ipsec_v1).has(ipsec_protocol::ah)) r.ipsec_v1.ah &= 0xf;  // MD5 and SHA-1 are also what ESP authenticates with
  if (!s.protocols(ipsec_v1).has(ipsec_protocol::esp)) r.ipsec_v1.esp = 0;
  if (s.protocols(ipsec_v1).size() < 2) r.ipsec_v1.ah_esp_combined = 0;
  if (s.protocols(ipsec_v1).empty()) r.ipsec_v1 = {};
  r.ipsec = with_protocols(r.ipsec, s.protocols(r.ipsec.ipv6 ? ipsec_v2 : ipsec_v2_ipv4));
  return r;
}

}  // namespace v0
}  // namespace esplanade
