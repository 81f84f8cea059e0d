// The list of stages that a NIC of a profile sends through.
#pragma once

#include <esplanade/offload/send_ah.hpp>
#include <esplanade/offload/send_checksum.hpp>
#include <esplanade/offload/send_esp.hpp>
#include <esplanade/offload/send_find.hpp>
#include <esplanade/pipeline/recipe.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
template <class P, class... Stages> struct send_stages : slots<std::index_sequence_for<Stages...>, Stages...> {
  using base = slots<std::index_sequence_for<Stages...>, Stages...>;
  using profile = P;
  static constexpr std::size_t size = sizeof...(Stages);
  template <std::size_t I> using stage_type = decltype(detail::stage_type<I>(std::declval<const base&>()));
  template <std::size_t I> [[nodiscard]] ESPLANADE_INLINE constexpr const stage_type<I>& stage() const noexcept { return stage_in<I>(*this); }
};
template <class P, class... Stages> consteval auto send_list_of(recipe_of<Stages...>) noexcept { return send_stages<P, Stages...>{}; }
}  // namespace detail

/// What a NIC does with a frame to send: the stages its profile needs and no others, the inner of two portions first.
template <class P> [[nodiscard]] consteval auto send_recipe() noexcept {
  static_assert(send_rules<P>::kept);
  return detail::send_list_of<P>(detail::recipe_of<>{}
      .then(find_bundle)
      .then(fill_checksums)
      .template then_if<has_esp<P>>(fill_esp)
      .template then_if<has_ah<P>>(fill_ah)
      .template then_if<P::levels == 2>(enter_outer)
      .template then_if<P::levels == 2 && has_esp<P>>(fill_esp)
      .template then_if<P::levels == 2 && has_ah<P>>(fill_ah));
}

}  // namespace v0
}  // namespace esplanade
