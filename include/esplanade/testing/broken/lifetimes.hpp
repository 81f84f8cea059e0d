// Lifetime policies with one fault each, to show that the lifetime laws can fail and say which law it was.
#pragma once

#include <esplanade/testing/lifetime_laws.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace broken {

enum class lifetime_fault : std::uint8_t {
  none,
  one_short,         ///< the last packet that fits is refused
  one_too_many,      ///< a packet beyond the limit passes
  looks_late,        ///< the packet that exceeds the octets passes, as it does where one counts first and looks afterwards
  never_late,        ///< only the filter looks at the hard limit in seconds
  small_ones_pass,   ///< behind the end, what is small enough passes
  over_each_time,    ///< over_now for every packet behind the end
  soft_each_kind,    ///< soft_now for packets and once more for octets
  soft_late,         ///< soft_now one packet behind the limit
  filter_counts,     ///< refuse() refuses at the soft limit
  says_nothing,      ///< expired() stays none
  keeps_the_end,     ///< started again, it is still over
};

inline constexpr lifetime_fault lifetime_faults[] = {
    lifetime_fault::one_short, lifetime_fault::one_too_many, lifetime_fault::looks_late, lifetime_fault::never_late, lifetime_fault::small_ones_pass,
    lifetime_fault::over_each_time, lifetime_fault::soft_each_kind, lifetime_fault::soft_late, lifetime_fault::filter_counts, lifetime_fault::says_nothing,
    lifetime_fault::keeps_the_end,
};

/// The one law that a fault breaks.
[[nodiscard]] constexpr const char* law_broken_by(lifetime_fault fault) noexcept {
  switch (fault) {
    case lifetime_fault::none: return "";
    case lifetime_fault::one_short: return lifetime_law::within;
    case lifetime_fault::one_too_many: return lifetime_law::packets;
    case lifetime_fault::looks_late: return lifetime_law::octets;
    case lifetime_fault::never_late: return lifetime_law::seconds;
    case lifetime_fault::small_ones_pass: return lifetime_law::stays_over;
    case lifetime_fault::over_each_time: return lifetime_law::over_once;
    case lifetime_fault::soft_each_kind: return lifetime_law::soft_once;
    case lifetime_fault::soft_late: return lifetime_law::soft_in_time;
    case lifetime_fault::filter_counts: return lifetime_law::refuse;
    case lifetime_fault::says_nothing: return lifetime_law::names;
    case lifetime_fault::keeps_the_end: return lifetime_law::fresh;
  }
  return "";
}

/// Counts up, kind by kind, with `Fault` in it.
template <lifetime_fault Fault> struct faulty_lifetime {
  static constexpr const char* name = "faulty_lifetime";
  class state {
    static constexpr bool has(lifetime_fault fault) noexcept { return Fault == fault; }
    static constexpr std::uint64_t most = ~std::uint64_t{0};

   public:
    void start(const lifetime_limits& limits) noexcept {
      limits_ = limits;
      packets_ = octets_ = 0;
      rekey_ = lifetime_end::none;
      soft_octets_ = false;
      told_ = false;
      over_ = has(lifetime_fault::keeps_the_end) && over_;
      if (!over_) expired_ = lifetime_end::none;
    }
    lifetime_answer spend(std::uint64_t size, std::uint64_t now) noexcept {
      if (over_ && !(has(lifetime_fault::small_ones_pass) && size == 0)) return has(lifetime_fault::over_each_time) ? lifetime_answer::over_now : lifetime_answer::over;
      if (over_) return lifetime_answer::goes_on;
      if (!has(lifetime_fault::never_late) && late(limits_.hard.seconds, now)) return end(lifetime_end::time_limit);
      const std::uint64_t packets = limits_.hard.packets == 0 ? most : limits_.hard.packets;
      const std::uint64_t octets_allowed = limits_.hard.octets == 0 ? most : limits_.hard.octets;
      if (packets_ == (has(lifetime_fault::one_too_many) && packets != most ? packets + 1 : packets)) return end(lifetime_end::packet_limit);
      if (has(lifetime_fault::one_short) && packets != most && packets_ + 1 == packets) return end(lifetime_end::packet_limit);
      if (has(lifetime_fault::looks_late) ? octets_ > octets_allowed : size > octets_allowed - octets_) return end(lifetime_end::octet_limit);
      ++packets_;
      octets_ = size > most - octets_ ? most : octets_ + size;
      return warn(now);
    }
    lifetime_answer refuse(std::uint64_t now) noexcept {
      if (over_) return lifetime_answer::over;
      if (has(lifetime_fault::filter_counts) && rekey_ != lifetime_end::none) return lifetime_answer::over;
      return late(limits_.hard.seconds, now) ? end(lifetime_end::time_limit) : lifetime_answer::goes_on;
    }
    lifetime_end rekey() const noexcept { return rekey_; }
    lifetime_end expired() const noexcept { return has(lifetime_fault::says_nothing) ? lifetime_end::none : expired_; }

   private:
    bool late(std::uint64_t seconds, std::uint64_t now) const noexcept {
      return seconds != 0 && now - limits_.since >= seconds;
    }
    lifetime_answer warn(std::uint64_t now) noexcept {
      const std::uint64_t lag = has(lifetime_fault::soft_late) ? 1 : 0;
      const bool by_packets = limits_.soft.packets != 0 && packets_ >= limits_.soft.packets + lag;
      const bool by_octets = limits_.soft.octets != 0 && octets_ >= limits_.soft.octets;
      const bool by_time = limits_.soft.seconds != 0 && now - limits_.since >= limits_.soft.seconds;
      if (has(lifetime_fault::soft_each_kind) && told_ && by_octets && !soft_octets_ && limits_.soft.packets != 0) {
        soft_octets_ = true;
        return lifetime_answer::soft_now;
      }
      if (told_ || !(by_packets || by_octets || by_time)) return lifetime_answer::goes_on;
      told_ = true;
      rekey_ = by_packets ? lifetime_end::packet_limit : by_octets ? lifetime_end::octet_limit : lifetime_end::time_limit;
      return lifetime_answer::soft_now;
    }
    lifetime_answer end(lifetime_end reached) noexcept {
      over_ = true;
      expired_ = reached;
      return lifetime_answer::over_now;
    }

    lifetime_limits limits_{};
    std::uint64_t packets_ = 0, octets_ = 0;
    lifetime_end rekey_ = lifetime_end::none, expired_ = lifetime_end::none;
    bool over_ = false, told_ = false, soft_octets_ = false;
  };
};
static_assert(LifetimePolicy<faulty_lifetime<lifetime_fault::none>>);

}  // namespace broken
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
