// When an ESN receiver that lost 2^32 packets or more looks for the high half again (RFC 4303 A3).
//
//   Available         no_resync                          default: an SA that lost its place is rekeyed
//                     esn_resync<Threshold, Attempts>    after Threshold failures in a row one packet is tried under further high halves
//   When to use       one-way traffic over paths that can be silent for long; otherwise the peers notice first (RFC 4303 A3).
//   Not provided      a background thread, because we own none: the cost is bounded instead, and lies in the lane.
//
// RFC 4303 A3.1: "For each SA, the receiver records the number of consecutive packets that fail authentication."
#pragma once

#include <esplanade/base/counter.hpp>

#include <concepts>
#include <cstdint>

namespace esplanade {
inline namespace v0 {

/// No resynchronisation; takes no room.
struct no_resync {
  static constexpr const char* name = "no_resync";
  struct state {};
};

/// After `Threshold` ICV failures in a row the next packet is tried with up to `Attempts` larger high halves.
///   Cost     nothing while packets verify. Under a flood of forged ones: one packet in Threshold costs up to Attempts calls of the
///            provider's `verify` more, so no forged packet costs more than 1 + Attempts / Threshold good ones on average
///   Units    Threshold 1 and more, Attempts 1 to 256: policy_rules refuse a profile with others
///   Threads  several lanes may note failures at once: some may go uncounted, and resynchronisation begins a little later
template <std::uint32_t Threshold, std::uint32_t Attempts> struct esn_resync {
  static constexpr const char* name = "esn_resync";
  static constexpr std::uint32_t threshold = Threshold;
  static constexpr std::uint32_t attempts = Attempts;

  class state {
   public:
    void start() noexcept { failures_.set(0); }
    /// An ICV did not match while `highest` was the right edge and `delivered` packets had passed. What a good packet
    /// changes is one of the two: then the failures before it do not count, and good packets need not say so themselves.
    void note_failure(std::uint64_t highest, std::uint64_t delivered) noexcept {
      const bool in_a_row = highest == highest_.get() && delivered == delivered_.get();
      highest_.set(highest);
      delivered_.set(delivered);
      failures_.set(in_a_row ? failures_.get() + 1 : 1);
    }
    /// Whether so many failed; then `due` says whether all of them in a row.
    [[nodiscard]] ESPLANADE_INLINE bool suspects() const noexcept { return failures_.get() >= Threshold; }
    [[nodiscard]] bool due(std::uint64_t highest, std::uint64_t delivered) const noexcept {
      return suspects() && highest == highest_.get() && delivered == delivered_.get();
    }
    /// A packet is tried: whatever comes of it, the next one is tried Threshold failures later.
    void tried() noexcept { failures_.set(0); }

   private:
    counter failures_, highest_, delivered_;
  };
};

/// What notes failures and says when to try.
///   Shape    R::threshold, R::attempts; R::state with start(), note_failure(highest, delivered), suspects(), due(highest, delivered), tried()
///   Models   esn_resync. Archetype: testing::archetype::resync. Laws: testing::check_resync_laws
template <class R>
concept ResyncPolicy = requires(typename R::state& s, std::uint64_t n) {
  { R::threshold } -> std::convertible_to<std::uint32_t>;
  { R::attempts } -> std::convertible_to<std::uint32_t>;
  { s.start() } noexcept;
  { s.note_failure(n, n) } noexcept;
  { s.suspects() } noexcept -> std::same_as<bool>;
  { s.due(n, n) } noexcept -> std::same_as<bool>;
  { s.tried() } noexcept;
};

static_assert(ResyncPolicy<esn_resync<8, 4>>);

}  // namespace v0
}  // namespace esplanade
