// The list of stages that a NIC of a profile sends through.
#pragma once

#include <esplanade/offload/boundary.hpp>
#include <esplanade/offload/send_ah.hpp>
#include <esplanade/offload/send_checksum.hpp>
#include <esplanade/offload/send_esp.hpp>
#include <esplanade/offload/send_find.hpp>
#include <esplanade/pipeline/recipe.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
template <class P, std::size_t Level, class... Before> consteval auto fill_levels(recipe_of<Before...> before) noexcept {
  if constexpr (Level == P::levels)
    return before;
  else
    return fill_levels<P, Level + 1>(before
        .template then_if<Level != 0>(enter_outer)
        .template then_if<has_esp<P>>(fill_esp)
        .template then_if<has_ah<P>>(fill_ah));
}
}  // namespace detail

/// What a NIC does with a frame to send: the stages its profile needs and no others, the inner of two portions first.
template <class P> [[nodiscard]] consteval auto send_recipe() noexcept {
  static_assert(send_rules<P>::kept);
  constexpr auto found = detail::recipe_of<>{}
      .then(find_bundle)
      .template then_if<!has_ah<P>>(from_host<fact::framed>)
      .template then_if<has_ah<P>>(from_host<fact::framed, fact::ah_framed>)
      .then(fill_checksums);
  return detail::list_of<P, list_kind::device_outbound>(detail::fill_levels<P, 0>(found));
}

}  // namespace v0
}  // namespace esplanade
