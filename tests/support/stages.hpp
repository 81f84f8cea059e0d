// Stages without a list's order rules: a test runs what it wants, where it wants, and looks at the context.
#pragma once

#include "support/world.hpp"

namespace support {

/// Any stages in any order, walked like a list.
template <class Profile, list_kind Kind, class... Stages>
class bare_list : esplanade::detail::slots<std::index_sequence_for<Stages...>, Stages...> {
  using base = esplanade::detail::slots<std::index_sequence_for<Stages...>, Stages...>;

 public:
  using profile = Profile;
  static constexpr list_kind kind = Kind;
  static constexpr std::size_t size = sizeof...(Stages);
  static constexpr std::size_t fan_out = (std::size_t{1} * ... * esplanade::detail::fan_out_of<Stages>());
  static constexpr bool keeps_count = ((esplanade::detail::arity_of<Stages>() == arity::one) && ...);
  constexpr explicit bare_list(Stages... stages) noexcept : base(std::move(stages)...) {}
  template <std::size_t I> using stage_type = decltype(esplanade::detail::stage_type<I>(std::declval<const base&>()));
  template <std::size_t I> constexpr const stage_type<I>& stage() const noexcept { return esplanade::detail::stage_in<I>(*this); }
};

/// One direction of a world, stage by stage. `begin` puts packets in the context, `run` walks stages over them.
template <class Profile, list_kind Kind, class P = flat_packet, class Crypto = null_crypto, class Store = flat_store<16>, class Policy = no_policy_store, class Pool = no_pool>
struct bench {
  static constexpr bool inbound = Kind == list_kind::inbound;
  using sa_type = std::conditional_t<inbound, inbound_sa<Profile, Crypto>, outbound_sa<Profile, Crypto>>;
  template <class S> using inbound_of = typename S::template inbound<inbound_sa<Profile, Crypto>>;
  template <class S> using outbound_of = typename S::template outbound<outbound_sa<Profile, Crypto>>;
  using store_type = typename std::conditional_t<inbound, std::type_identity<inbound_of<Store>>, std::type_identity<outbound_of<Store>>>::type;
  using context = batch_context<Profile, P, store_type, Crypto, Policy, Pool, 64>;

  Crypto crypto{};
  store_type store{};
  Policy policy{};
  Pool pool{};
  typename context::resources resources{store, crypto, policy, pool};
  typename Crypto::workspace workspace{};
  std::unique_ptr<context> c = std::make_unique<context>();
  train<P> packets{};

  auto add(sa_form form) { return store.add(crypto, form.parameters()).value(); }

  void begin() {
    c->count = packets.packets.size();
    c->key_count = c->work_count = 0;
    c->lane = &resources;
    c->workspace = &workspace;
    for (std::size_t i = 0; i < c->count; ++i) {
      c->packets[i] = packets.in_order[i];
      c->verdicts[i] = verdict::forwarded;
      c->given[i] = packets.handles[i];
      c->state[i] = {};
      c->state[i].length = static_cast<std::uint32_t>(packet_traits<P>::length(*c->packets[i]));
    }
  }
  template <class... Stages> void run(Stages... stages) {
    using list = bare_list<Profile, Kind, Stages...>;
    esplanade::detail::walk_of<list, context>::start(list{stages...}, *c);
  }
  template <class... Stages> void go(Stages... stages) {
    begin();
    run(stages...);
  }
  verdict of(std::size_t i) const { return c->verdicts[i]; }
  bytes octets(std::size_t i) const { return packets.octets(i); }
  auto& state(std::size_t i) { return c->state[i]; }
};

template <class Profile, class P = flat_packet, class Crypto = null_crypto> using sending_bench = bench<Profile, list_kind::outbound, P, Crypto>;
template <class Profile, class P = flat_packet, class Crypto = null_crypto> using receiving_bench = bench<Profile, list_kind::inbound, P, Crypto>;

}  // namespace support
