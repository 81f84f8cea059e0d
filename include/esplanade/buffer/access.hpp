// Reading and writing a packet across its segment borders.
#pragma once

#include <esplanade/buffer/packet.hpp>
#include <esplanade/buffer/segment.hpp>
#include <esplanade/net/ip_walk.hpp>

#include <type_traits>

namespace esplanade {
inline namespace v0 {

namespace detail {
/// The first segment as a span, whatever the cursor gives.
template <class P> ESPLANADE_INLINE octets front_of(P& p) noexcept { return *packet_traits<P>::first(p); }
template <class P> ESPLANADE_INLINE const_octets front_of(const P& p) noexcept { return *packet_traits<P>::first(p); }

/// Calls `visit(span)` for the pieces of [offset, offset + size), in wire order; the range lies inside the packet.
template <class P, class Visit> ESPLANADE_INLINE void visit_range(P& p, std::size_t offset, std::size_t size, Visit visit) noexcept {
  for (auto c = packet_traits<std::remove_const_t<P>>::first(p); size != 0 && static_cast<bool>(c); ++c) {
    const std::conditional_t<std::is_const_v<P>, const_octets, octets> piece = *c;
    if (offset >= piece.size()) {
      offset -= piece.size();
      continue;
    }
    const std::size_t n = size < piece.size() - offset ? size : piece.size() - offset;
    visit(piece.subspan(offset, n));
    offset = 0;
    size -= n;
  }
}
}  // namespace detail

/// Copies octets [offset, offset + size) of the packet to `to`; the range lies inside the packet.
template <Packet P> ESPLANADE_INLINE void copy_out(const P& p, std::size_t offset, octet* to, std::size_t size) noexcept {
  if constexpr (ContiguousPacket<P>) {
    std::memcpy(to, detail::front_of(p).data() + offset, size);
  } else {
    detail::visit_range(p, offset, size, [&to](const_octets piece) noexcept {
      std::memcpy(to, piece.data(), piece.size());
      to += piece.size();
    });
  }
}

/// Copies `size` octets from `from` over the packet's octets from `offset`; the range lies inside the packet.
template <Packet P> ESPLANADE_INLINE void copy_in(P& p, std::size_t offset, const octet* from, std::size_t size) noexcept {
  if constexpr (ContiguousPacket<P>) {
    std::memcpy(detail::front_of(p).data() + offset, from, size);
  } else {
    detail::visit_range(p, offset, size, [&from](octets piece) noexcept {
      std::memcpy(piece.data(), from, piece.size());
      from += piece.size();
    });
  }
}

/// `size` contiguous octets from `offset`: in the packet where they lie together, else copied to `scratch`.
template <Packet P>
[[nodiscard]] ESPLANADE_INLINE const octet* peek(const P& p, std::size_t offset, [[maybe_unused]] std::size_t size,
                                                 [[maybe_unused]] octet* scratch) noexcept {
  const const_octets front = detail::front_of(p);
  if constexpr (ContiguousPacket<P>) {
    return front.data() + offset;
  } else {
    if (offset <= front.size() && size <= front.size() - offset) return front.data() + offset;
    copy_out(p, offset, scratch, size);
    return scratch;
  }
}

/// An `OctetReader` over a packet: straddling headers are copied to its own 40 octets.
template <Packet P> class packet_reader {
 public:
  explicit packet_reader(const P& p) noexcept : packet_(p), length_(packet_traits<P>::length(p)) {}
  /// For who knows the packet's length.
  ESPLANADE_INLINE packet_reader(const P& p, std::size_t length) noexcept : packet_(p), length_(length) {}
  /// Another that reads the same. What is handed to a function that is not inlined lies in memory from then on.
  [[nodiscard]] ESPLANADE_INLINE packet_reader another() const noexcept { return packet_reader(packet_, length_); }
  ESPLANADE_INLINE const octet* operator()(std::size_t offset, std::size_t n) noexcept {
    if (offset > length_ || n > length_ - offset || n > sizeof scratch_) return nullptr;
    const octet* const at = peek(packet_, offset, n, scratch_);
    detail::assume(n == 0 || at != nullptr);
    return at;
  }

 private:
  const P& packet_;
  std::size_t length_;
  octet scratch_[40];
};

/// Lists the segments that hold [offset, offset + size) in `list` and returns how many there are; 0 when there are more
/// than `most`. Empty segments are left out; an empty range is one empty segment.
template <Packet P>
[[nodiscard]] ESPLANADE_INLINE std::size_t list_segments(P& p, std::size_t offset, std::size_t size, segment* list, std::size_t most) noexcept {
  if constexpr (ContiguousPacket<P>) {
    list[0] = {detail::front_of(p).data() + offset, size};
    return 1;
  } else {
    std::size_t count = 0;
    bool fits = true;
    list[0] = {};
    detail::visit_range(p, offset, size, [&](octets piece) noexcept {
      if (count == most) fits = false;
      else list[count++] = {piece.data(), piece.size()};
    });
    if (!fits) return 0;
    return count == 0 ? 1 : count;
  }
}

/// Moves `size` octets from offset `by` to the front of the packet, over what stands there: what stood at
/// [by, by + size) stands at [0, size) afterwards. Copies.
template <Packet P> inline void move_to_front(P& p, std::size_t by, std::size_t size) noexcept {
  if constexpr (ContiguousPacket<P>) {
    octet* base = detail::front_of(p).data();
    std::memmove(base, base + by, size);
  } else {
    octet scratch[64];
    for (std::size_t done = 0; done < size;) {
      const std::size_t n = size - done < sizeof scratch ? size - done : sizeof scratch;
      copy_out(p, by + done, scratch, n);
      copy_in(p, done, scratch, n);
      done += n;
    }
  }
}

/// Moves the first `size` octets of the packet to offset `by`, over what stands there: what stood at [0, size) stands at
/// [by, by + size) afterwards. Copies.
template <Packet P> inline void move_from_front(P& p, std::size_t by, std::size_t size) noexcept {
  if constexpr (ContiguousPacket<P>) {
    octet* base = detail::front_of(p).data();
    std::memmove(base + by, base, size);
  } else {
    octet scratch[64];
    for (std::size_t left = size; left != 0;) {
      const std::size_t n = left < sizeof scratch ? left : sizeof scratch;
      left -= n;
      copy_out(p, left, scratch, n);
      copy_in(p, by + left, scratch, n);
    }
  }
}

}  // namespace v0
}  // namespace esplanade
