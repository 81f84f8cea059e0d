// Batches on their way through an asynchronous provider: submit now, reap later.
#pragma once

#include <esplanade/pipeline/lane.hpp>

namespace esplanade {
inline namespace v0 {

/// `Contexts` bursts of a lane that may be with the provider at a time. The list is the lane's own, cut at its suspending stages.
///   Shape    submit(batch)   takes packets as long as contexts are free; → how many it took (a prefix of the batch)
///            reap(out)       puts packets that are through in `out` with their verdicts; → how many
///   Order    bursts come out in the order they went in, packets of a burst in input order: the order of every SA is kept
///   Units    packets; `out` takes a whole burst or nothing of it, so give it room for at least one
///   Cost     no allocation, lock or exception; SAs found stay alive until their burst is through
///   Life     jobs lie in its contexts: reap until waiting() is 0 before it is destroyed
///   Threads  the lane's
template <class Lane, std::size_t Contexts> class in_flight {
  using context = typename Lane::context;
  using packet = typename context::packet_type;
  using store = typename context::store_type;
  using guard = decltype(detail::enter_store(std::declval<store&>(), std::declval<membership_of<store>&>()));
  static_assert(Contexts >= 1 && Contexts <= 0xffff, "in_flight: 1 to 65535 bursts may be with the provider");

 public:
  explicit in_flight(Lane& lane) noexcept : lane_(lane) {}
  in_flight(const in_flight&) = delete;
  in_flight& operator=(const in_flight&) = delete;
  ~in_flight() {
    for (; waiting_ != 0; --waiting_) {
      bursts_[oldest_].release();
      oldest_ = next(oldest_);
    }
  }

  /// Starts as many of the batch's packets as there are free contexts for; they are the provider's until reaped.
  std::size_t submit(const batch_view<packet>& batch) noexcept {
    std::size_t taken = 0;
    while (taken < batch.size() && waiting_ != Contexts) {
      const std::size_t n = batch.size() - taken < Lane::burst ? batch.size() - taken : Lane::burst;
      burst& b = bursts_[(oldest_ + waiting_) % Contexts];
      ++waiting_;
      lane_.fill(b.state, batch, taken, n);
      b.hold(lane_.resources_.store, lane_.member_);
      b.through = Lane::walk::start(lane_.list_, b.state);
      for (std::size_t i = 0; i < n; ++i) batch.verdicts[taken + i] = verdict::pending;
      taken += n;
    }
    return taken;
  }

  /// Collects what the provider has finished and returns the packets of the oldest bursts that are through.
  std::size_t reap(const batch_view<packet>& out) noexcept {
    collect();
    std::size_t put = 0;
    while (waiting_ != 0 && bursts_[oldest_].through && out.size() - put >= bursts_[oldest_].state.count) {
      burst& b = bursts_[oldest_];
      lane_.settle(b.state);
      b.release();
      put = lane_.put_out(b.state, out, put);
      oldest_ = next(oldest_);
      --waiting_;
    }
    return put;
  }

  /// Bursts that are with the provider or not reaped yet.
  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_; }

 private:
  struct burst {
    context state{};
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
  static constexpr std::size_t next(std::size_t i) noexcept { return (i + 1) % Contexts; }

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
    std::size_t at = oldest_;
    for (std::size_t k = 0; k < waiting_; ++k, at = next(at)) {
      context& c = bursts_[at].state;
      if (&j < c.jobs || &j >= c.jobs + context::slots) continue;
      if (--c.work_left == 0) bursts_[at].through = Lane::walk::resume(lane_.list_, c);
      return;
    }
  }

  Lane& lane_;
  burst bursts_[Contexts];
  std::size_t oldest_ = 0, waiting_ = 0;
};

}  // namespace v0
}  // namespace esplanade
