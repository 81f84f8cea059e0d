// The sum that Internet checksums are made of, over a range of a packet and across its segment borders.
#pragma once

#include <esplanade/buffer/access.hpp>
#include <esplanade/net/checksum.hpp>

namespace esplanade {
inline namespace v0 {

/// Sum of the big-endian 16-bit words of [offset, offset + size), which lies inside the packet; words start at `offset`,
/// and an odd last octet counts as if a zero followed.
///   Cost     reads every octet once
template <Packet P> [[nodiscard]] inline std::uint64_t range_sum(const P& p, std::size_t offset, std::size_t size) noexcept {
  std::uint64_t sum = 0;
  bool odd = false;
  detail::visit_range(p, offset, size, [&](const_octets piece) noexcept {
    const std::uint16_t folded = fold_checksum(checksum_sum(piece));
    // Behind an odd number of octets the halves of every word are the other way round (RFC 1071 2, B).
    sum += odd ? detail::swap_octets(folded) : folded;
    odd = odd != (piece.size() % 2 != 0);
  });
  return sum;
}

}  // namespace v0
}  // namespace esplanade
