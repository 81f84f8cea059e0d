// Which SA policies a profile means: its member aliases, or the defaults.
#pragma once

#include <esplanade/capability/rules.hpp>
#include <esplanade/sa/replay_window.hpp>
#include <esplanade/sa/sequence.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
template <class P> struct replay_policy { using type = window<1024>; };
template <class P> requires requires { typename P::replay; } struct replay_policy<P> {
  using type = typename P::replay;
  static_assert(ReplayWindow<type>,
                "the alias replay of this profile is not a replay window: use window<N> or no_window, or model ReplayWindow (sa/replay_window.hpp)");
};
template <class P> struct sequence_policy { using type = sequential; };
template <class P> requires requires { typename P::sequence; } struct sequence_policy<P> {
  using type = typename P::sequence;
  static_assert(SequencePolicy<type>,
                "the alias sequence of this profile is not a sequence policy: use sequential, or model SequencePolicy (sa/sequence.hpp)");
};
}  // namespace detail

template <class P> using replay_of = typename detail::replay_policy<P>::type;
template <class P> using sequence_of = typename detail::sequence_policy<P>::type;

/// Sizes that all suites of a profile share are constants; the others are read from the SA.
template <class P> inline constexpr std::uint8_t common_icv = P::suites.common(&suite_sizes::icv);
template <class P> inline constexpr std::uint8_t common_iv = P::suites.common(&suite_sizes::iv);
template <class P> inline constexpr std::uint8_t common_salt = P::suites.common(&suite_sizes::salt);
template <class P> inline constexpr std::uint8_t common_alignment = P::suites.common(&suite_sizes::alignment);

}  // namespace v0
}  // namespace esplanade
