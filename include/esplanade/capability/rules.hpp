// What makes a profile consistent, in words. Each rule is one static_assert with one literal.
#pragma once

#include <esplanade/capability/profile.hpp>
#include <esplanade/crypto/provider.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
// The size of the window a profile names: 0 for none, and `fallback` where it names no policy.
template <class P> consteval std::uint32_t window_packets(std::uint32_t fallback) {
  if constexpr (requires { P::replay::packets; }) return P::replay::packets;
  else return fallback;
}

template <class P> struct profile_must_name_suites {
  static_assert(Profile<P>,
                "this is not a profile: derive a named struct from esplanade::profile and give it "
                "static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>; (capability/profile.hpp)");
  static constexpr bool kept = true;
};

template <class P> struct profile_values {
  static constexpr std::uint32_t window = window_packets<P>(1024);
  static_assert(P::suites.count != 0, "a profile without suites protects nothing: name at least one in .suites, e.g. esp_aes_gcm_16<128>");
  static_assert(!modes_of<P>.empty(), "a profile without modes does nothing: set modes to mode::tunnel, mode::transport or both");
  static_assert(window == 0 || window >= 32,
                "a replay window counts packets and must be at least 32 (RFC 4303 3.4.3): use window<32> or more, or no_window");
  static_assert(P::esn == esn_use::off || window != 0,
                "the receiver infers the high half of an ESN from its window (RFC 4303 A2): with ESN use window<32> or more, or set esn = off");
  static_assert(window <= 65536, "a replay window holds at most 65536 packets: use window<65536> or less");
  static_assert(P::levels >= 1 && P::levels <= 4, "a packet passes 1 to 4 SAs: work on bad input is bounded; set levels to 1, 2, 3 or 4");
  static_assert(P::burst >= 1 && P::burst <= 256, "a burst is 1 to 256 packets: set burst to 32 unless a measurement says otherwise");
  static constexpr bool kept = true;
};

// A misspelt alias would silently mean the default: the likely ones are refused.
template <class P> struct profile_aliases {
  static_assert(!requires { typename P::window; } && !requires { typename P::replay_window; } && !requires { typename P::anti_replay; },
                "the window's alias in a profile is called replay: write using replay = esplanade::window<1024>;");
  static_assert(!requires { typename P::sequence_policy; } && !requires { typename P::sequences; },
                "the alias of the sequence policy is called sequence: write using sequence = esplanade::sequential;");
  static_assert(!requires { typename P::tunnel_header; } && !requires { typename P::outer_header; },
                "the alias of the tunnel header policy is called header: write using header = esplanade::copied_header;");
  static constexpr bool kept = true;
};

template <class Suite, class C> struct provider_must_support {
  static_assert(C::template supports<Suite>,
                "this crypto provider lacks a suite that the profile names: add it to the provider, or drop it from .suites");
  static constexpr bool kept = true;
};
template <class P, class C> consteval bool provider_supports_all() {
  bool kept = true;
  P::suites.for_each([&kept]<class S>() { kept = kept && provider_must_support<S, C>::kept; });
  return kept;
}
template <class P> consteval bool profile_kept() {
  if constexpr (Profile<P>) return profile_values<P>::kept && profile_aliases<P>::kept;
  else return profile_must_name_suites<P>::kept;
}
}  // namespace detail

/// Fails to compile, with words, when profile `P` contradicts itself.
template <class P> inline constexpr bool profile_rules_kept = detail::profile_kept<P>();

/// Fails to compile, with words, when provider `C` cannot do what profile `P` names.
template <class P, class C> inline constexpr bool provider_rules_kept = detail::provider_supports_all<P, C>();

}  // namespace v0
}  // namespace esplanade
