// A queue of a NIC's receive side: buffer lists come in as the wire brought them, and go up with words beside them.
#pragma once

#include <esplanade/offload/flat_view.hpp>
#include <esplanade/offload/receive_batch.hpp>
#include <esplanade/sa/store.hpp>

namespace esplanade {
inline namespace v0 {

/// One core's queue: works on received lists in bursts, and writes slots 0, 1 and 12 for the receive direction. Which packets
/// come to which queue says offload/receive_scaling.hpp.
///
///   Shape    queue(chain, gates)   chain: lists linked by `next`, each with one net buffer, which is one frame
///            Whatever becomes of a frame, its list stays in the chain, in its place (F107); lists that are not worked on have
///            words of zeros and octets as they came
///   Cost     no allocation, lock, exception or system call. Frames in one MDL are worked on as flat ones, the others beside them
///   Errors   none: a status in slot 1
///   Threads  one; counters may be read by anybody
template <class P, NetBufferList Nbl, class Store, CryptoProvider Crypto> class receive_queue {
  static_assert(!Crypto::abilities.asynchronous, "a receive queue hands lists up when its call returns, and this provider answers later: name a synchronous one");
  static_assert(Crypto::abilities.in_place, "a NIC opens in place, and this provider does not work in place: name staged<C>, or adapt<C, P>, in its stead (crypto/adapters.hpp)");
  static_assert(Crypto::abilities.mixed_keys, "this provider works on one key at a time, and a batch holds packets of many SAs: part its job lists by schedule, and say mixed_keys");

 public:
  using profile = P;
  using net_buffer_type = net_buffer_of<Nbl>;
  static constexpr std::size_t burst = P::burst;
  using resources = typename receive_batch<P, Nbl, flat_packet, Store, Crypto>::resources;
  static_assert(Crypto::abilities.scatter_gather || ContiguousPacket<net_buffer_type>,
                "this provider takes contiguous texts only, and these net buffers have several MDLs: name gathered<C>, or adapt<C, P>, in its stead (crypto/adapters.hpp)");

  explicit receive_queue(const resources& with) noexcept : resources_(with), member_(resources_.store), flat_(resources_, workspace_), pieces_(resources_, workspace_) {}
  receive_queue(const receive_queue&) = delete;
  receive_queue& operator=(const receive_queue&) = delete;

  void operator()(Nbl* chain, const receive_gates<P>& gates) noexcept {
    while (chain != nullptr) {
      std::size_t n = 0;
      for (; n != burst && chain != nullptr; chain = nbl_traits<Nbl>::next(*chain)) add(*chain, n);
      [[maybe_unused]] const auto guard = detail::enter_store(resources_.store, member_);
      flat_.run(gates, counters_);
      pieces_.run(gates, counters_);
    }
  }

  /// Asks the host for the place of an inbound bundle: every packet of it says so from here on, and it works until it is deleted (F116).
  ///   Errors   false: the handle names none, or an outbound one
  bool ask_to_go(offload_handle handle) noexcept {
    [[maybe_unused]] const auto guard = detail::enter_store(resources_.store, member_);
    auto* const bundle = resources_.store.by_handle(handle);
    if (bundle == nullptr || !bundle->inbound) return false;
    bundle->asked_to_go.store(1, order::relaxed);
    return true;
  }

  /// Frames by what became of them: forwarded ones were opened, all others went up as they came or with a status.
  [[nodiscard]] counters_snapshot snapshot() const noexcept { return counters_.snapshot(); }

 private:
  /// Puts a list's frame in the batch that is for it, and counts it in `n`. One that is not one frame, or not within reach, is nobody's.
  ESPLANADE_INLINE void add(Nbl& list, std::size_t& n) noexcept {
    net_buffer_type* const frame = nbl_traits<Nbl>::first_buffer(list);
    const bool one = frame != nullptr && nbl_traits<Nbl>::next_buffer(*frame) == nullptr;
    const octets whole = one ? whole_of<Nbl>(*frame) : octets{};
    if (!whole.empty()) [[likely]] {
      detail::prefetch_ends(whole);
      views_[n] = detail::flat_view(whole, is_writable(*frame));
      flat_.add(list, views_[n]);
    } else if (one && is_mapped<Nbl>(*frame)) {
      prefetch(detail::front_of(*frame).data());
      pieces_.add(list, *frame);
    } else {
      receive_oob(list).set(receive_ipsec{});
      receive_oob(list).set(receive_headers{});
      counters_.add(verdict::beyond_device, 1);
      return;
    }
    ++n;
  }

  resources resources_;
  [[no_unique_address]] membership_of<Store> member_;
  [[no_unique_address]] typename Crypto::workspace workspace_{};
  flat_packet views_[burst]{};
  receive_batch<P, Nbl, flat_packet, Store, Crypto> flat_;
  receive_batch<P, Nbl, net_buffer_type, Store, Crypto> pieces_;
  counters counters_;
};

}  // namespace v0
}  // namespace esplanade
