// An IP address of either family.
#pragma once

#include <esplanade/net/protocol.hpp>

#include <type_traits>

namespace esplanade {
inline namespace v0 {

/// An IPv4 or IPv6 address in network byte order; an IPv4 address fills the first four octets, the rest are zero.
struct address {
  family version = family::ipv4;
  octet value[16]{};

  [[nodiscard]] static constexpr address v4(octet a, octet b, octet c, octet d) noexcept {
    return {family::ipv4, {a, b, c, d}};
  }
  /// Eight groups as they are written: `address::v6(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)`.
  [[nodiscard]] static constexpr address v6(std::uint16_t a, std::uint16_t b, std::uint16_t c, std::uint16_t d,
                                            std::uint16_t e, std::uint16_t f, std::uint16_t g, std::uint16_t h) noexcept {
    const std::uint16_t groups[] = {a, b, c, d, e, f, g, h};
    address made{family::ipv6, {}};
    for (std::size_t i = 0; i < 8; ++i) {
      made.value[2 * i] = static_cast<octet>(groups[i] >> 8);
      made.value[2 * i + 1] = static_cast<octet>(groups[i] & 0xff);
    }
    return made;
  }
  /// From the octets of a header; reads 4 or 16 of them.
  [[nodiscard]] static ESPLANADE_INLINE constexpr address from(family version, const octet* at) noexcept {
    address made{version, {}};
    if (!std::is_constant_evaluated()) {  // whole words, so that a comparison right behind reads what it finds on its way to memory
      std::uint64_t words[2]{};
      if (version == family::ipv4) std::memcpy(words, at, 4);
      else std::memcpy(words, at, 16);
      std::memcpy(made.value, words, 8);
      std::memcpy(made.value + 8, words + 1, 8);
      return made;
    }
    for (std::size_t i = 0; i < octets_of(version); ++i) made.value[i] = at[i];
    return made;
  }
  [[nodiscard]] static constexpr std::size_t octets_of(family version) noexcept { return version == family::ipv4 ? 4 : 16; }
  [[nodiscard]] constexpr std::size_t size() const noexcept { return octets_of(version); }
  [[nodiscard]] constexpr bool unspecified() const noexcept {
    for (const octet o : value)
      if (o != 0) return false;
    return true;
  }
  friend ESPLANADE_INLINE constexpr bool operator==(const address& a, const address& b) noexcept {
    if (a.version != b.version) return false;
    if (!std::is_constant_evaluated()) {
      std::uint64_t x[2], y[2];
      std::memcpy(x, a.value, 16);
      std::memcpy(y, b.value, 16);
      return ((x[0] ^ y[0]) | (x[1] ^ y[1])) == 0;
    }
    for (std::size_t i = 0; i < 16; ++i)
      if (a.value[i] != b.value[i]) return false;
    return true;
  }
};

}  // namespace v0
}  // namespace esplanade
