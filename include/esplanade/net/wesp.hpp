// Wrapped ESP (RFC 5840): four octets that tell middleboxes whether a payload is encrypted, and where it is.
#pragma once

#include <esplanade/net/esp.hpp>
#include <esplanade/net/protocol.hpp>

namespace esplanade {
inline namespace v0 {

//  0                   1                   2                   3
// +---------------+---------------+---------------+---------------+
// |  next header  |  header length| trailer length|V V|E|P| 0     |   V version, E encrypted, P padded
// |                  padding, for IPv6 without UDP                |
// +---------------------------------------------------------------+
// |                              ESP                              |

inline constexpr std::size_t wesp_octets = 4;  ///< without padding

/// The fields; all but version and padding are 0 where the payload is encrypted.
struct wesp_header {
  octet next_header = 0;     ///< that of the ESP trailer
  octet header_length = 0;   ///< octets from WESP to the payload behind the IV
  octet trailer_length = 0;  ///< of the ICV
  std::uint8_t version = 0;
  bool encrypted = true;
  bool padded = false;

  [[nodiscard]] constexpr std::size_t octets() const noexcept { return padded ? 2 * wesp_octets : wesp_octets; }
  friend constexpr bool operator==(const wesp_header&, const wesp_header&) noexcept = default;
};

/// RFC 5840 2: "This padding MUST be used with IPv6" unless the UDP marker aligns ESP already, and never with IPv4.
[[nodiscard]] constexpr bool wesp_padded(family outer, bool in_udp) noexcept { return outer == family::ipv6 && !in_udp; }

/// What WESP says of an SA's packet.
[[nodiscard]] constexpr wesp_header wesp_of(bool encrypted, family outer, bool in_udp, std::size_t iv, std::size_t icv, octet next_header) noexcept {
  wesp_header w;
  w.padded = wesp_padded(outer, in_udp);
  w.encrypted = encrypted;
  if (encrypted) return w;
  w.next_header = next_header;
  w.header_length = static_cast<octet>(w.octets() + esp_header_octets + iv);
  w.trailer_length = static_cast<octet>(icv);
  return w;
}

/// Reads 4 octets; whether they make sense is the reader's to say. Reserved bits are ignored, as RFC 5840 2 asks.
[[nodiscard]] constexpr wesp_header read_wesp(const octet* at) noexcept {
  return {at[0], at[1], at[2], static_cast<std::uint8_t>(at[3] >> 6), (at[3] & 0x20) != 0, (at[3] & 0x10) != 0};
}
/// Writes 4 octets; padding is the caller's, and zero.
constexpr void write_wesp(octet* at, const wesp_header& w) noexcept {
  at[0] = w.next_header;
  at[1] = w.header_length;
  at[2] = w.trailer_length;
  at[3] = static_cast<octet>(w.version << 6 | (w.encrypted ? 0x20 : 0) | (w.padded ? 0x10 : 0));
}

}  // namespace v0
}  // namespace esplanade
