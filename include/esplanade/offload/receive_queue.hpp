// A queue of a NIC's receive side: buffer lists come in as the wire brought them, and go up with words beside them.
#pragma once

#include <esplanade/buffer/nbl_traits.hpp>
#include <esplanade/offload/link_header.hpp>
#include <esplanade/offload/receive_list.hpp>
#include <esplanade/pipeline/counters.hpp>
#include <esplanade/pipeline/walk.hpp>
#include <esplanade/sa/store.hpp>

namespace esplanade {
inline namespace v0 {

/// One core's queue: works on received lists in bursts, and writes slots 0, 1 and 12 for the receive direction. Which packets
/// come to which queue says offload/receive_scaling.hpp.
///
///   Shape    queue(chain, gates)   chain: lists linked by `next`, each with one net buffer, which is one frame
///            Whatever becomes of a frame, its list stays in the chain, in its place (F107); lists that are not worked on have
///            words of zeros and octets as they came
///   Cost     no allocation, lock, exception or system call
///   Errors   none: a status in slot 1
///   Threads  one; counters may be read by anybody
template <class P, NetBufferList Nbl, class Store, CryptoProvider Crypto> class receive_queue {
  static_assert(!Crypto::abilities.asynchronous, "a receive queue hands lists up when its call returns, and this provider answers later: name a synchronous one");
  static_assert(Crypto::abilities.in_place, "a NIC opens in place, and this provider does not work in place: name staged<C>, or adapt<C, P>, in its stead (crypto/adapters.hpp)");
  static_assert(Crypto::abilities.mixed_keys, "this provider works on one key at a time, and a batch holds packets of many SAs: part its job lists by schedule, and say mixed_keys");

 public:
  using profile = P;
  using list_type = decltype(receive_list<P>());
  using net_buffer_type = net_buffer_of<Nbl>;
  static constexpr std::size_t burst = P::burst;
  using context = device_context<P, net_buffer_type, Store, Crypto, burst>;
  using resources = typename context::resources;
  static_assert(Crypto::abilities.scatter_gather || ContiguousPacket<net_buffer_type>,
                "this provider takes contiguous texts only, and these net buffers have several MDLs: name gathered<C>, or adapt<C, P>, in its stead (crypto/adapters.hpp)");

  explicit receive_queue(const resources& with) noexcept : resources_(with), member_(resources_.store) {
    context_.lane = &resources_;
    context_.workspace = &workspace_;
  }
  receive_queue(const receive_queue&) = delete;
  receive_queue& operator=(const receive_queue&) = delete;

  void operator()(Nbl* chain, const receive_gates<P>& gates) noexcept {
    using traits = nbl_traits<Nbl>;
    context_.gates = &gates;
    while (chain != nullptr) {
      std::size_t n = 0;
      for (; n != burst && chain != nullptr; ++n, chain = traits::next(*chain)) {
        lists_[n] = chain;
        net_buffer_type* const frame = traits::first_buffer(*chain);
        context_.packets[n] = frame;
        if (frame != nullptr) prefetch(detail::front_of(*frame).data());
      }
      run(n);
    }
  }

  /// Frames by what became of them: forwarded ones were opened, all others went up as they came or with a status.
  [[nodiscard]] counters_snapshot snapshot() const noexcept { return counters_.snapshot(); }

 private:
  using walk = detail::walk_of<list_type, context>;
  static constexpr list_type stages{};

  void run(std::size_t n) noexcept {
    context& c = context_;
    c.count = n;
    c.work_count = 0;
    c.forwarded = 0;
    c.carried = 0;
    for (std::size_t i = 0; i < n; ++i) c.verdicts[i] = begin(i);
    {
      [[maybe_unused]] const auto guard = detail::enter_store(resources_.store, member_);
      walk::start(stages, c);
    }
    for (std::size_t i = 0; i < n; ++i) tell(i);
    if (c.forwarded != n) [[unlikely]] {
      for (std::size_t i = 0; i < n; ++i)
        if (c.verdicts[i] != verdict::forwarded) counters_.add(c.verdicts[i], 1);
    }
    counters_.add(verdict::forwarded, c.forwarded);
    counters_.add_octets(c.carried);
  }

  /// Whether slot i is worked on: one frame, of a framing that the configuration has (F119), not looped back (U-22).
  ESPLANADE_INLINE verdict begin(std::size_t i) noexcept {
    auto& s = context_.state[i];
    s = {};
    const Nbl& held = *lists_[i];
    net_buffer_type* const frame = context_.packets[i];
    const auto& gates = *context_.gates;
    if (frame == nullptr || nbl_traits<Nbl>::next_buffer(*frame) != nullptr || !gates.any() || nbl_traits<Nbl>::flags(held).has(nbl_flag::loopback)) [[unlikely]] return verdict::beyond_device;
    if (!is_mapped<Nbl>(*frame)) [[unlikely]] return verdict::not_writable;
    const std::size_t length = packet_traits<net_buffer_type>::length(*frame);
    detail::portion_reader read(*frame, 0, length);
    const link_header link = read_link_header(read, gates.framings);
    if (!link.carries_ip) return verdict::not_ip;
    if (!works_behind(link, nbl_traits<Nbl>::entry(held, oob_slot::vlan).word != 0, gates.framings)) return verdict::beyond_device;
    s.link = link.octets;
    s.base = link.octets;
    s.length = static_cast<std::uint32_t>(length - link.octets);
    return verdict::forwarded;
  }
  ESPLANADE_INLINE void tell(std::size_t i) noexcept {
    const auto& s = context_.state[i];
    const auto words = receive_oob(*lists_[i]);
    words.set(s.result);
    words.set(detail::headers_word(s));
    if (context_.gates->has(offload_feature::tcp_checksum) || context_.gates->has(offload_feature::udp_checksum)) words.set(s.checksums);
  }

  resources resources_;
  [[no_unique_address]] membership_of<Store> member_;
  [[no_unique_address]] typename Crypto::workspace workspace_{};
  Nbl* lists_[burst]{};
  counters counters_;
  context context_{};
};

}  // namespace v0
}  // namespace esplanade
