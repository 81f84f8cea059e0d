// Packets back in the order of the capture.
#pragma once

#include "parcel.hpp"

#include <map>
#include <optional>

namespace capture_tunnel {

/// Takes what became of every protected packet, in the order of arrival, and gives the delivered ones out in capture order.
/// Holds no more than what overtook somebody.
class resequencer {
 public:
  /// `delivered` is null for a packet that got lost. Calls `give(parcel)` for those whose turn it is.
  template <class Give> void put(std::uint64_t ordinal, const parcel* delivered, Give give) {
    if (ordinal != next_) {
      waiting_.emplace(ordinal, delivered != nullptr ? std::optional(*delivered) : std::nullopt);
      return;
    }
    if (delivered != nullptr) give(*delivered);
    ++next_;
    for (auto first = waiting_.begin(); first != waiting_.end() && first->first == next_; first = waiting_.erase(first), ++next_)
      if (first->second) give(*first->second);
  }

 private:
  std::uint64_t next_ = 0;
  std::map<std::uint64_t, std::optional<parcel>> waiting_;
};

}  // namespace capture_tunnel
