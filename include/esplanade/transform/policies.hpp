// Which transform policies a profile means: its member aliases, or the defaults.
#pragma once

#include <esplanade/transform/iv.hpp>
#include <esplanade/transform/padding.hpp>
#include <esplanade/transform/tunnel_header.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
template <class P> struct padding_policy { using type = padding_verified; };
template <class P> requires requires { typename P::padding; } struct padding_policy<P> {
  using type = typename P::padding;
  static_assert(PaddingPolicy<type>,
                "the alias padding of this profile is not a padding policy: use padding_verified or padding_ignored (transform/padding.hpp)");
};
template <class P> struct iv_policy { using type = counter_iv; };
template <class P> requires requires { typename P::iv; } struct iv_policy<P> {
  using type = typename P::iv;
  static_assert(IvPolicy<type>, "the alias iv of this profile is not an IV policy: use counter_iv (transform/iv.hpp)");
  static_assert(std::is_same_v<type, counter_iv> || requires { requires P::caller_set_iv; },
                "a counter IV that the caller sets can repeat under one key, which breaks GCM for good: use counter_iv, or opt in with "
                "static constexpr bool caller_set_iv = true; in a profile that never meets real traffic");
};
template <class P> struct header_policy { using type = copied_header; };
template <class P> requires requires { typename P::header; } struct header_policy<P> {
  using type = typename P::header;
  static_assert(TunnelHeaderPolicy<type, outbound_sa<layout_probe, int>>,
                "the alias header of this profile is not a tunnel header policy: use copied_header (transform/tunnel_header.hpp)");
};
}  // namespace detail

template <class P> using padding_of = typename detail::padding_policy<P>::type;
template <class P> using iv_of = typename detail::iv_policy<P>::type;
template <class P> using header_of = typename detail::header_policy<P>::type;

}  // namespace v0
}  // namespace esplanade
