// A large send cut by a host: segments of plain TCP in packets of a pool, as its sender would have made them.
#pragma once

#include <esplanade/buffer/pool.hpp>
#include <esplanade/offload/large_send.hpp>

namespace esplanade {
inline namespace v0 {

/// Where a large send on a host begins: there is nothing in front of IP yet.
[[nodiscard]] constexpr large_send_order plain_order(const send_large& large) noexcept {
  large_send_order order;
  order.large = large;
  return order;
}

/// Cuts `frame` into all its segments, in order, or into none. The frame keeps its octets; segments are the pool's until they
/// are given back.
///   Shape    into   room for the segments; the first `made` of it are filled
///   Cost     the payload is copied once
///   Errors   bad_header, runt, not_ip, ip_fragment, too_long (the template); batch_full (more segments than `into` holds);
///            no_packet, no_room (the pool has back what it gave)
///   Threads  as the pool
///   Source   ipsecov2.md 4.5
template <Packet P, PacketPool<P> Pool> [[nodiscard]] verdict segment_large(const P& frame, const send_large& large, Pool& pool, std::span<P*> into, std::size_t& made) noexcept {
  made = 0;
  large_send_cutter<P> cutter;
  if (const verdict v = cutter.begin(frame, plain_order(large)); v != verdict::forwarded) return v;
  if (cutter.segments() > into.size()) return verdict::batch_full;
  while (cutter.left()) {
    P* const segment = pool.take();
    large_segment beside;
    verdict v = verdict::no_packet;
    if (segment != nullptr) {
      into[made++] = segment;
      v = cutter.next(*segment, beside);
    }
    if (v == verdict::forwarded) continue;
    while (made != 0) pool.give(into[--made]);
    return v;
  }
  return verdict::forwarded;
}

}  // namespace v0
}  // namespace esplanade
