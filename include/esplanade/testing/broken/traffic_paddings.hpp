// Traffic padding policies with one fault each, to show that the TFC laws can fail and say which law it was.
#pragma once

#include <esplanade/testing/tfc_laws.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace broken {

enum class tfc_fault {
  none,
  cuts,       ///< what is longer than the size that packets shall have is cut to it
  overflows,  ///< rounds up past what the path carries
  swaps,      ///< small packets become longer than middling ones
  wanders,    ///< another length each time: the mean tells
};
inline constexpr tfc_fault tfc_faults[] = {tfc_fault::cuts, tfc_fault::overflows, tfc_fault::swaps, tfc_fault::wanders};

/// The law that a policy with this fault breaks, and no other.
constexpr const char* law_broken_by(tfc_fault fault) {
  switch (fault) {
    case tfc_fault::cuts: return tfc_law::never_shorter;
    case tfc_fault::overflows: return tfc_law::fits;
    case tfc_fault::swaps: return tfc_law::monotone;
    case tfc_fault::wanders: return tfc_law::repeatable;
    case tfc_fault::none: return "";
  }
  return "";
}

/// Everything becomes as long as fits, but for its fault.
template <tfc_fault Fault> struct faulty_tfc {
  static constexpr std::size_t path = 1500;
  static std::size_t padded(std::size_t inner, std::size_t most) noexcept {
    switch (Fault) {
      case tfc_fault::cuts: return inner > most - 10 ? most - 10 : most;
      case tfc_fault::overflows: return inner > most - 10 ? most + 2 : most;
      case tfc_fault::swaps: return inner < 30 ? most : inner;
      case tfc_fault::wanders: {
        // Grows with every question, so that neighbours are still in order.
        static std::size_t asked = 0;
        static std::size_t of = 0;
        if (of != inner) of = inner, asked = 0;
        return inner < most ? inner + asked++ % 2 : most;
      }
      case tfc_fault::none: break;
    }
    return most;
  }
};

}  // namespace broken
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
