// Door 2: profile, packet type, store and provider make a whole datapath.
#pragma once

#include <esplanade/pipeline/lane.hpp>
#include <esplanade/pipeline/recipe.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
/// A store tag is bound to our SAs; a struct with its own `inbound` and `outbound` types is taken as it is.
template <class Tag, class P, class Crypto> struct bound_store {
  using inbound = typename Tag::inbound;
  using outbound = typename Tag::outbound;
};
template <class Tag, class P, class Crypto>
  requires requires { typename Tag::template inbound<inbound_sa<P, Crypto>>; }
struct bound_store<Tag, P, Crypto> {
  using inbound = typename Tag::template inbound<inbound_sa<P, Crypto>>;
  using outbound = typename Tag::template outbound<outbound_sa<P, Crypto>>;
};
/// The alias `policy` of a profile: the outbound policy store. Without one, packets bring their SA handle.
template <class P> struct policy_alias { using type = no_policy_store; };
template <class P> requires requires { typename P::policy; } struct policy_alias<P> { using type = typename P::policy; };
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
///   Threads  one; make one for each core over shared stores
template <Profile P, Packet Pkt, class Store, CryptoProvider Crypto> class datapath {
  using bound = detail::bound_store<Store, P, Crypto>;

 public:
  using profile = P;
  using packet = Pkt;
  using crypto = Crypto;
  using inbound_store = typename bound::inbound;
  using outbound_store = typename bound::outbound;
  using policy_store = typename detail::policy_alias<P>::type;
  static constexpr bool by_policy = !std::is_same_v<policy_store, no_policy_store>;
  using inbound_list = decltype(inbound_recipe<P>());
  using outbound_list = decltype(outbound_recipe<P, !by_policy>());
  using inbound_lane = lane<inbound_list, Pkt, inbound_store, Crypto>;
  using outbound_lane = lane<outbound_list, Pkt, outbound_store, Crypto, policy_store>;

  /// What a datapath shares with its owner and its siblings; everything outlives it.
  struct resources {
    inbound_store& inbound;
    outbound_store& outbound;
    Crypto& crypto;
    const policy_store& policy = nothing_to_decide;
  };

  explicit datapath(const resources& with) noexcept
      : inbound_({with.inbound, with.crypto, nothing_to_decide, nothing_to_take}, inbound_recipe<P>()),
        outbound_({with.outbound, with.crypto, with.policy, nothing_to_take}, outbound_recipe<P, !by_policy>()) {}

  /// Opens a batch of received packets; returns how many survived, standing in front in input order.
  std::size_t inbound(const batch_view<Pkt>& batch) noexcept { return inbound_(batch); }
  /// Protects a batch of packets to send; returns how many survived, standing in front in input order.
  std::size_t outbound(const batch_view<Pkt>& batch) noexcept { return outbound_(batch); }

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

}  // namespace v0
}  // namespace esplanade
