// Which SA the packets of a tunnel leave under now: one word for all lanes, or one for each with that as fallback (RFC 9611 4).
#pragma once

#include <esplanade/base/atomic.hpp>
#include <esplanade/base/result.hpp>
#include <esplanade/buffer/batch.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
// A handle as one word, so that slot and generation change together.
[[nodiscard]] constexpr std::uint64_t packed(outbound_handle h) noexcept { return static_cast<std::uint64_t>(h.generation) << 32 | h.slot; }
[[nodiscard]] constexpr outbound_handle unpacked(std::uint64_t word) noexcept {
  return {static_cast<std::uint32_t>(word), static_cast<std::uint32_t>(word >> 32)};
}
inline constexpr std::uint64_t no_handle = packed(outbound_handle{});
}  // namespace detail

/// The transmit SA of a tunnel, changed as a whole while lanes ask: a packet finds the old SA or the new one, never none.
///   Shape    pick(lane)   the lane's own SA where it has one, else the one of all lanes
///            set(handle)  changes that of all lanes; set(lane, handle) is for `per_lane_sas`
///   Cost     pick: one load, or two with SAs per lane
///   Errors   where nothing was set it names no SA, and packets get the verdict no_sa
///   Threads  one control thread sets, any number of lanes pick
class transmit_sas {
 public:
  transmit_sas() noexcept = default;
  transmit_sas(const transmit_sas&) = delete;
  transmit_sas& operator=(const transmit_sas&) = delete;

  [[nodiscard]] ESPLANADE_INLINE outbound_handle pick(std::uint32_t lane = 0) const noexcept {
    if (lane < lanes_) {
      const std::uint64_t own = own_[lane].load(order::acquire);
      if (own != detail::no_handle) return detail::unpacked(own);
    }
    return detail::unpacked(every_.load(order::acquire));
  }
  /// What all lanes without an SA of their own use from now on; a handle of nothing stops them.
  void set(outbound_handle sa) noexcept { every_.store(detail::packed(sa), order::release); }
  [[nodiscard]] outbound_handle fallback() const noexcept { return detail::unpacked(every_.load(order::acquire)); }
  /// How many lanes can have an SA of their own.
  [[nodiscard]] std::uint32_t lanes() const noexcept { return lanes_; }

 protected:
  using word = atomic_word<std::uint64_t>;
  transmit_sas(word* own, std::uint32_t lanes) noexcept : own_(own), lanes_(lanes) {}
  word* own_ = nullptr;

 private:
  std::uint32_t lanes_ = 0;
  word every_{detail::no_handle};
};

/// The same with an SA for each lane: no two cores share a sequence counter, and a lane whose SA is not negotiated yet, or
/// gone, uses the fallback.
// RFC 9611 4: "the CPU with no CPU-specific Child SA can still encrypt its packets using the Child SA that is available for
// all CPUs"
template <std::size_t Lanes> class per_lane_sas : public transmit_sas {
  static_assert(Lanes >= 1 && Lanes <= 64, "1 to 64 lanes have an SA of their own");

 public:
  per_lane_sas() noexcept : transmit_sas(words_, Lanes) {
    for (word& one : words_) one.store(detail::no_handle, order::relaxed);
  }
  using transmit_sas::set;
  /// What `lane` uses from now on; a handle of nothing sends it back to the fallback.
  [[nodiscard]] result<void> set(std::uint32_t lane, outbound_handle sa) noexcept {
    if (lane >= Lanes) return fault{fault_kind::invalid_value, "lane", "no such lane", "a number below lanes()"};
    words_[lane].store(detail::packed(sa), order::release);
    return {};
  }
  /// The SA of `lane` alone; names nothing where it uses the fallback.
  [[nodiscard]] outbound_handle own(std::uint32_t lane) const noexcept {
    return lane < Lanes ? detail::unpacked(words_[lane].load(order::acquire)) : outbound_handle{};
  }

 private:
  word words_[Lanes]{};
};

}  // namespace v0
}  // namespace esplanade
