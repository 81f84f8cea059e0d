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
