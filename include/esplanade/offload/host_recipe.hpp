// From a profile to the lists of its host: those of a whole datapath, with the work divided where the device can have a share.
#pragma once

#include <esplanade/offload/complete_checksum.hpp>
#include <esplanade/offload/frame_or_seal.hpp>
#include <esplanade/offload/take_device_result.hpp>
#include <esplanade/pipeline/recipe.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
/// Who does the cryptography of a host's packets: its device, or these stages where that does not.
struct crypto_shared {
  static constexpr list_kind inbound = list_kind::host_inbound, outbound = list_kind::host_outbound;
  static consteval auto arrive() noexcept { return recipe_of<from_device_stage<fact::device_result>>{}; }
  template <class P> static consteval auto open() noexcept { return recipe_of<take_device_result_stage>{}; }
  static consteval auto leave() noexcept { return recipe_of<complete_checksum_stage>{}; }
  template <class P> static consteval auto before_ah() noexcept { return recipe_of<>{}.template then_if<has_ah<P> && P::levels != 1>(settle_frames); }
  static constexpr auto& seal = frame_or_seal;
  static constexpr auto& seal_ah = frame_or_seal_ah;
};
}  // namespace detail

/// The receiving list of a host: as inbound_recipe, with what the device says taken where that opens.
template <class P> [[nodiscard]] consteval auto host_inbound_recipe() noexcept { return detail::inbound_recipe_of<P, detail::crypto_shared>(); }
/// The sending list of a host: as outbound_recipe, with frames for the device where that seals.
template <class P, bool ByHandle = false> [[nodiscard]] consteval auto host_outbound_recipe() noexcept { return detail::outbound_recipe_of<P, detail::crypto_shared, ByHandle>(); }

}  // namespace v0
}  // namespace esplanade
