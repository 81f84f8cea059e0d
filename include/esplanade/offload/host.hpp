// The host side of an offload split: a datapath that leaves a device what it can do, one object per core.
#pragma once

#include <esplanade/offload/host_lane.hpp>
#include <esplanade/offload/host_recipe.hpp>
#include <esplanade/pipeline/datapath.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
/// A store tag bound to SAs with places; a struct with its own `inbound` and `outbound` types is taken as it is.
template <class Tag, class P, class Crypto> struct hosted_store {
  using inbound = typename Tag::inbound;
  using outbound = typename Tag::outbound;
};
template <class Tag, class P, class Crypto>
  requires requires { typename Tag::template inbound<hosted_sa<inbound_sa<P, Crypto>>>; }
struct hosted_store<Tag, P, Crypto> {
  using inbound = typename Tag::template inbound<hosted_sa<inbound_sa<P, Crypto>>>;
  using outbound = typename Tag::template outbound<hosted_sa<outbound_sa<P, Crypto>>>;
};
template <bool Sound, class P, class Pkt, class Bound, class Crypto, class Policy> struct host_lanes_of {
  using inbound_store = typename Bound::inbound;
  using outbound_store = typename Bound::outbound;
  using inbound = host_lane<decltype(host_inbound_recipe<P>()), Pkt, inbound_store, Crypto>;
  using outbound = host_lane<decltype(host_outbound_recipe<P, std::is_same_v<Policy, no_policy_store>>()), Pkt, outbound_store, Crypto, Policy>;
};
template <class P, class Pkt, class Bound, class Crypto, class Policy> struct host_lanes_of<false, P, Pkt, Bound, Crypto, Policy> : lanes_of<false, P, Pkt, Bound, Crypto, Policy> {};
}  // namespace detail

/// The host of an offload split for one core, both directions. Everything that a datapath is, but that its packets have words
/// beside them: what it sends is sealed, or framed for the device; what it receives the device has opened, or it does itself.
/// With all SAs in software it is a datapath.
///
///     path p{{inbound_sad, outbound_sas, provider}};
///     std::size_t live = p.outbound({packets, verdicts, handles}, words);   // words[i] go beside packets[i], to the device
///     …                                                                     // the device has completed them:
///     p.completed(words);
///     live = p.inbound({received, verdicts}, received_words);
///
///   Shape    Profile, Pkt, Store, Crypto as of datapath; its stores keep hosted_sa. Which SAs the device has: offload/placement.hpp
///   Cost     no allocation, lock, exception or system call per packet
///   Errors   the verdicts of a datapath, and no others
///   Threads  as a datapath's
template <class P, Packet Pkt, class Store, CryptoProvider Crypto> class host {
  static_assert(profile_rules<P>::kept);
  static_assert(policy_rules<P>::kept);
  static_assert(provider_rules<P, Crypto>::kept);
  using selecting = detail::meant<detail::policy_alias, P>;
  using lanes = detail::host_lanes_of<detail::provider_suits<P, Crypto>(), P, Pkt, detail::hosted_store<Store, P, Crypto>, Crypto, selecting>;

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

  /// What a host shares with its owner and its siblings; everything outlives it.
  struct resources {
    inbound_store& inbound;
    outbound_store& outbound;
    Crypto& crypto;
    const policy_store& policy = nothing_to_decide;
    std::uint32_t number = 0;  ///< this host's among those that share SAs, below the profile's `lanes`
    [[no_unique_address]] clock_reference<clock_of<P>> clock{};
    [[no_unique_address]] random_reference<random_of<P>> random{};
  };

  explicit host(const resources& with) noexcept
      : inbound_({with.inbound, with.crypto, nothing_to_decide, nothing_to_take, with.number, with.clock, with.random}),
        outbound_({with.outbound, with.crypto, with.policy, nothing_to_take, with.number, with.clock, with.random}) {}

  /// Protects a batch of packets to send; returns how many survived, standing in front in input order, each with its words.
  ///   Units    as many words as packets
  std::size_t outbound(const batch_view<Pkt>& batch, std::span<send_words> words) noexcept { return outbound_(batch, words); }
  /// Opens a batch of received packets; returns how many survived, standing in front in input order.
  ///   Units    words of every packet in input order, or none
  std::size_t inbound(const batch_view<Pkt>& batch, std::span<const receive_words> words = {}) noexcept { return inbound_(batch, words); }

  /// The device has these packets no more, whatever became of them. Until it says so an SA is not updated and not deleted there.
  void completed(std::span<const send_words> words) noexcept {
    [[maybe_unused]] const auto guard = outbound_.enter();
    auto& store = outbound_.shared().store;
    for (const send_words& w : words) {
      for (const outbound_handle& sa : w.given) {
        typename outbound_store::sa_type* found = nullptr;
        if (sa == outbound_handle{}) break;
        store.find({&sa, 1}, {&found, 1});
        if (found != nullptr) association(*found).place().take_back();
      }
    }
  }

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
