// The simplest packet: one contiguous piece of memory with headroom and tailroom.
#pragma once

#include <esplanade/buffer/packet.hpp>

namespace esplanade {
inline namespace v0 {

/// A packet in one contiguous buffer that somebody else owns (like a linear skb).
///
///   +-----------+----------------------+-----------+
///   | headroom  |  data()   length()   | tailroom  |
///   +-----------+----------------------+-----------+
///   buffer                                 buffer + capacity
class flat_packet {
 public:
  static constexpr std::size_t segments_max = 1;

  flat_packet() noexcept = default;
  /// A packet of `length` octets at `offset` inside `buffer`; offset + length ≤ buffer.size().
  flat_packet(octets buffer, std::size_t offset, std::size_t length, bool writable = true) noexcept
      : front_(buffer.data() + offset), length_(length), begin_(buffer.data()), end_(buffer.data() + buffer.size()), writable_(writable) {}

  template <class Octet> struct cursor {
    std::span<Octet> octets_here;
    bool live = true;
    ESPLANADE_INLINE std::span<Octet> operator*() const noexcept { return octets_here; }
    ESPLANADE_INLINE cursor& operator++() noexcept {
      live = false;
      return *this;
    }
    ESPLANADE_INLINE explicit operator bool() const noexcept { return live; }
  };

  [[nodiscard]] ESPLANADE_INLINE cursor<octet> first() noexcept { return {{data(), length_}}; }
  [[nodiscard]] ESPLANADE_INLINE cursor<const octet> first() const noexcept { return {{front_, length_}}; }
  [[nodiscard]] ESPLANADE_INLINE octet* data() noexcept { return front_; }
  [[nodiscard]] ESPLANADE_INLINE const octet* data() const noexcept { return front_; }
  [[nodiscard]] ESPLANADE_INLINE std::size_t length() const noexcept { return length_; }
  [[nodiscard]] ESPLANADE_INLINE bool writable() const noexcept { return writable_; }
  [[nodiscard]] ESPLANADE_INLINE std::size_t headroom() const noexcept { return static_cast<std::size_t>(front_ - begin_); }
  [[nodiscard]] ESPLANADE_INLINE std::size_t tailroom() const noexcept { return static_cast<std::size_t>(end_ - front_) - length_; }

  ESPLANADE_INLINE bool retreat(std::size_t n) noexcept {
    if (n > headroom()) return false;
    front_ -= n;
    length_ += n;
    return true;
  }
  ESPLANADE_INLINE void advance(std::size_t n) noexcept {
    front_ += n;
    length_ -= n;
  }
  ESPLANADE_INLINE bool extend(std::size_t n) noexcept {
    if (n > tailroom()) return false;
    length_ += n;
    return true;
  }
  ESPLANADE_INLINE void trim(std::size_t n) noexcept { length_ -= n; }

 private:
  octet* front_ = nullptr;
  std::size_t length_ = 0;
  octet* begin_ = nullptr;
  octet* end_ = nullptr;
  bool writable_ = true;
};
static_assert(ContiguousPacket<flat_packet>);

}  // namespace v0
}  // namespace esplanade
