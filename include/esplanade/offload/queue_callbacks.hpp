// What the queues of a NIC call back with: a frame that leaves, a list that is done, a chain that goes up, a list that comes back.
#pragma once

#include <esplanade/base/text.hpp>
#include <esplanade/buffer/nbl_traits.hpp>

namespace esplanade {
inline namespace v0 {

/// What is said with a chain that goes up, by the bits of ipsecov2.md 8.5.
enum class receive_flag : std::uint32_t {
  dispatch_level = 0x1,
  resources = 0x2,         ///< the NIC is short of buffers: the lists are its own again when the call returns (F121)
  single_ether_type = 0x100,
  single_vlan = 0x200,
  perfect_filtered = 0x400,
};
using receive_flags = set_of<receive_flag>;

namespace detail {
template <class F, class Nbl>
concept TakesFrames = requires(F& f, net_buffer_of<Nbl>& frame) {
  { f(frame) } noexcept;
} || unmet<"WireSink: be callable as on_wire(frame), noexcept, with a net buffer: [&](const net_buffer& frame) noexcept { … }", F, Nbl>();
template <class F, class Nbl>
concept TakesLists = requires(F& f, Nbl& list) {
  { f(list) } noexcept;
} || unmet<"ListDone: be callable as completed(list), noexcept, with one buffer list: [&](net_buffer_list& list) noexcept { … }", F, Nbl>();
template <class F, class Nbl>
concept TakesChains = requires(F& f, Nbl* chain, receive_flags flags) {
  { f(chain, flags) } noexcept;
} || unmet<"ListsUp: be callable as up(chain, flags), noexcept, with the first of the lists: [&](net_buffer_list* chain, receive_flags flags) noexcept { … }", F, Nbl>();
}  // namespace detail

/// Where frames leave to.
///   Shape    on_wire(frame): its octets are the sink's until it returns. It does not send on the queue that calls it
///   Threads  the queue's
///   Models   any function object. So of all of this file
template <class F, class Nbl>
concept WireSink = NetBufferList<Nbl> && detail::TakesFrames<F, Nbl>;

/// Who gets lists back, each of them once.
///   Shape    completed(list): sent, and its status says how that ended; back(list): received, and free for the next frame
///            The list is the caller's again; `next` of it was read before
template <class F, class Nbl>
concept ListDone = NetBufferList<Nbl> && detail::TakesLists<F, Nbl>;

/// Whom received lists go up to.
///   Shape    up(chain, flags): lists linked by `next`, with the outcome beside each. They are the host's until it gives them back, and
///            under `receive_flag::resources` only until it returns
template <class F, class Nbl>
concept ListsUp = NetBufferList<Nbl> && detail::TakesChains<F, Nbl>;

}  // namespace v0
}  // namespace esplanade
