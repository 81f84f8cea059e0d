// Memory and byte order. Everything on the wire is read and written through here.
#pragma once

#include <esplanade/base/attributes.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace esplanade {
inline namespace v0 {

using octet = std::uint8_t;
using octets = std::span<octet>;              ///< memory that may be written; owned by somebody else
using const_octets = std::span<const octet>;  ///< memory that is only read; owned by somebody else

namespace detail {
// One expression each, so that compilers see one instruction; of a loop g++ 12 makes shifts octet by octet.
constexpr std::uint16_t swap_octets(std::uint16_t v) noexcept { return static_cast<std::uint16_t>((v << 8) | (v >> 8)); }
constexpr std::uint32_t swap_octets(std::uint32_t v) noexcept {
  return (v << 24) | ((v & 0xff00) << 8) | ((v >> 8) & 0xff00) | (v >> 24);
}
constexpr std::uint64_t swap_octets(std::uint64_t v) noexcept {
  return (static_cast<std::uint64_t>(swap_octets(static_cast<std::uint32_t>(v))) << 32) | swap_octets(static_cast<std::uint32_t>(v >> 32));
}
template <class T> constexpr T wire(T value) noexcept {
  if constexpr (std::endian::native == std::endian::big) return value;
  else return swap_octets(value);
}
template <class T> ESPLANADE_INLINE T load(const octet* at) noexcept {
  T value;
  std::memcpy(&value, at, sizeof value);
  return wire(value);
}
template <class T> ESPLANADE_INLINE void store(octet* at, T value) noexcept {
  value = wire(value);
  std::memcpy(at, &value, sizeof value);
}
}  // namespace detail

// Big-endian numbers at any alignment; the caller has checked the bounds.
ESPLANADE_INLINE std::uint16_t load_be16(const octet* at) noexcept { return detail::load<std::uint16_t>(at); }
ESPLANADE_INLINE std::uint32_t load_be32(const octet* at) noexcept { return detail::load<std::uint32_t>(at); }
ESPLANADE_INLINE std::uint64_t load_be64(const octet* at) noexcept { return detail::load<std::uint64_t>(at); }
ESPLANADE_INLINE void store_be16(octet* at, std::uint16_t value) noexcept { detail::store(at, value); }
ESPLANADE_INLINE void store_be32(octet* at, std::uint32_t value) noexcept { detail::store(at, value); }
ESPLANADE_INLINE void store_be64(octet* at, std::uint64_t value) noexcept { detail::store(at, value); }

}  // namespace v0
}  // namespace esplanade
