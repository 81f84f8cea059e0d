// A sending SA: sequence numbers, the outer header to be, counters, the hottest octets first.
#pragma once

#include <esplanade/buffer/batch.hpp>
#include <esplanade/net/checksum.hpp>
#include <esplanade/sa/install.hpp>
#include <esplanade/sa/traffic.hpp>

namespace esplanade {
inline namespace v0 {

/// A sending SA. Move-only: a copy would lease the same sequence numbers under the same key.
///   Shape    line 0: sizes, schedule, sequence, packets, octets; line 1: the outer header to be
///   Threads  the profile's `lanes` at a time; counters may be read by anybody
template <class P, class Crypto> class alignas(64) outbound_sa {
 public:
  using profile = P;
  using crypto_type = Crypto;
  using direction = outbound_direction;
  using sequence_type = sequence_of<P>;
  using lifetime_type = typename lifetime_of<P>::state;
  using drops_type = typename drops_of<P>::template outbound<P::lanes>;
  using udp_type = detail::udp_facts<encapsulates_in_udp<P>>;
  using beet_type = detail::beet_addresses<modes_of<P>.has(mode::beet)>;

  outbound_sa() noexcept = default;
  outbound_sa(const outbound_sa&) = delete;
  outbound_sa& operator=(const outbound_sa&) = delete;
  /// The source keeps nothing: no key, no number.
  outbound_sa(outbound_sa&& other) noexcept
      : core_(std::exchange(other.core_, {})), sequence_(std::move(other.sequence_)),
        checksum_base_(other.checksum_base_), hop_limit_(other.hop_limit_), source_(other.source_), destination_(other.destination_),
        udp_(other.udp_), beet_(other.beet_), selector_(other.selector_), lifetime_(std::move(other.lifetime_)) {
    hot_ = other.hot_;
    drops_ = other.drops_;
  }
  outbound_sa& operator=(outbound_sa&&) = delete;
  ~outbound_sa() { wipe(&core_, sizeof core_); }

  /// Puts keys and sizes in place; the SA can be used afterwards. Changes nothing when it returns a fault.
  [[nodiscard]] result<void> install(Crypto& crypto, const sa_parameters& p) noexcept {
    if (p.mode != mode::transport) {
      if (p.source.version != p.destination.version) return fault{fault_kind::invalid_value, "source", "source and destination of a tunnel differ in family", "two addresses of one family"};
      if (p.source.unspecified() || p.destination.unspecified()) return fault{fault_kind::invalid_value, "destination", "a tunnel needs both outer addresses", "two addresses that are not unspecified"};
      if (p.hop_limit == 0) return fault{fault_kind::invalid_value, "hop_limit", "a packet with 0 goes nowhere", "1 to 255"};
    }
    if (p.encapsulation.size() > 1) return fault{fault_kind::invalid_value, "encapsulation", "a sender wraps in one way", "one encapsulation"};
    if (p.encapsulation.has(encapsulation::udp) || p.encapsulation.has(encapsulation::udp_wesp)) {
      if (p.ports.source == 0 || p.ports.destination == 0) return fault{fault_kind::invalid_value, "ports", "UDP has no port 0 (RFC 768)", "1 to 65535"};
    }
    if (auto done = detail::install_core<P>(core_, crypto, p); !done) return done;
    selector_ = p.selector;
    source_ = p.source;
    destination_ = p.destination;
    if constexpr (encapsulates_in_udp<P>) udp_.ports = p.ports;
    if constexpr (modes_of<P>.has(mode::beet)) beet_ = {p.inner_source, p.inner_destination};
    hop_limit_ = p.hop_limit;
    checksum_base_ = 0;
    if (p.source.version == family::ipv4)
      checksum_base_ = static_cast<std::uint32_t>(0x4500u + (static_cast<std::uint32_t>(hop_limit_) << 8) + outer_protocol() +
                                                  checksum_sum({p.source.value, 4}) + checksum_sum({p.destination.value, 4}));
    const std::uint64_t last = p.esn ? sequence_last_64 : sequence_last_32;
    sequence_.start(p.sequence_start == last ? 0 : p.sequence_start + 1, last);
    hot_.clear();
    drops_.clear();
    if constexpr (counts_lifetime<P>) lifetime_.start(p.lifetime);
    return {};
  }
  /// Removes and wipes the keys. Nothing may be in flight.
  void uninstall(Crypto& crypto) noexcept { detail::uninstall_core(core_, crypto); }

  [[nodiscard]] ESPLANADE_INLINE const detail::sa_core& core() const noexcept { return core_; }
  [[nodiscard]] ESPLANADE_INLINE const traffic_selector& selector() const noexcept { return selector_; }
  [[nodiscard]] ESPLANADE_INLINE typename sequence_type::state& sequence() noexcept { return sequence_; }
  [[nodiscard]] ESPLANADE_INLINE const address& source() const noexcept { return source_; }
  [[nodiscard]] ESPLANADE_INLINE const address& destination() const noexcept { return destination_; }
  [[nodiscard]] ESPLANADE_INLINE octet hop_limit() const noexcept { return hop_limit_; }
  /// What the outer IP header says that follows it.
  [[nodiscard]] ESPLANADE_INLINE octet outer_protocol() const noexcept { return is_ah<P>(core_) ? protocol_number::ah : encapsulation_protocol(encapsulation_of<P>(core_)); }
  /// With UDP: its ports.
  [[nodiscard]] ESPLANADE_INLINE const udp_type& udp() const noexcept { return udp_; }
  /// With mode::beet: the addresses inside.
  [[nodiscard]] ESPLANADE_INLINE const beet_type& beet() const noexcept { return beet_; }
  /// Sum of the outer IPv4 header's words that never change: version, hop limit, protocol, addresses.
  [[nodiscard]] ESPLANADE_INLINE std::uint32_t checksum_base() const noexcept { return checksum_base_; }

  /// True when fewer than `margin` sequence numbers are left, or a soft limit of its lifetime was reached: rekey now, while
  /// there is time (RFC 4303 3.3.3, RFC 4301 4.4.2.1).
  [[nodiscard]] bool rekey_due(std::uint64_t margin = 1u << 16) const noexcept {
    if constexpr (counts_lifetime<P>) {
      if (lifetime_.rekey() != lifetime_end::none || lifetime_.expired() != lifetime_end::none) return true;
    }
    return sequence_.left() < margin;
  }
  /// How many packets it can still send.
  [[nodiscard]] std::uint64_t numbers_left() const noexcept { return sequence_.left(); }

  /// One lane's own counters.
  [[nodiscard]] ESPLANADE_INLINE sa_traffic& traffic(std::size_t lane) noexcept { return hot_.of(lane); }
  /// What all lanes carried: with one lane its counters, with several their sum at this moment.
  [[nodiscard]] decltype(auto) traffic() noexcept { return hot_.all(); }
  [[nodiscard]] decltype(auto) traffic() const noexcept { return hot_.all(); }
  [[nodiscard]] auto& drops() noexcept { return drops_; }
  [[nodiscard]] const auto& drops() const noexcept { return drops_; }
  /// With a lifetime policy: lifetime().rekey() and lifetime().expired() say which limit was reached.
  [[nodiscard]] ESPLANADE_INLINE lifetime_type& lifetime() noexcept { return lifetime_; }
  [[nodiscard]] const lifetime_type& lifetime() const noexcept { return lifetime_; }

  static void prefetch_hot(const outbound_sa* sa) noexcept {
    const char* base = reinterpret_cast<const char*>(sa);
    prefetch(base);
    prefetch(base + 64);
  }

 private:
  detail::sa_core core_;
  typename sequence_type::state sequence_;
  lane_traffic<P::lanes> hot_;
  std::uint32_t checksum_base_ = 0;
  octet hop_limit_ = 64;
  address source_, destination_;
  [[no_unique_address]] udp_type udp_;
  [[no_unique_address]] beet_type beet_;
  traffic_selector selector_;
  [[no_unique_address]] lifetime_type lifetime_;
  drops_type drops_;
};

}  // namespace v0
}  // namespace esplanade
