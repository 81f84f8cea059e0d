// Which SA policies a profile means: its member aliases, or the defaults.
#pragma once

#include <esplanade/base/clock.hpp>
#include <esplanade/base/random.hpp>
#include <esplanade/capability/alias.hpp>
#include <esplanade/capability/rules.hpp>
#include <esplanade/sa/drops.hpp>
#include <esplanade/sa/lifetime.hpp>
#include <esplanade/sa/replay_window.hpp>
#include <esplanade/sa/resync.hpp>
#include <esplanade/sa/sequence.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
// A policy whose state depends on how many lanes there are has a template `over<Lanes>` that is the policy itself. Blocks that
// do not fit have words of their own (capability/rules.hpp), so `sequential` stands in for them here.
template <class S, std::size_t Lanes> struct over_lanes { using type = S; };
template <class S, std::size_t Lanes> requires requires { typename S::template over<Lanes>; } struct over_lanes<S, Lanes> { using type = typename S::template over<Lanes>; };
template <class S, std::size_t Lanes> requires requires { requires !S::fits(Lanes); } struct over_lanes<S, Lanes> { using type = sequential; };

struct replay_alias {
  using by_default = window<1024>;
  template <class P> using named = typename P::replay;
  template <class T> static constexpr bool suits = ReplayWindow<T>;
};
struct sequence_alias {
  using by_default = sequential;
  template <class P> using named = typename over_lanes<typename P::sequence, P::lanes>::type;
  template <class T> static constexpr bool suits = SequencePolicy<T>;
};
struct lifetime_alias {
  using by_default = no_lifetime;
  template <class P> using named = typename over_lanes<typename P::lifetime, P::lanes>::type;
  template <class T> static constexpr bool suits = LifetimePolicy<T>;
};
struct resync_alias {
  using by_default = no_resync;
  template <class P> using named = typename P::resync;
  template <class T> static constexpr bool suits = ResyncPolicy<T>;
};
struct drops_alias {
  using by_default = drops_in_brief;
  template <class P> using named = typename P::drops;
  template <class T> static constexpr bool suits = DropsPolicy<T>;
};
struct clock_alias {
  using by_default = no_clock;
  template <class P> using named = typename P::clock;
  template <class T> static constexpr bool suits = Clock<T>;
};
struct random_alias {
  using by_default = no_random;
  template <class P> using named = typename P::random;
  template <class T> static constexpr bool suits = RandomSource<T>;
};
}  // namespace detail

/// The replay window and the sequence policy of a profile.
template <class P> using replay_of = detail::meant<detail::replay_alias, P>;
template <class P> using sequence_of = detail::meant<detail::sequence_alias, P>;
/// Its lifetime and resynchronisation policies, what its SAs remember of losses, and clock and random source of its lanes.
template <class P> using lifetime_of = detail::meant<detail::lifetime_alias, P>;
template <class P> using resync_of = detail::meant<detail::resync_alias, P>;
template <class P> using drops_of = detail::meant<detail::drops_alias, P>;
template <class P> using clock_of = detail::meant<detail::clock_alias, P>;
template <class P> using random_of = detail::meant<detail::random_alias, P>;
template <class P> inline constexpr bool counts_lifetime = !std::is_same_v<lifetime_of<P>, no_lifetime>;
template <class P> inline constexpr bool resynchronises = !std::is_same_v<resync_of<P>, no_resync>;
template <class P> inline constexpr bool has_clock = !std::is_same_v<clock_of<P>, no_clock>;

/// Sizes that all suites of a profile share are constants; the others are read from the SA.
template <class P> inline constexpr std::uint8_t common_icv = P::suites.common(&suite_sizes::icv);
template <class P> inline constexpr std::uint8_t common_iv = P::suites.common(&suite_sizes::iv);
template <class P> inline constexpr std::uint8_t common_implicit_iv = P::suites.common(&suite_sizes::implicit_iv);
template <class P> inline constexpr std::uint8_t common_salt = P::suites.common(&suite_sizes::salt);
template <class P> inline constexpr std::uint8_t common_alignment = P::suites.common(&suite_sizes::alignment);
/// Its protocols are those of its suites.
template <class P> inline constexpr bool has_ah = [] {
  if constexpr (requires { P::suites.count; }) return P::suites.any([](const suite_sizes& s) { return s.protocol == protocol_kind::ah; });
  else return false;
}();
template <class P> inline constexpr bool has_esp = [] {
  if constexpr (has_ah<P>) return P::suites.any([](const suite_sizes& s) { return s.protocol == protocol_kind::esp; });
  else return true;
}();
/// What all jobs of a profile authenticate alike, when they do.
template <class P> inline constexpr job_form first_form = P::suites.sizes[0].form();
template <class P> inline constexpr bool one_form = P::suites.all([](const suite_sizes& s) { return s.form() == first_form<P>; });
/// Every suite is an AEAD: its AAD is 8 or 12 octets, and stands in the job.
template <class P> inline constexpr bool all_aead = P::suites.all([](const suite_sizes& s) { return s.aead(); });
/// Octets of AAD, where all jobs have the same.
template <class P> inline constexpr std::uint8_t common_aad = !all_aead<P> || P::esn == esn_use::per_sa ? 0 : P::esn == esn_use::always ? 12 : 8;

}  // namespace v0
}  // namespace esplanade
