// Where stages that split, merge or originate packets get them from.
#pragma once

#include <esplanade/buffer/packet.hpp>

namespace esplanade {
inline namespace v0 {

/// The caller's bounded source of packets.
///   Shape    pool.take()    an empty, writable packet with headroom and tailroom of the caller's choice; nullptr when there is none
///            pool.give(p)   takes one back; it came from this pool
///   Cost     O(1); never the general heap
///   Errors   nullptr: the stage gives the verdict no_packet
///   Threads  one per lane
///   Models   testing::fixed_pool. Archetype: testing::archetype::pool. Laws: testing::check_pool_laws
template <class L, class P>
concept PacketPool = Packet<P> && requires(L& pool, P* p) {
  { pool.take() } noexcept -> std::same_as<P*>;
  { pool.give(p) } noexcept;
};

/// The pool of lists that never need one.
struct no_pool {};

}  // namespace v0
}  // namespace esplanade
