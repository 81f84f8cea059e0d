// Drops policies with one fault each, to show that the drops laws can fail and say which law it was.
#pragma once

#include <esplanade/testing/drops_laws.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace broken {

enum class drops_fault : std::uint8_t {
  none,
  forgets_the_last,  ///< a verdict behind the others is not counted
  counts_twice,      ///< a replayed packet is lost two times
  blurs,             ///< what is too old counts as replayed as well
  keeps_one,         ///< clearing leaves the ICV failures
};

inline constexpr drops_fault drops_faults[] = {drops_fault::forgets_the_last, drops_fault::counts_twice, drops_fault::blurs, drops_fault::keeps_one};

/// The one law that a fault breaks.
[[nodiscard]] constexpr const char* law_broken_by(drops_fault fault) noexcept {
  switch (fault) {
    case drops_fault::none: return "";
    case drops_fault::forgets_the_last: return drops_law::counted;
    case drops_fault::counts_twice: return drops_law::counted;
    case drops_fault::blurs: return drops_law::apart;
    case drops_fault::keeps_one: return drops_law::cleared;
  }
  return "";
}

/// A counter for every verdict, with `Fault` in it.
template <drops_fault Fault> struct faulty_drops {
  static constexpr const char* name = "faulty_drops";
  class counters {
    static constexpr bool has(drops_fault fault) noexcept { return Fault == fault; }
    static constexpr std::size_t at(verdict v) noexcept { return static_cast<std::size_t>(v); }

   public:
    std::uint64_t operator[](verdict v) const noexcept { return by_verdict_[at(v)]; }
    void note(verdict v) noexcept {
      if (has(drops_fault::forgets_the_last) && at(v) + 1 == verdict_count) return;
      by_verdict_[at(v)] += has(drops_fault::counts_twice) && v == verdict::replayed ? 2u : 1u;
      if (has(drops_fault::blurs) && v == verdict::too_old) ++by_verdict_[at(verdict::replayed)];
    }
    void clear() noexcept {
      for (std::size_t v = 0; v < verdict_count; ++v)
        if (!has(drops_fault::keeps_one) || v != at(verdict::icv_mismatch)) by_verdict_[v] = 0;
    }

   private:
    std::uint64_t by_verdict_[verdict_count]{};
  };
  template <std::size_t> using inbound = counters;
  template <std::size_t> using outbound = counters;
};
static_assert(DropsPolicy<faulty_drops<drops_fault::none>>);

}  // namespace broken
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
