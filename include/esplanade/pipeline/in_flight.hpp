// Batches on their way through an asynchronous provider: submit now, reap later.
//
//   Available         in_order      bursts come out in the order in which they went in, so that the order of every SA is kept
//                     unordered     each burst comes out as soon as it is through
//   When to use       in_order unless somebody behind puts packets in order anyway. unordered where a late job must not delay
//                     others; the peer's window has to be wide enough for packets of an SA that overtake each other.
//   Not provided      order by SA alone, because a burst holds packets of many SAs, and with each waiting for its own the burst
//                     would wait for all of them.
#pragma once

#include <esplanade/pipeline/lane.hpp>

namespace esplanade {
inline namespace v0 {

/// Bursts come out in the order in which they went in.
struct in_order {
  static constexpr bool overtakes = false;
};
/// Bursts come out as soon as they are through; among those that are through at one call of reap the older ones first.
struct unordered {
  static constexpr bool overtakes = true;
};

/// `Contexts` bursts of a lane that may be with the provider at a time. The list is the lane's own, cut at its suspending stages.
///   Shape    submit(batch)   takes packets as long as contexts are free; → how many it took (a prefix of the batch)
///            reap(out)       puts packets that are through in `out` with their verdicts; → how many
///   Order    of bursts as `Order` says; packets of a burst in input order
///   Units    packets; `out` takes a whole burst or nothing of it, so give it room for at least one
///   Cost     no allocation, lock or exception; SAs found stay alive until their burst is through
///   Life     jobs lie in its contexts: reap until waiting() is 0 before it is destroyed
///   Threads  the lane's
template <class Lane, std::size_t Contexts, class Order = in_order> class in_flight {
  using context = typename Lane::context;
  using packet = typename context::packet_type;
  using store = typename context::store_type;
  using guard = decltype(detail::enter_store(std::declval<store&>(), std::declval<membership_of<store>&>()));
  static_assert(Contexts >= 1 && Contexts <= 0xffff, "in_flight: 1 to 65535 bursts may be with the provider");

 public:
  explicit in_flight(Lane& lane) noexcept : lane_(lane) {
    for (std::size_t i = Contexts; i-- != 0;) free_.put_in_front(bursts_[i]);
  }
  in_flight(const in_flight&) = delete;
  in_flight& operator=(const in_flight&) = delete;
  ~in_flight() {
    for (burst* b = waits_.front; b != nullptr; b = b->next) b->release();
  }

  /// Starts as many of the batch's packets as there are free contexts for; they are the provider's until reaped.
  std::size_t submit(const batch_view<packet>& batch) noexcept {
    if (!detail::upheld<checks_of<typename Lane::profile>>(batch.template whole<Lane::profile::overrides>(), detail::batch_is_whole)) return 0;
    std::size_t taken = 0;
    while (taken < batch.size() && free_.front != nullptr) {
      const std::size_t n = batch.size() - taken < Lane::burst ? batch.size() - taken : Lane::burst;
      burst& b = free_.take_behind(nullptr);
      waits_.put_at_end(b);
      ++waiting_;
      lane_.fill(b.state, batch, taken, n);
      b.hold(lane_.resources_.store, lane_.member_);
      b.through = Lane::walk::start(lane_.list_, b.state);
      for (std::size_t i = 0; i < n; ++i) batch.verdicts[taken + i] = verdict::pending;
      taken += n;
    }
    return taken;
  }

  /// Collects what the provider has finished and returns the packets of bursts that are through.
  std::size_t reap(const batch_view<packet>& out) noexcept {
    if (!detail::upheld<checks_of<typename Lane::profile>>(out.whole(), detail::batch_is_whole)) return 0;
    collect();
    std::size_t put = 0;
    burst* before = nullptr;  // the last one that stays
    for (burst* b = waits_.front; b != nullptr; b = before == nullptr ? waits_.front : before->next) {
      if (!b->through || out.size() - put < b->state.count) {
        if constexpr (!Order::overtakes) break;
        before = b;
        continue;
      }
      lane_.settle(b->state);
      b->release();
      put = lane_.put_out(b->state, out, put);
      free_.put_in_front(waits_.take_behind(before));
      --waiting_;
    }
    return put;
  }

  /// Bursts that are with the provider or not reaped yet.
  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_; }

 private:
  struct burst {
    context state{};
    burst* next = nullptr;
    bool through = false;
    bool held = false;
    union {
      guard keeps;
    };
    burst() noexcept {}
    ~burst() {}
    void hold(store& of, membership_of<store>& member) noexcept {
      ::new (static_cast<void*>(&keeps)) guard(detail::enter_store(of, member));
      held = true;
    }
    void release() noexcept {
      if (held) keeps.~guard();
      held = false;
    }
  };
  struct bursts {
    burst* front = nullptr;
    burst* end = nullptr;
    void put_in_front(burst& b) noexcept {
      b.next = front;
      if (front == nullptr) end = &b;
      front = &b;
    }
    void put_at_end(burst& b) noexcept {
      b.next = nullptr;
      (front == nullptr ? front : end->next) = &b;
      end = &b;
    }
    /// The one behind `before`, or the first.
    burst& take_behind(burst* before) noexcept {
      burst*& link = before == nullptr ? front : before->next;
      burst& b = *link;
      link = b.next;
      if (end == &b) end = before;
      return b;
    }
  };

  // Jobs name their context by position: a job lies inside the array of the context that waits for it.
  void collect() noexcept {
    job* back[64];
    for (;;) {
      const std::size_t n = lane_.resources_.crypto.reap(lane_.workspace_, back);
      for (std::size_t k = 0; k < n; ++k) came_back(*back[k]);
      if (n == 0) return;
    }
  }
  void came_back(const job& j) noexcept {
    for (burst* b = waits_.front; b != nullptr; b = b->next) {
      context& c = b->state;
      if (&j < c.jobs || &j >= c.jobs + context::slots) continue;
      if (--c.work_left == 0) b->through = Lane::walk::resume(lane_.list_, c);
      return;
    }
  }

  Lane& lane_;
  burst bursts_[Contexts];
  bursts waits_{}, free_{};  // oldest first
  std::size_t waiting_ = 0;
};

}  // namespace v0
}  // namespace esplanade
