// From a profile to the lists it needs: what door 2 builds with door 3.
#pragma once

#include <esplanade/pipeline/list.hpp>
#include <esplanade/transform/assign_sequence.hpp>
#include <esplanade/transform/esp_seal.hpp>
#include <esplanade/transform/find_sa.hpp>
#include <esplanade/transform/outer_header.hpp>
#include <esplanade/transform/select_sa.hpp>

namespace esplanade {
inline namespace v0 {

/// The receiving list of a profile: the stages it needs and no others.
template <class P> [[nodiscard]] consteval auto inbound_recipe() noexcept {
  static_assert(P::levels == 1, "a bundle's lists name their stages: write inbound<…>(…) with one find_sa for each SA and run it in a lane");
  if constexpr (replay_of<P>::packets == 0)
    return inbound<P>(find_sa, esp_open, remove_trailer, remove_outer_header, check_selectors);
  else
    return inbound<P>(find_sa, check_replay, esp_open, update_replay, remove_trailer, remove_outer_header, check_selectors);
}

/// The sending list of a profile; `ByHandle` when packets bring their SA handle instead of meeting a policy.
template <class P, bool ByHandle = false> [[nodiscard]] consteval auto outbound_recipe() noexcept {
  static_assert(P::levels == 1, "a bundle's lists name their stages: write outbound<…>(…) with one select_sa for each SA and run it in a lane");
  if constexpr (ByHandle)
    return outbound<P>(select_sa_by_handle, assign_sequence, write_trailer, esp_seal, write_outer_header);
  else
    return outbound<P>(select_sa, assign_sequence, write_trailer, esp_seal, write_outer_header);
}

}  // namespace v0
}  // namespace esplanade
