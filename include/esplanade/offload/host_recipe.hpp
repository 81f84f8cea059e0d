// From a profile to the lists of its host: those of a whole datapath, with the work divided where the device can have a share.
#pragma once

#include <esplanade/offload/frame_or_seal.hpp>
#include <esplanade/offload/take_device_result.hpp>
#include <esplanade/pipeline/recipe.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
template <class P, class... Stages> consteval auto host_inbound_of(recipe_of<Stages...>) noexcept { return host_inbound<P>(Stages{}...); }
template <class P, class... Stages> consteval auto host_outbound_of(recipe_of<Stages...>) noexcept { return host_outbound<P>(Stages{}...); }

template <class P, std::size_t Level, class... Before> consteval auto host_inbound_levels(recipe_of<Before...> before) noexcept {
  if constexpr (Level == P::levels) {
    return before;
  } else {
    constexpr bool replay = replay_of<P>::packets != 0;
    constexpr bool limits = counts_lifetime<P>;
    return host_inbound_levels<P, Level + 1>(before
        .then(find_sa)
        .template then_if<limits>(check_expiry)
        .template then_if<replay>(check_replay)
        .template then_if<resynchronises<P>>(resynchronise)
        .then(take_device_result)
        .template then_if<replay>(update_replay)
        .template then_if<has_esp<P>>(remove_trailer)
        .then(remove_outer_header)
        .template then_if<limits>(check_lifetime)
        .then(check_selectors));
  }
}
template <class P, bool ByHandle, std::size_t Level, class... Before> consteval auto host_outbound_levels(recipe_of<Before...> before) noexcept {
  if constexpr (Level == P::levels)
    return before;
  else
    return host_outbound_levels<P, ByHandle, Level + 1>(before
        .template then_if<ByHandle>(select_sa_by_handle)
        .template then_if<!ByHandle>(select_sa)
        .template then_if<counts_lifetime<P>>(check_lifetime)
        .template then_if<pads_traffic<P>>(pad_traffic)
        .then(assign_sequence)
        .template then_if<has_ah<P>>(write_ah_header)
        .template then_if<has_esp<P>>(write_trailer)
        .template then_if<has_esp<P>>(frame_or_seal)
        .then(write_outer_header)
        .template then_if<has_ah<P>>(frame_or_seal_ah));
}
}  // namespace detail

/// The receiving list of a host: as inbound_recipe, with what the device says taken where that opens.
template <class P> [[nodiscard]] consteval auto host_inbound_recipe() noexcept {
  return detail::host_inbound_of<P>(detail::host_inbound_levels<P, 0>(detail::recipe_of<from_device_stage<fact::device_result>>{}));
}
/// The sending list of a host: as outbound_recipe, with frames for the device where that seals.
template <class P, bool ByHandle = false> [[nodiscard]] consteval auto host_outbound_recipe() noexcept {
  static_assert(!ByHandle || P::levels == 1,
                "packets bring one handle, and this profile puts several SAs on each: name a policy in the profile, or write host_outbound<…>(…) with one select_sa for each SA");
  return detail::host_outbound_of<P>(detail::host_outbound_levels<P, ByHandle, 0>(detail::recipe_of<>{}));
}

}  // namespace v0
}  // namespace esplanade
