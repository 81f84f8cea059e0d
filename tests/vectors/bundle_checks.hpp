// One packet under two SAs: inbound through both in one pass, damaged, and outbound octet for octet.
#pragma once

#include "cases.hpp"

#include <memory>

namespace vectors {

struct bundle_tally {
  std::size_t runs = 0, damaged = 0;
  std::size_t sent = 0;          ///< compared outbound, octet for octet
  std::size_t atomic = 0;        ///< arrived in an IPv6 atomic fragment, which we do not send
  std::size_t padded_otherwise = 0;  ///< AH with padding that is not zeros: outbound not compared
};

class bundle_checks {
 public:
  bundle_checks();
  ~bundle_checks();
  bundle_checks(const bundle_checks&) = delete;
  bundle_checks& operator=(const bundle_checks&) = delete;

  /// "" when everything holds for the case; otherwise what does not, in one line.
  std::string check(const bundle_case& c);

  [[nodiscard]] const bundle_tally& tally() const { return tally_; }

 private:
  struct paths;
  std::unique_ptr<paths> paths_;
  bundle_tally tally_;
};

}  // namespace vectors
