// What the host engine counts, as its administrators know it: drops by reason, octets by protection, SAs by what became of them.
#pragma once

#include <esplanade/base/counter.hpp>
#include <esplanade/capability/profile.hpp>
#include <esplanade/pipeline/counters.hpp>
#include <esplanade/sa/association.hpp>

namespace esplanade {
inline namespace v0 {

/// Received packets that were dropped, by the reasons of ipsecov2.md 5.8. Packets.
struct drop_statistics {
  std::uint64_t invalid_spi = 0;              ///< no SA
  std::uint64_t decryption_failed = 0;        ///< the text is not what an SA seals, or the provider failed
  std::uint64_t authentication_failed = 0;    ///< ICV
  std::uint64_t udp_esp_validation_failed = 0;
  std::uint64_t replay_check_failed = 0;
  std::uint64_t invalid_clear_text = 0;       ///< not protected
  std::uint64_t sa_expired = 0;
  std::uint64_t over_incorrect_sa = 0;        ///< authentic, and not of the SA's mode
  std::uint64_t not_matching_filters = 0;     ///< authentic, and not what the SA may carry
  std::uint64_t malformed = 0;                ///< headers and lengths
  std::uint64_t total = 0;
};

/// Which of them a verdict is.
[[nodiscard]] constexpr std::uint64_t drop_statistics::* drop_reason(verdict v) noexcept {
  switch (v) {
    case verdict::forwarded: case verdict::pending: case verdict::bypassed: case verdict::keep_alive: case verdict::dummy: case verdict::absorbed: case verdict::other_payload: return nullptr;  // no loss
    case verdict::no_sa: return &drop_statistics::invalid_spi;
    case verdict::bad_padding: case verdict::bad_alignment: case verdict::crypto_failed: return &drop_statistics::decryption_failed;
    case verdict::icv_mismatch: return &drop_statistics::authentication_failed;
    case verdict::bad_checksum: case verdict::bad_wesp: return &drop_statistics::udp_esp_validation_failed;
    case verdict::replayed: case verdict::too_old: return &drop_statistics::replay_check_failed;
    case verdict::not_protected: return &drop_statistics::invalid_clear_text;
    case verdict::lifetime_expired: return &drop_statistics::sa_expired;
    case verdict::bad_next_header: case verdict::too_many_levels: return &drop_statistics::over_incorrect_sa;
    case verdict::wrong_selectors: return &drop_statistics::not_matching_filters;
    default: return &drop_statistics::malformed;
  }
}
/// The drops of a host by their reasons, out of the counters of its lanes.
[[nodiscard]] constexpr drop_statistics drop_statistics_of(const counters_snapshot& all) noexcept {
  drop_statistics s;
  for (std::size_t k = 0; k < verdict_count; ++k) {
    const auto reason = drop_reason(static_cast<verdict>(k));
    if (reason == nullptr) continue;
    s.*reason += all.by_verdict[k];
    s.total += all.by_verdict[k];
  }
  return s;
}

/// Packets that passed, and octets of payload by what protects them; one SA of a bundle at a time, so that octets count under
/// each. One writer, relaxed readers.
struct traffic_statistics {
  counter packets{};
  counter encrypted{}, esp_authenticated{}, ah_authenticated{};
  counter transport{}, tunnel{};
  counter offloaded{};  ///< of SAs that a device has

  /// Counts one packet under one of its SAs.
  template <class P, class Sa> ESPLANADE_INLINE void add(Sa& sa, std::uint64_t size) noexcept {
    const detail::sa_core& core = sa.core();
    const suite_sizes& suite = P::suites.sizes[P::suites.count == 1 ? 0 : core.suite];
    if (is_ah<P>(core)) ah_authenticated.add(size);
    else if (suite.authenticates()) esp_authenticated.add(size);
    if (suite.protocol == protocol_kind::esp && suite.family != cipher_family::null && suite.family != cipher_family::aes_gmac) encrypted.add(size);
    (is_tunnel<P>(core) ? tunnel : transport).add(size);
    if (sa.place().handle()) offloaded.add(size);
  }
};

/// SAs of a host, of both directions.
struct sa_statistics {
  std::uint64_t active = 0;
  std::uint64_t added = 0, deleted = 0, updated = 0;  ///< bundles on the device
  std::uint64_t offloaded = 0;                        ///< bundles there now
  std::uint64_t asked_to_delete = 0;                  ///< the device wanted room
};
/// Those of a host by its stores and its offloader.
///   Threads  the control thread of the stores; the offloader's counters may be read by anybody
template <class Inbound, class Outbound, class Offloader> [[nodiscard]] sa_statistics statistics_of(const Inbound& in, const Outbound& out, const Offloader& placing) noexcept {
  const auto& a = placing.activity();
  return {in.size() + out.size(), a.added.get(), a.deleted.get(), a.updated.get(), placing.size(), a.asked_to_delete.get()};
}

}  // namespace v0
}  // namespace esplanade
