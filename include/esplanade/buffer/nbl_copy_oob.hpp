// Out-of-band words from one buffer list to another: exactly those that go with data that is sent, or received.
#pragma once

#include <esplanade/buffer/nbl_traits.hpp>

namespace esplanade {
inline namespace v0 {

/// The slots that a send copy moves (ipsecov2.md 8.6).
inline constexpr oob_slot send_copy_slots[] = {
    oob_slot::checksum, oob_slot::ipsec, oob_slot::large_send, oob_slot::vlan, oob_slot::cancel_id, oob_slot::media,
    oob_slot::protocol_id, oob_slot::ipsec_tunnel, oob_slot::ipsec_headers, oob_slot::filtering, oob_slot::virtual_subnet,
};
/// The slots that a receive copy moves.
inline constexpr oob_slot receive_copy_slots[] = {
    oob_slot::checksum, oob_slot::ipsec, oob_slot::receive_no_push, oob_slot::vlan, oob_slot::media, oob_slot::frame_type, oob_slot::hash_value,
    oob_slot::hash_info, oob_slot::ipsec_tunnel, oob_slot::ipsec_headers, oob_slot::filtering, oob_slot::virtual_subnet,
};

namespace detail {
template <class To, class From, std::size_t N> inline void copy_slots(To& to, const From& from, const oob_slot (&slots)[N]) noexcept {
  for (const oob_slot slot : slots) nbl_traits<To>::put(to, slot, nbl_traits<From>::entry(from, slot));
}
}  // namespace detail

/// Copies the words of a list that is sent, each with its direction; slots that are not listed stay as they are in `to`.
template <NetBufferList To, NetBufferList From> inline void copy_send_oob(To& to, const From& from) noexcept { detail::copy_slots(to, from, send_copy_slots); }
/// Copies the words of a list that was received.
template <NetBufferList To, NetBufferList From> inline void copy_receive_oob(To& to, const From& from) noexcept { detail::copy_slots(to, from, receive_copy_slots); }

}  // namespace v0
}  // namespace esplanade
