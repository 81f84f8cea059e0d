// A packet as a chain of segments cut anywhere: iovec-shaped, each segment with its own room in front and behind.
#pragma once

#include <esplanade/buffer/packet.hpp>

namespace esplanade {
inline namespace v0 {

/// A packet of up to `Most` segments in buffers that somebody else owns. Segments may be empty and of any size.
///
///   [room|octets|room] ──► [room|octets|room] ──► …
///
/// retreat grows the first segment that holds octets, or takes an empty one in front of it; extend likewise behind. An
/// empty segment is grown where it stands as long as there is room, so that an empty packet keeps its headroom.
template <std::size_t Most = 8> class chain_packet {
  static_assert(Most >= 1 && Most <= 64, "chain_packet: a packet has 1 to 64 segments");

 public:
  static constexpr std::size_t segments_max = Most;

  struct piece {
    octet* buffer = nullptr;
    std::size_t capacity = 0, offset = 0, length = 0;
  };

  chain_packet() noexcept = default;
  explicit chain_packet(bool writable) noexcept : writable_(writable) {}

  /// Puts a segment of `length` octets at `offset` inside `buffer` behind the others; false when there are `Most`.
  bool append(octets buffer, std::size_t offset, std::size_t length) noexcept {
    if (count_ == Most) return false;
    pieces_[count_++] = {buffer.data(), buffer.size(), offset, length};
    length_ += length;
    return true;
  }

  template <class Octet> struct cursor {
    const piece* at = nullptr;
    const piece* end = nullptr;
    std::span<Octet> operator*() const noexcept { return {at->buffer + at->offset, at->length}; }
    cursor& operator++() noexcept {
      ++at;
      return *this;
    }
    explicit operator bool() const noexcept { return at != end; }
  };

  [[nodiscard]] cursor<octet> first() noexcept { return {pieces_, pieces_ + (count_ == 0 ? 1 : count_)}; }
  [[nodiscard]] cursor<const octet> first() const noexcept { return {pieces_, pieces_ + (count_ == 0 ? 1 : count_)}; }
  [[nodiscard]] std::size_t length() const noexcept { return length_; }
  [[nodiscard]] bool writable() const noexcept { return writable_; }
  [[nodiscard]] std::size_t segments() const noexcept { return count_; }

  bool retreat(std::size_t n) noexcept {
    std::size_t i = 0;
    while (i < count_ && pieces_[i].length == 0) ++i;
    if (i == count_ || pieces_[i].offset < n) {  // an empty one in front: with room where it stands, else large enough
      const std::size_t empty = i;
      while (i != 0 && pieces_[i - 1].offset < n) --i;
      if (i == 0) {
        for (i = empty; i != 0 && pieces_[i - 1].capacity < n;) --i;
        if (i == 0) return n == 0;
        pieces_[i - 1].offset = pieces_[i - 1].capacity;
      }
      --i;
    }
    pieces_[i].offset -= n;
    pieces_[i].length += n;
    length_ += n;
    return true;
  }
  void advance(std::size_t n) noexcept {
    length_ -= n;
    for (std::size_t i = 0; n != 0; ++i) {
      piece& p = pieces_[i];
      const std::size_t taken = n < p.length ? n : p.length;
      p.offset += taken;
      p.length -= taken;
      n -= taken;
    }
  }
  bool extend(std::size_t n) noexcept {
    std::size_t i = count_;
    while (i != 0 && pieces_[i - 1].length == 0) --i;
    if (i != 0 && room_behind(pieces_[i - 1]) >= n) {
      --i;
    } else {  // an empty one behind: with room where it stands, else large enough
      const std::size_t empty = i;
      while (i < count_ && room_behind(pieces_[i]) < n) ++i;
      if (i == count_) {
        for (i = empty; i < count_ && pieces_[i].capacity < n;) ++i;
        if (i == count_) return n == 0;
        pieces_[i].offset = 0;
      }
    }
    pieces_[i].length += n;
    length_ += n;
    return true;
  }
  void trim(std::size_t n) noexcept {
    length_ -= n;
    for (std::size_t i = count_; n != 0;) {
      piece& p = pieces_[--i];
      const std::size_t taken = n < p.length ? n : p.length;
      p.length -= taken;
      n -= taken;
    }
  }

 private:
  static std::size_t room_behind(const piece& p) noexcept { return p.capacity - p.offset - p.length; }

  piece pieces_[Most]{};
  std::size_t count_ = 0;
  std::size_t length_ = 0;
  bool writable_ = true;
};
static_assert(Packet<chain_packet<4>>);

}  // namespace v0
}  // namespace esplanade
