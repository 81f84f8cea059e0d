// Which parts of a datagram have come in, and whether a further one may be believed (RFC 791 3.2, RFC 8200 4.5, RFC 5722)
#pragma once

#include <cstddef>
#include <cstdint>

namespace esplanade {
inline namespace v0 {

/// What a piece is to the pieces before it.
enum class fragment_answer : std::uint8_t {
  fresh,      ///< noted
  duplicate,  ///< exactly a piece that was noted before: harmless, and of no use
  refused,    ///< overlaps another, or they contradict each other about the end: nothing of this datagram may be believed
};

/// Up to `Pieces` pieces of one datagram. Overlaps are refused whatever they hold, for who overlaps wants two readings of one packet.
///   Shape    add(offset, size, more)   offset and size in octets, size not 0
///            complete()                every octet up to the end is there; end() says how many
///   Cost     a comparison with each piece
///   Errors   refused, nothing noted; so is a piece more than there is room for
template <std::size_t Pieces> class fragment_map {
 public:
  [[nodiscard]] fragment_answer add(std::uint32_t offset, std::uint32_t size, bool more) noexcept {
    const std::uint32_t end = offset + size;
    for (std::size_t i = 0; i < count_; ++i) {
      const piece& other = pieces_[i];
      if (offset >= other.end || other.offset >= end) continue;
      const bool same = offset == other.offset && end == other.end && more == !(last_known_ && end == end_);
      return same ? fragment_answer::duplicate : fragment_answer::refused;
    }
    if (last_known_ && (end > end_ || !more)) return fragment_answer::refused;
    if (!more && furthest_ > end) return fragment_answer::refused;
    if (count_ == Pieces) return fragment_answer::refused;
    pieces_[count_++] = {offset, end};
    covered_ += size;
    furthest_ = end > furthest_ ? end : furthest_;
    if (!more) {
      last_known_ = true;
      end_ = end;
    }
    return fragment_answer::fresh;
  }
  [[nodiscard]] bool complete() const noexcept { return last_known_ && covered_ == end_; }
  [[nodiscard]] std::uint32_t end() const noexcept { return furthest_; }
  [[nodiscard]] std::size_t pieces() const noexcept { return count_; }
  void clear() noexcept { count_ = 0, covered_ = furthest_ = end_ = 0, last_known_ = false; }

 private:
  struct piece {
    std::uint32_t offset, end;
  };
  piece pieces_[Pieces]{};
  std::size_t count_ = 0;
  std::uint32_t covered_ = 0, furthest_ = 0, end_ = 0;
  bool last_known_ = false;
};

}  // namespace v0
}  // namespace esplanade
