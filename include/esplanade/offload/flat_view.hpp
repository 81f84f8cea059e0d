// A net buffer that lies in one piece, seen as a packet of one piece.
#pragma once

#include <esplanade/buffer/flat_packet.hpp>
#include <esplanade/buffer/nbl_traits.hpp>

namespace esplanade {
inline namespace v0 {
namespace detail {

/// A frame that is `whole`, as a packet without room in front and behind, for stages that compile to pointer arithmetic then.
[[nodiscard]] ESPLANADE_INLINE flat_packet flat_view(octets whole, bool writable) noexcept { return {whole, 0, whole.size(), writable}; }

/// Starts the loads of where a piece begins and ends: of headers, and of trailer and ICV.
ESPLANADE_INLINE void prefetch_ends(octets piece) noexcept {
  prefetch(piece.data());
  prefetch(piece.data(), static_cast<std::ptrdiff_t>(piece.size()) - 1);
}

/// Reads octets that lie together.
struct whole_reader {
  octets whole;
  ESPLANADE_INLINE const octet* operator()(std::size_t offset, std::size_t n) const noexcept { return offset > whole.size() || n > whole.size() - offset ? nullptr : whole.data() + offset; }
};

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
