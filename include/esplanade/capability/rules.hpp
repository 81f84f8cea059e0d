// What makes a profile consistent, in words. Each rule is one condition, one enumerator, one literal.
#pragma once

#include <esplanade/capability/profile.hpp>
#include <esplanade/crypto/provider.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {

/// The first rule that a profile breaks: what follows from a broken profile is not looked at, so that one mistake is one error.
enum class profile_rule : std::uint8_t {
  none, not_a_profile, not_suites, not_esn, misspelt_value, misspelt_alias, window_alias, sequence_alias, header_alias, lifetime_alias, suites, suite_sizes, suite_parts, no_protection, counter_without_integrity,
  without_integrity, legacy_algorithms, modes, encapsulations, window_small, window_large, esn_window, resync_esn, levels, burst,
  lanes, lanes_sequence, lanes_window, lanes_lifetime, block_skew, block_reach
};

/// What a suite of the user's may have got wrong about its own parts.
consteval bool parts_agree(const esplanade::suite_sizes& s) {
  if ((s.mac == mac_family::none) != (s.mac_key == 0) || s.mac_key > s.key) return false;
  if ((s.aead() || s.family == cipher_family::aes_gmac) && s.mac != mac_family::none) return false;
  return s.implicit_iv == 0 || (s.aead() && s.iv == 0 && s.implicit_iv == 8);
}
/// Opt-ins of a profile; what it does not say it does not want.
template <class P> consteval bool lets_legacy_in() {
  if constexpr (requires { P::legacy_algorithms; }) return P::legacy_algorithms;
  else return false;
}
template <class P> consteval bool lets_integrity_go() {
  if constexpr (requires { P::encryption_without_integrity; }) return P::encryption_without_integrity;
  else return false;
}

template <class P> consteval std::uint32_t window_packets() {
  if constexpr (requires { P::replay::packets; }) return P::replay::packets;
  else return 1024;  // the default, or an alias that is refused as no window at all
}

/// How many lanes a policy is made for: it says so in `lanes_max`, and silence means one. What is no such policy at all is
/// refused as that, with other words; what is absent is the default, which is made for one.
template <class P> consteval std::size_t sequence_lanes() {
  if constexpr (requires { P::sequence::lanes_max; }) return P::sequence::lanes_max;
  else if constexpr (requires { typename P::sequence; } && !requires { typename P::sequence::state; }) return P::lanes;
  else return 1;
}
template <class P> consteval std::size_t window_lanes() {
  if constexpr (requires { P::replay::lanes_max; }) return P::replay::lanes_max;
  else if constexpr (requires { typename P::replay; } && !requires { P::replay::packets; }) return P::lanes;
  else return 1;
}
template <class P> consteval std::size_t lifetime_lanes() {
  if constexpr (requires { P::lifetime::lanes_max; }) return P::lifetime::lanes_max;
  else if constexpr (requires { typename P::lifetime::state; }) return 1;
  else return P::lanes;  // none, or an alias that is refused as no lifetime at all
}
/// A block that is too old as soon as it is reserved.
template <class P> consteval bool blocks_live() {
  if constexpr (requires { P::sequence::block; P::sequence::max_skew; }) return P::sequence::block >= 1 && P::sequence::block <= P::sequence::max_skew;
  else return true;
}
/// Whether the peer's window, as a policy that leases blocks assumes it, reaches back to every number that `lanes` lanes may send late.
template <class P> consteval bool blocks_reach() {
  if constexpr (requires { P::sequence::fits(P::lanes); }) return P::sequence::fits(P::lanes);
  else return true;
}

