// A batch of packets with a verdict each: what every list runs over.
#pragma once

#include <esplanade/base/verdict.hpp>
#include <esplanade/buffer/packet.hpp>
#include <esplanade/buffer/packet_options.hpp>

namespace esplanade {
inline namespace v0 {

/// Names one SA of a store: slot and generation, so that a handle to something deleted never names its successor.
/// `Direction` only keeps inbound and outbound handles apart.
template <class Direction> struct sa_handle {
  std::uint32_t slot = 0xffffffff;
  std::uint32_t generation = 0;
  friend constexpr bool operator==(const sa_handle&, const sa_handle&) noexcept = default;
};
struct inbound_direction;
struct outbound_direction;
using inbound_handle = sa_handle<inbound_direction>;
using outbound_handle = sa_handle<outbound_direction>;

/// Packets, a verdict for each, and where the caller attaches them, the outbound SAs they are to be sent under.
/// Owns nothing. After a list has run, survivors stand in front in input order, the others stable behind them, each
/// with its verdict at its new place; nothing is freed.
template <Packet P> struct batch_view {
  std::span<P*> packets;
  std::span<verdict> verdicts;                    ///< as many as packets
  std::span<const outbound_handle> handles = {};  ///< empty, or one for each packet in input order
  std::span<const packet_options> options = {};   ///< likewise; outbound, read by profiles with overrides and by no others

  [[nodiscard]] std::size_t size() const noexcept { return packets.size(); }
  /// Whether what stands beside the packets suffices for them; options only where somebody reads them.
  template <bool Options = false> [[nodiscard]] bool whole() const noexcept {
    const auto suffices = [n = size()](const auto& beside) { return beside.empty() || beside.size() >= n; };
    if constexpr (Options) {
      if (!suffices(options)) return false;
    }
    return verdicts.size() >= size() && suffices(handles);
  }
};

namespace detail {
inline constexpr const char* batch_is_whole = "a batch has a verdict for each of its packets, and handles and options for all of them or none";
}  // namespace detail

namespace detail {

// Swaps the adjacent ranges [first, middle) and [middle, last) of all arrays, keeping the order inside each.
template <class P, class... Beside> void rotate_pairs(P** packets, verdict* verdicts, std::size_t first, std::size_t middle, std::size_t last, Beside*... beside) noexcept {
  [[maybe_unused]] const auto exchange = [](auto& x, auto& y) {
    const auto kept = x;
    x = y;
    y = kept;
  };
  const auto reverse = [&](std::size_t a, std::size_t b) {
    while (a < b && a < --b) {
      P* const packet = packets[a];
      packets[a] = packets[b];
      packets[b] = packet;
      const verdict v = verdicts[a];
      verdicts[a] = verdicts[b];
      verdicts[b] = v;
      (exchange(beside[a], beside[b]), ...);
      ++a;
    }
  };
  reverse(first, middle);
  reverse(middle, last);
  reverse(first, last);
}

/// Stable partition without memory of its own: O(n log n) moves, and only when somebody lost.
template <class P, class... Beside> std::size_t partition(P** packets, verdict* verdicts, std::size_t first, std::size_t last, Beside*... beside) noexcept {
  if (last - first == 1) return first + (verdicts[first] == verdict::forwarded ? 1u : 0u);
  const std::size_t middle = first + (last - first) / 2;
  const std::size_t left = partition(packets, verdicts, first, middle, beside...);
  const std::size_t right = partition(packets, verdicts, middle, last, beside...);
  if (left != middle && right != middle) rotate_pairs(packets, verdicts, left, middle, right, beside...);
  return left + (right - middle);
}
}  // namespace detail

/// Moves the survivors of a batch to the front, stable on both sides; returns how many there are. What stands beside them in
/// arrays of the same size goes with them.
template <Packet P, class... Beside> std::size_t partition_survivors(std::span<P*> packets, std::span<verdict> verdicts, std::span<Beside>... beside) noexcept {
  std::size_t first = 0;
  while (first < packets.size() && verdicts[first] == verdict::forwarded) ++first;
  if (first == packets.size()) return first;
  return detail::partition(packets.data(), verdicts.data(), first, packets.size(), beside.data()...);
}

}  // namespace v0
}  // namespace esplanade
