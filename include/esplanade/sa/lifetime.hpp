// How long an SA may be used: limits in packets, octets and seconds, soft and hard (RFC 4301 4.4.2.1).
//
//   Available         no_lifetime                        SAs live until they are removed; takes no room and asks nothing
//                     exact_lifetime                     one lane: every limit holds to the packet and the octet
//                     leased_lifetime<Packets, Octets>   several lanes on one SA (sa/leased_lifetime.hpp)
//   When to use       exact_lifetime whenever a peer or a rule of yours limits the use of a key.
//   Not provided      a limit that only warns, because soft is that; a hard limit that lets the rest of a batch pass.
//
//   packets, octets   0 ───────────── soft ───────── hard
//                     goes_on         soft_now,      the last that fits passes; the next is over_now, all others over
//                                     then goes_on
#pragma once

#include <esplanade/base/atomic.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace esplanade {
inline namespace v0 {

/// Limits of one kind; 0 = none. The octets are those of inner packets, as `sa_traffic` counts them: padding, trailer and
/// ICV, which RFC 4301 4.4.2.1 would count too, come on top.
struct lifetime_limit {
  std::uint64_t packets = 0;
  std::uint64_t octets = 0;
  std::uint64_t seconds = 0;  ///< needs a clock in the profile
};

/// What a control plane allows an SA.
struct lifetime_limits {
  lifetime_limit soft{};    ///< rekey now: reported once, and traffic goes on
  lifetime_limit hard{};    ///< the end: nothing beyond it is sent or delivered
  std::uint64_t since = 0;  ///< what the clock said when the SA was made: seconds count from here
  [[nodiscard]] constexpr bool none() const noexcept {
    return (soft.packets | soft.octets | soft.seconds | hard.packets | hard.octets | hard.seconds) == 0;
  }
};

/// Which limit an SA has come to.
enum class lifetime_end : std::uint8_t { none, packet_limit, octet_limit, time_limit };
[[nodiscard]] constexpr const char* describe(lifetime_end e) noexcept {
  switch (e) {
    case lifetime_end::none: return "none";
    case lifetime_end::packet_limit: return "packets";
    case lifetime_end::octet_limit: return "octets";
    case lifetime_end::time_limit: return "seconds";
  }
  return "not a limit";
}

/// What a lifetime says of one packet.
enum class lifetime_answer : std::uint8_t {
  goes_on,   ///< it passes
  soft_now,  ///< it passes; the first soft limit is reached, which is said once in the life of an SA
  over_now,  ///< it does not pass; said once: the SA is over
  over,      ///< it does not pass
};
[[nodiscard]] constexpr bool passes(lifetime_answer a) noexcept { return a == lifetime_answer::goes_on || a == lifetime_answer::soft_now; }

/// No limits.
struct no_lifetime {
  static constexpr const char* name = "no_lifetime";
  static constexpr std::size_t lanes_max = 64;  ///< nothing is written, so any number of lanes may
  struct state {};
};

namespace detail {
inline constexpr std::uint64_t never = ~std::uint64_t{0};  // a count that is not reached; also what "no limit" counts to
[[nodiscard]] constexpr std::uint64_t or_never(std::uint64_t limit) noexcept { return limit == 0 ? never : limit; }
[[nodiscard]] constexpr std::uint64_t moment(std::uint64_t since, std::uint64_t seconds) noexcept {
  return seconds == 0 || seconds > never - since ? never : since + seconds;
}

/// What is left of one kind, cut where the soft limit lies: the usual packet looks at `until` alone.
struct allowance {
  std::uint64_t until = 0;   // to the next limit
  std::uint64_t behind = 0;  // from there to the hard one
  bool warns = false;        // the next limit is the soft one

  constexpr void start(std::uint64_t soft, std::uint64_t hard) noexcept {
    const std::uint64_t all = or_never(hard);
    warns = soft != 0;
    until = warns ? soft : all;
    behind = all - until;
  }
  [[nodiscard]] constexpr std::uint64_t left() const noexcept { return until + behind; }
  /// Takes n ≤ left(); true when that reaches the soft limit.
  constexpr bool take(std::uint64_t n) noexcept {
    if (n < until) {
      until -= n;
      return false;
    }
    const bool reached = warns;
    warns = false;
    until = left() - n;
    behind = 0;
    return reached;
  }
};

/// Which limit was reached: written once by a lane, read by anybody.
template <class Atomics = real_atomics> class noted_end {
 public:
  [[nodiscard]] ESPLANADE_INLINE lifetime_end get() const noexcept { return static_cast<lifetime_end>(value_.load(order::relaxed)); }
  void set(lifetime_end e) noexcept { value_.store(static_cast<std::uint8_t>(e), order::relaxed); }
  /// True for the one caller who notes it first.
  bool first(lifetime_end e) noexcept {
    std::uint8_t expected = static_cast<std::uint8_t>(lifetime_end::none);
    return value_.compare_exchange(expected, static_cast<std::uint8_t>(e), order::relaxed, order::relaxed);
  }

 private:
  typename Atomics::template word<std::uint8_t> value_{};
};
}  // namespace detail

/// One lane uses the SA, and every limit holds exactly.
///   Cost     three comparisons with words that lie together; whatever lies at a limit is worked out apart
///   Threads  one lane; rekey() and expired() may be read by anybody
struct exact_lifetime {
  static constexpr const char* name = "exact_lifetime";
  class state {
   public:
    state() noexcept = default;
    state(const state&) = delete;
    state& operator=(const state&) = delete;
    /// The source is over.
    state(state&& other) noexcept
        : packets_(std::exchange(other.packets_, {})), octets_(std::exchange(other.octets_, {})), deadline_(std::exchange(other.deadline_, 0)),
          hard_at_(std::exchange(other.hard_at_, 0)), warns_of_time_(other.warns_of_time_) {
      rekey_.set(other.rekey());
      expired_.set(other.expired());
    }

    void start(const lifetime_limits& limits) noexcept {
      packets_.start(limits.soft.packets, limits.hard.packets);
      octets_.start(limits.soft.octets, limits.hard.octets);
      hard_at_ = detail::moment(limits.since, limits.hard.seconds);
      warns_of_time_ = limits.soft.seconds != 0;
      deadline_ = warns_of_time_ ? detail::moment(limits.since, limits.soft.seconds) : hard_at_;
      rekey_.set(lifetime_end::none);
      expired_.set(lifetime_end::none);
    }
    /// A packet of `size` octets at the second `now`. One that does not pass has spent nothing.
    [[nodiscard]] ESPLANADE_INLINE lifetime_answer spend(std::uint64_t size, std::uint64_t now) noexcept {
      if (packets_.until > 1 && size < octets_.until && now < deadline_) [[likely]] {
        --packets_.until;
        octets_.until -= size;
        return lifetime_answer::goes_on;
      }
      return at_a_limit(size, now);
    }
    /// Whether a packet is refused whatever its size, before it costs a decryption; spends nothing.
    [[nodiscard]] ESPLANADE_INLINE lifetime_answer refuse(std::uint64_t now) noexcept {
      if (expired_.get() != lifetime_end::none) [[unlikely]] return lifetime_answer::over;
      if (now >= hard_at_) [[unlikely]] return end(lifetime_end::time_limit);
      return lifetime_answer::goes_on;
    }
    /// The soft limit that was reached first, and the hard limit that ended the SA; none until then.
    [[nodiscard]] lifetime_end rekey() const noexcept { return rekey_.get(); }
    [[nodiscard]] lifetime_end expired() const noexcept { return expired_.get(); }

   private:
    ESPLANADE_COLD lifetime_answer at_a_limit(std::uint64_t size, std::uint64_t now) noexcept {
      if (expired() != lifetime_end::none) return lifetime_answer::over;
      if (now >= hard_at_) return end(lifetime_end::time_limit);
      if (packets_.left() == 0) return end(lifetime_end::packet_limit);
      if (size > octets_.left()) return end(lifetime_end::octet_limit);
      lifetime_end reached = lifetime_end::none;
      if (now >= deadline_) {  // the soft one: the hard one lies later
        reached = lifetime_end::time_limit;
        deadline_ = hard_at_;
      }
      if (octets_.take(size)) reached = lifetime_end::octet_limit;
      if (packets_.take(1)) reached = lifetime_end::packet_limit;
      if (reached == lifetime_end::none || rekey() != lifetime_end::none) return lifetime_answer::goes_on;
      rekey_.set(reached);
      return lifetime_answer::soft_now;
    }
    ESPLANADE_COLD lifetime_answer end(lifetime_end reached) noexcept {
      expired_.set(reached);
      packets_ = {};  // a smaller packet that would still fit is refused too
      return lifetime_answer::over_now;
    }

    detail::allowance packets_, octets_;
    std::uint64_t deadline_ = 0;  // the next limit in time
    std::uint64_t hard_at_ = 0;
    bool warns_of_time_ = false;
    detail::noted_end<> rekey_, expired_;
  };
};

/// A lifetime policy.
///   Shape    L::state                 inside the SA
///            s.start(limits)          once, before traffic
///            s.spend(size, now)       → lifetime_answer; with several lanes s.spend(lane, size, now)
///            s.refuse(now)            the filter: refuses what is over already, spends nothing
///            L::lanes_max             how many lanes may spend; absent = one
///            s.rekey(), s.expired()   which limit was reached; none until then
///   Units    packets, octets, seconds
///   Cost     no lock, no allocation
///   Errors   the answer; what does not pass has spent nothing
///   Threads  as the policy says; rekey and expired may be read by anybody
///   Models   exact_lifetime, leased_lifetime. Archetype: testing::archetype::lifetime. Laws: testing::check_lifetime_laws
template <class L>
concept LifetimePolicy = requires(typename L::state& s, const typename L::state& k, const lifetime_limits& limits, std::uint64_t n) {
  { s.start(limits) } noexcept;
  { s.refuse(n) } noexcept -> std::same_as<lifetime_answer>;
  { k.rekey() } noexcept -> std::same_as<lifetime_end>;
  { k.expired() } noexcept -> std::same_as<lifetime_end>;
} && (requires(typename L::state& s, std::uint64_t n) { { s.spend(n, n) } noexcept -> std::same_as<lifetime_answer>; } ||
      requires(typename L::state& s, std::uint32_t lane, std::uint64_t n) { { s.spend(lane, n, n) } noexcept -> std::same_as<lifetime_answer>; });

static_assert(LifetimePolicy<exact_lifetime> && !LifetimePolicy<no_lifetime>);

}  // namespace v0
}  // namespace esplanade