template <class P> consteval profile_rule broken_rule() {
  using enum profile_rule;
  if constexpr (!std::is_base_of_v<profile, P>) return not_a_profile;
  else if constexpr (!requires { { P::suites.count } -> std::convertible_to<std::size_t>; }) return not_suites;
  else if constexpr (!requires { { P::esn } -> std::convertible_to<esn_use>; }) return not_esn;
  else if constexpr (!Profile<P>) return not_a_profile;
  // A misspelt alias would silently mean the default: the likely ones are refused.
  else if constexpr (requires { typename P::window; } || requires { typename P::replay_window; } || requires { typename P::anti_replay; }) return window_alias;
  else if constexpr (requires { typename P::sequence_policy; } || requires { typename P::sequences; }) return sequence_alias;
  else if constexpr (requires { typename P::tunnel_header; } || requires { typename P::outer_header; }) return header_alias;
  else if constexpr (requires { typename P::lifetimes; } || requires { typename P::lifetime_policy; }) return lifetime_alias;
  else if constexpr (requires { P::mode; } || requires { P::encapsulation; } || requires { P::suite; } || requires { P::level; } || requires { P::lane; }) return misspelt_value;
  else if constexpr (requires { typename P::sequencer; } || requires { typename P::iv_policy; } || requires { typename P::audit_sink; } || requires { typename P::random_source; } ||
                     requires { typename P::policies; } || requires { typename P::spd; } || requires { typename P::trust; } || requires { typename P::verify; } || requires { typename P::check; }) return misspelt_alias;
  else {
    constexpr std::uint32_t window = window_packets<P>();
    if (P::suites.count == 0) return suites;
    for (const esplanade::suite_sizes& s : P::suites.sizes)
      if (s.salt > salt_max || s.iv > iv_max || (s.icv < 8 && s.authenticates()) || s.icv > icv_max || s.alignment < 4 || !std::has_single_bit(s.alignment)) return suite_sizes;
    for (const esplanade::suite_sizes& s : P::suites.sizes) {
      if (!parts_agree(s)) return suite_parts;
      if (s.authenticates()) continue;
      if (s.family == cipher_family::null) return no_protection;
      if (s.family == cipher_family::aes_ctr) return counter_without_integrity;
      if (!lets_integrity_go<P>()) return without_integrity;
    }
    if (P::suites.any([](const esplanade::suite_sizes& s) { return s.legacy(); }) && !lets_legacy_in<P>()) return legacy_algorithms;
    if (modes_of<P>.empty()) return modes;
    if (encapsulations_of<P>.empty()) return encapsulations;
    if (window != 0 && window < 32) return window_small;
    if (window > 65536) return window_large;
    if (P::esn != esn_use::off && window == 0) return esn_window;
    if constexpr (requires { P::resync::attempts; }) {
      if (P::esn == esn_use::off) return resync_esn;
    }
    if (P::levels < 1 || P::levels > 4) return levels;
    if (P::burst < 1 || P::burst > 256) return burst;
    if (P::lanes < 1 || P::lanes > 64) return lanes;
    if (P::lanes > sequence_lanes<P>()) return lanes_sequence;
    if (P::lanes > window_lanes<P>()) return lanes_window;
    if (P::lanes > lifetime_lanes<P>()) return lanes_lifetime;
    if (!blocks_live<P>()) return block_skew;
    if (!blocks_reach<P>()) return block_reach;
    return none;
  }
}

