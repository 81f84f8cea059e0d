// What an adapter says of itself before it is used, in which order, and what is wrong with it.
#pragma once

#include <esplanade/offload/adapter_configuration.hpp>

namespace esplanade {
inline namespace v0 {

/// What a driver registers beside its reports.
struct driver_entries {
  bool direct_request = false;  ///< takes requests about SAs
  bool cancel_request = false;  ///< and lets them be cancelled
};

/// Whether a driver with these entries may offer what `hardware` says: each entry needs the other, and IPsec needs both (F32).
///   Errors   invalid_value: one without the other; not_supported: IPsec without them
[[nodiscard]] constexpr result<void> check_entries(const driver_entries& entries, const device_capabilities& hardware) noexcept {
  if (entries.direct_request != entries.cancel_request)
    return fault{fault_kind::invalid_value, entries.direct_request ? "cancel_request" : "direct_request", "requests about SAs can be made or cancelled, but not both", "both entries, or neither"};
  if (hardware.any() && !entries.direct_request) return fault{fault_kind::not_supported, "direct_request", "IPsec offload without a way to add SAs", "both entries, or no IPsec in the report"};
  return {};
}

/// Whether a pair of reports may be given: hardware covers what is current, and a device that does IPsec does it over 802.3 (F1, F18).
///   Errors   invalid_value, with the field of the report
[[nodiscard]] constexpr result<void> check_attributes(const offload_attributes& a) noexcept {
  if (!a.hardware.covers(a.current)) return fault{fault_kind::invalid_value, "current", "more than the hardware can do", "a current report that the hardware report covers"};
  for (const device_capabilities& c : {a.hardware.ipsec, a.current.ipsec}) {
    if (!c.any()) continue;
    if (!c.framings.has(link_framing::ieee_802_3)) return fault{fault_kind::invalid_value, "framings", "IPsec without 802.3, which every such device has", "ieee_802_3 among the framings"};
    if (c.ah_and_esp && !(c.ah && c.esp)) return fault{fault_kind::invalid_value, "ah_and_esp", "both in one packet, but not each", "ah and esp, or ah_and_esp = false"};
    if (c.transport_in_tunnel && !c.transport) return fault{fault_kind::invalid_value, "transport_in_tunnel", "both portions of a packet, but not each", "transport, or transport_in_tunnel = false"};
  }
  return {};
}

/// The order of an adapter's start: registration, general attributes, then offloads (ipsecov2.md 1.2).
///   Errors   invalid_value: out of turn, or what check_entries and check_attributes say
///   Threads  one control thread
class adapter_registration {
 public:
  constexpr explicit adapter_registration(const driver_entries& entries) noexcept : entries_(entries) {}
  constexpr result<void> registration_attributes() noexcept { return step(0); }
  constexpr result<void> general_attributes() noexcept { return step(1); }
  /// Optional: an adapter without offloads leaves it out.
  constexpr result<void> offload_attributes_of(const offload_attributes& a) noexcept {
    if (done_ != 2) return out_of_turn();
    if (auto sound = check_attributes(a); !sound) return sound;
    if (auto sound = check_entries(entries_, a.hardware.ipsec); !sound) return sound;
    attributes_ = a;
    done_ = 3;
    return {};
  }
  /// Whether it may be used.
  [[nodiscard]] constexpr bool complete() const noexcept { return done_ >= 2; }
  /// All zero where no offload was registered.
  [[nodiscard]] constexpr const offload_attributes& attributes() const noexcept { return attributes_; }

 private:
  static constexpr fault out_of_turn() noexcept { return {fault_kind::invalid_value, "attributes", "given out of turn", "registration attributes, general attributes, then offload attributes, each once"}; }
  constexpr result<void> step(int expected) noexcept {
    if (done_ != expected) return out_of_turn();
    if (auto sound = check_entries(entries_, {}); !sound) return sound;
    ++done_;
    return {};
  }
  driver_entries entries_;
  int done_ = 0;
  offload_attributes attributes_{};
};

namespace detail {
template <class D> concept takes_direct_requests = requires(D& d) { &D::direct_request; };
template <class D> concept cancels_direct_requests = requires(D& d) { &D::cancel_request; };
}  // namespace detail

/// `static_assert(driver_rules<D>::kept)` fails, with words, when driver `D` has one entry for direct requests without the other (F32).
template <class D> struct driver_rules {
  static_assert(detail::takes_direct_requests<D> == detail::cancels_direct_requests<D>,
                "a driver that takes direct requests lets them be cancelled, and the other way round: give it direct_request and cancel_request, or neither");
  static constexpr bool kept = true;
  static constexpr driver_entries entries{detail::takes_direct_requests<D>, detail::cancels_direct_requests<D>};
};

}  // namespace v0
}  // namespace esplanade
