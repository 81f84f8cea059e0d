// The order rules of a list: one compile-time walk over what its stages need, give and void, and the words for what is wrong.
#pragma once

#include <esplanade/pipeline/stage_facts.hpp>

namespace esplanade {
inline namespace v0 {
namespace detail {

struct order_report {
  std::size_t at;   ///< the stage that may not stand where it stands; the number of stages when all may
  fact missing;     ///< what it lacks
  fact repeated;    ///< what holds and must not
  fact unfinished;  ///< what the SA before it still lacks
  arity changes;    ///< how it changes the number of packets where that must stay
  fact known;       ///< behind the last stage
  std::size_t levels;
};

/// `kept`: what the next SA of a bundle does not start without.
template <std::size_t N> consteval order_report walk(const edge (&edges)[N], fact goal, fact kept = fact::none) {
  order_report r{N, fact::none, fact::none, fact::none, arity::one, fact::none, 0};
  for (std::size_t i = 0; i < N; ++i) {
    if (edges[i].begins_level) {
      if (r.levels != 0 && without(goal, r.known) != fact::none) return {i, fact::none, fact::none, without(goal, r.known), arity::one, r.known, r.levels};
      r.known = without(r.known, without(sa_facts, kept));
      ++r.levels;
    }
    if (const fact lack = without(edges[i].needs, r.known); lack != fact::none) return {i, lack, fact::none, fact::none, arity::one, r.known, r.levels};
    if (const fact twice = edges[i].excludes & r.known; twice != fact::none) return {i, fact::none, twice, fact::none, arity::one, r.known, r.levels};
    // A source that selects its packets' SAs itself begins the level that it stands in.
    if (edges[i].makes != arity::one && r.levels != (edges[i].begins_level ? 1u : 0u) && (edges[i].makes == arity::source || without(goal, r.known | edges[i].gives) != fact::none))
      return {i, fact::none, fact::none, fact::none, edges[i].makes, r.known, r.levels};
    r.known = without(r.known, edges[i].voids) | edges[i].gives;
  }
  return r;
}

// The words. One literal each; the stage and the fact stand in the instantiation trail.

template <class Stage, fact Missing> struct out_of_order {
  static constexpr bool lacks(fact f) { return (Missing & f) != fact::none; }
  static_assert(!lacks(fact::sa_selected), "this stage reads the SA, but none is selected yet: put find_sa or select_sa before it, and in a device's list the stage that finds the bundle");
  static_assert(lacks(fact::sa_selected) || !lacks(fact::sequence_leased),
                "sealing consumes a sequence number, from which the nonce is made (RFC 4106 3.1): put assign_sequence before this stage");
  static_assert(lacks(fact::sa_selected | fact::sequence_leased) || !lacks(fact::trailer_written),
                "the ESP trailer is part of the ciphertext (RFC 4303 2): put write_trailer before this stage");
  static_assert(lacks(fact::sa_selected) || !lacks(fact::sealed),
                "the outer header covers a sealed packet, whose length is known only then: put esp_seal before this stage");
  static_assert(lacks(fact::sa_selected | fact::sealed | fact::sequence_leased) || !lacks(fact::ah_header_written),
                "AH stands behind the outer header, which says so and is covered by it (RFC 4302 3.3.3): put write_ah_header before this stage");
  static_assert(lacks(fact::sa_selected | fact::ah_header_written) || !lacks(fact::header_written),
                "the ICV of AH covers the outer header (RFC 4302 3.3.3): put write_outer_header before ah_seal");
  static_assert(lacks(fact::sa_selected | fact::sealed) || !lacks(fact::ah_sealed), "this stage is for packets that are sealed: put ah_seal before it");
  static_assert(lacks(fact::sa_selected) || !lacks(fact::lifetime_checked),
                "a packet beyond the limits of its SA must not spend a sequence number (RFC 4301 4.4.2.1): put check_lifetime before assign_sequence");
  static_assert(lacks(fact::sa_selected) || !lacks(fact::traffic_padded),
                "this profile hides lengths (RFC 4303 2.7), and this list does not: put pad_traffic between select_sa and write_trailer");
  static_assert(lacks(fact::sa_selected) || !lacks(fact::replay_checked),
                "a replayed packet must not cost a decryption (RFC 4303 3.4.3): put check_replay before this stage");
  static_assert(lacks(fact::sa_selected | fact::replay_checked) || !lacks(fact::resynchronised),
                "this profile looks for lost high halves (RFC 4303 A3), and this list does not: put resynchronise between check_replay and esp_open");
  static_assert(lacks(fact::sa_selected) || !lacks(fact::authenticated),
                "nothing may use the payload or move the window before the ICV is verified (RFC 4303 3.4.3): put esp_open before this stage");
  static_assert(lacks(fact::sa_selected | fact::authenticated) || !lacks(fact::ah_authenticated),
                "nothing may use the packet or move the window before the ICV of AH is verified (RFC 4302 3.4.3): put ah_open before this stage");
  static_assert(lacks(fact::sa_selected | fact::authenticated | fact::ah_authenticated) || !lacks(fact::replay_updated),
                "a replayed packet must not pass on once its ICV is verified (RFC 4303 3.4.3): put update_replay right behind esp_open");
  static_assert(lacks(fact::sa_selected | fact::authenticated) || !lacks(fact::trailer_removed),
                "padding and ICV still stand behind the inner packet (RFC 4303 2.4): put remove_trailer before this stage");
  static_assert(lacks(fact::sa_selected | fact::authenticated) || !lacks(fact::header_removed),
                "the outer header still stands in front of the inner packet: put remove_outer_header before this stage");
  static_assert(lacks(fact::sa_selected | fact::authenticated | fact::header_removed) || !lacks(fact::selectors_checked),
                "an authentic packet may still be one its SA must not carry (RFC 4301 5.2): put check_selectors before this stage");
  static_assert(lacks(fact::sa_selected | fact::replay_checked) || !lacks(fact::device_result),
                "a device's words enter a host's list by name and are checked where they do: put from_device<fact::device_result> before find_sa");
  static_assert(lacks(fact::sa_selected) || !lacks(fact::framed | fact::ah_framed) || lacks(fact::ah_header_written | fact::sequence_leased),
                "this stage is for packets that a host has framed: in a host's list put frame_or_seal before it, for AH frame_or_seal_ah, in a device's list from_host<fact::framed>");
  static_assert(lacks(fact::sa_selected | fact::framed) || !lacks(fact::device_sealed), "AH covers the ESP of its bundle (ipsecov2.md 4.4): put the stage that seals ESP before this one");
  static_assert(lacks(fact::sa_selected) || !lacks(fact::device_ah_opened), "AH of a bundle stands outside its ESP, which nobody opens while AH may be forged: put the stage that opens AH before this one");
  static_assert(!lacks(user_facts), "a stage of yours needs a user fact that no stage before it gives: put the stage that gives it before this one");
  static constexpr bool reported = true;
};

template <class Stage, fact Repeated> struct done_twice {
  static constexpr bool has(fact f) { return (Repeated & f) != fact::none; }
  static_assert(!has(fact::sealed), "the packet is sealed already under this SA: a second seal or lease would waste a number; put select_sa for the next SA between");
  static_assert(has(fact::sealed) || !has(fact::sequence_leased), "a sequence number is leased already: lease one number for each seal, remove this assign_sequence");
  static_assert(has(fact::sealed | fact::trailer_written) || !has(fact::traffic_padded), "the packet has its traffic padding already: remove this pad_traffic");
  static_assert(has(fact::sealed) || !has(fact::trailer_written), "the trailer is written already: remove this write_trailer");
  static_assert(has(fact::sealed) || !has(fact::ah_sealed), "the packet is sealed already under this SA: put select_sa for the next SA between");
  static_assert(has(fact::sealed | fact::ah_sealed) || !has(fact::ah_header_written), "the AH header is written already: remove this write_ah_header");
  static_assert(has(fact::replay_checked | fact::authenticated) || !has(fact::ah_authenticated), "the packet is opened already under this SA: remove this ah_open, or put find_sa for the next SA between");
  static_assert(has(fact::replay_checked) || !has(fact::authenticated), "the packet is opened already under this SA: remove this esp_open, or put find_sa for the next SA between");
  static_assert(!has(fact::replay_checked), "the number is checked already, and behind esp_open it must stay the one that the ICV covers: remove this check_replay");
  static_assert(!has(fact::replay_updated), "the number is recorded already, and every packet would be a replay now: remove this update_replay");
  static_assert(!has(fact::lifetime_checked), "the packet is counted already, and would use its SA up twice: remove this check_lifetime");
  static_assert(!has(fact::trailer_removed), "the trailer is gone already: remove this remove_trailer");
  static_assert(!has(fact::header_removed), "the outer header is gone already: remove this remove_outer_header");
  static_assert(!has(fact::header_written), "the outer header is written already: remove this write_outer_header");
  static_assert(has(fact::sequence_leased | fact::trailer_written) || !has(fact::framed), "the packet is framed already under this SA: put select_sa for the next SA between");
  static_assert(has(fact::framed | fact::ah_header_written) || !has(fact::ah_framed), "the packet has its AH already under this SA: put select_sa for the next SA between");
  static_assert(!has(fact::device_sealed | fact::device_ah_sealed), "the device has sealed this portion already: put the stage that finds the next bundle between");
  static_assert(!has(fact::device_opened | fact::device_ah_opened), "the device has opened this portion already: put the stage that finds the next bundle between");
  static_assert(!has(fact::device_result), "the device's words are taken already: remove this from_device");
  static_assert(!has(user_facts), "a stage of yours excludes a user fact that holds here: move it before the stage that gives the fact");
  static constexpr bool reported = true;
};

template <class Stage, arity Makes> struct number_changed {
  static_assert(Makes == arity::source,
                "this stage splits or merges packets that are half done under an SA: put it before find_sa or select_sa, or behind the last stage of that SA");
  static_assert(Makes != arity::source, "what this stage originates would leave without having passed the SA before it: put it before find_sa or select_sa");
  static constexpr bool reported = true;
};

/// `Next` is the stage that begins another SA too early, or `void` at the end of the list.
template <class Next, fact Missing> struct incomplete {
  static constexpr bool lacks(fact f) { return (Missing & f) != fact::none; }
  static_assert(!lacks(fact::sealed), "what leaves an outbound list must be sealed, or it leaves in clear: add assign_sequence, write_trailer and esp_seal");
  static_assert(lacks(fact::sealed) || !lacks(fact::ah_sealed), "what leaves an outbound list must be sealed, and the profile has suites of AH: add write_ah_header, and ah_seal behind write_outer_header");
  static_assert(!lacks(fact::framed), "what leaves a host's outbound list must be framed for the device or sealed here, or it leaves in clear: add assign_sequence, write_trailer and frame_or_seal");
  static_assert(lacks(fact::framed) || !lacks(fact::ah_framed), "what leaves a host's outbound list must be framed or sealed, and the profile has suites of AH: add write_ah_header, and frame_or_seal_ah behind write_outer_header");
  static_assert(!lacks(fact::device_sealed), "what a device sends must be sealed, or it leaves in clear: add the stage that seals ESP in place");
  static_assert(lacks(fact::device_sealed) || !lacks(fact::device_ah_sealed), "what a device sends must be sealed, and the profile has suites of AH: add the stage that fills in AH");
  static_assert(!lacks(fact::device_opened), "a device notes a result for every packet that it hands up: add the stage that opens ESP in place");
  static_assert(lacks(fact::device_opened) || !lacks(fact::device_ah_opened), "a device notes a result for every packet, and the profile has suites of AH: add the stage that verifies AH");
  static_assert(lacks(fact::sealed | fact::ah_sealed | fact::framed | fact::ah_framed) || !lacks(fact::header_written), "a sealed packet needs its outer header set right before it leaves: add write_outer_header behind esp_seal");
  static_assert(!lacks(fact::authenticated), "an inbound list must verify the ICV before it delivers (RFC 4303 3.4.4): add esp_open behind check_replay");
  static_assert(lacks(fact::authenticated) || !lacks(fact::ah_authenticated), "an inbound list must verify the ICV before it delivers, and the profile has suites of AH (RFC 4302 3.4.4): add ah_open behind check_replay");
  static_assert(lacks(fact::authenticated | fact::ah_authenticated) || !lacks(fact::replay_updated),
                "an inbound list that delivers must record the sequence number (RFC 4303 3.4.3): add update_replay behind esp_open");
  static_assert(lacks(fact::authenticated | fact::replay_updated) || !lacks(fact::trailer_removed),
                "padding and ICV must not be delivered (RFC 4303 2.4): add remove_trailer behind update_replay");
  static_assert(lacks(fact::authenticated | fact::replay_updated | fact::trailer_removed) || !lacks(fact::header_removed),
                "the inner packet must stand at the front when it is delivered: add remove_outer_header behind remove_trailer");
  static_assert(lacks(fact::authenticated | fact::replay_updated | fact::trailer_removed | fact::header_removed) || !lacks(fact::lifetime_checked),
                "this profile counts lifetimes, and this list delivers beyond them (RFC 4301 4.4.2.1): add check_lifetime behind remove_outer_header");
  static_assert(lacks(fact::authenticated | fact::replay_updated | fact::trailer_removed | fact::header_removed | fact::lifetime_checked) || !lacks(fact::selectors_checked),
                "an authentic packet may still be one its SA must not carry (RFC 4301 5.2): add check_selectors, or say selectors_checked_by_caller");
  static constexpr bool reported = true;
};

template <class S> struct must_be_a_stage {
  static_assert(Stage<S>, "this is not a stage: a stage has name, needs, gives and works on (context, i) or on the context (see transform/stage.hpp)");
  static constexpr bool reported = true;
};

template <class Profile, class S> consteval bool may_give() {
  if constexpr (!Stage<S>) return true;  // reported already
  else return without(gives_of<S>(), user_facts) == fact::none || std::is_base_of_v<transform_stage, S> || Profile::trusted::template has<S>;
}
template <class Profile, class S> struct must_be_trusted {
  static_assert(may_give<Profile, S>(),
                "only our transform stages may say that a packet is authentic, sealed or checked: give user_0 to user_7 instead, "
                "or name this stage in the profile: using trusted = esplanade::trusted_stages<…>;");
  static constexpr bool reported = true;
};

template <class Profile, class S> struct must_have_its_protocol {
  static_assert(!is_ah_stage<S> || has_ah<Profile>, "this stage is for AH, and no suite of this profile is: name one, e.g. ah<hmac_sha2_256_128>, or remove the stage");
  static_assert(!is_esp_stage<S> || has_esp<Profile>, "this stage is for ESP, and no suite of this profile is: name one, e.g. esp_aes_gcm_16<128>, or remove the stage");
  static constexpr bool reported = true;
};

template <std::size_t Used, std::size_t Allowed> struct levels_kept {
  static_assert(Used <= Allowed, "this list passes more SAs than the profile says: set levels to the number of find_sa or select_sa stages (at most 4)");
  static_assert(Used != 0, "a list without find_sa or select_sa has no SA to work with: put one first");
  static constexpr bool reported = true;
};

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
