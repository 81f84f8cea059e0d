// A net buffer (NB): one frame in a chain of MDLs, of which it uses the octets from a data offset on.
#pragma once

#include <esplanade/buffer/nbl_mdl.hpp>
#include <esplanade/buffer/packet.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
struct net_buffer_parts;
}

/// One frame. Owns nothing; a Packet as it stands.
///
///   |◄── data_offset ──►|◄──────── data_length ────────►|
///   +------------+   +--+----------+   +----------------+----------+
///   |   unused   |──►|  |  data    |──►|      data      |  unused  |
///   +------------+   +--+----------+   +----------------+----------+
///     chain()            current(), current_offset()
///
/// Octets in front of the data are unused, not erased: what stands there is still there after advance and retreat. As a
/// Packet, retreat gives contiguous octets: those in front of the data where they lie together, else an MDL of `source`
/// that stands in front of the data until it is released (`release_retreated`, buffer/nbl_retreat.hpp).
class net_buffer {
 public:
  static constexpr std::size_t segments_max = 8;

  net_buffer() noexcept = default;
  net_buffer(const net_buffer&) = delete;
  net_buffer& operator=(const net_buffer&) = delete;

  [[nodiscard]] net_buffer* next() const noexcept { return next_; }
  void link(net_buffer* next) noexcept { next_ = next; }
  [[nodiscard]] mdl* chain() const noexcept { return chain_; }
  [[nodiscard]] mdl* current() const noexcept { return current_; }
  [[nodiscard]] std::size_t current_offset() const noexcept { return current_offset_; }
  [[nodiscard]] std::size_t data_offset() const noexcept { return data_offset_; }
  [[nodiscard]] std::size_t data_length() const noexcept { return data_length_; }

  /// Takes `data_length` octets from `data_offset` on of a chain; false with nothing changed when the chain has fewer, or
  /// they lie in more than `segments_max` MDLs.
  bool assign(mdl* chain, std::size_t data_offset, std::size_t data_length) noexcept {
    net_buffer other;
    other.chain_ = chain;
    other.data_offset_ = data_offset;
    other.data_length_ = data_length;
    std::size_t all = 0;
    for (const mdl* m = chain; m != nullptr; m = m->next) all += m->count;
    if (data_offset > all || data_length > all - data_offset) return false;
    other.adjust_current();
    if (other.segments() > segments_max) return false;
    chain_ = chain;
    data_offset_ = data_offset;
    data_length_ = data_length;
    current_ = other.current_;
    current_offset_ = other.current_offset_;
    return true;
  }
  /// Finds the MDL of the first octet again, for who changed the chain in front of it.
  void adjust_current() noexcept {
    current_ = chain_;
    current_offset_ = data_offset_;
    step_over_full();
  }

  /// Where a retreat without room gets memory; nullptr: nowhere.
  void use(const mdl_source* source) noexcept { source_ = source; }
  [[nodiscard]] const mdl_source* source() const noexcept { return source_; }
  void set_writable(bool writable) noexcept { writable_ = writable; }

  /// Whether all octets of the data can be reached.
  [[nodiscard]] bool mapped() const noexcept {
    std::size_t left = data_length_ + current_offset_;
    for (const mdl* m = current_; m != nullptr && left != 0; m = m->next) {
      if (m->unmapped) return false;
      left -= left < m->count ? left : m->count;
    }
    return true;
  }
  /// The data, when it lies in one MDL and can be reached, else nothing of it.
  [[nodiscard]] ESPLANADE_INLINE octets whole() const noexcept {
    if (current_ == nullptr || current_->count - current_offset_ < data_length_ || current_->unmapped) return {};
    return {current_->address + current_offset_, data_length_};
  }
  /// How many MDLs the data lies in; 1 when there is no data.
  [[nodiscard]] std::size_t segments() const noexcept {
    std::size_t n = 0;
    for (auto c = first(); c; ++c) ++n;
    return n;
  }

