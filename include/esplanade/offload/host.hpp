// The host side of an offload split: a datapath that leaves a device what it can do, one object per core.
#pragma once

#include <esplanade/offload/host_recipe.hpp>
#include <esplanade/offload/large_lane.hpp>
#include <esplanade/pipeline/datapath.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
struct host_parts : crypto_shared {
  template <class Sa> using record = hosted_sa<Sa>;
  template <class List, class Pkt, class Store, class Crypto, class Policy = no_policy_store>
  using lane_of = std::conditional_t<sends(List::kind), large_lane<List, Pkt, Store, Crypto, Policy>, host_lane<List, Pkt, Store, Crypto, Policy>>;
};
}  // namespace detail

namespace detail {
/// What a datapath of the same makings is given; the rest is not looked at.
template <class P, class Store, class Crypto> struct stores_without_places {
  struct anything {
    constexpr anything() noexcept = default;
    template <class T> constexpr anything(const T&) noexcept {}
  };
  using bound = bound_store<Store, datapath_parts, P, Crypto>;
  typename bound::inbound& inbound;
  typename bound::outbound& outbound;
  Crypto& crypto;
  anything policy{};
  std::uint32_t number = 0;
  anything clock{}, random{};
};
template <class T> const T& none_of() noexcept;  // of a constructor that nobody may call
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
template <class P, Packet Pkt, class Store, CryptoProvider Crypto> class host : public detail::both_ways<detail::host_parts, P, Pkt, Store, Crypto> {
  using base = detail::both_ways<detail::host_parts, P, Pkt, Store, Crypto>;

 public:
  using base::base;  ///< from its `resources`
  template <class Given = detail::stores_without_places<P, Store, Crypto>>
    requires (!std::is_same_v<typename Given::bound::inbound, typename base::inbound_store>)
  explicit host(const std::type_identity_t<Given>&) noexcept : base(detail::none_of<typename base::resources>()) {
    static_assert(sizeof(Given) == 0, "a host keeps beside each SA where its cryptography is done, and these stores are a datapath's: name its own, host<…>::inbound_store and host<…>::outbound_store");
  }

  /// Protects a batch of packets to send; returns how many survived, standing in front in input order, each with its words.
  ///   Units    as many words as packets
  std::size_t outbound(const batch_view<Pkt>& batch, std::span<send_words> words) noexcept { return this->sending()(batch, words); }
  /// The same with large TCP packets among them, which a device with large sends cuts, and this host otherwise, into packets of the
  /// pool. `large[i]` says of packets[i] that it is one; its offset counts from IP. What comes out stands in `out` with its words,
  /// survivors first; those with `segment` go back to the pool once they are sent, the large packets they were cut from are `absorbed`.
  ///   Shape    as offload/large_lane.hpp
  template <PacketPool<Pkt> Pool>
  large_outcome outbound(const batch_view<Pkt>& batch, std::span<const send_large> large, Pool& pool, const batch_view<Pkt>& out, std::span<send_words> words) noexcept {
    return this->sending()(batch, large, pool, out, words);
  }
  /// The same of packets whose TCP or UDP checksum, or that of an IPv4 header, is open still: open[i] says which of packets[i], and
  /// where the L4 header stands, counted from IP; its field holds the sum of the pseudo header. The device completes it where it
  /// computes checksums beside IPsec, this host otherwise (F17).
  std::size_t outbound(const batch_view<Pkt>& batch, std::span<send_words> words, std::span<const send_checksum> open) noexcept { return this->sending()(batch, words, open); }
  /// Opens a batch of received packets; returns how many survived, standing in front in input order.
  ///   Units    words of every packet in input order, or none
  std::size_t inbound(const batch_view<Pkt>& batch, std::span<const receive_words> words = {}) noexcept { return this->receiving()(batch, words); }

  /// The device has these packets no more, whatever became of them. Until it says so an SA is not updated and not deleted there.
  /// The words say afterwards that nothing is given: a list that comes back twice counts once.
  void completed(std::span<send_words> words) noexcept { this->sending().completed(words); }
};

}  // namespace v0
}  // namespace esplanade
