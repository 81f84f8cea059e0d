// Inner packets taken out of AGGFRAG payloads: payloads in order again, parted packets whole again (RFC 9347 2.2.3, 2.5)
#pragma once

#include <esplanade/buffer/copy.hpp>
#include <esplanade/buffer/pool.hpp>
#include <esplanade/net/aggfrag.hpp>

namespace esplanade {
inline namespace v0 {

/// The receiving end of one tunnel SA. Payloads that came too early wait, at most `Window` - 1 of them, each in a packet of the
/// pool; what is still missing when the window has moved by, or when its time is over, is lost, and with it the packet it was
/// a part of, and no other.
///   Shape    add(payload, size, number, now, pool, deliver)   a payload under its sequence number, each at most once;
///                      `deliver(P* packet)` takes an inner packet of the pool over, in the sender's order
///            sweep(now, pool, deliver)   goes on without what has been missing for too long
///            restart(pool)               as if just made
///            info(), lost(), refused()   the last congestion information; payloads that never came; packets that were not
///                      delivered: parts missing, no packet in the pool, no room in it
///   Units    octets; `now` in ticks of the caller's clock, of which what is missing has `patience` (0: it waits for the window)
///   Cost     one copy of every octet, two of what came too early
///   Errors   absorbed; too_old (it came behind what had to go on without it); bad_inner_packet (header or block that contradicts
///            itself: what follows it in this payload is lost); no_packet, no_room (it came early and cannot wait)
///   Threads  one lane
template <Packet P, std::size_t Window = 4> class deaggregation {
  static_assert(Window >= 1, "a window of 1 restores no order, and less is none: use 1 or more (RFC 9347 2.2.3 suggests 3)");

 public:
  explicit deaggregation(std::uint64_t ticks = 0) noexcept : patience_(ticks) {}
  deaggregation(const deaggregation&) = delete;
  deaggregation& operator=(const deaggregation&) = delete;

  template <class Pool, class Deliver>
  [[nodiscard]] verdict add(const P& payload, std::size_t size, std::uint64_t number, std::uint64_t now, Pool& pool, Deliver deliver) noexcept {
    if (!started_) {
      started_ = true;
      next_ = number;
    }
    if (number < next_) return verdict::too_old;
    // The window moves until the number lies in it: what it has passed is lost.
    while (number - next_ >= Window) {
      if (waiting_ == 0) {
        skip(number - next_ - Window + 1, pool);
        break;
      }
      step(pool, deliver);
    }
    if (number != next_) return hold(payload, size, number, now, pool);
    const verdict said = take_apart(payload, size, pool, deliver);
    ++next_;
    go_on(pool, deliver);
    return said;
  }

  template <class Pool, class Deliver> void sweep(std::uint64_t now, Pool& pool, Deliver deliver) noexcept {
    while (patience_ != 0 && waiting_ != 0) {
      std::uint64_t first = next_;  // of those that wait: what lies before it has been missed since it came
      while (held_[first % Window].packet == nullptr) ++first;
      if (now - held_[first % Window].since < patience_) return;
      if (first != next_) skip(first - next_, pool);
      go_on(pool, deliver);
    }
  }
  template <class Pool> void restart(Pool& pool) noexcept {
    for (early& one : held_) give(one.packet, pool);
    give(partial_, pool);
    started_ = false;
    waiting_ = 0;
    info_ = {};
    lost_ = refused_ = 0;
  }

  void patience(std::uint64_t ticks) noexcept { patience_ = ticks; }
  /// The first number that will come, where the caller knows it: without, the first that comes begins, and an earlier one is too late.
  void expect(std::uint64_t number) noexcept {
    started_ = true;
    next_ = number;
  }
  [[nodiscard]] const congestion_info& info() const noexcept { return info_; }
  [[nodiscard]] std::uint64_t lost() const noexcept { return lost_; }
  [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }
  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_; }

 private:
  struct early {
    P* packet = nullptr;
    std::size_t size = 0;
    std::uint64_t since = 0;
  };

  template <class Pool> static void give(P*& packet, Pool& pool) noexcept {
    if (packet != nullptr) pool.give(packet);
    packet = nullptr;
  }
  template <class Pool> void drop_partial(Pool& pool) noexcept {
    if (partial_ == nullptr) return;
    ++refused_;
    give(partial_, pool);
  }
  /// `n` payloads from the next on have not come and will not be waited for.
  template <class Pool> void skip(std::uint64_t n, Pool& pool) noexcept {
    lost_ += n;
    next_ += n;
    drop_partial(pool);
  }
  /// One further, over what lies there or over a gap.
  template <class Pool, class Deliver> void step(Pool& pool, Deliver deliver) noexcept {
    if (held_[next_ % Window].packet == nullptr) skip(1, pool);
    go_on(pool, deliver);
  }
  /// Everything that lies in order from the next number on.
  template <class Pool, class Deliver> void go_on(Pool& pool, Deliver deliver) noexcept {
    if (waiting_ == 0) return;
    for (early* one = &held_[next_ % Window]; one->packet != nullptr; one = &held_[next_ % Window]) {
      P* const packet = one->packet;
      one->packet = nullptr;
      --waiting_;
      (void)take_apart(*packet, one->size, pool, deliver);
      pool.give(packet);
      ++next_;
    }
  }
  template <class Pool> [[nodiscard]] verdict hold(const P& payload, std::size_t size, std::uint64_t number, std::uint64_t now, Pool& pool) noexcept {
    early& place = held_[number % Window];
    if (place.packet != nullptr) return verdict::replayed;  // cannot be where a replay window stands before this
    P* const copy = pool.take();
    if (copy == nullptr) return verdict::no_packet;
    if (!detail::extend_by(*copy, size)) {
      pool.give(copy);
      return verdict::no_room;
    }
    copy_between(*copy, 0, payload, 0, size);
    place = {copy, size, now};
    ++waiting_;
    return verdict::absorbed;
  }

  template <class Pool, class Deliver> [[nodiscard]] verdict take_apart(const P& payload, std::size_t size, Pool& pool, Deliver deliver) noexcept {
    octet scratch[aggfrag_congestion_octets];
    const std::size_t known = size < sizeof scratch ? size : sizeof scratch;
    const aggfrag_header header = read_aggfrag(known == 0 ? scratch : peek(payload, 0, known, scratch), known);
    if (!header.sound) {
      drop_partial(pool);
      return verdict::bad_inner_packet;
    }
    if (header.congestion) info_ = header.info;
    std::size_t at = header.size;
    const std::size_t continued = header.block_offset < size - at ? header.block_offset : size - at;
    if (partial_ != nullptr) {
      const bool padding_alone = header.block_offset == 0 && (at == size || (*peek(payload, at, 1, scratch) >> 4) == 0);
      if (padding_alone) return verdict::absorbed;  // it may stand between the parts of a packet
      if (header.block_offset == 0) drop_partial(pool);
      else add_to_partial(payload, at, continued, header.block_offset, pool, deliver);
    }
    at += continued;
    while (at < size) {
      const std::size_t left = size - at, seen = left < block_octets_to_know ? left : block_octets_to_know;
      const data_block block = block_of(peek(payload, at, seen, scratch), seen);
      if (block.kind == block_kind::padding) break;
      if (block.kind == block_kind::unknown) return verdict::bad_inner_packet;
      const std::size_t whole = block.kind == block_kind::packet ? block.length : 0;
      const std::size_t here = whole != 0 && whole <= left ? whole : left;
      P* const packet = pool.take();
      if (packet == nullptr || !detail::extend_by(*packet, here)) {
        if (packet != nullptr) pool.give(packet);
        ++refused_;
      } else {
        copy_between(*packet, 0, payload, at, here);
        if (here == whole) {
          deliver(packet);
        } else {
          partial_ = packet;
          needed_ = whole;
        }
      }
      at += here;
    }
    return verdict::absorbed;
  }

  /// `size` octets of the packet begun before, which lacks `remaining` from here on.
  template <class Pool, class Deliver>
  void add_to_partial(const P& payload, std::size_t at, std::size_t size, std::size_t remaining, Pool& pool, Deliver deliver) noexcept {
    const std::size_t have = packet_traits<P>::length(*partial_);
    // RFC 9347 2.2.3: the offset must agree with what the packet's own length says is missing.
    if (needed_ != 0 && needed_ != have + remaining) return drop_partial(pool);
    if (!detail::extend_by(*partial_, size)) return drop_partial(pool);
    copy_between(*partial_, have, payload, at, size);
    if (needed_ == 0) {
      octet start[block_octets_to_know];
      const std::size_t known = have + size < sizeof start ? have + size : sizeof start;
      const data_block block = block_of(peek(*partial_, 0, known, start), known);
      if (block.kind == block_kind::unfinished && size < remaining) return;
      if (block.kind != block_kind::packet || block.length != have + remaining) return drop_partial(pool);
      needed_ = block.length;
    }
    if (have + size != needed_) return;
    P* const whole = partial_;
    partial_ = nullptr;
    deliver(whole);
  }

  std::uint64_t patience_;
  std::uint64_t next_ = 0, lost_ = 0, refused_ = 0;
  std::size_t waiting_ = 0;
  bool started_ = false;
  early held_[Window]{};
  P* partial_ = nullptr;
  std::size_t needed_ = 0;  // of the partial packet; 0 while its length is not known
  congestion_info info_{};
};

}  // namespace v0
}  // namespace esplanade
