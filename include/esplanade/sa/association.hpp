// Security associations, sending and receiving, and how ours is found inside what a store keeps.
#pragma once

#include <esplanade/sa/inbound_sa.hpp>
#include <esplanade/sa/outbound_sa.hpp>
#include <esplanade/sa/sa_core.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
struct layout_probe : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
}  // namespace detail
static_assert(inbound_sa<detail::layout_probe, int>::layout_kept(), "line 0 and line 1 hold what an in-order packet needs");
static_assert(sizeof(inbound_sa<detail::layout_probe, int>) <= 512 && sizeof(outbound_sa<detail::layout_probe, int>) <= 256);

/// Finds our SA inside the type a store keeps: the type itself, its member function `association()`, or a specialisation.
template <class T> struct sa_traits {
  static ESPLANADE_INLINE auto& association(T& t) noexcept {
    if constexpr (requires { t.association(); }) return t.association();
    else return t;
  }
};

/// Our SA inside a store's record.
template <class T> [[nodiscard]] ESPLANADE_INLINE auto& association(T& record) noexcept { return sa_traits<T>::association(record); }
/// The type of that SA.
template <class T> using association_t = std::remove_cvref_t<decltype(sa_traits<T>::association(std::declval<T&>()))>;

}  // namespace v0
}  // namespace esplanade
