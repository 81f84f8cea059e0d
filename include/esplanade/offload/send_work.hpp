// Buffer lists on their way through a send queue: how far each one is, how it stands, and the frames that were made for it.
#pragma once

#include <esplanade/buffer/nbl_traits.hpp>
#include <esplanade/capability/offload_activation.hpp>
#include <esplanade/offload/device_context.hpp>

namespace esplanade {
inline namespace v0 {

/// What the NIC's state and configuration are for sends at the time of a call.
struct send_conditions {
  nbl_status state = nbl_status::success;  ///< otherwise what every list completes with: paused, reset_in_progress, low_power_state, failure (gone)
  device_capabilities current{};           ///< the current configuration
  bool ipv4 = true, ipv6 = true;           ///< IPsec is active for the family (ipsecov2.md 1.4)
  active_large_sends large{};              ///< large sends that are configured and active, under IPsec and without

  [[nodiscard]] constexpr bool does_ipsec() const noexcept { return current.any() && (ipv4 || ipv6); }
};

namespace detail {

/// One list that a queue works on.
template <class Nbl> struct send_work {
  Nbl* list = nullptr;
  nbl_status status = nbl_status::success;
  std::uint32_t made = 0;        ///< frames of its own that were made for it: copies and segments
  std::uint32_t payload = 0;     ///< of a large send
  bool whole = false;            ///< all its frames are in the batch, or passed through one
  bool replaced = false;         ///< the made frames leave, in place of its own
};

/// A list and the words that it was accepted with; nullptr: it is accepted now.
template <class Nbl> struct accepted_list {
  Nbl* list;
  const accepted_words* words;
};

/// Frames that were made, in the order of the lists they are for.
template <class Packet_, std::size_t Most> class made_frames {
 public:
  [[nodiscard]] bool full() const noexcept { return to_ - from_ == Most; }
  void put(Packet_* p) noexcept { frames_[to_++ % Most] = p; }
  [[nodiscard]] Packet_* take() noexcept { return frames_[from_++ % Most]; }

 private:
  Packet_* frames_[Most]{};
  std::size_t from_ = 0, to_ = 0;
};

/// What a refused packet completes its list with.
[[nodiscard]] constexpr nbl_status status_of_send(verdict v) noexcept {
  return v == verdict::no_packet || v == verdict::no_room ? nbl_status::resources : nbl_status::failure;
}

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
