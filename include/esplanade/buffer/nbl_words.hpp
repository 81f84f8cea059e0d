// The out-of-band words of a buffer list that IPsec, segmentation and checksums use: one type for each slot and direction.
//
//   slot                  send                                   receive
//   checksum        0     send_checksum                          receive_checksum
//   ipsec           1     send_ipsec: the SA's handle            receive_ipsec: what the NIC did
//   large send      2     send_large / completed_large           –
//   tunnel         11     send_tunnel: the outer SA's handle     –
//   ipsec headers  12     send_headers: offsets, trailer         receive_headers: the trailer
#pragma once

#include <esplanade/base/octets.hpp>

namespace esplanade {
inline namespace v0 {

/// One pointer-sized word, as it stands in a slot; 0 = no information.
using oob_word = std::uintptr_t;

/// What the NIC found, by the numbers of ipsecov2.md 2.11.
enum class crypto_status : std::uint16_t {
  success = 0,                    ///< every ICV that was checked is right; or nothing was done
  generic_error = 1,
  transport_ah_failed = 2,        ///< the ICV of this protocol, in the transport portion
  transport_esp_failed = 3,
  tunnel_ah_failed = 4,           ///< likewise in the tunnel portion
  tunnel_esp_failed = 5,
  invalid_packet_syntax = 6,      ///< lengths that contradict each other
  invalid_protocol = 7,           ///< the SA's protocols are not the packet's
};
inline constexpr std::size_t crypto_status_count = 8;

/// Words for a status; also its counter's name.
[[nodiscard]] constexpr const char* describe(crypto_status s) noexcept {
  constexpr const char* words[] = {"success", "generic error", "AH ICV of the transport portion wrong", "ESP ICV of the transport portion wrong", "AH ICV of the tunnel portion wrong",
                                   "ESP ICV of the tunnel portion wrong", "lengths contradict each other", "not the protocols of the SA"};
  return static_cast<std::size_t>(s) < crypto_status_count ? words[static_cast<std::size_t>(s)] : "unknown status";
}

/// Slot 1 on the way out: under which SA; of the transport portion, or of the only IPsec payload.
struct send_ipsec {
  std::uintptr_t handle = 0;
  [[nodiscard]] constexpr oob_word pack() const noexcept { return handle; }
  [[nodiscard]] static constexpr send_ipsec unpack(oob_word w) noexcept { return {w}; }
};
/// Slot 11 on the way out: the SA of the outer tunnel, when there is a transport portion inside.
struct send_tunnel {
  std::uintptr_t handle = 0;
  [[nodiscard]] constexpr oob_word pack() const noexcept { return handle; }
  [[nodiscard]] static constexpr send_tunnel unpack(oob_word w) noexcept { return {w}; }
};
/// Slot 1 on the way in: what was done, and how it went.
struct receive_ipsec {
  bool delete_requested = false;  ///< the NIC wants this SA's place, and its partner's
  bool done = false;              ///< at least one IPsec payload was checked
  bool next_done = false;         ///< both the tunnel and the transport portion were; implies `done`
  crypto_status status = crypto_status::success;
  [[nodiscard]] constexpr oob_word pack() const noexcept {
    return oob_word{delete_requested} | oob_word{done} << 1 | oob_word{next_done} << 2 | oob_word{static_cast<std::uint16_t>(status)} << 16;
  }
  [[nodiscard]] static constexpr receive_ipsec unpack(oob_word w) noexcept {
    return {(w & 1) != 0, (w >> 1 & 1) != 0, (w >> 2 & 1) != 0, static_cast<crypto_status>(w >> 16 & 0xffff)};
  }
  friend constexpr bool operator==(const receive_ipsec&, const receive_ipsec&) noexcept = default;
};
/// Slot 12 on the way out.
///   Units    offsets in octets from the start of the IP header, multiples of 4, at most 1020; 0 = no such header
struct send_headers {
  octet next_header = 0;          ///< of the ESP trailer
  std::uint8_t pad_length = 0;    ///< pad octets at the end of the payload, with segmentation and without
  std::uint16_t ah_offset = 0, esp_offset = 0;
  [[nodiscard]] constexpr oob_word pack() const noexcept {
    return oob_word{next_header} | oob_word{pad_length} << 8 | oob_word{ah_offset / 4u & 0xffu} << 16 | oob_word{esp_offset / 4u & 0xffu} << 24;
  }
  [[nodiscard]] static constexpr send_headers unpack(oob_word w) noexcept {
    return {static_cast<octet>(w & 0xff), static_cast<std::uint8_t>(w >> 8 & 0xff), static_cast<std::uint16_t>((w >> 16 & 0xff) * 4), static_cast<std::uint16_t>((w >> 24 & 0xff) * 4)};
  }
  friend constexpr bool operator==(const send_headers&, const send_headers&) noexcept = default;
};
/// Slot 12 on the way in: the trailer of the innermost ESP that was opened; otherwise nothing, and `set` is false.
struct receive_headers {
  octet next_header = 0;
  std::uint8_t pad_length = 0;
  bool set = false;
  [[nodiscard]] constexpr oob_word pack() const noexcept { return oob_word{next_header} | oob_word{pad_length} << 8 | oob_word{set} << 16; }
  [[nodiscard]] static constexpr receive_headers unpack(oob_word w) noexcept { return {static_cast<octet>(w & 0xff), static_cast<std::uint8_t>(w >> 8 & 0xff), (w >> 16 & 1) != 0}; }
  friend constexpr bool operator==(const receive_headers&, const receive_headers&) noexcept = default;
};

/// Slot 2 on the way out: segment this packet (ipsecov2.md 2.12). A word of 0 asks for nothing.
struct send_large {
  std::uint32_t mss = 0;             ///< octets of payload in each segment but the last; 20 bits
  std::uint16_t tcp_offset = 0;      ///< from the first octet of the packet; 10 bits
  bool version_2 = false;            ///< false: LSO v1
  bool ipv6 = false;                 ///< v2 only
  bool stray = false;                ///< bits that mean nothing are set; such a word asks too
  [[nodiscard]] constexpr oob_word pack() const noexcept {
    return static_cast<std::uint32_t>((mss & 0xfffffu) | (std::uint32_t{tcp_offset} & 0x3ffu) << 20 | std::uint32_t{version_2} << 30 | std::uint32_t{ipv6 && version_2} << 31);
  }
  [[nodiscard]] static constexpr send_large unpack(oob_word w) noexcept {
    const bool v2 = (w >> 30 & 1) != 0, highest = (w >> 31 & 1) != 0;
    return {static_cast<std::uint32_t>(w & 0xfffff), static_cast<std::uint16_t>(w >> 20 & 0x3ff), v2, v2 && highest, (!v2 && highest) || (w >> 16 >> 16) != 0};
  }
  /// Whether anything is asked: what cannot be meant is refused then, and never leaves as one frame.
  [[nodiscard]] constexpr explicit operator bool() const noexcept { return mss != 0 || tcp_offset != 0 || version_2 || ipv6 || stray; }
  friend constexpr bool operator==(const send_large&, const send_large&) noexcept = default;
};
/// Slot 2 once a large send is completed.
struct completed_large {
  std::uint32_t tcp_payload = 0;     ///< v1: octets of TCP payload sent; v2: 0
  bool version_2 = false;
  [[nodiscard]] constexpr oob_word pack() const noexcept { return static_cast<std::uint32_t>((version_2 ? 0u : tcp_payload & 0x3fffffffu) | std::uint32_t{version_2} << 30); }
  [[nodiscard]] static constexpr completed_large unpack(oob_word w) noexcept { return {static_cast<std::uint32_t>(w & 0x3fffffff), (w >> 30 & 1) != 0}; }
};

/// Slot 0 on the way out: compute these.
struct send_checksum {
  bool ipv4 = false, ipv6 = false, tcp = false, udp = false, ip_header = false;
  std::uint16_t tcp_offset = 0;      ///< of the TCP or UDP header from the first octet of the packet; 10 bits
  [[nodiscard]] constexpr oob_word pack() const noexcept {
    return oob_word{ipv4} | oob_word{ipv6} << 1 | oob_word{tcp} << 2 | oob_word{udp} << 3 | oob_word{ip_header} << 4 | (oob_word{tcp_offset} & 0x3ff) << 16;
  }
  [[nodiscard]] static constexpr send_checksum unpack(oob_word w) noexcept {
    return {(w & 1) != 0, (w >> 1 & 1) != 0, (w >> 2 & 1) != 0, (w >> 3 & 1) != 0, (w >> 4 & 1) != 0, static_cast<std::uint16_t>(w >> 16 & 0x3ff)};
  }
};
/// Slot 0 on the way in: what was checked. Neither failed nor right: the host checks.
struct receive_checksum {
  bool tcp_failed = false, udp_failed = false, ip_failed = false, tcp_right = false, udp_right = false, ip_right = false, loopback = false;
  [[nodiscard]] constexpr oob_word pack() const noexcept {
    return oob_word{tcp_failed} | oob_word{udp_failed} << 1 | oob_word{ip_failed} << 2 | oob_word{tcp_right} << 3 | oob_word{udp_right} << 4 | oob_word{ip_right} << 5 | oob_word{loopback} << 6;
  }
  [[nodiscard]] static constexpr receive_checksum unpack(oob_word w) noexcept {
    return {(w & 1) != 0, (w >> 1 & 1) != 0, (w >> 2 & 1) != 0, (w >> 3 & 1) != 0, (w >> 4 & 1) != 0, (w >> 5 & 1) != 0, (w >> 6 & 1) != 0};
  }
};

}  // namespace v0
}  // namespace esplanade
