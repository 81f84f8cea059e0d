// Lists of stages: what `inbound<Profile>(…)`, `host_outbound<Profile>(…)` and their like return once their order is judged.
#pragma once

#include <esplanade/capability/rules.hpp>
#include <esplanade/pipeline/order.hpp>
#include <esplanade/transform/policies.hpp>

#include <utility>

namespace esplanade {
inline namespace v0 {

namespace detail {

template <std::size_t I, class S> struct slot {
  [[no_unique_address]] S stage;
};
template <class Indices, class... Stages> struct slots;
template <std::size_t... I, class... Stages> struct slots<std::index_sequence<I...>, Stages...> : slot<I, Stages>... {
  constexpr slots() noexcept = default;
  constexpr explicit slots(Stages... stages) noexcept : slot<I, Stages>{std::move(stages)}... {}
};
template <std::size_t I, class S> S stage_type(const slot<I, S>&);
template <std::size_t I, class S> ESPLANADE_INLINE constexpr const S& stage_in(const slot<I, S>& s) noexcept { return s.stage; }

template <class Profile, list_kind Kind, class... Stages> class judged {
  static_assert((must_be_a_stage<Stages>::reported && ...));
  static_assert((must_be_trusted<Profile, Stages>::reported && ...));
  static_assert((must_have_its_protocol<Profile, Stages>::reported && ...));
  static_assert((must_stand_on_its_side<Kind, Stages>::reported && ...));
  static constexpr bool are_stages = (Stage<Stages> && ...) && (stands_on_its_side<Kind, Stages>() && ...);
  static constexpr edge edges[] = {edge_of<Profile, Kind, Stages>()...};
  static constexpr order_report order = walk(edges, goal_of<Profile>(Kind), kept_between_levels(Kind));
  template <std::size_t At> using nth = decltype(stage_type<At>(std::declval<slots<std::index_sequence_for<Stages...>, Stages...>>()));
  static_assert([] {
    if constexpr (!are_stages) return true;  // reported above
    else if constexpr (order.at == sizeof...(Stages)) {
      constexpr fact lack = without(goal_of<Profile>(Kind), order.known);
      if constexpr (order.levels == 0 || order.levels > Profile::levels) return levels_kept<order.levels, Profile::levels>::reported;
      else if constexpr (lack != fact::none) return incomplete<void, lack>::reported;
      else return true;
    }
    else if constexpr (order.unfinished != fact::none) return incomplete<nth<order.at>, order.unfinished>::reported;
    else if constexpr (order.missing != fact::none) return out_of_order<nth<order.at>, order.missing>::reported;
    else if constexpr (order.changes != arity::one) return number_changed<nth<order.at>, order.changes>::reported;
    else return done_twice<nth<order.at>, order.repeated>::reported;
  }());

 public:
  static constexpr bool kept = true;
};
}  // namespace detail

/// A list of stages in packet order, judged at compile time: a wrong order does not compile. A value without state of its
/// own unless a stage has some; made by `inbound` and `outbound`, run by a `lane`.
template <class Profile, list_kind Kind, class... Stages>
class stage_list : detail::slots<std::index_sequence_for<Stages...>, Stages...> {
  using base = detail::slots<std::index_sequence_for<Stages...>, Stages...>;
  static_assert(profile_rules<Profile>::kept);
  static_assert(policy_rules<Profile>::kept);
  static_assert(detail::judged<Profile, Kind, Stages...>::kept);

 public:
  using profile = Profile;
  static constexpr list_kind kind = Kind;
  static constexpr std::size_t size = sizeof...(Stages);
  static constexpr const char* names[sizeof...(Stages)] = {Stages::name...};
  /// Slots that one packet may need: more than 1 when a stage splits packets.
  static constexpr std::size_t fan_out = (std::size_t{1} * ... * detail::fan_out_of<Stages>());
  /// Whether a stage makes packets of its own, so that a run without any is one too.
  static constexpr bool originates = ((detail::arity_of<Stages>() == arity::source) || ...);
  static constexpr bool keeps_count = ((detail::arity_of<Stages>() == arity::one) && ...);

  constexpr stage_list() noexcept = default;  ///< of stages without state
  constexpr explicit stage_list(Stages... stages) noexcept : base(std::move(stages)...) {}

  template <std::size_t I> using stage_type = decltype(detail::stage_type<I>(std::declval<const base&>()));
  template <std::size_t I> [[nodiscard]] ESPLANADE_INLINE constexpr const stage_type<I>& stage() const noexcept {
    return detail::stage_in<I>(*this);
  }
};

/// A whole receiving datapath, one stage per argument in packet order.
template <class Profile, class... Stages> [[nodiscard]] constexpr auto inbound(Stages... stages) noexcept {
  return stage_list<Profile, list_kind::inbound, Stages...>{std::move(stages)...};
}
/// A whole sending datapath, one stage per argument in packet order.
template <class Profile, class... Stages> [[nodiscard]] constexpr auto outbound(Stages... stages) noexcept {
  return stage_list<Profile, list_kind::outbound, Stages...>{std::move(stages)...};
}
/// The receiving side of a host that has a device: as `inbound`, with from_device at the front and take_device_result for esp_open.
template <class Profile, class... Stages> [[nodiscard]] constexpr auto host_inbound(Stages... stages) noexcept {
  return stage_list<Profile, list_kind::host_inbound, Stages...>{std::move(stages)...};
}
/// The sending side of a host that has a device: as `outbound`, with frame_or_seal for esp_seal.
template <class Profile, class... Stages> [[nodiscard]] constexpr auto host_outbound(Stages... stages) noexcept {
  return stage_list<Profile, list_kind::host_outbound, Stages...>{std::move(stages)...};
}
/// What a device does with received packets. What comes out goes to a host's list and nowhere else.
template <class Profile, class... Stages> [[nodiscard]] constexpr auto device_inbound(Stages... stages) noexcept {
  return stage_list<Profile, list_kind::device_inbound, Stages...>{std::move(stages)...};
}
/// What a device does with frames of its host's, behind from_host<fact::framed>.
template <class Profile, class... Stages> [[nodiscard]] constexpr auto device_outbound(Stages... stages) noexcept {
  return stage_list<Profile, list_kind::device_outbound, Stages...>{std::move(stages)...};
}

}  // namespace v0
}  // namespace esplanade
