// Door 2: profile, packet type, store and provider make a whole datapath.
#pragma once

#include <esplanade/pipeline/lane.hpp>
#include <esplanade/pipeline/recipe.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
/// What a datapath is made of besides its profile: stages that seal and open, records of its SAs, lanes. A host names its own
/// in a type of the same members.
struct datapath_parts : crypto_here {
  template <class Sa> using record = Sa;
  template <class List, class Pkt, class Store, class Crypto, class Policy = no_policy_store> using lane_of = lane<List, Pkt, Store, Crypto, Policy>;
};

/// A store tag is bound to our SAs; a struct with its own `inbound` and `outbound` types is taken as it is.
template <class Tag, class Parts, class P, class Crypto> struct bound_store {
  using inbound = typename Tag::inbound;
  using outbound = typename Tag::outbound;
};
template <class Tag, class Parts, class P, class Crypto>
  requires requires { typename Tag::template inbound<typename Parts::template record<inbound_sa<P, Crypto>>>; }
struct bound_store<Tag, Parts, P, Crypto> {
  using inbound = typename Tag::template inbound<typename Parts::template record<inbound_sa<P, Crypto>>>;
  using outbound = typename Tag::template outbound<typename Parts::template record<outbound_sa<P, Crypto>>>;
};
/// Stands in for a lane whose profile or provider was refused, so that the refusal is the only error.
struct refused_lane {
  constexpr refused_lane(...) noexcept {}
  std::size_t operator()(...) noexcept { return 0; }
  [[nodiscard]] counters_snapshot snapshot() const noexcept { return {}; }
};
template <bool Sound, class Parts, class P, class Pkt, class Bound, class Crypto, class Policy> struct lanes_of {
  using inbound_store = typename Bound::inbound;
  using outbound_store = typename Bound::outbound;
  using inbound = typename Parts::template lane_of<decltype(inbound_recipe_of<P, Parts>()), Pkt, inbound_store, Crypto>;
  using outbound = typename Parts::template lane_of<decltype(outbound_recipe_of<P, Parts, std::is_same_v<Policy, no_policy_store>>()), Pkt, outbound_store, Crypto, Policy>;
};
template <class Parts, class P, class Pkt, class Bound, class Crypto, class Policy> struct lanes_of<false, Parts, P, Pkt, Bound, Crypto, Policy> {
  struct inbound_store {};
  struct outbound_store {};
  using inbound = refused_lane;
  using outbound = refused_lane;
};

template <class P, class C> consteval bool provider_suits() {
  if constexpr (!profile_is_sound<P>) return false;
  else {
    bool all = true;
    P::suites.for_each([&all]<class S>() { all = all && C::template supports<S>; });
    return all;
  }
}

/// The alias `policy` of a profile: the outbound policy store. Without one, packets bring their SA handle.
struct policy_alias {
  using by_default = no_policy_store;
  template <class P> using named = typename P::policy;
  template <class T> static constexpr bool suits = true;  // the lane that takes it says what it lacks
};

/// Two lanes, one for each direction, and what they share: of a datapath, and of a host.
template <class Parts, class P, class Pkt, class Store, class Crypto> class both_ways {
  static_assert(profile_rules<P>::kept);
  static_assert(policy_rules<P>::kept);
  static_assert(provider_rules<P, Crypto>::kept);
  using selecting = meant<policy_alias, P>;
  using lanes = lanes_of<provider_suits<P, Crypto>(), Parts, P, Pkt, bound_store<Store, Parts, P, Crypto>, Crypto, selecting>;

 public:
  using profile = P;
  using packet = Pkt;
  using crypto = Crypto;
  using policy_store = selecting;
  using inbound_store = typename lanes::inbound_store;
  using outbound_store = typename lanes::outbound_store;
  using inbound_lane = typename lanes::inbound;
  using outbound_lane = typename lanes::outbound;
  static constexpr bool by_policy = !std::is_same_v<policy_store, no_policy_store>;

  /// What is shared with its owner and its siblings; everything outlives it.
  struct resources {
    inbound_store& inbound;
    outbound_store& outbound;
    Crypto& crypto;
    const policy_store& policy = nothing_to_decide;
    std::uint32_t number = 0;  ///< its own among those that share SAs, below the profile's `lanes`
    [[no_unique_address]] clock_reference<clock_of<P>> clock{};     ///< to be given when the profile names a clock
    [[no_unique_address]] random_reference<random_of<P>> random{};  ///< likewise a random source
  };

  explicit both_ways(const resources& with) noexcept
      : inbound_({with.inbound, with.crypto, nothing_to_decide, nothing_to_take, with.number, with.clock, with.random}),
        outbound_({with.outbound, with.crypto, with.policy, nothing_to_take, with.number, with.clock, with.random}) {}

  [[nodiscard]] inbound_lane& receiving() noexcept { return inbound_; }
  [[nodiscard]] outbound_lane& sending() noexcept { return outbound_; }
  [[nodiscard]] counters_snapshot inbound_counters() const noexcept { return inbound_.snapshot(); }
  [[nodiscard]] counters_snapshot outbound_counters() const noexcept { return outbound_.snapshot(); }

 private:
  static inline constexpr no_policy_store nothing_to_decide{};
  static inline no_pool nothing_to_take{};

  inbound_lane inbound_;
  outbound_lane outbound_;
};
}  // namespace detail

/// A whole ESP datapath for one core, both directions.
///
///     path p{{inbound_sad, outbound_sas, provider}};
///     std::size_t live = p.outbound({packets, verdicts, handles});
///
///   Shape    Profile   what it is to be (capability/profile.hpp); `using policy = linear_policy<64>;` selects SAs by policy
///            Pkt       the packet type (buffer/packet.hpp)
///            Store     a tag such as flat_store<4096>, or a struct naming `inbound` and `outbound` stores
///            Crypto    the provider (crypto/provider.hpp)
///   Cost     no allocation, lock, exception or system call per packet
///   Threads  one; make one for each core over shared stores. Cores that share SAs too are the profile's `lanes`, and each
///            datapath has its own `number`
template <class P, Packet Pkt, class Store, CryptoProvider Crypto> class datapath : public detail::both_ways<detail::datapath_parts, P, Pkt, Store, Crypto> {
  using base = detail::both_ways<detail::datapath_parts, P, Pkt, Store, Crypto>;

 public:
  using base::base;  ///< from its `resources`

  /// Opens a batch of received packets; returns how many survived, standing in front in input order.
  std::size_t inbound(const batch_view<Pkt>& batch) noexcept { return this->receiving()(batch); }
  /// Protects a batch of packets to send; returns how many survived, standing in front in input order.
  std::size_t outbound(const batch_view<Pkt>& batch) noexcept { return this->sending()(batch); }
};

}  // namespace v0
}  // namespace esplanade
