// Reclamation policies with one fault each, to show that the reclaim laws can fail and say which law it was.
#pragma once

#include <esplanade/testing/reclaim_laws.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace broken {

enum class reclaim_fault : std::uint8_t {
  none,
  lets_go_early,   ///< a guard holds back what was retired before it, and not what is retired under it
  knows_one_lane,  ///< the guards of the first lane are looked at, no others
  ends_all,        ///< the end of one guard ends all of its lane
  never_passes,    ///< nothing is ever let go
  counts_idle,     ///< a lane holds back everything until it was inside for the first time
  waits_for_all,   ///< nothing is let go while anybody is inside
  tags_fall,       ///< what is retired with nobody inside has tag 0
};

inline constexpr reclaim_fault reclaim_faults[] = {reclaim_fault::lets_go_early, reclaim_fault::knows_one_lane, reclaim_fault::ends_all, reclaim_fault::never_passes,
                                                   reclaim_fault::counts_idle,   reclaim_fault::waits_for_all,  reclaim_fault::tags_fall};

/// The one law that a fault breaks.
[[nodiscard]] constexpr const char* law_broken_by(reclaim_fault fault) noexcept {
  switch (fault) {
    case reclaim_fault::none: return "";
    case reclaim_fault::lets_go_early: return reclaim_law::held;
    case reclaim_fault::knows_one_lane: return reclaim_law::lanes;
    case reclaim_fault::ends_all: return reclaim_law::oldest;
    case reclaim_fault::never_passes: return reclaim_law::progress;
    case reclaim_fault::counts_idle: return reclaim_law::idle;
    case reclaim_fault::waits_for_all: return reclaim_law::later;
    case reclaim_fault::tags_fall: return reclaim_law::tags;
  }
  return "";
}

/// A list of guards with the tag at which each began, with `Fault` in it.
///   Threads  one, although it says that readers and writer may be several: the laws are asked in one
template <reclaim_fault Fault> class faulty_reclaim {
  static constexpr bool has(reclaim_fault fault) noexcept { return Fault == fault; }

 public:
  using atomics = plain_atomics;
  static constexpr bool concurrent = true;
  static constexpr const char* name = "faulty";

  class membership {
   public:
    explicit membership(faulty_reclaim& of) noexcept : of_(of), number_(of.lanes_made_++), made_(of.now_) { of_.lanes_.push_back(this); }
    template <class Store>
      requires requires(Store& s) { { s.reclaimer() } noexcept -> std::same_as<faulty_reclaim&>; }
    explicit membership(Store& store) noexcept : membership(store.reclaimer()) {}
    membership(const membership&) = delete;
    membership& operator=(const membership&) = delete;
    ~membership() { std::erase(of_.lanes_, this); }

   private:
    friend class faulty_reclaim;
    faulty_reclaim& of_;
    std::uint64_t number_, made_;
    bool was_inside_ = false;
  };

  class guard {
   public:
    explicit guard(membership& lane) noexcept : lane_(lane), since_(lane.of_.now_) {
      lane_.was_inside_ = true;
      lane_.of_.inside_.push_back(this);
    }
    guard(const guard&) = delete;
    guard& operator=(const guard&) = delete;
    ~guard() {
      std::erase_if(lane_.of_.inside_, [this](const guard* one) { return one == this || (has(reclaim_fault::ends_all) && &one->lane_ == &lane_); });
    }

   private:
    friend class faulty_reclaim;
    membership& lane_;
    std::uint64_t since_;
  };

  [[nodiscard]] guard enter(membership& lane) noexcept { return guard{lane}; }
  [[nodiscard]] std::uint64_t retire() noexcept { return has(reclaim_fault::tags_fall) && inside_.empty() ? 0 : now_++; }
  [[nodiscard]] std::uint64_t passed() const noexcept {
    if (has(reclaim_fault::never_passes)) return 0;
    std::uint64_t oldest = now_;
    const auto holds_back = [&oldest](std::uint64_t since) { oldest = since < oldest ? since : oldest; };
    for (const guard* one : inside_) {
      if (has(reclaim_fault::knows_one_lane) && one->lane_.number_ != 0) continue;
      holds_back(has(reclaim_fault::waits_for_all) ? 0 : has(reclaim_fault::lets_go_early) ? now_ : one->since_);
    }
    for (const membership* one : lanes_)
      if (has(reclaim_fault::counts_idle) && !one->was_inside_) holds_back(one->made_);
    return oldest;
  }

 private:
  std::uint64_t now_ = 1, lanes_made_ = 0;
  std::vector<const guard*> inside_{};
  std::vector<const membership*> lanes_{};
};
static_assert(ReclaimPolicy<faulty_reclaim<reclaim_fault::none>>);

}  // namespace broken
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
