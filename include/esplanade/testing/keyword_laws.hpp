// What whoever keeps the keywords of an adapter owes it, and the concept cannot say.
#pragma once

#include <esplanade/capability/offload_settings.hpp>
#include <esplanade/testing/broken_law.hpp>

#include <string>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// The names of the laws, as `check_keyword_laws` returns them.
namespace keyword_law {
inline constexpr const char* kept = "what was written is read";
inline constexpr const char* newest = "what was written last is read";
inline constexpr const char* absent = "what was never written reads as the fallback, and stays unwritten";
inline constexpr const char* apart = "a keyword changes no other";
inline constexpr const char* by_text = "a keyword is its text, wherever that stands";
}  // namespace keyword_law

/// The laws that the stores of type K break; none when they keep them all. Each law watches an empty store.
template <KeywordStore K> std::vector<broken_law> find_broken_keyword_laws() {
  std::vector<broken_law> broken;
  for (const offload_keyword& keyword : offload_keywords) {
    const auto report = [&](const char* law) { report_once(broken, law, keyword.name); };
    {
      K k;
      for (const std::uint32_t fallback : {7u, 9u})
        if (k.read(keyword.name, fallback) != fallback) report(keyword_law::absent);
    }
    for (std::uint32_t value = 0; value <= keyword.value_max; ++value) {
      K k;
      k.write(keyword.name, value);
      if (k.read(keyword.name, 99) != value) report(keyword_law::kept);
    }
    {
      K k;
      k.write(keyword.name, 1);
      k.write(keyword.name, 0);
      if (k.read(keyword.name, 99) == 1) report(keyword_law::newest);
    }
    {
      K k;
      for (const offload_keyword& other : offload_keywords) k.write(other.name, 1);
      k.write(keyword.name, 0);
      for (const offload_keyword& other : offload_keywords)
        if (&other != &keyword && k.read(other.name, 99) == 0) report(keyword_law::apart);
    }
    {
      K k;
      std::string text = keyword.name;
      k.write(text.c_str(), 1);
      text.assign(text.size(), 'x');
      if (k.read(std::string(keyword.name).c_str(), 99) == 99) report(keyword_law::by_text);
    }
  }
  return broken;
}
/// Only their names.
template <KeywordStore K> std::vector<std::string> check_keyword_laws() { return names_of(find_broken_keyword_laws<K>()); }

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
