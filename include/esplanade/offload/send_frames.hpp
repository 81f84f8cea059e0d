// The frames of a batch to send: those of one MDL as flat packets, the others as they are; and frames that are made for lists.
#pragma once

#include <esplanade/buffer/copy.hpp>
#include <esplanade/offload/flat_view.hpp>
#include <esplanade/offload/send_work.hpp>

namespace esplanade {
inline namespace v0 {
namespace detail {

/// The two contexts of a queue, and what its pool gave.
///   Threads  one
template <class P, class NetBuffer, class Store, class Crypto, class Pool, std::size_t Made> class send_frames {
 public:
  static constexpr std::size_t burst = P::burst;
  static constexpr bool makes = PacketPool<Pool, NetBuffer>;
  using flat_context = device_context<P, flat_packet, Store, Crypto, burst>;
  using context = device_context<P, NetBuffer, Store, Crypto, burst>;

  send_frames(flat_context& flat, context& pieces, Pool& pool) noexcept : flat_(flat), pieces_(pieces), pool_(pool) {}

  void begin() noexcept { flat_.count = pieces_.count = 0; }
  [[nodiscard]] bool full() const noexcept { return flat_.count + pieces_.count == burst; }

  /// Puts a frame of the `owner`-th list, which may be written, into the batch: flat when it is `whole`, else as it is. `like`: what
  /// it has in common with that list's others.
  ESPLANADE_INLINE void put(NetBuffer& frame, octets whole, const send_shape& like, std::size_t owner) noexcept {
    if (!whole.empty()) [[likely]] {
      flat_packet& view = views_[flat_.count];
      view = flat_view(whole, true);
      put(flat_, view, like, owner);
    } else {
      put(pieces_, frame, like, owner);
    }
  }

  /// An empty packet for a list; nullptr when there is none.
  [[nodiscard]] NetBuffer* fresh() noexcept {
    if constexpr (makes) {
      NetBuffer* const p = made_.full() ? nullptr : pool_.take();
      if (p != nullptr) made_.put(p);
      return p;
    } else {
      return nullptr;
    }
  }
  [[nodiscard]] static bool copied(NetBuffer& to, const NetBuffer& from) noexcept {
    const std::size_t size = packet_traits<NetBuffer>::length(from);
    if (!extend_by(to, size)) return false;
    copy_between(to, 0, from, 0, size);
    return true;
  }
  /// The next one that was made, in the order of `fresh`; it goes back to the pool when `give` gets it.
  [[nodiscard]] NetBuffer* take_made() noexcept { return made_.take(); }
  void give(NetBuffer* p) noexcept {
    if constexpr (makes) pool_.give(p);
  }

 private:
  template <class Context> static ESPLANADE_INLINE void put(Context& c, typename Context::packet_type& frame, const send_shape& like, std::size_t owner) noexcept {
    c.packets[c.count] = &frame;
    c.state[c.count++].leave(like, static_cast<std::uint32_t>(owner));
  }

  flat_context& flat_;
  context& pieces_;
  Pool& pool_;
  flat_packet views_[burst]{};
  made_frames<NetBuffer, Made> made_{};
};

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
