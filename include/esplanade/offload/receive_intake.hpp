// Frames from a wire into buffer lists of a pool: one net buffer to a list, one frame to a net buffer.
#pragma once

#include <esplanade/buffer/nbl_traits.hpp>
#include <esplanade/offload/receive_indication.hpp>

namespace esplanade {
inline namespace v0 {

/// Lists that arrive with one empty net buffer, and go back.
///   Shape    p.take()     → list, nullptr when there is none
///            p.give(list)
///   Models   nbl_pool whose parameters say net_buffer and data_size
template <class P, class Nbl>
concept ReceivePool = requires(P& p, Nbl& list) {
  { p.take() } noexcept -> std::same_as<Nbl*>;
  { p.give(list) } noexcept;
};

/// What came of frames that were taken in.
template <class Nbl> struct taken_in {
  Nbl* chain = nullptr;      ///< in the order of the wire
  std::size_t frames = 0;    ///< in the chain
  std::size_t lost = 0;      ///< without a list, or longer than its memory
  receive_flags flags{};     ///< `resources` when the pool went empty: the host gives these lists back at once (F121)
};

namespace detail {
/// `begin(frame, front)` → a list with an empty net buffer, nullptr when there is none; it may say that `front` octets stand in one piece.
template <NetBufferList Nbl, class Pool, class Begin> [[nodiscard]] taken_in<Nbl> take_frames(std::span<const const_octets> frames, Pool& pool, Begin begin) noexcept {
  using traits = nbl_traits<Nbl>;
  taken_in<Nbl> made;
  Nbl* last = nullptr;
  for (const const_octets frame : frames) {
    std::size_t front = 0;
    Nbl* const list = made.flags.empty() ? begin(frame, front) : nullptr;
    if (list == nullptr) {
      made.flags = receive_flag::resources;
      ++made.lost;
      continue;
    }
    net_buffer_of<Nbl>* const buffer = traits::first_buffer(*list);
    bool there = buffer != nullptr;
    for (std::size_t room = 0; there && room < frame.size();) {
      const std::size_t end = room < front ? front : frame.size(), n = end - room < resize_max ? end - room : resize_max;
      there = packet_traits<net_buffer_of<Nbl>>::extend(*buffer, n);
      room += n;
    }
    if (!there) {
      static_cast<void>(pool.give(*list));
      ++made.lost;
      continue;
    }
    copy_in(*buffer, 0, frame.data(), frame.size());
    traits::link(*list, nullptr);
    if (last == nullptr) made.chain = list;
    else traits::link(*last, list);
    last = list;
    ++made.frames;
  }
  return made;
}
}  // namespace detail

/// Copies frames into lists of a pool.
///   Cost     one copy of each frame; no allocation
///   Threads  the pool's
template <NetBufferList Nbl, ReceivePool<Nbl> Pool> [[nodiscard]] taken_in<Nbl> take_in(std::span<const const_octets> frames, Pool& pool) noexcept {
  return detail::take_frames<Nbl>(frames, pool, [&pool](const_octets, std::size_t&) noexcept { return pool.take(); });
}

}  // namespace v0
}  // namespace esplanade
