// A queue of a NIC's send side: buffer lists go in with words beside them, frames go to the wire, lists come back completed.
//
//   lists    NBL ► NBL ► …            slots 0, 1, 2, 11, 12 say what is to be done
//   batch    NB NB NB copy segment …  flattened, `owner` names the list; one walk of the send list
//   wire     only when every frame of a list succeeded, in order
#pragma once

#include <esplanade/offload/queue_callbacks.hpp>
#include <esplanade/offload/send_intake.hpp>
#include <esplanade/offload/send_list.hpp>
#include <esplanade/pipeline/walk.hpp>

namespace esplanade {
inline namespace v0 {

/// One core's send queue.
///
///   Shape    send(chain, now, on_wire, completed)   works on all lists before it returns
///            on_wire(frame) noexcept                a frame leaves: its octets are the sink's until it returns
///            completed(list) noexcept               once for each list, with its status; it is the caller's again. Neither of the
///                                                   two sends on this queue
///            Pool     a PacketPool of the list's net buffers, for copies of read-only lists and for segments; their room holds
///                     a whole frame behind. Without one such lists fail
///            Made     most frames that are made for lists at a time: copies of a batch, all segments of one large send
///   Cost     no allocation, lock, exception or system call; lists without a handle cost no more than a look at their words,
///            and frames in one MDL are worked on as flat ones
///   Errors   the list's status: failure; resources: the pool or `Made` is used up
///   Threads  one
///   Source   ipsecov2.md 4.3, 8.5
template <class P, NetBufferList Nbl, class Store, CryptoProvider Crypto, class Pool = no_pool, std::size_t Made = 128> class send_queue {
  static_assert(!Crypto::abilities.asynchronous, "a send queue completes lists before its call returns, and this provider answers later: name a synchronous one");
  static_assert(Crypto::abilities.in_place, "a NIC seals in place, and this provider does not work in place: name staged<C>, or adapt<C, P>, in its stead (crypto/adapters.hpp)");
  static_assert(Crypto::abilities.mixed_keys, "this provider works on one key at a time, and a batch holds packets of many SAs: part its job lists by schedule, and say mixed_keys");

 public:
  using profile = P;
  using list_type = decltype(send_recipe<P>());
  using net_buffer_type = net_buffer_of<Nbl>;
  using traits = nbl_traits<Nbl>;
  using resources = device_resources<Store, Crypto, random_of<P>>;
  static_assert(Crypto::abilities.scatter_gather || ContiguousPacket<net_buffer_type>,
                "this provider takes contiguous texts only, and these net buffers have several MDLs: name gathered<C>, or adapt<C, P>, in its stead (crypto/adapters.hpp)");

  explicit send_queue(const resources& with) noexcept requires std::is_same_v<Pool, no_pool> : send_queue(with, nothing_to_take) {}
  send_queue(const resources& with, Pool& pool) noexcept : resources_(with), frames_(flat_, pieces_, pool), intake_(frames_, resources_.store, counters_) {
    flat_.lane = pieces_.lane = &resources_;
    flat_.workspace = pieces_.workspace = &workspace_;
  }
  send_queue(const send_queue&) = delete;
  send_queue& operator=(const send_queue&) = delete;

  /// Works on a chain of lists, linked by `next`, which is read before a list is completed.
  template <WireSink<Nbl> Wire, ListDone<Nbl> Done> void send(Nbl* chain, const send_conditions& now, Wire&& on_wire, Done&& completed) noexcept {
    work_off(now, [&chain]() noexcept {
      Nbl* const first = chain;
      if (first != nullptr) chain = traits::next(*first);
      return detail::accepted_list<Nbl>{first, nullptr};
    }, on_wire, completed);
  }

  /// Frames by what became of them; those of lists without a handle are not counted.
  [[nodiscard]] counters_snapshot snapshot() const noexcept { return counters_.snapshot(); }

 protected:
  /// Works on what `take` gives until it gives nothing.
  template <class Take, class Wire, class Done> void work_off(const send_conditions& now, Take take, Wire&& on_wire, Done&& completed) noexcept {
    if (!(now.current == resources_.current)) {
      resources_.current = now.current;
      gates_ = receive_gates<P>::of(now.current, true, true);  // which family is active is looked at for each list
    }
    for (bool more = true; more || intake_.busy();) {
      intake_.fill(now, take, more);
      run(flat_);
      run(pieces_);
      finish(on_wire, completed);
    }
  }
  [[nodiscard]] resources& shared() noexcept { return resources_; }
  [[nodiscard]] auto enter() noexcept { return intake_.enter(); }

 private:
  using frames = detail::send_frames<P, net_buffer_type, Store, Crypto, Pool, Made>;
  using intake = detail::send_intake<P, Nbl, Store, Crypto, Pool, Made>;
  static constexpr list_type stages{};
  static inline no_pool nothing_to_take{};

  template <class Context> void run(Context& c) noexcept {
    const std::size_t n = c.count;
    if (n == 0) return;
    c.begin(gates_);
    std::memset(c.verdicts, 0, n);
    {
      [[maybe_unused]] const auto guard = intake_.enter();
      detail::walk_of<list_type, Context>::start(stages, c);
    }
    counters_.add(verdict::forwarded, c.forwarded);
    counters_.add_octets(c.carried);
    if (c.forwarded == n) [[likely]] return;
    for (std::size_t i = 0; i < n; ++i) {
      const verdict v = c.verdicts[i];
      if (v == verdict::forwarded) continue;
      if (v == verdict::bypassed) continue;  // segmented without IPsec
      counters_.add(v, 1);
      auto& w = intake_.works()[c.state[i].owner];
      if (w.status == nbl_status::success) w.status = detail::status_of_send(v);
    }
  }

  /// Completes the lists whose frames have all been worked on; the last one may go on in the next batch.
  template <class Wire, class Done> void finish(Wire& on_wire, Done& completed) noexcept {
    bool goes_on = false;
    for (const auto& w : intake_.works()) {
      goes_on = !w.whole && w.status == nbl_status::success;
      if (goes_on) break;  // the last one
      if (!w.whole) intake_.stop();
      leave(w, on_wire);
      traits::set_status(*w.list, w.status);
      completed(*w.list);
    }
    intake_.keep_last(goes_on);
  }
  template <class Wire> ESPLANADE_INLINE void leave(const detail::send_work<Nbl>& w, Wire& on_wire) noexcept {
    const bool sent = w.status == nbl_status::success;
    for (std::uint32_t k = 0; k < w.made; ++k) {
      net_buffer_type* const p = frames_.take_made();
      if (sent) on_wire(*p);
      frames_.give(p);
    }
    if (!sent) return;
    if (!w.replaced) {
      for (net_buffer_type* b = traits::first_buffer(*w.list); b != nullptr; b = traits::next_buffer(*b)) on_wire(*b);
    } else if (const auto large = get_oob<send_large>(*w.list)) {
      set_oob(*w.list, completed_large{w.payload, large.version_2});
    }
  }

  resources resources_;
  [[no_unique_address]] typename Crypto::workspace workspace_{};
  receive_gates<P> gates_{};
  counters counters_;
  typename frames::flat_context flat_{};
  typename frames::context pieces_{};
  frames frames_;
  intake intake_;
};

}  // namespace v0
}  // namespace esplanade
