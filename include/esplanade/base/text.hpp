// Words at compile time: strings as template arguments, and the sentence that ends a concept.
#pragma once

#include <cstddef>

namespace esplanade {
inline namespace v0 {

/// A string literal as a template argument.
template <std::size_t Size> struct text {
  char letters[Size]{};
  consteval text(const char (&literal)[Size]) noexcept {
    for (std::size_t i = 0; i < Size; ++i) letters[i] = literal[i];
  }
};

/// Two texts in one.
template <std::size_t First, std::size_t Second> [[nodiscard]] consteval auto joined(const text<First>& first, const text<Second>& second) noexcept {
  char both[First + Second - 1]{};
  for (std::size_t i = 0; i < First - 1; ++i) both[i] = first.letters[i];
  for (std::size_t i = 0; i < Second; ++i) both[First - 1 + i] = second.letters[i];
  return text<First + Second - 1>(both);
}

/// The last disjunct of a concept: always false, and compilers print its sentence when the concept fails.
template <text Sentence, class... About> consteval bool unmet() noexcept { return false; }

/// Compares two C strings where `<string_view>` would cost every user its parse.
constexpr bool same_text(const char* a, const char* b) noexcept {
  while (*a != '\0' && *a == *b) ++a, ++b;
  return *a == *b;
}

}  // namespace v0
}  // namespace esplanade
