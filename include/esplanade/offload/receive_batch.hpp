// Frames of one packet type on their way through a NIC's receive list, each with the buffer list whose words it fills.
#pragma once

#include <esplanade/buffer/nbl_traits.hpp>
#include <esplanade/offload/link_header.hpp>
#include <esplanade/offload/receive_list.hpp>
#include <esplanade/pipeline/counters.hpp>
#include <esplanade/pipeline/walk.hpp>

namespace esplanade {
inline namespace v0 {

/// A burst of frames.
///   Shape    add(list, frame), full(), run(gates, counters): then it is empty again
///   Cost     no allocation, lock, exception or system call
///   Threads  one queue's
template <class P, NetBufferList Nbl, Packet Frame, class Store, CryptoProvider Crypto> class receive_batch {
 public:
  using list_type = decltype(receive_list<P>());
  static constexpr std::size_t burst = P::burst;
  using context = device_context<P, Frame, Store, Crypto, burst>;
  using resources = typename context::resources;

  receive_batch(resources& with, typename Crypto::workspace& workspace) noexcept {
    context_.lane = &with;
    context_.workspace = &workspace;
  }
  receive_batch(const receive_batch&) = delete;
  receive_batch& operator=(const receive_batch&) = delete;

  [[nodiscard]] bool full() const noexcept { return context_.count == burst; }
  /// Not when it is full.
  ESPLANADE_INLINE void add(Nbl& list, Frame& frame) noexcept {
    lists_[context_.count] = &list;
    context_.packets[context_.count++] = &frame;
  }

  /// Under a guard of the store. Fills slots 1 and 12 of every list, and slot 0 where checksums are configured.
  void run(const receive_gates<P>& gates, counters& count) noexcept {
    context& c = context_;
    const std::size_t n = c.count;
    if (n == 0) return;
    c.begin(gates);
    for (std::size_t i = 0; i < n; ++i) c.verdicts[i] = begin(i);
    walk::start(stages, c);
    for (std::size_t i = 0; i < n; ++i) tell(i);
    if (c.forwarded != n) [[unlikely]] {
      for (std::size_t i = 0; i < n; ++i)
        if (c.verdicts[i] != verdict::forwarded) count.add(c.verdicts[i], 1);
    }
    count.add(verdict::forwarded, c.forwarded);
    count.add_octets(c.carried);
    c.count = 0;
  }

 private:
  using walk = detail::walk_of<list_type, context>;
  static constexpr list_type stages{};

  /// Whether slot i is worked on: of a framing that the configuration has (F119), not looped back (U-22).
  ESPLANADE_INLINE verdict begin(std::size_t i) noexcept {
    auto& s = context_.state[i];
    const Nbl& held = *lists_[i];
    const auto& gates = *context_.gates;
    const std::size_t length = packet_traits<Frame>::length(*context_.packets[i]);
    detail::portion_reader read(*context_.packets[i], 0, length);
    const link_header link = read_link_header(read, gates.framings);
    s.arrive(link.octets, length - link.octets);
    if (!link.carries_ip) return verdict::not_ip;
    if (!gates.any() || nbl_traits<Nbl>::flags(held).has(nbl_flag::loopback) || !works_behind(link, nbl_traits<Nbl>::entry(held, oob_slot::vlan).word != 0, gates.framings)) [[unlikely]]
      return verdict::beyond_device;
    return verdict::forwarded;
  }
  ESPLANADE_INLINE void tell(std::size_t i) noexcept {
    const auto& s = context_.state[i];
    const auto words = receive_oob(*lists_[i]);
    words.set(s.result);
    words.set(detail::headers_word(s));
    if (context_.gates->has(offload_feature::tcp_checksum) || context_.gates->has(offload_feature::udp_checksum)) words.set(s.checksums);
  }

  Nbl* lists_[burst]{};
  context context_{};
};

}  // namespace v0
}  // namespace esplanade
