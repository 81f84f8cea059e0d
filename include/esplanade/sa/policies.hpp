// Which SA policies a profile means: its member aliases, or the defaults.
#pragma once

#include <esplanade/capability/rules.hpp>
#include <esplanade/sa/replay_window.hpp>
#include <esplanade/sa/sequence.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
// An unsuitable alias is reported once, and the default stands in for it so that nothing else fails.
template <class P> concept SuitableReplay = !requires { typename P::replay; } || ReplayWindow<typename P::replay>;
template <class P> concept SuitableSequence = !requires { typename P::sequence; } || SequencePolicy<typename P::sequence>;

template <class P> struct replay_alias { using type = window<1024>; };
template <class P> requires requires { typename P::replay; requires SuitableReplay<P>; } struct replay_alias<P> { using type = typename P::replay; };
template <class P> struct sequence_alias { using type = sequential; };
template <class P> requires requires { typename P::sequence; requires SuitableSequence<P>; } struct sequence_alias<P> { using type = typename P::sequence; };
}  // namespace detail

/// The replay window and the sequence policy of a profile.
template <class P> using replay_of = typename detail::replay_alias<P>::type;
template <class P> using sequence_of = typename detail::sequence_alias<P>::type;

/// Sizes that all suites of a profile share are constants; the others are read from the SA.
template <class P> inline constexpr std::uint8_t common_icv = P::suites.common(&suite_sizes::icv);
template <class P> inline constexpr std::uint8_t common_iv = P::suites.common(&suite_sizes::iv);
template <class P> inline constexpr std::uint8_t common_salt = P::suites.common(&suite_sizes::salt);
template <class P> inline constexpr std::uint8_t common_alignment = P::suites.common(&suite_sizes::alignment);

}  // namespace v0
}  // namespace esplanade
