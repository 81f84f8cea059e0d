// The Internet checksum of IPv4 headers (RFC 1071) and its incremental update (RFC 1624).
#pragma once

#include <esplanade/base/octets.hpp>

namespace esplanade {
inline namespace v0 {

/// Folds a sum of 16-bit words to 16 bits, end-around carry included.
[[nodiscard]] constexpr std::uint16_t fold_checksum(std::uint64_t sum) noexcept {
  sum = (sum & 0xffffffff) + (sum >> 32);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

/// The same for a sum of few words, which 32 bits hold.
[[nodiscard]] constexpr std::uint16_t fold_checksum(std::uint32_t sum) noexcept {
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

/// Sum of the big-endian 16-bit words of `data`; an odd last octet counts as if a zero followed. At most 2^32 words.
[[nodiscard]] inline std::uint64_t checksum_sum(const_octets data) noexcept {
  std::uint64_t sum = 0;
  std::size_t i = 0;
  for (; i + 2 <= data.size(); i += 2) sum += load_be16(data.data() + i);
  if (i < data.size()) sum += static_cast<std::uint64_t>(data[i]) << 8;
  return sum;
}

/// The checksum to store for `data` whose checksum field holds zero; host byte order.
[[nodiscard]] inline std::uint16_t internet_checksum(const_octets data) noexcept {
  return static_cast<std::uint16_t>(~fold_checksum(checksum_sum(data)) & 0xffff);
}

/// RFC 1624 eqn. 3: the checksum after one 16-bit word changed from `was` to `is`; all in host byte order.
[[nodiscard]] constexpr std::uint16_t updated_checksum(std::uint16_t checksum, std::uint16_t was, std::uint16_t is) noexcept {
  const std::uint32_t sum = (~static_cast<std::uint32_t>(checksum) & 0xffff) + (~static_cast<std::uint32_t>(was) & 0xffff) + is;
  return static_cast<std::uint16_t>(~fold_checksum(sum) & 0xffff);
}

}  // namespace v0
}  // namespace esplanade
