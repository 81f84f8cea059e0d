// Inner packets put one behind the other into AGGFRAG payloads of one size, cut where a payload ends (RFC 9347 2.2)
#pragma once

#include <esplanade/buffer/copy.hpp>
#include <esplanade/buffer/pool.hpp>
#include <esplanade/net/aggfrag.hpp>

namespace esplanade {
inline namespace v0 {

/// What the payloads of a tunnel look like.
struct payload_shape {
  std::uint32_t octets = 1400;      ///< of a whole payload: `inner_mtu` of the path, so that every outer packet has one size; 6 or more behind its header
  bool fragments = true;            ///< inner packets may be parted (the peer has not said D, RFC 9347 5.1)
  std::uint32_t least_fragment = 6; ///< octets of a packet worth beginning at the end of a payload; 6 or more
  bool congestion = false;          ///< sub-type 1: with congestion information
};

/// Fills payloads, of which at most `Ready` wait to be sent; one more is being filled.
///   Shape    put(inner, size, pool)   copies a packet in; nothing is changed unless all of it finds room
///            next(pool)               the next payload, in order; when nothing waits, the unfinished one or one of padding alone;
///                                     nullptr when the pool has none. Its number must be the one after the last one's
///            info                     what goes into the headers of sub-type 1, as it is when the payload leaves
///   Units    octets, packets of the pool
///   Cost     one copy of every octet
///   Errors   packet_too_big (where packets are not parted), too_long (65,535 octets), batch_full (as many as may wait do),
///            no_packet, no_room
///   Threads  one lane
template <Packet P, std::size_t Ready = 16> class aggregation {
 public:
  congestion_info info{};

  explicit aggregation(const payload_shape& shape) noexcept : shape_(shape) {
    if (shape_.least_fragment < block_octets_to_know) shape_.least_fragment = static_cast<std::uint32_t>(block_octets_to_know);
  }
  aggregation(const aggregation&) = delete;
  aggregation& operator=(const aggregation&) = delete;

  /// The packet is the first `size` octets of `inner`, and its header says so.
  template <class Pool> [[nodiscard]] verdict put(const P& inner, std::size_t size, Pool& pool) noexcept {
    if (size > ip_length_max) return verdict::too_long;
    if (!shape_.fragments && size > capacity()) return verdict::packet_too_big;
    const std::size_t room = open_ == nullptr ? 0 : capacity() - filled_;
    const std::size_t here = size <= room ? size : shape_.fragments && room >= shape_.least_fragment ? room : 0;
    // All payloads that the rest needs, before anything is written.
    P* more[Ready + 1]{};
    std::size_t count = 0;
    for (std::size_t left = size - here; left != 0; left -= left < capacity() ? left : capacity()) {
      const verdict got = waiting_ + (open_ != nullptr ? 1u : 0u) + count > Ready ? verdict::batch_full : fresh(more[count], pool);
      if (got != verdict::forwarded) {
        while (count != 0) pool.give(more[--count]);
        return got;
      }
      ++count;
    }
    if (here != 0) copy_between(*open_, head() + filled_, inner, 0, here);
    filled_ += here;
    std::size_t done = here;
    for (std::size_t k = 0; k < count; ++k) {
      if (open_ != nullptr) close();
      const std::size_t left = size - done, part = left < capacity() ? left : capacity();
      begin(more[k], done == 0 ? 0 : left);
      copy_between(*open_, head(), inner, done, part);
      filled_ = part;
      done += part;
    }
    return verdict::forwarded;
  }

  template <class Pool> [[nodiscard]] P* next(Pool& pool) noexcept {
    if (waiting_ == 0) {
      if (open_ == nullptr) {
        P* padding = nullptr;
        if (fresh(padding, pool) != verdict::forwarded) return nullptr;
        begin(padding, 0);
      }
      close();
    }
    P* const out = ready_[first_];
    first_ = first_ + 1 < Ready + 1 ? first_ + 1 : 0;
    --waiting_;
    if (shape_.congestion) {
      octet header[aggfrag_congestion_octets], offset[2];
      copy_out(*out, 2, offset, 2);
      write_aggfrag(header, load_be16(offset), info);
      copy_in(*out, 0, header, sizeof header);
    }
    return out;
  }

  /// Whether the next payload begins with a new block: only then may it leave under another SA (RFC 9347 2.2.3).
  [[nodiscard]] bool between_packets() const noexcept {
    if (waiting_ == 0 && open_ == nullptr) return true;
    octet offset[2];
    copy_out(waiting_ != 0 ? *ready_[first_] : *open_, 2, offset, 2);
    return load_be16(offset) == 0;
  }
  /// Whether `next` would send padding alone.
  [[nodiscard]] bool idle() const noexcept { return waiting_ == 0 && open_ == nullptr; }
  /// The largest packet that is carried.
  [[nodiscard]] std::size_t mtu() const noexcept { return shape_.fragments ? ip_length_max : capacity(); }
  /// Gives back what waits: those packets are lost.
  template <class Pool> void drain(Pool& pool) noexcept {
    if (open_ != nullptr) close();
    for (; waiting_ != 0; --waiting_) {
      pool.give(ready_[first_]);
      first_ = first_ + 1 < Ready + 1 ? first_ + 1 : 0;
    }
  }

 private:
  [[nodiscard]] std::size_t head() const noexcept { return shape_.congestion ? aggfrag_congestion_octets : aggfrag_header_octets; }
  [[nodiscard]] std::size_t capacity() const noexcept { return shape_.octets >= head() + block_octets_to_know ? shape_.octets - head() : 0; }

  template <class Pool> [[nodiscard]] verdict fresh(P*& made, Pool& pool) noexcept {
    P* const p = capacity() == 0 ? nullptr : pool.take();
    if (p == nullptr) return verdict::no_packet;
    if (!detail::extend_by(*p, shape_.octets)) {
      pool.give(p);
      return verdict::no_room;
    }
    made = p;
    return verdict::forwarded;
  }
  void begin(P* p, std::size_t block_offset) noexcept {
    open_ = p;
    filled_ = 0;
    octet header[aggfrag_congestion_octets];
    if (shape_.congestion) write_aggfrag(header, block_offset, info);
    else write_aggfrag(header, block_offset);
    copy_in(*p, 0, header, head());
  }
  // What is left is one pad block (RFC 9347 6.1.3.3), written out so that nothing that stood there before leaves.
  void close() noexcept {
    static constexpr octet zeros[64]{};
    while (filled_ < capacity()) {
      const std::size_t left = capacity() - filled_, n = left < sizeof zeros ? left : sizeof zeros;
      copy_in(*open_, head() + filled_, zeros, n);
      filled_ += n;
    }
    const std::size_t last = first_ + waiting_;
    ready_[last < Ready + 1 ? last : last - (Ready + 1)] = open_;
    ++waiting_;
    open_ = nullptr;
  }

  payload_shape shape_;
  P* open_ = nullptr;
  std::size_t filled_ = 0;
  P* ready_[Ready + 1]{};  // one more: the unfinished one when it must leave
  std::size_t first_ = 0, waiting_ = 0;
};

/// When payloads leave at a constant rate (RFC 9347 2.4.1): one in every interval of the given clock.
///   Shape    due(now, most)   how many are to leave now, at most `most`; turns that were missed beyond that are not made up for
///   Units    ticks of the clock that the caller asks: microseconds, nanoseconds, …
class constant_rate {
 public:
  explicit constant_rate(std::uint64_t interval) noexcept : interval_(interval == 0 ? 1 : interval) {}
  [[nodiscard]] unsigned due(std::uint64_t now, unsigned most) noexcept {
    if (!started_) next_ = now, started_ = true;
    unsigned n = 0;
    for (; next_ <= now && n < most; ++n) next_ += interval_;
    if (next_ <= now) next_ = now + interval_;
    return n;
  }
  [[nodiscard]] std::uint64_t interval() const noexcept { return interval_; }

 private:
  std::uint64_t interval_, next_ = 0;
  bool started_ = false;
};

}  // namespace v0
}  // namespace esplanade
