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
  outbound_handle given[4]{};  ///< the host's own SAs whose frames the device has; host::completed() wants them back
  std::uint8_t adapter = 0;    ///< whose queue the packet goes to, by the number that its offloader has

  [[nodiscard]] constexpr explicit operator bool() const noexcept { return ipsec.handle != 0; }
};
/// What comes from the device beside a packet. All zero: it did nothing.
struct receive_words {
  receive_ipsec ipsec{};
  receive_headers headers{};
  std::uint8_t adapter = 0;    ///< who says so, by the number that its offloader has
};

/// Writes slots 1, 11 and 12 of a list to send. All packets of one list share them, so that only packets with equal words go
/// into one (ipsecov2.md 4.2).
template <NetBufferList L> ESPLANADE_INLINE void put_words(L& list, const send_words& w) noexcept {
  const auto slots = send_oob(list);
  slots.set(w.ipsec);
  slots.set(w.tunnel);
  slots.set(w.headers);
}
/// Reads slots 1 and 12 of a list that was received. `number`: of the adapter, where there are several.
template <NetBufferList L> [[nodiscard]] ESPLANADE_INLINE receive_words words_of(const L& list, std::uint8_t number = 0) noexcept {
  const auto slots = oob_view<oob_direction::receive, const L>(list);
  return {slots.template get<receive_ipsec>(), slots.template get<receive_headers>(), number};
}
/// Whether two packets may share a list.
[[nodiscard]] constexpr bool same_words(const send_words& a, const send_words& b) noexcept {
  return a.ipsec.handle == b.ipsec.handle && a.tunnel.handle == b.tunnel.handle && a.headers == b.headers && a.adapter == b.adapter;
}

}  // namespace v0
}  // namespace esplanade
