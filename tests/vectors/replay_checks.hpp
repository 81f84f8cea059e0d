// Replay traces, event by event: packets sealed with the sender's true 64-bit number, given to a receiving datapath.
#pragma once

#include "cases.hpp"

#include <memory>

namespace vectors {

/// What the traces came to besides passing and failing.
struct replay_tally {
  std::size_t events = 0;
  std::size_t expected_differences = 0;  ///< Linux accepts a number that no sender sends
};

/// One receiving datapath for each size of window that traces have.
class replay_checks {
 public:
  replay_checks();
  ~replay_checks();

  /// Whether a window of this size is compiled in.
  [[nodiscard]] static bool has_window(std::uint32_t packets);
  /// "" when every event of the trace gets its verdict and leaves the window where it should; otherwise the first that does not.
  std::string check(const replay_trace& t);
  [[nodiscard]] const replay_tally& tally() const { return tally_; }

 private:
  struct receivers;
  template <class Receiver> std::string check_with(const replay_trace& t, Receiver& receiver);

  std::unique_ptr<receivers> receivers_;
  replay_tally tally_;
};

}  // namespace vectors
