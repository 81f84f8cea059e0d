// The lifetime of an SA that several lanes use: they lease it in blocks, so that they seldom meet and never exceed a limit.
#pragma once

#include <esplanade/sa/lifetime.hpp>

#include <cstddef>

namespace esplanade {
inline namespace v0 {

/// Each lane spends from a block of `Packets` packets and `Octets` octets that is its own, and leases the next when one is used up.
/// `using lifetime = esplanade::leased_lifetime<64, 65536>;` in a profile with `lanes` > 1.
///
///   Hard     never exceeded. Where one lane finds nothing left the SA is over; others still spend what they hold, and at most
///            Lanes blocks stay unused, and of the octets less than a packet more
///   Soft     reported once, by the lane whose lease reaches it: at most Lanes blocks before that much is used
///   Cost     per packet a write of the lane's own line; per block one shared word
///   Threads  each lane spends under its own number; anybody reads rekey() and expired(); start and move with no lane at work
///   Lanes    the state has a line for each, so the policy is `over<Lanes>`; a profile's `lanes` is put in by itself
template <std::uint64_t Packets, std::uint64_t Octets, class Atomics = real_atomics> struct leased_lifetime {
  static_assert(Packets >= 1 && Octets >= 1, "lanes lease a lifetime in blocks: name 1 packet and 1 octet or more, e.g. leased_lifetime<64, 65536>");
  static constexpr const char* name = "leased_lifetime";
  static constexpr std::size_t lanes_max = 64;
  static constexpr std::uint64_t block_packets = Packets, block_octets = Octets;

  template <std::size_t Lanes> struct over {
    static constexpr const char* name = "leased_lifetime";
    static constexpr std::size_t lanes_max = Lanes;

    class alignas(64) state {
     public:
      state() noexcept = default;
      state(const state&) = delete;
      state& operator=(const state&) = delete;
      /// The source is over, and what its lanes held stays unused.
      state(state&& other) noexcept : hard_at_(std::exchange(other.hard_at_, 0)) {
        packets_.take_over(other.packets_);
        octets_.take_over(other.octets_);
        for (std::size_t i = 0; i < Lanes; ++i) lanes_[i] = std::exchange(other.lanes_[i], {});
        rekey_.set(other.rekey());
        expired_.set(other.expired());
      }
      state& operator=(state&&) = delete;

      void start(const lifetime_limits& limits) noexcept {
        packets_.start(limits.soft.packets, limits.hard.packets);
        octets_.start(limits.soft.octets, limits.hard.octets);
        hard_at_ = detail::moment(limits.since, limits.hard.seconds);
        for (lease& own : lanes_) own = {0, 0, limits.soft.seconds != 0 ? detail::moment(limits.since, limits.soft.seconds) : hard_at_};
        rekey_.set(lifetime_end::none);
        expired_.set(lifetime_end::none);
      }
      /// A packet of `size` octets on `lane` at the second `now`. One that does not pass has spent nothing.
      [[nodiscard]] ESPLANADE_INLINE lifetime_answer spend(std::uint32_t lane, std::uint64_t size, std::uint64_t now) noexcept {
        if (lane >= Lanes) [[unlikely]] return lifetime_answer::over;
        lease& own = lanes_[lane];
        if (own.packets != 0 && size <= own.octets && now < own.deadline) [[likely]] {
          --own.packets;
          own.octets -= size;
          return lifetime_answer::goes_on;
        }
        return lease_more(own, size, now);
      }
      /// Whether a packet is refused whatever its size; spends nothing.
      [[nodiscard]] ESPLANADE_INLINE lifetime_answer refuse(std::uint64_t now) noexcept {
        if (expired() != lifetime_end::none) [[unlikely]] return lifetime_answer::over;
        if (now >= hard_at_) [[unlikely]] return expired_.first(lifetime_end::time_limit) ? lifetime_answer::over_now : lifetime_answer::over;
        return lifetime_answer::goes_on;
      }
      [[nodiscard]] lifetime_end rekey() const noexcept { return rekey_.get(); }
      [[nodiscard]] lifetime_end expired() const noexcept { return expired_.get(); }

     private:
      struct alignas(64) lease {
        std::uint64_t packets = 0, octets = 0;
        std::uint64_t deadline = 0;  // the next limit in time
      };
      /// What no lane holds yet.
      class pool {
       public:
        void start(std::uint64_t soft, std::uint64_t hard) noexcept {
          const std::uint64_t all = detail::or_never(hard);
          warns_ = soft != 0;
          mark_ = all - soft;
          left_.store(all, order::relaxed);
        }
        void take_over(pool& other) noexcept {
          warns_ = other.warns_;
          mark_ = other.mark_;
          left_.store(other.left_.exchange(0, order::relaxed), order::relaxed);
        }
        /// At least `need` and at most `want`, or 0; `reached` says whether that took the soft limit in. Relaxed: nothing but
        /// the number itself goes from lane to lane.
        std::uint64_t draw(std::uint64_t need, std::uint64_t want, bool& reached) noexcept {
          std::uint64_t left = left_.load(order::relaxed);
          for (;;) {
            if (left < need) return 0;
            const std::uint64_t drawn = left < want ? left : want;
            if (!left_.compare_exchange(left, left - drawn, order::relaxed, order::relaxed)) continue;
            reached = warns_ && left > mark_ && left - drawn <= mark_;
            return drawn;
          }
        }

       private:
        typename Atomics::template word<std::uint64_t> left_{};
        std::uint64_t mark_ = 0;  // as much is left when the soft limit is reached
        bool warns_ = false;
      };

      ESPLANADE_COLD lifetime_answer lease_more(lease& own, std::uint64_t size, std::uint64_t now) noexcept {
        if (expired() != lifetime_end::none) return lifetime_answer::over;
        if (now >= hard_at_) return end(own, lifetime_end::time_limit);
        lifetime_end soft = lifetime_end::none;
        bool reached = false;
        if (now >= own.deadline) {  // the soft one: the hard one lies later
          soft = lifetime_end::time_limit;
          own.deadline = hard_at_;
        }
        if (size > own.octets) {
          const std::uint64_t need = size - own.octets;
          const std::uint64_t drawn = octets_.draw(need, need < Octets ? Octets : need, reached);
          if (drawn == 0) return end(own, lifetime_end::octet_limit);
          own.octets += drawn;
          if (reached) soft = lifetime_end::octet_limit;
        }
        if (own.packets == 0) {
          reached = false;
          own.packets = packets_.draw(1, Packets, reached);
          if (own.packets == 0) return end(own, lifetime_end::packet_limit);
          if (reached) soft = lifetime_end::packet_limit;
        }
        --own.packets;
        own.octets -= size;
        return soft != lifetime_end::none && rekey_.first(soft) ? lifetime_answer::soft_now : lifetime_answer::goes_on;
      }
      lifetime_answer end(lease& own, lifetime_end reached) noexcept {
        own = {0, 0, own.deadline};  // a smaller packet that would still fit is refused too
        return expired_.first(reached) ? lifetime_answer::over_now : lifetime_answer::over;
      }

      pool packets_, octets_;
      std::uint64_t hard_at_ = 0;
      detail::noted_end<Atomics> rekey_, expired_;
      lease lanes_[Lanes];
    };
  };
};
static_assert(LifetimePolicy<leased_lifetime<64, 65536>::over<2>>);

}  // namespace v0
}  // namespace esplanade
