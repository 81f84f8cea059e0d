// ESP on the wire (RFC 4303 2): header, trailer, padding.
#pragma once

#include <esplanade/base/octets.hpp>

namespace esplanade {
inline namespace v0 {

//  0                   1                   2                   3
// +---------------------------------------------------------------+  ----
// |                              SPI                              |  ^ integrity
// |                        sequence number                        |  |
// +---------------------------------------------------------------+  |  ----
// |                      IV, then ciphertext                      |  |  ^ encryption
// |        payload          |   padding 1 2 3 …   | length | next  |  v  v (not the IV)
// +---------------------------------------------------------------+  ----
// |                              ICV                              |
// +---------------------------------------------------------------+

inline constexpr std::size_t esp_header_octets = 8;   ///< SPI and sequence number
inline constexpr std::size_t esp_trailer_octets = 2;  ///< pad length and next header, without the padding
inline constexpr std::size_t esp_pad_max = 255;
inline constexpr std::uint32_t spi_reserved_max = 255;  ///< RFC 4303 2.1: 1 … 255 are reserved, 0 is for local use

/// Pad octets so that payload, padding and trailer fill a multiple of `alignment` (a power of two, 4 or more).
[[nodiscard]] constexpr std::size_t esp_padding(std::size_t payload, std::size_t alignment) noexcept {
  return (0 - (payload + esp_trailer_octets)) & (alignment - 1);
}

}  // namespace v0
}  // namespace esplanade
