// A replay window that counts the packets that never came.
#pragma once

#include <esplanade/base/counter.hpp>
#include <esplanade/sa/replay_window.hpp>

namespace esplanade {
inline namespace v0 {

/// A `window<Packets>` with a loss counter: `using replay = esplanade::counted_window<1024>;`, read by `sa.window().lost()`.
///
///      settled, each received or lost      may still come
///     ────────────────────────────────┼────────[==================]──►     a block of 64 is settled when its place in the ring is
///              first … settled() - 1           B                  T        taken; one that lies left of B for some time yet is not
///
///   Cost     as window<>; a popcount when T enters a new block, of the block that leaves the ring
///   Units    packets: numbers from the first after start_at, which left the ring without having been accepted. One that comes
///            later than that is refused as too old, and stays counted: to the receiver it is lost
///   Threads  one writer; lost() may be read by anybody
template <std::uint32_t Packets> class counted_window : private window<Packets> {
  using base = window<Packets>;

 public:
  using base::check, base::highest, base::packets;

  constexpr counted_window() noexcept = default;

  /// As window<>; what lies at or left of `edge` is not counted, whether it comes or not.
  constexpr void start_at(std::uint64_t edge) noexcept {
    base::start_at(edge);
    start_ = edge;
    lost_ = {};
  }

  ESPLANADE_INLINE replay_answer update(std::uint64_t number) noexcept {
    if (number > highest() && number / block_bits != highest() / block_bits) count_left(number / block_bits);
    return base::update(number);
  }

  /// Packets that never came, of all numbers below settled().
  [[nodiscard]] std::uint64_t lost() const noexcept { return lost_.get(); }
  /// The first number that lost() does not speak of yet.
  [[nodiscard]] constexpr std::uint64_t settled() const noexcept {
    const std::uint64_t block = oldest(highest() / block_bits) * block_bits;
    return block > start_ ? block : start_ + 1;
  }

 private:
  using base::block_bits, base::block_count, base::received;

  // The oldest block in the ring when T lies in block `at`.
  [[nodiscard]] static constexpr std::uint64_t oldest(std::uint64_t at) noexcept { return at < block_count ? 0 : at - block_count + 1; }

  // T is about to enter block `to`: counts what the ring leaves, and what it passes without ever having held it.
  void count_left(std::uint64_t to) noexcept {
    const std::uint64_t at = highest() / block_bits, stays = oldest(to);
    std::uint64_t lost = 0;
    for (std::uint64_t block = oldest(at); block != stays && block <= at; ++block) lost += missing(block);
    if (stays > at + 1) lost += (stays - at - 1) * block_bits;  // start_ is T or left of it, so all of these count
    lost_.add(lost);
  }
  [[nodiscard]] std::uint64_t missing(std::uint64_t block) const noexcept {
    std::uint64_t expected = ~std::uint64_t{0};
    if (start_ / block_bits > block) return 0;
    if (start_ / block_bits == block) expected = start_ % block_bits == block_bits - 1 ? 0 : expected << (start_ % block_bits + 1);
    return static_cast<std::uint64_t>(std::popcount(expected & ~received(block)));
  }

  std::uint64_t start_ = 0;
  counter lost_;
};

static_assert(ReplayWindow<counted_window<64>> && sizeof(counted_window<1024>) == sizeof(window<1024>) + 16);

}  // namespace v0
}  // namespace esplanade
