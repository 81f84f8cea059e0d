// Copying between packets, and growing one by more than a call may ask for
#pragma once

#include <esplanade/buffer/access.hpp>
#include <esplanade/net/checksum.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
/// Grows the packet behind by `n` octets, in steps that the packet contract allows; false with nothing changed.
template <class P> [[nodiscard]] ESPLANADE_INLINE bool extend_by(P& p, std::size_t n) noexcept {
  using traits = packet_traits<P>;
  if (n <= resize_max) [[likely]] return traits::extend(p, n);
  std::size_t done = 0;
  while (done < n) {
    const std::size_t step = n - done < resize_max ? n - done : resize_max;
    if (!traits::extend(p, step)) {
      traits::trim(p, done);
      return false;
    }
    done += step;
  }
  return true;
}
/// The same in front.
template <class P> [[nodiscard]] inline bool retreat_by(P& p, std::size_t n) noexcept {
  using traits = packet_traits<P>;
  std::size_t done = 0;
  while (done < n) {
    const std::size_t step = n - done < resize_max ? n - done : resize_max;
    if (!traits::retreat(p, step)) {
      traits::advance(p, done);
      return false;
    }
    done += step;
  }
  return true;
}
}  // namespace detail

/// Copies `size` octets of `from` at `offset` over those of `to` at `at`; both ranges lie inside their packets, and the packets
/// share no octets.
template <Packet To, Packet From> inline void copy_between(To& to, std::size_t at, const From& from, std::size_t offset, std::size_t size) noexcept {
  if constexpr (ContiguousPacket<From>) {
    copy_in(to, at, detail::front_of(from).data() + offset, size);
  } else {
    detail::visit_range(from, offset, size, [&](const_octets piece) noexcept {
      copy_in(to, at, piece.data(), piece.size());
      at += piece.size();
    });
  }
}

/// The sum of `checksum_sum` over octets [offset, offset + size) of a packet, wherever its segment borders lie.
template <Packet P> [[nodiscard]] inline std::uint64_t checksum_sum_of(const P& p, std::size_t offset, std::size_t size) noexcept {
  std::uint64_t sum = 0;
  bool odd = false;
  detail::visit_range(p, offset, size, [&](const_octets piece) noexcept {
    // A piece that begins at an odd place counts its octets in the other halves of the words.
    std::uint64_t part = fold_checksum(checksum_sum(piece));
    if (odd) part = (part << 8 | part >> 8) & 0xffff;
    sum += part;
    odd = odd != (piece.size() % 2 != 0);
  });
  return sum;
}

}  // namespace v0
}  // namespace esplanade
