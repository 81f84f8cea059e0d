// Side memory for what a job authenticates in front of its text, where that stands nowhere in the packet as it is.
#pragma once

#include <esplanade/crypto/job.hpp>
#include <esplanade/net/ah.hpp>
#include <esplanade/sa/policies.hpp>

namespace esplanade {
inline namespace v0 {
namespace detail {

/// Octets of side memory that a job of the profile may need: none when its suites are AEADs, whose AAD stands in the job.
///   ESP      SPI, number (64 bits where GMAC covers them), IV: 24
///   AH       muted headers and AH
template <class P> inline constexpr std::size_t aad_octets_max = has_ah<P> ? P::ah_headers + ah_octets_max : all_aead<P> ? 0 : 32;
static_assert(8 + iv_max <= 32);

/// Side memory of `Slots` jobs; it lives as long as they are worked on.
template <std::size_t Octets, std::size_t Slots> class aad_memory {
 public:
  /// Job k's, `Octets` long.
  [[nodiscard]] ESPLANADE_INLINE octet* of(std::size_t k, octet*) noexcept { return octets_[k]; }

 private:
  octet octets_[Slots][Octets];
};
/// Nothing: what is handed in serves instead. It must last only as long as the job is filled.
template <std::size_t Slots> class aad_memory<0, Slots> {
 public:
  [[nodiscard]] ESPLANADE_INLINE octet* of(std::size_t, octet* instead) noexcept { return instead; }
};

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
