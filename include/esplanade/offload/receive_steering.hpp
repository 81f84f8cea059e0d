// Received lists parted by queue (receive side scaling), and which of them may be joined with others (receive segment coalescing).
#pragma once

#include <esplanade/buffer/nbl_traits.hpp>
#include <esplanade/capability/live_configuration.hpp>
#include <esplanade/offload/receive_scaling.hpp>
#include <esplanade/offload/receive_split.hpp>
#include <esplanade/offload/send_ip.hpp>
#include <esplanade/transform/policies.hpp>

namespace esplanade {
inline namespace v0 {

/// How frames are spread over queues: what a host sets, and a NIC keeps.
///   Threads  a value
struct receive_spreading {
  scaling_key key{};
  scaling_table<> table{};
};

namespace detail {
/// Calls `see(read, available, link)` with a reader of the packet behind the link header of a list's frame; what it says, or `otherwise`
/// where the list is not one frame within reach, or holds no IP packet.
template <NetBufferList Nbl, class T, class See> [[nodiscard]] T with_frame(Nbl& list, set_of<link_framing> framings, T otherwise, See see) noexcept {
  using buffer = net_buffer_of<Nbl>;
  buffer* const frame = nbl_traits<Nbl>::first_buffer(list);
  if (frame == nullptr || nbl_traits<Nbl>::next_buffer(*frame) != nullptr || !is_mapped<Nbl>(*frame)) return otherwise;
  const buffer& one = *frame;
  packet_reader whole(one);
  const link_header link = read_link_header(whole, framings);
  const std::size_t all = packet_traits<buffer>::length(one);
  if (!link.carries_ip || all < link.octets) return otherwise;
  reader_behind<buffer> read{packet_reader(one), link.octets};
  return see(read, all - link.octets, link);
}
}  // namespace detail

/// Parts a chain into one for each queue, every one in the order of the wire: frames of one SA from one peer meet one core.
///   Shape    `queues[k]` is the chain of queue k, nullptr when nothing is for it. What has no hash, and what the table gives to a
///            queue that there is not, goes to the first
///   Cost     one header walk and one hash a frame; no allocation
///   Threads  who has the chain
template <class P, NetBufferList Nbl, std::size_t Queues> void steer(Nbl* chain, const receive_spreading& by, set_of<link_framing> framings, Nbl* (&queues)[Queues]) noexcept {
  using traits = nbl_traits<Nbl>;
  static_assert(Queues != 0, "a NIC has at least one receive queue");
  Nbl* last[Queues]{};
  for (Nbl*& first : queues) first = nullptr;
  while (chain != nullptr) {
    Nbl* const list = chain;
    chain = traits::next(*list);
    traits::link(*list, nullptr);
    std::size_t at = 0;
    if constexpr (Queues != 1) {
      const std::uint32_t hash = detail::with_frame(*list, framings, std::uint32_t{0}, [&by](auto& read, std::size_t available, const link_header&) noexcept {
        return scaling_hash(by.key, read, available, [](std::uint16_t port) noexcept { return udp_port_of<P>::has(port); });
      });
      at = by.table.queue_of(hash);
      if (at >= Queues) at = 0;
    }
    if (last[at] == nullptr) queues[at] = list;
    else traits::link(*last[at], list);
    last[at] = list;
  }
}

/// Whether a received list may be joined with others of its connection: TCP that no IPsec protects, whether it was opened or not (F117).
///   Shape    `list` as it goes up: slot 1 is the NIC's; `on`: the IP versions that it is configured for. What else coalescing asks is
///            not looked at
template <class P, NetBufferList Nbl> [[nodiscard]] bool may_join(Nbl& list, const coalescing& on, set_of<link_framing> framings) noexcept {
  const receive_ipsec said = get_oob<receive_ipsec>(list);
  return detail::with_frame(list, framings, false, [&](auto& read, std::size_t available, const link_header& link) noexcept {
    return (link.version == family::ipv4 ? on.ipv4 : on.ipv6) && may_coalesce(headers_of(read, available, link.octets, [](std::uint16_t port) noexcept { return udp_port_of<P>::has(port); }), said);
  });
}

}  // namespace v0
}  // namespace esplanade
