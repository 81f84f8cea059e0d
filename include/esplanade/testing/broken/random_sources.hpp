// Random sources with one fault each, to show that every random law can fail and that none speaks for another.
#pragma once

#include <esplanade/testing/random_laws.hpp>
#include <esplanade/testing/seeded.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace broken {

enum class random_fault : std::uint8_t {
  none,
  narrow,      ///< 32 bits where 64 were asked for
  repeats,     ///< the 1000th number is the 999th once more
  alternates,  ///< the lowest bit takes turns
};

inline constexpr random_fault random_faults[] = {random_fault::narrow, random_fault::repeats, random_fault::alternates};

/// The one law that a fault breaks.
[[nodiscard]] constexpr const char* law_broken_by(random_fault fault) noexcept {
  switch (fault) {
    case random_fault::none: return "";
    case random_fault::narrow: return random_law::every_bit;
    case random_fault::repeats: return random_law::fresh;
    case random_fault::alternates: return random_law::changes;
  }
  return "";
}

/// A seeded stream with `Fault` in it.
template <random_fault Fault> class faulty_random {
 public:
  std::uint64_t next() noexcept {
    ++drawn_;
    if (!(Fault == random_fault::repeats && drawn_ == 1000)) last_ = numbers_.next();
    if (Fault == random_fault::narrow) return last_ >> 32;
    if (Fault == random_fault::alternates) return (last_ & ~std::uint64_t{1}) | (drawn_ & 1);
    return last_;
  }

 private:
  seeded numbers_{1};
  std::uint64_t drawn_ = 0, last_ = 0;
};

}  // namespace broken
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
