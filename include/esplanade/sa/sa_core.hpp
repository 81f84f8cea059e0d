// The octets of an SA that every packet needs, in either direction, and what stages read of them.
#pragma once

#include <esplanade/crypto/job.hpp>
#include <esplanade/net/address.hpp>
#include <esplanade/net/esp.hpp>
#include <esplanade/sa/parameters.hpp>
#include <esplanade/sa/policies.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {

/// The hot octets both directions share. 24 octets.
struct sa_core {
  std::uint32_t spi = 0;       // host order
  std::uint32_t schedule = 0;  // the provider's key slot
  octet salt[salt_max]{};      // right-aligned, as in a job
  std::uint8_t salt_octets = 0, iv_octets = 0, icv_octets = 0, alignment = 4;
  std::uint8_t suite = 0;      // index in the profile's suites
  bool esn = false;
  esplanade::mode mode = esplanade::mode::tunnel;
  bool installed = false;
  family outer = family::ipv4;
  std::uint8_t encapsulation = static_cast<std::uint8_t>(esplanade::encapsulation::none);  // outbound one; inbound the set it accepts
  job_form form = job_form::aead;
  protocol_kind protocol = protocol_kind::esp;
};
static_assert(sizeof(sa_core) == 24);
}  // namespace detail

// What the stages read of an SA of profile P: constants where the profile leaves no choice, no load and no branch.
template <class P> [[nodiscard]] ESPLANADE_INLINE std::size_t icv_octets(const detail::sa_core& sa) noexcept {
  if constexpr (common_icv<P> != 0) return common_icv<P>;
  else return sa.icv_octets;
}
template <class P> [[nodiscard]] ESPLANADE_INLINE std::size_t iv_octets(const detail::sa_core& sa) noexcept {
  if constexpr (common_iv<P> != 0) return common_iv<P>;
  else return sa.iv_octets;
}
template <class P> [[nodiscard]] ESPLANADE_INLINE job_form form_of(const detail::sa_core& sa) noexcept {
  if constexpr (one_form<P>) return first_form<P>;
  else return sa.form;
}
template <class P> [[nodiscard]] ESPLANADE_INLINE std::size_t alignment_octets(const detail::sa_core& sa) noexcept {
  if constexpr (common_alignment<P> != 0) return common_alignment<P>;
  else return sa.alignment;
}
template <class P> [[nodiscard]] ESPLANADE_INLINE bool uses_esn(const detail::sa_core& sa) noexcept {
  if constexpr (P::esn == esn_use::off) return false;
  else if constexpr (P::esn == esn_use::always) return true;
  else return sa.esn;
}
template <class P> [[nodiscard]] ESPLANADE_INLINE bool is_ah(const detail::sa_core& sa) noexcept {
  if constexpr (!has_ah<P>) return false;
  else if constexpr (!has_esp<P>) return true;
  else return sa.protocol == protocol_kind::ah;
}
template <class P> [[nodiscard]] ESPLANADE_INLINE bool is_tunnel(const detail::sa_core& sa) noexcept {
  if constexpr (modes_of<P> == set_of<mode>(mode::tunnel)) return true;
  else if constexpr (!modes_of<P>.has(mode::tunnel)) return false;
  else return sa.mode == mode::tunnel;
}
template <class P> [[nodiscard]] ESPLANADE_INLINE bool is_beet(const detail::sa_core& sa) noexcept {
  if constexpr (!modes_of<P>.has(mode::beet)) return false;
  else return sa.mode == mode::beet;
}
/// The mode itself, for those who tell others.
template <class P> [[nodiscard]] inline mode mode_of(const detail::sa_core& sa) noexcept { return is_tunnel<P>(sa) ? mode::tunnel : is_beet<P>(sa) ? mode::beet : mode::transport; }

/// The family of the header that an outbound packet of IP version `inner` travels with.
template <class P> [[nodiscard]] ESPLANADE_INLINE family outer_family(const detail::sa_core& sa, family inner) noexcept { return is_tunnel<P>(sa) || is_beet<P>(sa) ? sa.outer : inner; }

/// How this outbound SA wraps ESP.
template <class P> [[nodiscard]] ESPLANADE_INLINE constexpr encapsulation encapsulation_of(const detail::sa_core& sa) noexcept {
  if constexpr (encapsulations_of<P>.size() == 1) return static_cast<encapsulation>(encapsulations_of<P>.bits);
  else return static_cast<encapsulation>(sa.encapsulation);
}

}  // namespace v0
}  // namespace esplanade
