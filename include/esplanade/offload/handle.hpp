// What an offload handle is made of: the place of a bundle and the generation of that place.
#pragma once

#include <esplanade/offload/sa_request.hpp>

#include <bit>

namespace esplanade {
inline namespace v0 {

namespace detail {
/// Generation ‖ place + 1 in one word of `Word`: never 0. A place may be taken `generations` times and then never again, so that
/// no handle ever names a second bundle (U-7): 2^32 times with words of 64 bits, 2^22 with 32 bits and 1000 places.
template <class Word, std::size_t Capacity> struct handle_form {
  static constexpr unsigned word_bits = sizeof(Word) * 8;
  static constexpr unsigned place_bits = std::bit_width(Capacity);
  static_assert(place_bits < word_bits, "a handle needs bits for a generation beside the place");
  static constexpr unsigned generation_bits = word_bits - place_bits < 32 ? word_bits - place_bits : 32;
  static constexpr std::uint64_t generations = std::uint64_t{1} << generation_bits;

  /// Places count generations from 1, so the last one is this.
  [[nodiscard]] static constexpr bool worn(std::uint32_t generation) noexcept { return generation == 0 || generation >= generations; }
  [[nodiscard]] static constexpr Word word_of(std::uint32_t place, std::uint32_t generation) noexcept {
    return static_cast<Word>((static_cast<std::uint64_t>(generation) << place_bits) | (place + std::uint64_t{1}));
  }
  /// Beyond `Capacity` for a word that no place has.
  [[nodiscard]] static constexpr std::uint32_t place_of(Word word) noexcept {
    return static_cast<std::uint32_t>(word & ((Word{1} << place_bits) - 1)) - 1;
  }
  [[nodiscard]] static constexpr std::uint32_t generation_of(Word word) noexcept { return static_cast<std::uint32_t>(static_cast<std::uint64_t>(word) >> place_bits); }
  /// Whether this is the very word of its place and generation: bits above both are 0.
  [[nodiscard]] static constexpr bool sound(Word word) noexcept { return word != 0 && word_of(place_of(word), generation_of(word)) == word; }
};
}  // namespace detail

}  // namespace v0
}  // namespace esplanade