template <class P, profile_rule Broken> struct inconsistent_profile {
  static_assert(Broken != profile_rule::not_a_profile,
                "this is not a profile: derive a named struct from esplanade::profile and give it "
                "static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>; (capability/profile.hpp)");
  static_assert(Broken != profile_rule::not_suites,
                "this profile does not say which suites it has: give it static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>; with one suite or several");
  static_assert(Broken != profile_rule::not_esn,
                "the esn of this profile is none of off, per_sa and always: write static constexpr esplanade::esn_use esn = esplanade::always;");
  static_assert(Broken != profile_rule::misspelt_value,
                "a value of this profile has another name and would silently mean the default: they are called suites, modes, encapsulations, levels and lanes, for one as for several");
  static_assert(Broken != profile_rule::misspelt_alias,
                "an alias of this profile has another name and would silently mean the default: they are called sequence, iv, audit, random, policy, device_trust and checks (capability/profile.hpp)");
  static_assert(Broken != profile_rule::window_alias,
                "the window's alias in a profile is called replay: write using replay = esplanade::window<1024>;");
  static_assert(Broken != profile_rule::sequence_alias,
                "the alias of the sequence policy is called sequence: write using sequence = esplanade::sequential;");
  static_assert(Broken != profile_rule::header_alias,
                "the alias of the tunnel header policy is called header: write using header = esplanade::copied_header;");
  static_assert(Broken != profile_rule::lifetime_alias,
                "the alias of the lifetime policy is called lifetime: write using lifetime = esplanade::exact_lifetime;");
  static_assert(Broken != profile_rule::suites,
                "a profile without suites protects nothing: name at least one in .suites, e.g. esp_aes_gcm_16<128>");
  static_assert(Broken != profile_rule::suite_sizes,
                "a suite of this profile has sizes that a job cannot hold: give it at most 4 octets of salt and 16 of IV, an ICV of 8 to 32, and an alignment of 4, 8 or 16");
  static_assert(Broken != profile_rule::suite_parts,
                "the parts of a suite of this profile contradict each other: a MAC has its key in .mac_key and no AEAD beside it, and an implicit IV has 8 octets, an AEAD, and no IV on the wire (RFC 8750)");
  static_assert(Broken != profile_rule::no_protection,
                "a suite of this profile neither encrypts nor authenticates, which is never allowed (RFC 2410 4, RFC 8221 5): give esp_null or ah a MAC, e.g. hmac_sha2_256_128");
  static_assert(Broken != profile_rule::counter_without_integrity,
                "counter mode without integrity lets anybody change plaintext bit by bit (RFC 3686 2.1: must not): give esp_aes_ctr a MAC, e.g. hmac_sha2_256_128");
  static_assert(Broken != profile_rule::without_integrity,
                "encryption without integrity is broken by whoever can send packets (RFC 8221 4): give the suite a MAC, or opt in with "
                "static constexpr bool encryption_without_integrity = true;");
  static_assert(Broken != profile_rule::legacy_algorithms,
                "a suite of this profile is one that RFC 8221 5 and 6 put out of use (DES, 3DES, MD5): take another, or opt in with "
                "static constexpr bool legacy_algorithms = true;");
  static_assert(Broken != profile_rule::modes,
                "a profile without modes does nothing: set modes to mode::tunnel, mode::transport or both, or mode::beet");
  static_assert(Broken != profile_rule::encapsulations,
                "a profile without encapsulations sends nothing, not even plain ESP: set encapsulations to encapsulation::none, encapsulation::udp or several");
  static_assert(Broken != profile_rule::window_small,
                "a replay window counts packets and must be at least 32 (RFC 4303 3.4.3): use window<32> or more, or no_window");
  static_assert(Broken != profile_rule::window_large, "a replay window holds at most 65536 packets: use window<65536> or less");
  static_assert(Broken != profile_rule::esn_window,
                "the receiver infers the high half of an ESN from its window (RFC 4303 A2): with ESN use window<32> or more, or set esn = off");
  static_assert(Broken != profile_rule::resync_esn,
                "resynchronisation looks for the high half of an ESN, and this profile has esn = off (RFC 4303 A3): set esn to per_sa or always, or drop the alias resync");
  static_assert(Broken != profile_rule::levels,
                "a packet passes 1 to 4 SAs, because work on bad input is bounded: set levels to 1, 2, 3 or 4");
  static_assert(Broken != profile_rule::burst, "a burst is 1 to 256 packets: set burst to 32 unless a measurement says otherwise");
  static_assert(Broken != profile_rule::lanes, "1 to 64 lanes may work on one SA at a time: set lanes to the number of cores that do");
  static_assert(Broken != profile_rule::lanes_sequence,
                "with several lanes two would lease one number from this sequence policy, and a nonce used twice breaks GCM for good: "
                "write using sequence = esplanade::atomic_sequence; or esplanade::reserved_block<32, 512, 1024>; or set lanes = 1");
  static_assert(Broken != profile_rule::lanes_window,
                "with several lanes two could accept one packet in this replay window, which has one writer: "
                "write using replay = esplanade::shared_window<1024>; or set lanes = 1");
  static_assert(Broken != profile_rule::lanes_lifetime,
                "with several lanes this lifetime policy would let an SA exceed its limits, because it counts for one: "
                "write using lifetime = esplanade::leased_lifetime<64, 65536>; or set lanes = 1");
  static_assert(Broken != profile_rule::block_skew,
                "a block of this reserved_block would be too old as soon as it is reserved: let Block be 1 or more, and MaxSkew at least as much");
  static_assert(Broken != profile_rule::block_reach,
                "lanes * Block + MaxSkew of this reserved_block exceeds the peer's window, which would refuse packets of a slow lane as too old: "
                "take a smaller Block or MaxSkew, or name the PeerWindow that the peer has");
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
