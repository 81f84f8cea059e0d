// Member aliases of profiles: the policy that a profile names, or the default where it names none.
//
// A family of policies says how it is named in a struct of three members; `meant<family, P>` is the policy of profile P, and
// `Suitable<family, P>` what a rule with words asks (transform/policies.hpp):
//
//     struct replay_alias {
//       using by_default = window<1024>;                              // where P has no such alias, and wherever it is unsuitable
//       template <class P> using named = typename P::replay;          // what P wrote
//       template <class T> static constexpr bool suits = ReplayWindow<T>;
//     };
//     template <class P> using replay_of = detail::meant<detail::replay_alias, P>;
#pragma once

#include <type_traits>

namespace esplanade {
inline namespace v0 {
namespace detail {

template <class Alias, class P> concept Named = requires { typename Alias::template named<P>; };

/// The default need not model the concept: it may be the policy that does nothing.
template <class Alias, class P>
concept Suitable = !Named<Alias, P> || std::is_same_v<typename Alias::template named<P>, typename Alias::by_default> ||
                   Alias::template suits<typename Alias::template named<P>>;

// The default stands in for an unsuitable alias, so that the rule's words are all that is said about it.
template <class Alias, class P> struct meant_by { using type = typename Alias::by_default; };
template <class Alias, class P> requires Named<Alias, P> && Suitable<Alias, P> struct meant_by<Alias, P> {
  using type = typename Alias::template named<P>;
};
template <class Alias, class P> using meant = typename meant_by<Alias, P>::type;

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
