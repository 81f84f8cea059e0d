// Security associations: what a packet needs of its SA, the hottest octets first.
#pragma once

#include <esplanade/base/wipe.hpp>
#include <esplanade/buffer/batch.hpp>
#include <esplanade/crypto/job.hpp>
#include <esplanade/net/checksum.hpp>
#include <esplanade/net/esp.hpp>
#include <esplanade/sa/parameters.hpp>
#include <esplanade/sa/policies.hpp>
#include <esplanade/sa/traffic.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {

/// The hot octets both directions share. 24 octets.
struct sa_core {
  std::uint32_t spi = 0;       // host order
  std::uint32_t schedule = 0;  // the provider's key slot
  octet salt[salt_max]{};      // right-aligned, as in a job
  std::uint8_t salt_octets = 0, iv_octets = 0, icv_octets = 0, alignment = 4;
  std::uint8_t suite = 0;      // index in the profile's suites
  bool esn = false;
  esplanade::mode mode = esplanade::mode::tunnel;
  bool installed = false;
  family outer = family::ipv4;
  std::uint8_t encapsulation = static_cast<std::uint8_t>(esplanade::encapsulation::none);  // outbound one; inbound the set it accepts
  job_form form = job_form::aead;
  protocol_kind protocol = protocol_kind::esp;
};
static_assert(sizeof(sa_core) == 24);

/// What can be wrong with the limits of an SA.
template <class Profile> [[nodiscard]] result<void> check_lifetime_limits(const lifetime_limits& l) noexcept {
  if (l.none()) return {};
  if constexpr (!counts_lifetime<Profile>) {
    return fault{fault_kind::not_supported, "lifetime", "this profile counts no lifetimes", "no limits, or a profile with using lifetime = exact_lifetime"};
  } else {
    if (!has_clock<Profile> && (l.soft.seconds | l.hard.seconds) != 0) return fault{fault_kind::not_supported, "lifetime.seconds", "this profile has no clock to count them with", "0, or a profile with using clock = …"};
    const auto late = [](std::uint64_t soft, std::uint64_t hard) { return hard != 0 && soft > hard; };
    if (late(l.soft.packets, l.hard.packets)) return fault{fault_kind::invalid_value, "lifetime.soft.packets", "lies behind the hard limit and would never be reported", "0 to lifetime.hard.packets"};
    if (late(l.soft.octets, l.hard.octets)) return fault{fault_kind::invalid_value, "lifetime.soft.octets", "lies behind the hard limit and would never be reported", "0 to lifetime.hard.octets"};
    if (late(l.soft.seconds, l.hard.seconds)) return fault{fault_kind::invalid_value, "lifetime.soft.seconds", "lies behind the hard limit and would never be reported", "0 to lifetime.hard.seconds"};
    return {};
  }
}

/// What can be wrong with the parameters of either direction; what a store or a provider refuses comes on top.
template <class Profile> [[nodiscard]] result<void> check_parameters(const sa_parameters& p) noexcept {
  if (p.spi <= spi_reserved_max) return fault{fault_kind::invalid_value, "spi", "0 to 255 are reserved (RFC 4303 2.1)", "256 to 4294967295"};
  if (!Profile::suites.has(p.suite)) return fault{fault_kind::not_supported, "suite", "not one of the profile's suites", "the sizes of a suite that the profile names"};
  if (p.key.size() != p.suite.key) return fault{fault_kind::invalid_value, "key", "its size does not suit the suite", "as many octets as suite.key says: the cipher's key, then the MAC's"};
  if (p.salt.size() != p.suite.salt) return fault{fault_kind::invalid_value, "salt", "its size does not suit the suite", "as many octets as suite.salt says"};
  if (!modes_of<Profile>.has(p.mode)) return fault{fault_kind::not_supported, "mode", "not compiled into this profile", "a mode that the profile names"};
  if (p.mode == mode::beet) {
    if (p.inner_source.unspecified() || p.inner_destination.unspecified() || p.inner_source.version != p.inner_destination.version)
      return fault{fault_kind::invalid_value, "inner_source", "a bound end-to-end tunnel knows both addresses inside (RFC 7402 B.1.1)", "two addresses of one family"};
    if (p.suite.protocol == protocol_kind::ah) return fault{fault_kind::invalid_value, "mode", "AH covers a header that a bound end-to-end tunnel replaces", "mode::transport or mode::tunnel"};
  }
  if (p.encapsulation.empty() || !encapsulations_of<Profile>.covers(p.encapsulation))
    return fault{fault_kind::not_supported, "encapsulation", "not compiled into this profile", "an encapsulation that the profile names"};
  if (p.suite.protocol == protocol_kind::ah && p.encapsulation != set_of<esplanade::encapsulation>(encapsulation::none))
    return fault{fault_kind::invalid_value, "encapsulation", "AH covers the addresses that a NAT changes, and is wrapped in nothing (RFC 3948 1)", "encapsulation::none"};
  if (p.esn && Profile::esn == esn_use::off) return fault{fault_kind::not_supported, "esn", "this profile has esn = off", "false"};
  if (!p.esn && Profile::esn == esn_use::always) return fault{fault_kind::not_supported, "esn", "this profile has esn = always", "true"};
  if (!p.esn && p.sequence_start > sequence_last_32) return fault{fault_kind::invalid_value, "sequence_start", "beyond 32 bits on an SA without ESN", "0 to 4294967295"};
  return check_lifetime_limits<Profile>(p.lifetime);
}

