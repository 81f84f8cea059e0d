// Stores that choose SPIs with one fault each, to show that the choose laws can fail and say which law it was.
#pragma once

#include <esplanade/testing/choose_laws.hpp>

#include <map>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace broken {

enum class chooser_fault : std::uint8_t {
  none,
  reserved_too,     ///< the fifth SPI is a reserved one
  one_twice,        ///< the fifth SPI is the fourth
  again_at_once,    ///< what was given back last is chosen next
  own_numbers,      ///< SPIs do not depend on the random source
  own_behind_first, ///< only the first one does
  takes_any,        ///< SAs under SPIs of somebody else
  releases_any,     ///< SPIs of somebody else, and those in use
  keeps_room,       ///< a released SPI still takes its place
};

inline constexpr chooser_fault chooser_faults[] = {
    chooser_fault::reserved_too, chooser_fault::one_twice, chooser_fault::again_at_once, chooser_fault::own_numbers, chooser_fault::own_behind_first,
    chooser_fault::takes_any, chooser_fault::releases_any, chooser_fault::keeps_room,
};

/// The one law that a fault breaks.
[[nodiscard]] constexpr const char* law_broken_by(chooser_fault fault) noexcept {
  switch (fault) {
    case chooser_fault::none: return "";
    case chooser_fault::reserved_too: return choose_law::reserved;
    case chooser_fault::one_twice: return choose_law::in_use;
    case chooser_fault::again_at_once: return choose_law::again;
    case chooser_fault::own_numbers: return choose_law::unpredictable;
    case chooser_fault::own_behind_first: return choose_law::unpredictable;
    case chooser_fault::takes_any: return choose_law::only_chosen;
    case chooser_fault::releases_any: return choose_law::releases;
    case chooser_fault::keeps_room: return choose_law::room;
  }
  return "";
}

/// Chooses eight SPIs at most and notes what became of them, with `Fault` in it. It holds no SAs: laws of choosing look at none.
template <class Record, chooser_fault Fault> class faulty_chooser {
  static constexpr bool has(chooser_fault fault) noexcept { return Fault == fault; }
  static constexpr fault refused{fault_kind::not_found, "spi", "it was not chosen", "one that was"};

 public:
  using sa_type = Record;

  template <RandomSource Random> result<std::uint32_t> choose_spi(Random& random) noexcept {
    if (places_.size() + lost_ >= 8) return fault{fault_kind::no_space, "sa", "full", "a larger store"};
    ++choices_;
    const std::uint64_t drawn = random.next();
    std::uint32_t spi = static_cast<std::uint32_t>(has(chooser_fault::own_numbers) || (has(chooser_fault::own_behind_first) && choices_ > 1) ? choices_ << 12 : drawn);
    if (has(chooser_fault::again_at_once) && before_ != 0) spi = before_;
    while (spi <= spi_reserved_max || places_.count(spi) != 0 || (spi == before_ && !has(chooser_fault::again_at_once))) spi += 0x1000;
    if (has(chooser_fault::reserved_too) && choices_ == 5) spi = 7;
    if (has(chooser_fault::one_twice) && choices_ == 5) spi = last_;
    places_[spi] = false;
    return last_ = spi;
  }
  result<void> release_spi(std::uint32_t spi) noexcept {
    const auto at = places_.find(spi);
    const bool waits = at != places_.end() && !at->second;
    if (!waits && !has(chooser_fault::releases_any)) return refused;
    if (waits) give_back(spi);
    if (waits && has(chooser_fault::keeps_room)) ++lost_;
    return {};
  }
  template <class Crypto> result<inbound_handle> add(Crypto&, const sa_parameters& p) noexcept {
    const auto at = places_.find(p.spi);
    if (at == places_.end() && !has(chooser_fault::takes_any)) return refused;
    if (at != places_.end() && at->second) return refused;
    places_[p.spi] = true;
    return inbound_handle{p.spi, 1};
  }
  result<void> remove(inbound_handle h) noexcept {
    give_back(h.slot);
    return {};
  }
  template <class Crypto> std::size_t reclaim(Crypto&, std::size_t) noexcept { return 0; }

 private:
  void give_back(std::uint32_t spi) noexcept {
    places_.erase(spi);
    before_ = spi;
  }

  std::map<std::uint32_t, bool> places_{};  // SPI: whether an SA has it
  std::uint32_t before_ = 0, last_ = 0;
  std::uint64_t choices_ = 0;
  std::size_t lost_ = 0;
};

}  // namespace broken
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
