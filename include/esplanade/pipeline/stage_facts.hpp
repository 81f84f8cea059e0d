// What a stage needs, gives and voids under the profile of its list, and what the list has to come to.
#pragma once

#include <esplanade/pipeline/sides.hpp>
#include <esplanade/transform/assign_sequence.hpp>
#include <esplanade/transform/check_lifetime.hpp>
#include <esplanade/transform/check_selectors.hpp>
#include <esplanade/transform/esp_trailer.hpp>
#include <esplanade/transform/outer_header.hpp>
#include <esplanade/transform/pad_traffic.hpp>
#include <esplanade/transform/replay.hpp>

namespace esplanade {
inline namespace v0 {
namespace detail {

inline constexpr fact inbound_goal = fact::authenticated | fact::trailer_removed | fact::header_removed | fact::selectors_checked;
inline constexpr fact outbound_goal = fact::sealed | fact::header_written;

inline constexpr fact esp_facts = fact::sealed | fact::framed | fact::authenticated | fact::trailer_written | fact::trailer_removed | fact::device_sealed | fact::device_opened;

/// What "sealed" and "authenticated" come to under the protocols of a profile: by ESP, by AH, or by both, for then each of
/// the two does the packets of its own SAs. AH has no trailer.
template <class Profile> consteval fact under_protocols(fact f) {
  if constexpr (has_ah<Profile>) {
    if ((f & fact::sealed) != fact::none) f = f | fact::ah_sealed;
    if ((f & fact::framed) != fact::none) f = f | fact::ah_framed;
    if ((f & fact::authenticated) != fact::none) f = f | fact::ah_authenticated;
    if ((f & fact::device_sealed) != fact::none) f = f | fact::device_ah_sealed;
    if ((f & fact::device_opened) != fact::none) f = f | fact::device_ah_opened;
    if constexpr (!has_esp<Profile>) f = without(f, esp_facts);
  }
  return f;
}
template <class S, fact F> inline constexpr bool frames_only = of_host_alone<S> && [] {
  if constexpr (Stage<S>) return gives_of<S>() == F;
  else return false;
}();
/// Stages of one protocol: what they say they say of it alone.
template <class S> inline constexpr bool is_esp_stage =
    std::is_same_v<S, write_trailer_stage> || std::is_same_v<S, esp_seal_stage> || std::is_same_v<S, esp_open_stage> || std::is_same_v<S, remove_trailer_stage> || frames_only<S, fact::framed>;
template <class S> inline constexpr bool is_ah_stage = std::is_same_v<S, write_ah_header_stage> || std::is_same_v<S, ah_seal_stage> || std::is_same_v<S, ah_open_stage> || frames_only<S, fact::ah_framed>;

/// What a list must have done with each SA before the next one begins, and before it delivers.
template <class Profile> consteval fact goal_of(list_kind kind) {
  if (kind == list_kind::device_outbound) return under_protocols<Profile>(fact::device_sealed);
  if (kind == list_kind::device_inbound) return under_protocols<Profile>(fact::device_opened);
  if (sends(kind)) return as_host_says(kind, under_protocols<Profile>(outbound_goal));
  fact goal = under_protocols<Profile>(inbound_goal);
  if constexpr (replay_of<Profile>::packets != 0) goal = goal | fact::replay_updated;
  if constexpr (counts_lifetime<Profile>) goal = goal | fact::lifetime_checked;
  return goal;
}

/// What a stage needs under this profile: with a window, a number is checked before it costs a decryption and recorded
/// before anything behind the ICV is looked at; with lifetimes nothing is sent or counted that lies beyond them.
template <class Profile, list_kind Kind, class S> consteval fact needs_under() {
  constexpr bool opens = opens_alone<S> || (Kind == list_kind::host_inbound && of_host_alone<S> && (gives_of<S>() & fact::authenticated) != fact::none);
  fact needs = needs_of<S>() | needs_on_side<Kind, S>(has_ah<Profile>, has_esp<Profile>);
  if constexpr (on_device(Kind)) return needs;
  if constexpr (replay_of<Profile>::packets != 0) {
    if (opens) needs = needs | fact::replay_checked;
    if (std::is_same_v<S, remove_trailer_stage> || (has_ah<Profile> && std::is_same_v<S, remove_outer_header_stage>)) needs = needs | fact::replay_updated;
  }
  if constexpr (resynchronises<Profile>) {
    if (opens) needs = needs | fact::resynchronised;
  }
  // AH covers the outer header, so that it is written first.
  if constexpr (has_ah<Profile>) {
    if (std::is_same_v<S, write_outer_header_stage>) needs = without(needs, has_esp<Profile> ? fact::none : fact::sealed) | fact::ah_header_written;
  }
  if constexpr (pads_traffic<Profile>) {
    if (std::is_same_v<S, write_trailer_stage>) needs = needs | fact::traffic_padded;
  }
  if constexpr (counts_lifetime<Profile>) {
    if (std::is_same_v<S, assign_sequence_stage>) needs = needs | fact::lifetime_checked;
    // Forged packets must not use an SA up, and the inner packet's size must be known.
    if (std::is_same_v<S, check_lifetime_stage> && !sends(Kind)) needs = needs | fact::authenticated | fact::header_removed;
  }
  return as_host_says(Kind, is_esp_stage<S> || std::is_same_v<S, write_outer_header_stage> ? needs : under_protocols<Profile>(needs));
}
/// Likewise what it gives, voids and excludes.
template <class Profile, list_kind Kind, class S> consteval fact said_under(fact f) {
  return is_esp_stage<S> || of_device<S> || (of_host_alone<S> && sends(Kind)) ? f : as_host_says(Kind, under_protocols<Profile>(f));
}

struct edge {
  fact needs, gives, voids, excludes;
  bool begins_level;
  arity makes;
};
template <class Profile, list_kind Kind, class S> consteval edge edge_of() {
  if constexpr (Stage<S>) return {needs_under<Profile, Kind, S>(), said_under<Profile, Kind, S>(gives_of<S>()), said_under<Profile, Kind, S>(voids_of<S>()), said_under<Profile, Kind, S>(excludes_of<S>()), begins_level<S>(), arity_of<S>()};
  else return {fact::none, static_cast<fact>(~0u), fact::none, fact::none, true, arity::one};  // reported already
}

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
