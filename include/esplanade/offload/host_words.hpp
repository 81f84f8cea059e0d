// The words beside a host's packets, to its device and from it, and how they come into buffer lists and out of them.
#pragma once

#include <esplanade/buffer/batch.hpp>
#include <esplanade/buffer/nbl_traits.hpp>

namespace esplanade {
inline namespace v0 {

/// What goes to the device beside a packet. All zero: the packet is sealed, and leaves as it is.
struct send_words {
  send_ipsec ipsec{};
  send_tunnel tunnel{};
  send_headers headers{};
  bool segment = false;        ///< a segment that the host made, in a packet of the pool that it was given
  std::uint8_t adapter = 0;    ///< whose queue the packet goes to, by the number that its offloader has
  std::uint32_t checksum = 0;  ///< send_checksum of what the device completes; its offset counts from the first octet, which is IP; 0 = nothing is open
  std::uint32_t large = 0;     ///< send_large of a frame that the device cuts, but that its offset counts from the IP header; 0 = not large
  outbound_handle given[4]{};  ///< the host's own SAs whose frames the device has; host::completed() wants them back

  [[nodiscard]] constexpr explicit operator bool() const noexcept { return ipsec.handle != 0; }
};
/// What comes from the device beside a packet. All zero: it did nothing.
struct receive_words {
  receive_ipsec ipsec{};
  receive_headers headers{};
  std::uint8_t adapter = 0;    ///< who says so, by the number that its offloader has
};

/// Writes slots 0, 1, 2, 11 and 12 of a list to send, whose packets have `link` octets in front of IP. All packets of one list share
/// them, so that only packets with equal words go into one (ipsecov2.md 4.2).
template <NetBufferList L> ESPLANADE_INLINE void put_words(L& list, const send_words& w, std::size_t link = 0) noexcept {
  const auto slots = send_oob(list);
  slots.set(w.ipsec);
  slots.set(w.tunnel);
  slots.set(w.headers);
  if (w.checksum != 0) [[unlikely]] {
    send_checksum moved = send_checksum::unpack(w.checksum);
    moved.tcp_offset = static_cast<std::uint16_t>(moved.tcp_offset + link);
    slots.set(moved);
  }
  if (w.large != 0) [[unlikely]] {
    send_large moved = send_large::unpack(w.large);
    moved.tcp_offset = static_cast<std::uint16_t>(moved.tcp_offset + link);
    slots.set(moved);
  }
}
/// Reads slots 1 and 12 of a list that was received. `number`: of the adapter, where there are several.
template <NetBufferList L> [[nodiscard]] ESPLANADE_INLINE receive_words words_of(const L& list, std::uint8_t number = 0) noexcept {
  const auto slots = oob_view<oob_direction::receive, const L>(list);
  return {slots.template get<receive_ipsec>(), slots.template get<receive_headers>(), number};
}
/// Whether two packets may share a list; a large send has one for itself.
[[nodiscard]] constexpr bool same_words(const send_words& a, const send_words& b) noexcept {
  return a.ipsec.handle == b.ipsec.handle && a.tunnel.handle == b.tunnel.handle && a.headers == b.headers && a.adapter == b.adapter && a.checksum == b.checksum && a.large == 0 && b.large == 0;
}

}  // namespace v0
}  // namespace esplanade
