// Keyword stores with one fault each, to show that the keyword laws can fail and say which law it was.
#pragma once

#include <esplanade/testing/keyword_laws.hpp>

#include <map>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace broken {

enum class keyword_fault : std::uint8_t {
  none,
  no_nought,     ///< what is written as 0 is as if it were not written
  first_stays,   ///< a keyword keeps its first value
  answers_nought,///< what was never written is 0
  neighbours,    ///< keywords of equal length are one
  by_place,      ///< a keyword is where its text stands
};
inline constexpr keyword_fault keyword_faults[] = {keyword_fault::no_nought, keyword_fault::first_stays, keyword_fault::answers_nought, keyword_fault::neighbours, keyword_fault::by_place};

/// The law that a store with this fault breaks, and no other.
constexpr const char* law_broken_by(keyword_fault fault) {
  switch (fault) {
    case keyword_fault::no_nought: return keyword_law::kept;
    case keyword_fault::first_stays: return keyword_law::newest;
    case keyword_fault::answers_nought: return keyword_law::absent;
    case keyword_fault::neighbours: return keyword_law::apart;
    case keyword_fault::by_place: return keyword_law::by_text;
    case keyword_fault::none: return "";
  }
  return "";
}

template <keyword_fault Fault> class faulty_keywords {
 public:
  void write(const char* keyword, std::uint32_t value) noexcept {
    const std::string name = name_of(keyword);
    if (Fault == keyword_fault::no_nought && value == 0) values_.erase(name);
    else if (Fault == keyword_fault::first_stays) values_.emplace(name, value);
    else values_[name] = value;
  }
  std::uint32_t read(const char* keyword, std::uint32_t fallback) noexcept {
    const auto found = values_.find(name_of(keyword));
    if (found == values_.end()) return Fault == keyword_fault::answers_nought ? 0 : fallback;
    return found->second;
  }

 private:
  static std::string name_of(const char* keyword) {
    if (Fault == keyword_fault::neighbours) return std::string(std::string(keyword).size(), '*');
    if (Fault == keyword_fault::by_place) return std::to_string(reinterpret_cast<std::uintptr_t>(keyword));
    return keyword;
  }
  std::map<std::string, std::uint32_t> values_{};
};

}  // namespace broken
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
