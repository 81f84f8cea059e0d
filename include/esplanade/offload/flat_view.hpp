// A net buffer that lies in one piece, seen as a packet of one piece.
#pragma once

#include <esplanade/buffer/flat_packet.hpp>

namespace esplanade {
inline namespace v0 {
namespace detail {

/// Whether all octets of a frame are `front`, its first piece.
template <class NetBuffer> [[nodiscard]] ESPLANADE_INLINE bool in_one_piece(const NetBuffer& b, octets front) noexcept { return front.size() == packet_traits<NetBuffer>::length(b); }
/// Such a frame as a packet without room in front and behind, for stages that compile to pointer arithmetic then.
template <class NetBuffer> [[nodiscard]] ESPLANADE_INLINE flat_packet flat_view(NetBuffer& b, octets whole) noexcept { return {whole, 0, whole.size(), is_writable(b)}; }

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
