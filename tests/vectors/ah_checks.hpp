// One AH case, every way it can be run: inbound whole and cut, then damaged; outbound octet for octet.
#pragma once

#include "cases.hpp"

#include <memory>

namespace vectors {

/// What the checks came across besides passing and failing.
struct ah_tally {
  std::size_t runs = 0, flipped = 0, truncated = 0;
  std::size_t placed_otherwise = 0;  ///< destination options in front of AH, which we put behind it
  std::size_t padded_otherwise = 0;  ///< padding that is not zeros
  std::size_t dropped_for_ecn = 0;   ///< accepted by others; RFC 6040 drops them
  std::size_t inbound_only = 0;      ///< under an SPI that no SA of ours may send
};

class ah_checks {
 public:
  ah_checks();
  ~ah_checks();
  ah_checks(const ah_checks&) = delete;
  ah_checks& operator=(const ah_checks&) = delete;

  /// "" when everything holds for the case; otherwise what does not, in one line. `twin` is the accepted case that a corrupted
  /// one was made of.
  std::string check(const ah_case& c, const ah_case* twin);
  /// "" when every bit of AH and of what follows it, flipped, is found.
  std::string every_bit(const ah_case& c);

  [[nodiscard]] const ah_tally& tally() const { return tally_; }

 private:
  struct paths;
  std::unique_ptr<paths> paths_;
  ah_tally tally_;
};

}  // namespace vectors
