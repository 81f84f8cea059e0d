// AH on the wire (RFC 4302 2): its header, the length it says, the padding of its ICV.
#pragma once

#include <esplanade/net/protocol.hpp>

namespace esplanade {
inline namespace v0 {

//  0                   1                   2                   3
// +---------------+---------------+-------------------------------+
// |  next header  |    length     |           reserved            |     length: in 4 octets, minus 2
// +---------------+---------------+-------------------------------+
// |                              SPI                              |
// |                        sequence number                        |
// +---------------------------------------------------------------+
// |          IV (AES-GMAC, RFC 4543 4), ICV, padding …            |     all of AH is covered, with zeros where the ICV stands
// +---------------------------------------------------------------+

inline constexpr std::size_t ah_fixed_octets = 12;     ///< next header to sequence number
inline constexpr std::size_t ah_octets_max = 12 + 44;  ///< with IV, ICV and padding of any suite

/// Octets of an AH header that carries `data` octets of IV and ICV and is a multiple of `alignment` (4 or 8).
[[nodiscard]] constexpr std::size_t ah_octets(std::size_t data, std::size_t alignment) noexcept {
  return (ah_fixed_octets + data + alignment - 1) & ~(alignment - 1);
}
/// What the length field says of a header of so many octets, a multiple of 4 (RFC 4302 2.2).
[[nodiscard]] constexpr octet ah_length_field(std::size_t size) noexcept { return static_cast<octet>(size / 4 - 2); }

/// Writes the fixed part. Reserved is zero (RFC 4302 2.3).
ESPLANADE_INLINE void write_ah(octet* at, octet next_header, std::size_t size, std::uint32_t spi, std::uint32_t number) noexcept {
  at[0] = next_header;
  at[1] = ah_length_field(size);
  store_be16(at + 2, 0);
  store_be32(at + 4, spi);
  store_be32(at + 8, number);
}

}  // namespace v0
}  // namespace esplanade
