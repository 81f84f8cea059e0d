// Resynchronisation policies with one fault each, to show that the resynchronisation laws can fail and say which law it was.
#pragma once

#include <esplanade/testing/resync_laws.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace broken {

enum class resync_fault : std::uint8_t {
  none,
  early,              ///< due one failure before the threshold
  late,               ///< due one failure behind it
  edge_unseen,        ///< failures count on when the right edge moves
  delivery_unseen,    ///< failures count on when a packet is delivered
  believes_its_count, ///< due although a packet has passed since
  never_suspects,     ///< so the lane never asks whether it is due
  tries_each_time,    ///< once due, every packet is tried
  keeps_the_count,    ///< started again, it is due as before
};

inline constexpr resync_fault resync_faults[] = {
    resync_fault::early, resync_fault::late, resync_fault::edge_unseen, resync_fault::delivery_unseen, resync_fault::believes_its_count,
    resync_fault::never_suspects, resync_fault::tries_each_time, resync_fault::keeps_the_count,
};

/// The one law that a fault breaks.
[[nodiscard]] constexpr const char* law_broken_by(resync_fault fault) noexcept {
  switch (fault) {
    case resync_fault::none: return "";
    case resync_fault::early: return resync_law::patient;
    case resync_fault::late: return resync_law::due;
    case resync_fault::edge_unseen: return resync_law::edge;
    case resync_fault::delivery_unseen: return resync_law::delivered;
    case resync_fault::believes_its_count: return resync_law::passed_since;
    case resync_fault::never_suspects: return resync_law::suspects;
    case resync_fault::tries_each_time: return resync_law::tried;
    case resync_fault::keeps_the_count: return resync_law::fresh;
  }
  return "";
}

/// Five failures in a row, with `Fault` in it.
template <resync_fault Fault> struct faulty_resync {
  static constexpr const char* name = "faulty_resync";
  static constexpr std::uint32_t threshold = 5, attempts = 1;
  class state {
    static constexpr bool has(resync_fault fault) noexcept { return Fault == fault; }

   public:
    void start() noexcept {
      if (!has(resync_fault::keeps_the_count)) failures_ = 0;
    }
    void note_failure(std::uint64_t highest, std::uint64_t delivered) noexcept {
      const bool in_a_row = (has(resync_fault::edge_unseen) || highest == highest_) && (has(resync_fault::delivery_unseen) || delivered == delivered_);
      failures_ = in_a_row ? failures_ + 1 : 1;
      highest_ = highest;
      delivered_ = delivered;
    }
    bool suspects() const noexcept { return !has(resync_fault::never_suspects) && enough(); }
    bool due(std::uint64_t highest, std::uint64_t delivered) const noexcept {
      return enough() && (has(resync_fault::believes_its_count) || (highest == highest_ && delivered == delivered_));
    }
    void tried() noexcept {
      if (!has(resync_fault::tries_each_time)) failures_ = 0;
    }

   private:
    bool enough() const noexcept {
      if (has(resync_fault::early)) return failures_ + 1 >= threshold;
      return failures_ >= (has(resync_fault::late) ? threshold + 1 : threshold);
    }
    std::uint64_t failures_ = 0, highest_ = 0, delivered_ = 0;
  };
};
static_assert(ResyncPolicy<faulty_resync<resync_fault::none>>);

}  // namespace broken
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