template <class Profile, class Crypto>
[[nodiscard]] result<void> install_core(sa_core& core, Crypto& crypto, const sa_parameters& p) noexcept {
  if (core.installed) return fault{fault_kind::busy, "sa", "already installed", "an SA that was uninstalled"};
  if (auto checked = check_parameters<Profile>(p); !checked) return checked.why();
  auto schedule = crypto.add_key(p.suite, p.key);
  if (!schedule) return schedule.why();
  core.spi = p.spi;
  core.schedule = *schedule;
  std::memset(core.salt, 0, salt_max);
  if (!p.salt.empty()) std::memcpy(core.salt + (salt_max - p.salt.size()), p.salt.data(), p.salt.size());
  core.salt_octets = p.suite.salt;
  core.iv_octets = p.suite.iv;
  core.icv_octets = p.suite.icv;
  core.alignment = p.suite.alignment;
  core.form = p.suite.form();
  core.protocol = p.suite.protocol;
  for (std::size_t i = 0; i < Profile::suites.count; ++i)
    if (Profile::suites.sizes[i] == p.suite) core.suite = static_cast<std::uint8_t>(i);
  core.esn = p.esn;
  core.mode = p.mode;
  core.outer = p.destination.version;
  core.encapsulation = static_cast<std::uint8_t>(p.encapsulation.bits);
  core.installed = true;
  return {};
}

template <class Crypto> void uninstall_core(sa_core& core, Crypto& crypto) noexcept {
  if (!core.installed) return;
  crypto.remove_key(core.schedule);
  wipe(core.salt, sizeof core.salt);
  core.installed = false;
}
}  // namespace detail

// What the stages read of an SA of profile P: constants where the profile leaves no choice, no load and no branch.
template <class P> [[nodiscard]] ESPLANADE_INLINE std::size_t icv_octets(const detail::sa_core& sa) noexcept {
  if constexpr (common_icv<P> != 0) return common_icv<P>;
  else return sa.icv_octets;
}
template <class P> [[nodiscard]] ESPLANADE_INLINE std::size_t iv_octets(const detail::sa_core& sa) noexcept {
  if constexpr (common_iv<P> != 0) return common_iv<P>;
  else return sa.iv_octets;
}
template <class P> [[nodiscard]] ESPLANADE_INLINE job_form form_of(const detail::sa_core& sa) noexcept {
  if constexpr (one_form<P>) return first_form<P>;
  else return sa.form;
}
template <class P> [[nodiscard]] ESPLANADE_INLINE std::size_t alignment_octets(const detail::sa_core& sa) noexcept {
  if constexpr (common_alignment<P> != 0) return common_alignment<P>;
  else return sa.alignment;
}
template <class P> [[nodiscard]] ESPLANADE_INLINE bool uses_esn(const detail::sa_core& sa) noexcept {
  if constexpr (P::esn == esn_use::off) return false;
  else if constexpr (P::esn == esn_use::always) return true;
  else return sa.esn;
}
template <class P> [[nodiscard]] ESPLANADE_INLINE bool is_ah(const detail::sa_core& sa) noexcept {
  if constexpr (!has_ah<P>) return false;
  else if constexpr (!has_esp<P>) return true;
  else return sa.protocol == protocol_kind::ah;
}
template <class P> [[nodiscard]] ESPLANADE_INLINE bool is_tunnel(const detail::sa_core& sa) noexcept {
  if constexpr (modes_of<P> == set_of<mode>(mode::tunnel)) return true;
  else if constexpr (!modes_of<P>.has(mode::tunnel)) return false;
  else return sa.mode == mode::tunnel;
}
template <class P> [[nodiscard]] ESPLANADE_INLINE bool is_beet(const detail::sa_core& sa) noexcept {
  if constexpr (!modes_of<P>.has(mode::beet)) return false;
  else return sa.mode == mode::beet;
}
/// The mode itself, for those who tell others.
template <class P> [[nodiscard]] inline mode mode_of(const detail::sa_core& sa) noexcept { return is_tunnel<P>(sa) ? mode::tunnel : is_beet<P>(sa) ? mode::beet : mode::transport; }

/// The family of the header that an outbound packet of IP version `inner` travels with.
template <class P> [[nodiscard]] ESPLANADE_INLINE family outer_family(const detail::sa_core& sa, family inner) noexcept { return is_tunnel<P>(sa) || is_beet<P>(sa) ? sa.outer : inner; }

/// How this outbound SA wraps ESP.
template <class P> [[nodiscard]] ESPLANADE_INLINE constexpr encapsulation encapsulation_of(const detail::sa_core& sa) noexcept {
  if constexpr (encapsulations_of<P>.size() == 1) return static_cast<encapsulation>(encapsulations_of<P>.bits);
  else return static_cast<encapsulation>(sa.encapsulation);
}

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

namespace detail {
struct layout_probe : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
}  // namespace detail
static_assert(inbound_sa<detail::layout_probe, int>::layout_kept(), "line 0 and line 1 hold what an in-order packet needs");
static_assert(sizeof(inbound_sa<detail::layout_probe, int>) <= 512 && sizeof(outbound_sa<detail::layout_probe, int>) <= 256);

/// Finds our SA inside the type a store keeps: the type itself, its member function `association()`, or a specialisation.
template <class T> struct sa_traits {
  static ESPLANADE_INLINE auto& association(T& t) noexcept {
    if constexpr (requires { t.association(); }) return t.association();
    else return t;
  }
};

/// Our SA inside a store's record.
template <class T> [[nodiscard]] ESPLANADE_INLINE auto& association(T& record) noexcept { return sa_traits<T>::association(record); }
/// The type of that SA.
template <class T> using association_t = std::remove_cvref_t<decltype(sa_traits<T>::association(std::declval<T&>()))>;

}  // namespace v0
}  // namespace esplanade
