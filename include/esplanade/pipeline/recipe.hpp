// From a profile to the lists it needs: what door 2 builds with door 3.
#pragma once

#include <esplanade/pipeline/list.hpp>
#include <esplanade/transform/ah_open.hpp>
#include <esplanade/transform/ah_seal.hpp>
#include <esplanade/transform/assign_sequence.hpp>
#include <esplanade/transform/esp_seal.hpp>
#include <esplanade/transform/find_sa.hpp>
#include <esplanade/transform/outer_header.hpp>
#include <esplanade/transform/resynchronise.hpp>
#include <esplanade/transform/select_sa.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
/// A list that grows at its end, stage by stage; what a profile does not need is left out.
template <class... Stages> struct recipe_of {
  template <class S> consteval auto then(S) const noexcept { return recipe_of<Stages..., S>{}; }
  template <class... More> consteval auto then(recipe_of<More...>) const noexcept { return recipe_of<Stages..., More...>{}; }
  template <bool Needed, class... More> consteval auto then_if(recipe_of<More...> more) const noexcept {
    if constexpr (Needed) return then(more);
    else return *this;
  }
  template <bool Needed, class S> consteval auto then_if(S) const noexcept {
    if constexpr (Needed) return recipe_of<Stages..., S>{};
    else return *this;
  }
};
template <class P, list_kind Kind, class... Stages> consteval auto list_of(recipe_of<Stages...>) noexcept { return stage_list<P, Kind, Stages...>{}; }

/// Who does the cryptography of a datapath: these stages. A host names its own in a type of the same members.
struct crypto_here {
  static constexpr list_kind inbound = list_kind::inbound, outbound = list_kind::outbound;
  static consteval auto arrive() noexcept { return recipe_of<>{}; }
  template <class P> static consteval auto open() noexcept { return recipe_of<>{}.template then_if<has_ah<P>>(ah_open).template then_if<has_esp<P>>(esp_open); }
  static consteval auto leave() noexcept { return recipe_of<>{}; }
  template <class P> static consteval auto before_ah() noexcept { return recipe_of<>{}; }
  static constexpr auto& seal = esp_seal;
  static constexpr auto& seal_ah = ah_seal;
};

/// The stages of one SA on the way in, and out; behind them those of the next.
template <class P, class Where, std::size_t Level, class... Before> consteval auto inbound_levels(recipe_of<Before...> before) noexcept {
  if constexpr (Level == P::levels) {
    return before;
  } else {
    constexpr bool replay = replay_of<P>::packets != 0;
    constexpr bool limits = counts_lifetime<P>;
    return inbound_levels<P, Where, Level + 1>(before
        .then(find_sa)
        .template then_if<limits>(check_expiry)
        .template then_if<replay>(check_replay)
        .template then_if<resynchronises<P>>(resynchronise)
        .then(Where::template open<P>())
        .template then_if<replay>(update_replay)
        .template then_if<has_esp<P>>(remove_trailer)
        .then(remove_outer_header)
        .template then_if<limits>(check_lifetime)
        .then(check_selectors));
  }
}
template <class P, class Where, bool ByHandle, std::size_t Level, class... Before> consteval auto outbound_levels(recipe_of<Before...> before) noexcept {
  if constexpr (Level == P::levels)
    return before;
  else
    return outbound_levels<P, Where, ByHandle, Level + 1>(before
        .template then_if<ByHandle>(select_sa_by_handle)
        .template then_if<!ByHandle>(select_sa)
        .template then_if<Level == 0>(Where::leave())
        .template then_if<counts_lifetime<P>>(check_lifetime)
        .template then_if<pads_traffic<P>>(pad_traffic)
        .then(assign_sequence)
        .then(Where::template before_ah<P>())
        .template then_if<has_ah<P>>(write_ah_header)
        .template then_if<has_esp<P>>(write_trailer)
        .template then_if<has_esp<P>>(Where::seal)
        .then(write_outer_header)
        .template then_if<has_ah<P>>(Where::seal_ah));
}
template <class P, class Where> consteval auto inbound_recipe_of() noexcept { return list_of<P, Where::inbound>(inbound_levels<P, Where, 0>(Where::arrive())); }
template <class P, class Where, bool ByHandle> consteval auto outbound_recipe_of() noexcept {
  static_assert(!ByHandle || P::levels == 1,
                "packets bring one handle, and this profile puts several SAs on each: name a policy in the profile, or write a list with one select_sa for each SA");
  return list_of<P, Where::outbound>(outbound_levels<P, Where, ByHandle, 0>(recipe_of<>{}));
}
}  // namespace detail

/// The receiving list of a profile: the stages it needs and no others. With `levels` SAs on each packet the stages of the
/// outermost stand first.
template <class P> [[nodiscard]] consteval auto inbound_recipe() noexcept { return detail::inbound_recipe_of<P, detail::crypto_here>(); }

/// The sending list of a profile; `ByHandle` when packets bring their SA handle instead of meeting a policy. With `levels`
/// SAs on each packet the policy is asked for each, innermost first: what an SA has made is the packet that the next question
/// is about.
template <class P, bool ByHandle = false> [[nodiscard]] consteval auto outbound_recipe() noexcept { return detail::outbound_recipe_of<P, detail::crypto_here, ByHandle>(); }

}  // namespace v0
}  // namespace esplanade
