// Which transform policies a profile means: its member aliases, or the defaults.
#pragma once

#include <esplanade/base/checks.hpp>
#include <esplanade/capability/alias.hpp>
#include <esplanade/transform/ah_padding.hpp>
#include <esplanade/transform/audit.hpp>
#include <esplanade/transform/iv.hpp>
#include <esplanade/transform/padding.hpp>
#include <esplanade/transform/payload_policy.hpp>
#include <esplanade/transform/tfc.hpp>
#include <esplanade/transform/trace.hpp>
#include <esplanade/transform/tunnel_header.hpp>
#include <esplanade/transform/udp_policies.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
struct padding_alias {
  using by_default = padding_verified;
  template <class P> using named = typename P::padding;
  template <class T> static constexpr bool suits = PaddingPolicy<T>;
};
struct ah_padding_alias {
  using by_default = ah_padding_by_family;
  template <class P> using named = typename P::ah_padding;
  template <class T> static constexpr bool suits = AhPaddingPolicy<T>;
};
struct iv_alias {
  using by_default = counter_iv;
  template <class P> using named = typename P::iv;
  template <class T> static constexpr bool suits = IvPolicy<T>;
};
struct header_alias {
  using by_default = copied_header;
  template <class P> using named = typename P::header;
  template <class T> static constexpr bool suits = TunnelHeaderPolicy<T, outbound_sa<layout_probe, int>>;
};
struct audit_alias {
  using by_default = no_audit;
  template <class P> using named = typename P::audit;
  template <class T> static constexpr bool suits = AuditSink<T>;
};
struct trace_alias {
  using by_default = no_trace;
  template <class P> using named = typename P::trace;
  template <class T> static constexpr bool suits = TraceSink<T>;
};
struct checks_alias {
  using by_default = checks_trap;
  template <class P> using named = typename P::checks;
  template <class T> static constexpr bool suits = ChecksPolicy<T>;
};
struct payload_alias {
  using by_default = ip_payload;
  template <class P> using named = typename P::payload;
  template <class T> static constexpr bool suits = PayloadPolicy<T>;
};
struct tfc_alias {
  using by_default = no_tfc;
  template <class P> using named = typename P::tfc;
  template <class T> static constexpr bool suits = TfcPolicy<T>;
};
struct udp_port_alias {
  using by_default = esp_ports<udp_esp_port>;
  template <class P> using named = typename P::udp_port;
  template <class T> static constexpr bool suits = UdpPortPolicy<T>;
};
struct udp_checksum_alias {
  using by_default = udp_checksum_by_family;
  template <class P> using named = typename P::udp_checksum;
  template <class T> static constexpr bool suits = UdpChecksumPolicy<T>;
};
struct nat_fix_alias {
  using by_default = checksum_adjusted;
  template <class P> using named = typename P::nat_fix;
  template <class T> static constexpr bool suits = NatFixPolicy<T>;
};
template <class P> consteval bool header_fields_are_clear() {
  if constexpr (requires { P::header::fields_named_once; }) return P::header::fields_named_once;
  else return true;
}
template <class P> consteval bool tfc_has_a_tunnel() {
  if constexpr (!Profile<P>) return true;  // refused as none, in words of its own
  else return !Named<tfc_alias, P> || modes_of<P>.has(mode::tunnel);
}
// A policy for what the profile does not do would be silently ignored.
template <class P> consteval bool udp_policies_are_used() {
  if constexpr (!Profile<P>) return true;  // refused as none, in words of its own
  else return encapsulates_in_udp<P> || !(Named<udp_port_alias, P> || Named<udp_checksum_alias, P> || Named<nat_fix_alias, P>);
}

template <class P> consteval bool iv_is_safe() {
  return std::is_same_v<meant<iv_alias, P>, counter_iv> || requires { requires P::caller_set_iv; };
}

