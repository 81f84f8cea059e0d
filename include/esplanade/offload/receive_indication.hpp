// How a NIC hands received buffer lists up: when it may, for how long, and how they come back.
#pragma once

#include <esplanade/offload/queue_callbacks.hpp>
#include <esplanade/offload/receive_queue.hpp>

namespace esplanade {
inline namespace v0 {

/// What received lists meet at this moment.
struct receive_conditions {
  bool open = false;            ///< the adapter may hand packets up; paused, it may not
  configuration_word current{}; ///< what is configured and active
};

/// One core's receive side: a queue, and what it owes the driver.
///
///   Shape    receive(chain, flags, now, up, back)   works on a chain and hands it up; true when it went up
///            up(chain, flags) noexcept              the host's, until it gives the lists back; under `resources` until it returns
///            back(list) noexcept                    the driver has a list again, once for each
///            give_back(chain, back)                 the host is done with lists
///   Cost     that of the queue; the gates are made anew when the configuration changes
///   Errors   none: what cannot go up comes back
///   Threads  one; `held` is for who pauses the adapter
template <class P, NetBufferList Nbl, class Store, CryptoProvider Crypto> class receive_indication {
  using traits = nbl_traits<Nbl>;

 public:
  using queue_type = receive_queue<P, Nbl, Store, Crypto>;
  using resources = typename queue_type::resources;
  static constexpr std::size_t together = 64;  ///< lists that go up at a time under `resources`

  explicit receive_indication(const resources& with) noexcept : queue_(with) {}

  template <ListsUp<Nbl> Up, ListDone<Nbl> Back> bool receive(Nbl* chain, receive_flags flags, const receive_conditions& now, Up&& up, Back&& back) noexcept {
    if (chain == nullptr) return false;
    if (!now.open) {
      each(chain, back);
      return false;
    }
    if (now.current != seen_) {
      gates_ = receive_gates<P>::of(now.current);
      seen_ = now.current;
    }
    if (flags.has(receive_flag::resources)) {
      lend(chain, flags, up, back);
      return true;
    }
    for (const Nbl* l = chain; l != nullptr; l = traits::next(*l)) ++held_;
    queue_(chain, gates_);
    up(chain, flags);
    return true;
  }

  template <ListDone<Nbl> Back> void give_back(Nbl* chain, Back&& back) noexcept {
    each(chain, [&](Nbl& list) noexcept {
      if (held_ != 0) --held_;
      back(list);
    });
  }
  bool ask_to_go(offload_handle handle) noexcept { return queue_.ask_to_go(handle); }
  /// Lists that the host has. An adapter is paused once there are none.
  [[nodiscard]] std::size_t held() const noexcept { return held_; }
  [[nodiscard]] counters_snapshot snapshot() const noexcept { return queue_.snapshot(); }

 private:
  template <class Each> static void each(Nbl* chain, Each&& to_each) noexcept {
    while (chain != nullptr) {
      Nbl* const next = traits::next(*chain);
      traits::link(*chain, nullptr);
      to_each(*chain);
      chain = next;
    }
  }
  /// The host may have linked them in another way meanwhile: what went up is remembered here.
  template <class Up, class Back> void lend(Nbl* chain, receive_flags flags, Up& up, Back& back) noexcept {
    while (chain != nullptr) {
      Nbl* lists[together];
      std::size_t n = 0;
      do {
        lists[n++] = chain;
        chain = traits::next(*chain);
      } while (n != together && chain != nullptr);
      traits::link(*lists[n - 1], nullptr);
      queue_(lists[0], gates_);
      up(lists[0], flags);
      for (std::size_t i = 0; i < n; ++i) {
        traits::link(*lists[i], nullptr);
        back(*lists[i]);
      }
    }
  }

  queue_type queue_;
  receive_gates<P> gates_{};
  configuration_word seen_{};
  std::size_t held_ = 0;
};

}  // namespace v0
}  // namespace esplanade
