// What makes a profile consistent, in words. Each rule is one condition, one enumerator, one literal.
#pragma once

#include <esplanade/capability/profile.hpp>
#include <esplanade/crypto/provider.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {

/// The first rule that a profile breaks: what follows from a broken profile is not looked at, so that one mistake is one error.
enum class profile_rule : std::uint8_t {
  none, not_a_profile, window_alias, sequence_alias, header_alias, suites, suite_sizes, modes, window_small, window_large, esn_window, levels, burst
};

template <class P> consteval std::uint32_t window_packets() {
  if constexpr (requires { P::replay::packets; }) return P::replay::packets;
  else return 1024;  // the default, or an alias that is refused as no window at all
}

template <class P> consteval profile_rule broken_rule() {
  using enum profile_rule;
  if constexpr (!Profile<P>) return not_a_profile;
  // A misspelt alias would silently mean the default: the likely ones are refused.
  else if constexpr (requires { typename P::window; } || requires { typename P::replay_window; } || requires { typename P::anti_replay; }) return window_alias;
  else if constexpr (requires { typename P::sequence_policy; } || requires { typename P::sequences; }) return sequence_alias;
  else if constexpr (requires { typename P::tunnel_header; } || requires { typename P::outer_header; }) return header_alias;
  else {
    constexpr std::uint32_t window = window_packets<P>();
    if (P::suites.count == 0) return suites;
    for (const esplanade::suite_sizes& s : P::suites.sizes)
      if (s.salt > salt_max || s.iv > iv_max || s.icv < 8 || s.icv > icv_max || s.alignment < 4 || !std::has_single_bit(s.alignment)) return suite_sizes;
    if (modes_of<P>.empty()) return modes;
    if (window != 0 && window < 32) return window_small;
    if (window > 65536) return window_large;
    if (P::esn != esn_use::off && window == 0) return esn_window;
    if (P::levels < 1 || P::levels > 4) return levels;
    if (P::burst < 1 || P::burst > 256) return burst;
    return none;
  }
}

template <class P, profile_rule Broken> struct inconsistent_profile {
  static_assert(Broken != profile_rule::not_a_profile,
                "this is not a profile: derive a named struct from esplanade::profile and give it "
                "static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>; (capability/profile.hpp)");
  static_assert(Broken != profile_rule::window_alias,
                "the window's alias in a profile is called replay: write using replay = esplanade::window<1024>;");
  static_assert(Broken != profile_rule::sequence_alias,
                "the alias of the sequence policy is called sequence: write using sequence = esplanade::sequential;");
  static_assert(Broken != profile_rule::header_alias,
                "the alias of the tunnel header policy is called header: write using header = esplanade::copied_header;");
  static_assert(Broken != profile_rule::suites,
                "a profile without suites protects nothing: name at least one in .suites, e.g. esp_aes_gcm_16<128>");
  static_assert(Broken != profile_rule::suite_sizes,
                "a suite of this profile has sizes that a job cannot hold: give it at most 4 octets of salt and 16 of IV, an ICV of 8 to 32, and an alignment of 4, 8 or 16");
  static_assert(Broken != profile_rule::modes,
                "a profile without modes does nothing: set modes to mode::tunnel, mode::transport or both");
  static_assert(Broken != profile_rule::window_small,
                "a replay window counts packets and must be at least 32 (RFC 4303 3.4.3): use window<32> or more, or no_window");
  static_assert(Broken != profile_rule::window_large, "a replay window holds at most 65536 packets: use window<65536> or less");
  static_assert(Broken != profile_rule::esn_window,
                "the receiver infers the high half of an ESN from its window (RFC 4303 A2): with ESN use window<32> or more, or set esn = off");
  static_assert(Broken != profile_rule::levels,
                "a packet passes 1 to 4 SAs, because work on bad input is bounded: set levels to 1, 2, 3 or 4");
  static_assert(Broken != profile_rule::burst, "a burst is 1 to 256 packets: set burst to 32 unless a measurement says otherwise");
  static constexpr bool kept = true;  // the words above are the error; do not fail twice
};

template <class Suite, class C> struct provider_must_support {
  static_assert(C::template supports<Suite>,
                "this crypto provider lacks a suite that the profile names: add it to the provider, or drop it from .suites");
  static constexpr bool kept = true;
};
template <bool Sound, class Suites, class C> struct provider_must_support_all {
  static constexpr bool kept = true;
};
template <class... Suites, class C> struct provider_must_support_all<true, suite_list<Suites...>, C> {
  static_assert((provider_must_support<Suites, C>::kept && ...));
  static constexpr bool kept = true;
};
template <class P> consteval auto suites_of() {
  if constexpr (broken_rule<P>() == profile_rule::none) return P::suites;
  else return suites<>;
}
}  // namespace detail

/// Whether profile `P` is consistent; says nothing.
template <class P> inline constexpr bool profile_is_sound = detail::broken_rule<P>() == detail::profile_rule::none;

/// `static_assert(profile_rules<P>::kept)` fails, with words, when profile `P` contradicts itself.
template <class P> struct profile_rules : detail::inconsistent_profile<P, detail::broken_rule<P>()> {};

/// `static_assert(provider_rules<P, C>::kept)` fails, with words, when provider `C` cannot do what profile `P` names.
template <class P, class C>
struct provider_rules
    : detail::provider_must_support_all<profile_is_sound<P>, std::remove_cv_t<decltype(detail::suites_of<P>())>, C> {};

}  // namespace v0
}  // namespace esplanade