// IV policies write 8 octets: what they leave of a longer IV would carry what stood in the buffer, and a shorter one is overrun.
// Random numbers come 8 octets at a time.
template <class P> consteval bool ivs_are_written_whole() {
  if constexpr (!WholeIvPolicy<meant<iv_alias, P>> && requires { P::suites.count; })
    return P::suites.all([](const suite_sizes& s) { return iv_origin_of(s) == iv_origin::counter ? s.iv == 8 : s.iv % 8 == 0; });
  else return true;
}
// Who opted in to IVs of the caller's opted in to those of CBC too, when the policy writes them.
template <class P> consteval bool asks_for_ivs() {
  if constexpr (!WholeIvPolicy<meant<iv_alias, P>> && requires { P::suites.count; })
    return P::suites.any([](const suite_sizes& s) { return iv_origin_of(s) == iv_origin::random; });
  else return false;
}
template <class P> consteval bool implicit_ivs_are_numbers() {
  if constexpr (requires { P::suites.count; })
    return std::is_same_v<meant<iv_alias, P>, counter_iv> || !P::suites.any([](const suite_sizes& s) { return s.implicit_iv != 0; });
  else return true;
}

// Here and not in the policy itself: some compilers take a class whose own rule failed for no policy at all, and say so too.
template <class P> consteval bool resync_is_bounded() {
  if constexpr (requires { P::resync::attempts; P::resync::threshold; })
    return P::resync::threshold >= 1 && P::resync::attempts >= 1 && P::resync::attempts <= 256;
  else return true;
}
}  // namespace detail

/// The padding, IV and tunnel header policies of a profile.
template <class P> using padding_of = detail::meant<detail::padding_alias, P>;
template <class P> using ah_padding_of = detail::meant<detail::ah_padding_alias, P>;
template <class P> using iv_of = detail::meant<detail::iv_alias, P>;
/// Some suite of the profile has IVs that its random source makes.
template <class P> inline constexpr bool draws_ivs = detail::asks_for_ivs<P>();
template <class P> using header_of = detail::meant<detail::header_alias, P>;
/// What its tunnels deliver.
template <class P> using payload_of = detail::meant<detail::payload_alias, P>;
template <class P> inline constexpr bool takes_other_payloads = !std::is_same_v<payload_of<P>, ip_payload>;
/// How it hides lengths.
template <class P> using tfc_of = detail::meant<detail::tfc_alias, P>;
template <class P> inline constexpr bool pads_traffic = !std::is_same_v<tfc_of<P>, no_tfc>;
/// What it does with UDP around ESP.
template <class P> using udp_port_of = detail::meant<detail::udp_port_alias, P>;
template <class P> using udp_checksum_policy_of = detail::meant<detail::udp_checksum_alias, P>;
template <class P> using nat_fix_of = detail::meant<detail::nat_fix_alias, P>;
template <class P> inline constexpr bool fixes_nat = encapsulates_in_udp<P> && modes_of<P>.has(mode::transport) && nat_fix_of<P>::does != nat_fixing::nothing;
/// Who hears of broken contracts.
template <class P> using checks_of = detail::meant<detail::checks_alias, P>;
/// Where its lanes write events and traces.
template <class P> using audit_of = detail::meant<detail::audit_alias, P>;
template <class P> using trace_of = detail::meant<detail::trace_alias, P>;
template <class P> inline constexpr bool audits = !std::is_same_v<audit_of<P>, no_audit>;
template <class P> inline constexpr bool traces = !std::is_same_v<trace_of<P>, no_trace>;

