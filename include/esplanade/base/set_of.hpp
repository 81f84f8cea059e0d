// Sets of enumerators for profiles and descriptors: structural, so they can be template arguments.
#pragma once

#include <bit>
#include <cstdint>
#include <type_traits>

namespace esplanade {
inline namespace v0 {

/// A set of enumerators whose values are distinct single bits.
template <class Enum> struct set_of {
  using bits_type = std::uint32_t;
  bits_type bits = 0;

  constexpr set_of() noexcept = default;
  constexpr set_of(Enum one) noexcept : bits(static_cast<bits_type>(one)) {}
  static constexpr set_of from_bits(bits_type bits) noexcept {
    set_of made;
    made.bits = bits;
    return made;
  }

  [[nodiscard]] constexpr bool has(Enum one) const noexcept { return (bits & static_cast<bits_type>(one)) != 0; }
  [[nodiscard]] constexpr bool covers(set_of other) const noexcept { return (other.bits & ~bits) == 0; }
  [[nodiscard]] constexpr bool empty() const noexcept { return bits == 0; }
  [[nodiscard]] constexpr int size() const noexcept { return std::popcount(bits); }
  [[nodiscard]] constexpr set_of without(set_of other) const noexcept { return from_bits(bits & ~other.bits); }

  friend constexpr set_of operator|(set_of a, set_of b) noexcept { return from_bits(a.bits | b.bits); }
  friend constexpr set_of operator&(set_of a, set_of b) noexcept { return from_bits(a.bits & b.bits); }
  friend constexpr bool operator==(set_of, set_of) noexcept = default;
};

}  // namespace v0
}  // namespace esplanade
