// From a profile to the lists it needs: what door 2 builds with door 3.
#pragma once

#include <esplanade/pipeline/list.hpp>
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
  template <bool Needed, class S> consteval auto then_if(S) const noexcept {
    if constexpr (Needed) return recipe_of<Stages..., S>{};
    else return *this;
  }
};
template <class P, class... Stages> consteval auto inbound_of(recipe_of<Stages...>) noexcept { return inbound<P>(Stages{}...); }
template <class P, class... Stages> consteval auto outbound_of(recipe_of<Stages...>) noexcept { return outbound<P>(Stages{}...); }
}  // namespace detail

/// The receiving list of a profile: the stages it needs and no others.
template <class P> [[nodiscard]] consteval auto inbound_recipe() noexcept {
  static_assert(P::levels == 1, "a bundle's lists name their stages: write inbound<…>(…) with one find_sa for each SA and run it in a lane");
  constexpr bool replay = replay_of<P>::packets != 0;
  constexpr bool limits = counts_lifetime<P>;
  return detail::inbound_of<P>(detail::recipe_of<>{}
      .then(find_sa)
      .template then_if<limits>(check_expiry)
      .template then_if<replay>(check_replay)
      .template then_if<resynchronises<P>>(resynchronise)
      .then(esp_open)
      .template then_if<replay>(update_replay)
      .then(remove_trailer)
      .then(remove_outer_header)
      .template then_if<limits>(check_lifetime)
      .then(check_selectors));
}

/// The sending list of a profile; `ByHandle` when packets bring their SA handle instead of meeting a policy.
template <class P, bool ByHandle = false> [[nodiscard]] consteval auto outbound_recipe() noexcept {
  static_assert(P::levels == 1, "a bundle's lists name their stages: write outbound<…>(…) with one select_sa for each SA and run it in a lane");
  return detail::outbound_of<P>(detail::recipe_of<>{}
      .template then_if<ByHandle>(select_sa_by_handle)
      .template then_if<!ByHandle>(select_sa)
      .template then_if<counts_lifetime<P>>(check_lifetime)
      .then(assign_sequence)
      .then(write_trailer)
      .then(esp_seal)
      .then(write_outer_header));
}

}  // namespace v0
}  // namespace esplanade