  // --- as a Packet ------------------------------------------------------------------------------------------------------
  template <class Octet> struct cursor {
    const mdl* at = nullptr;
    std::size_t offset = 0;
    std::size_t left = 0;
    bool live = true;
    ESPLANADE_INLINE std::span<Octet> operator*() const noexcept { return at == nullptr ? std::span<Octet>() : std::span<Octet>(at->address + offset, size()); }
    ESPLANADE_INLINE cursor& operator++() noexcept {
      left -= size();
      live = left != 0;
      if (live) at = at->next, offset = 0;
      return *this;
    }
    ESPLANADE_INLINE explicit operator bool() const noexcept { return live; }

   private:
    ESPLANADE_INLINE std::size_t size() const noexcept { return at == nullptr ? 0 : left < at->count - offset ? left : at->count - offset; }
  };
  [[nodiscard]] ESPLANADE_INLINE cursor<octet> first() noexcept { return {current_, current_offset_, data_length_}; }
  [[nodiscard]] ESPLANADE_INLINE cursor<const octet> first() const noexcept { return {current_, current_offset_, data_length_}; }
  [[nodiscard]] ESPLANADE_INLINE std::size_t length() const noexcept { return data_length_; }
  [[nodiscard]] ESPLANADE_INLINE bool writable() const noexcept { return writable_; }

  ESPLANADE_INLINE bool retreat(std::size_t n) noexcept {
    if (n > current_offset_) [[unlikely]] return retreat_further(n);
    current_offset_ -= n;
    data_offset_ -= n;
    data_length_ += n;
    return true;
  }
  /// Leaves the chain as it is: what was retreated over stands there for the next retreat.
  ESPLANADE_INLINE void advance(std::size_t n) noexcept {
    data_offset_ += n;
    data_length_ -= n;
    current_offset_ += n;
    step_over_full();
  }
  bool extend(std::size_t n) noexcept {
    if (n == 0) return true;
    mdl* last = current_;
    std::size_t end = current_offset_ + data_length_, used = 1;
    for (; last != nullptr && end > last->count; last = last->next, ++used) end -= last->count;
    if (last == nullptr) return false;
    if (last->count - end < n) {
      if (last->count != end) return false;
      do {
        last = last->next;
        ++used;
      } while (last != nullptr && last->count == 0);
      if (last == nullptr || last->count < n || used > segments_max) return false;
    }
    data_length_ += n;
    return true;
  }
  ESPLANADE_INLINE void trim(std::size_t n) noexcept { data_length_ -= n; }

 private:
  friend struct detail::net_buffer_parts;

  ESPLANADE_INLINE void step_over_full() noexcept {
    if (current_ == nullptr) return;
    while (current_offset_ >= current_->count && current_->next != nullptr) {
      current_offset_ -= current_->count;
      current_ = current_->next;
    }
  }
  // The octets directly in front lie in other MDLs: at the end of the one before, or in a new one.
  ESPLANADE_COLD bool retreat_further(std::size_t n) noexcept {
    const std::size_t used = data_length_ == 0 ? 0 : segments();
    if (used == segments_max) return false;
    if (current_offset_ == 0) {
      mdl* before = nullptr;
      std::size_t between = 0;  // empty MDLs, which become segments of the packet
      for (mdl* m = chain_; m != nullptr && m != current_; m = m->next) {
        if (m->count != 0) before = m, between = 0;
        else ++between;
      }
      if (before != nullptr && before->count >= n && (used == 0 || used + between < segments_max)) {
        current_ = before;
        current_offset_ = before->count - n;
        data_offset_ -= n;
        data_length_ += n;
        return true;
      }
    }
    if (source_ == nullptr || source_->take == nullptr || (borrowed_ != nullptr && current_offset_ != 0)) return false;
    mdl* const fresh = source_->take(source_->self, n);
    if (fresh == nullptr) return false;
    // In front of the current MDL, whose unused octets leave the chain until the new one does.
    mdl** link = &chain_;
    while (*link != current_) link = &(*link)->next;
    *link = fresh;
    fresh->next = current_;
    fresh->source = source_;
    fresh->shortened = current_;
    fresh->hidden = current_offset_;
    fresh->depth = depth_;
    if (current_offset_ != 0) {
      current_->address += current_offset_;
      current_->count -= current_offset_;
    }
    data_offset_ += fresh->count - current_offset_ - n;
    data_length_ += n;
    current_ = fresh;
    current_offset_ = fresh->count - n;
    return true;
  }

  // What every stage reads stands in front.
  mdl* current_ = nullptr;
  std::size_t current_offset_ = 0;
  std::size_t data_length_ = 0;
  std::size_t data_offset_ = 0;
  net_buffer* next_ = nullptr;
  mdl* chain_ = nullptr;
  const mdl_source* source_ = nullptr;
  bool writable_ = true;
  std::uint8_t depth_ = 0;         // hand-overs of its list
  const mdl* borrowed_ = nullptr;  // from here on the chain is another net buffer's, which nothing may change
};

static_assert(Packet<net_buffer>);

}  // namespace v0
}  // namespace esplanade