/// `static_assert(policy_rules<P>::kept)` fails, with words, when an alias of profile `P` is not the policy it is named for.
template <class P> struct policy_rules {
  static_assert(detail::Suitable<detail::replay_alias, P>,
                "the alias replay of this profile is not a replay window: use window<N> or no_window, or model ReplayWindow (sa/replay_window.hpp)");
  static_assert(detail::Suitable<detail::sequence_alias, P>,
                "the alias sequence of this profile is not a sequence policy: use sequential, or model SequencePolicy (sa/sequence.hpp)");
  static_assert(detail::Suitable<detail::padding_alias, P>,
                "the alias padding of this profile is not a padding policy: use padding_verified or padding_ignored (transform/padding.hpp)");
  static_assert(detail::Suitable<detail::ah_padding_alias, P>,
                "the alias ah_padding of this profile is not an AH padding policy: use ah_padding_by_family or ah_padding_to_8 (transform/ah_padding.hpp)");
  static_assert(detail::Suitable<detail::iv_alias, P>, "the alias iv of this profile is not an IV policy: use counter_iv (transform/iv.hpp)");
  static_assert(detail::iv_is_safe<P>(),
                "a counter IV that the caller sets can repeat under one key, which breaks GCM for good: use counter_iv, or opt in with "
                "static constexpr bool caller_set_iv = true; in a profile that never meets real traffic");
  static_assert(detail::ivs_are_written_whole<P>(),
                "an IV policy writes 8 octets, and a suite of this profile has an IV of another size: drop the suite, or bring a suite with .iv = 8");
  static_assert(detail::implicit_ivs_are_numbers<P>(),
                "an implicit IV is the sequence number and nobody sets it (RFC 8750 4): drop the alias iv of this profile, or the suite with the implicit IV");
  static_assert(detail::Suitable<detail::random_alias, P>,
                "the alias random of this profile is not a random source: give it std::uint64_t next() noexcept (base/random.hpp)");
  static_assert(!detail::Suitable<detail::random_alias, P> || !draws_ivs<P> || !std::is_same_v<random_of<P>, no_random>,
                "CBC needs IVs that nobody can guess (RFC 3602 3), and this profile does not say where they come from: name a random source, "
                "using random = …; and give one to each datapath (base/random.hpp)");
  static_assert(detail::Suitable<detail::header_alias, P>,
                "the alias header of this profile is not a tunnel header policy: use copied_header (transform/tunnel_header.hpp)");
  static_assert(detail::header_fields_are_clear<P>(), "two parts of this header_parts say the same field of the outer header: keep one of them");
  static_assert(detail::Suitable<detail::payload_alias, P>,
                "the alias payload of this profile does not say what tunnels deliver: use ip_payload or other_payloads<N> (transform/payload_policy.hpp)");
  static_assert(detail::Suitable<detail::tfc_alias, P>,
                "the alias tfc of this profile does not say how lengths are hidden: use tfc_to_size<N>, tfc_multiple<N> or tfc_to_mtu<N> (transform/tfc.hpp)");
  static_assert(detail::tfc_has_a_tunnel<P>(),
                "traffic padding stands behind an inner packet that says its own length, and this profile has no tunnels (RFC 4303 2.7): add mode::tunnel, or drop the alias tfc");
  static_assert(detail::Suitable<detail::udp_port_alias, P>,
                "the alias udp_port of this profile does not say on which ports ESP arrives: use esp_ports<4500> or any_port (transform/udp_policies.hpp)");
  static_assert(detail::Suitable<detail::udp_checksum_alias, P>,
                "the alias udp_checksum of this profile is not a checksum policy: use udp_checksum_by_family, udp_checksum_zero or udp_checksum_computed");
  static_assert(detail::Suitable<detail::nat_fix_alias, P>,
                "the alias nat_fix of this profile does not say what becomes of checksums behind a NAT: use checksum_adjusted, "
                "checksum_recomputed, checksum_cleared or checksum_kept");
  static_assert(detail::udp_policies_are_used<P>(),
                "this profile names a policy for UDP around ESP and no encapsulation in UDP: add encapsulation::udp to its encapsulations, or drop the alias");
  static_assert(detail::Suitable<detail::lifetime_alias, P>,
                "the alias lifetime of this profile is not a lifetime policy: use exact_lifetime, or model LifetimePolicy (sa/lifetime.hpp)");
  static_assert(detail::Suitable<detail::clock_alias, P>,
                "the alias clock of this profile is not a clock: give it std::uint64_t now() const noexcept, in seconds (base/clock.hpp)");
  static_assert(detail::Suitable<detail::resync_alias, P>,
                "the alias resync of this profile is not a resynchronisation policy: use esn_resync<Threshold, Attempts> (sa/resync.hpp)");
  static_assert(detail::resync_is_bounded<P>(),
                "the number of tries must be bounded (RFC 4303 A3.2): name 1 to 256 attempts, and a threshold of 1 packet or more");
  static_assert(detail::Suitable<detail::drops_alias, P>,
                "the alias drops of this profile does not say what an SA remembers of its losses: use drops_in_brief or drops_in_full (sa/drops.hpp)");
  static_assert(detail::Suitable<detail::checks_alias, P>,
                "the alias checks of this profile does not say what becomes of broken contracts: use checks_trap or checks_off, or model ChecksPolicy (base/checks.hpp)");
  static_assert(detail::Suitable<detail::audit_alias, P>, "the alias audit of this profile takes no audit events: use audit_ring<N> (transform/audit.hpp)");
  static_assert(detail::Suitable<detail::trace_alias, P>, "the alias trace of this profile takes no trace records: use stage_trace<N> (transform/trace.hpp)");
  static constexpr bool kept = true;
};

}  // namespace v0
}  // namespace esplanade
