// Which SA policies a profile means: its member aliases, or the defaults.
#pragma once

#include <esplanade/base/clock.hpp>
#include <esplanade/capability/rules.hpp>
#include <esplanade/sa/drops.hpp>
#include <esplanade/sa/lifetime.hpp>
#include <esplanade/sa/replay_window.hpp>
#include <esplanade/sa/resync.hpp>
#include <esplanade/sa/sequence.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
// An unsuitable alias is reported once, and the default stands in for it so that nothing else fails.
template <class P> concept SuitableReplay = !requires { typename P::replay; } || ReplayWindow<typename P::replay>;
// A policy whose state depends on how many lanes there are has a template `over<Lanes>` that is the policy itself. Blocks that
// do not fit have words of their own (capability/rules.hpp), so `sequential` stands in for them here.
template <class S, std::size_t Lanes> struct over_lanes { using type = S; };
template <class S, std::size_t Lanes> requires requires { typename S::template over<Lanes>; } struct over_lanes<S, Lanes> { using type = typename S::template over<Lanes>; };
template <class S, std::size_t Lanes> requires requires { requires !S::fits(Lanes); } struct over_lanes<S, Lanes> { using type = sequential; };
template <class P> using named_sequence = typename over_lanes<typename P::sequence, P::lanes>::type;
template <class P> using named_lifetime = typename over_lanes<typename P::lifetime, P::lanes>::type;

template <class P> concept SuitableSequence = !requires { typename P::sequence; } || SequencePolicy<named_sequence<P>>;
template <class P> concept SuitableLifetime = !requires { typename P::lifetime; } || std::is_same_v<typename P::lifetime, no_lifetime> || LifetimePolicy<named_lifetime<P>>;
template <class P> concept SuitableResync = !requires { typename P::resync; } || std::is_same_v<typename P::resync, no_resync> || ResyncPolicy<typename P::resync>;
template <class P> concept SuitableDrops = !requires { typename P::drops; } || DropsPolicy<typename P::drops>;
template <class P> concept SuitableClock = !requires { typename P::clock; } || Clock<typename P::clock>;

template <class P> struct replay_alias { using type = window<1024>; };
template <class P> requires requires { typename P::replay; requires SuitableReplay<P>; } struct replay_alias<P> { using type = typename P::replay; };
template <class P> struct sequence_alias { using type = sequential; };
template <class P> requires requires { typename P::sequence; requires SuitableSequence<P>; } struct sequence_alias<P> { using type = named_sequence<P>; };
template <class P> struct lifetime_alias { using type = no_lifetime; };
template <class P> requires requires { typename P::lifetime; requires SuitableLifetime<P>; } struct lifetime_alias<P> { using type = named_lifetime<P>; };
template <class P> struct resync_alias { using type = no_resync; };
template <class P> requires requires { typename P::resync; requires SuitableResync<P>; } struct resync_alias<P> { using type = typename P::resync; };
template <class P> struct drops_alias { using type = drops_in_brief; };
template <class P> requires requires { typename P::drops; requires SuitableDrops<P>; } struct drops_alias<P> { using type = typename P::drops; };
template <class P> struct clock_alias { using type = no_clock; };
template <class P> requires requires { typename P::clock; requires SuitableClock<P>; } struct clock_alias<P> { using type = typename P::clock; };
}  // namespace detail

/// The replay window and the sequence policy of a profile.
template <class P> using replay_of = typename detail::replay_alias<P>::type;
template <class P> using sequence_of = typename detail::sequence_alias<P>::type;
/// Its lifetime and resynchronisation policies, what its SAs remember of losses, and the clock of its lanes.
template <class P> using lifetime_of = typename detail::lifetime_alias<P>::type;
template <class P> using resync_of = typename detail::resync_alias<P>::type;
template <class P> using drops_of = typename detail::drops_alias<P>::type;
template <class P> using clock_of = typename detail::clock_alias<P>::type;
template <class P> inline constexpr bool counts_lifetime = !std::is_same_v<lifetime_of<P>, no_lifetime>;
template <class P> inline constexpr bool resynchronises = !std::is_same_v<resync_of<P>, no_resync>;
template <class P> inline constexpr bool has_clock = !std::is_same_v<clock_of<P>, no_clock>;

/// Sizes that all suites of a profile share are constants; the others are read from the SA.
template <class P> inline constexpr std::uint8_t common_icv = P::suites.common(&suite_sizes::icv);
template <class P> inline constexpr std::uint8_t common_iv = P::suites.common(&suite_sizes::iv);
template <class P> inline constexpr std::uint8_t common_salt = P::suites.common(&suite_sizes::salt);
template <class P> inline constexpr std::uint8_t common_alignment = P::suites.common(&suite_sizes::alignment);

}  // namespace v0
}  // namespace esplanade
