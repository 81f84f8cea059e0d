// The line between the two ends, and what it does to packets when it is asked to.
#pragma once

#include "keys.hpp"
#include "parcel.hpp"

#include <vector>

namespace capture_tunnel {

/// A packet as it arrives.
struct arrival {
  std::uint64_t ordinal = 0;  ///< which of the protected packets it is
  enum kind { first, corrupted, copy } what = first;
};

/// Holds protected packets back until all were sent, so that it can choose among them; in memory, so that it can mix them.
///
///     reorder   two neighbours of one SA change places          …  7 8 9 10 …    →   … 7 9 8 10 …
///     corrupt   one bit between IV and ICV end is flipped; never of a packet that changed places
///     replay    a packet that was not corrupted is sent again, few enough packets of its SA later to be inside the window
///
/// Times travel with their packets.
class wire {
 public:
  wire(const impairments& asked, std::uint32_t window, chance& from) : asked_(asked), window_(window), from_(from) {}

  void take(const parcel& sent) {
    packets_.push_back({{sent.head.seconds, sent.head.fraction, 0, {}}, sent.link, sent.packet, sent.ordinal, sent.verdict});
  }
  /// Does what was asked for.
  ///   Errors   refusal: the capture does not allow that many
  void impair();
  /// The packets in the order of arrival, with what happened to each.
  [[nodiscard]] const std::vector<parcel>& packets() const { return packets_; }
  [[nodiscard]] const std::vector<arrival>& arrivals() const { return arrivals_; }

 private:
  using positions = std::vector<std::size_t>;
  void find_streams();
  void check_amounts() const;
  void reorder();
  void corrupt();
  void replay();

  impairments asked_;
  std::uint32_t window_;
  chance& from_;
  std::vector<parcel> packets_;
  std::vector<arrival> arrivals_;
  std::vector<positions> streams_;  // of each SA, in the order of arrival
  std::vector<bool> moved_;         // by position
};

}  // namespace capture_tunnel
