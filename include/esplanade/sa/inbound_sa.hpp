// A receiving SA: window, selectors, counters, the hottest octets first.
#pragma once

#include <esplanade/buffer/batch.hpp>
#include <esplanade/sa/install.hpp>
#include <esplanade/sa/traffic.hpp>

namespace esplanade {
inline namespace v0 {

/// A receiving SA. Lives where it was made: stores keep it in place.
///   Shape    line 0: sizes, schedule, selector; line 1: packets, octets, right edge of the window; then the window's blocks;
///            last, what only refusals and control touch
///   Cost     an in-order packet touches line 0, line 1 and one line of blocks
///   Threads  the profile's `lanes` at a time; counters may be read by anybody
///   Errors   install returns a fault; uninstall wipes
template <class P, class Crypto> class alignas(64) inbound_sa {
 public:
  using profile = P;
  using crypto_type = Crypto;
  using direction = inbound_direction;
  using window_type = replay_of<P>;
  using lifetime_type = typename lifetime_of<P>::state;
  using resync_type = typename resync_of<P>::state;
  using drops_type = typename drops_of<P>::template inbound<P::lanes>;
  using udp_type = detail::udp_facts<encapsulates_in_udp<P>>;
  using beet_type = detail::beet_addresses<modes_of<P>.has(mode::beet)>;

  inbound_sa() noexcept = default;
  inbound_sa(const inbound_sa&) = delete;
  inbound_sa& operator=(const inbound_sa&) = delete;
  ~inbound_sa() { wipe(&core_, sizeof core_); }

  /// Puts keys and sizes in place; the SA can be used afterwards. Changes nothing when it returns a fault.
  [[nodiscard]] result<void> install(Crypto& crypto, const sa_parameters& p) noexcept {
    if (auto done = detail::install_core<P>(core_, crypto, p); !done) return done;
    selector_ = p.selector;
    source_ = p.source;
    destination_ = p.destination;
    if constexpr (encapsulates_in_udp<P>) {
      udp_.ports = p.ports;
      udp_.original.set(p.original_source, p.original_destination);
    }
    if constexpr (modes_of<P>.has(mode::beet)) beet_ = {p.inner_source, p.inner_destination};
    window_.start_at(p.sequence_start);
    hot_.clear();
    drops_.clear();
    if constexpr (counts_lifetime<P>) lifetime_.start(p.lifetime);
    if constexpr (resynchronises<P>) resync_.start();
    return {};
  }
  /// Removes and wipes the keys. Nothing may be in flight.
  void uninstall(Crypto& crypto) noexcept { detail::uninstall_core(core_, crypto); }

  [[nodiscard]] ESPLANADE_INLINE const detail::sa_core& core() const noexcept { return core_; }
  [[nodiscard]] ESPLANADE_INLINE const traffic_selector& selector() const noexcept { return selector_; }
  [[nodiscard]] ESPLANADE_INLINE window_type& window() noexcept { return window_; }
  [[nodiscard]] ESPLANADE_INLINE const window_type& window() const noexcept { return window_; }
  [[nodiscard]] const address& source() const noexcept { return source_; }
  [[nodiscard]] const address& destination() const noexcept { return destination_; }
  /// With UDP: ports and what a NAT changed.
  [[nodiscard]] ESPLANADE_INLINE const udp_type& udp() const noexcept { return udp_; }
  /// With mode::beet: the addresses inside.
  [[nodiscard]] ESPLANADE_INLINE const beet_type& beet() const noexcept { return beet_; }

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
  [[nodiscard]] ESPLANADE_INLINE resync_type& resync() noexcept { return resync_; }

  static void prefetch_hot(const inbound_sa* sa) noexcept {
    const char* base = reinterpret_cast<const char*>(sa);
    prefetch(base);
    prefetch(base + 64);
  }

  // Where words have 64 bits; others align in another way.
  static constexpr bool layout_kept() noexcept {
    return sizeof(void*) != 8 || (offsetof(inbound_sa, hot_) == 104 && offsetof(inbound_sa, window_) == 120);
  }

 private:
  detail::sa_core core_;
  traffic_selector selector_;
  lane_traffic<P::lanes> hot_;
  window_type window_;
  address source_, destination_;
  [[no_unique_address]] udp_type udp_;
  [[no_unique_address]] beet_type beet_;
  [[no_unique_address]] lifetime_type lifetime_;
  [[no_unique_address]] resync_type resync_;
  drops_type drops_;
};

}  // namespace v0
}  // namespace esplanade
