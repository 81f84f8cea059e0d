// What an adapter indicates when its offloads change, and where it goes.
#pragma once

#include <esplanade/base/text.hpp>
#include <esplanade/offload/encapsulation_record.hpp>
#include <esplanade/offload/status.hpp>

namespace esplanade {
inline namespace v0 {

/// What is provided at present changed: after every request that configures or activates, and whenever a capability comes or goes.
struct current_config_changed {
  static constexpr ndis_status status = ndis_status::current_config;
  offload_report report;  ///< the configuration, never the raw hardware
};
/// What the hardware can do changed: another adapter beneath.
struct hardware_capabilities_changed {
  static constexpr ndis_status status = ndis_status::hardware_capabilities;
  offload_report report;
};
/// What is active, and how packets are framed, changed.
struct encapsulation_changed {
  static constexpr ndis_status status = ndis_status::encapsulation_change;
  offload_encapsulation encapsulation;
};

namespace detail {
template <class S>
concept TakesOffloadEvents = requires(S& s, const current_config_changed& a, const hardware_capabilities_changed& b, const encapsulation_changed& c) {
  { s(a) } noexcept;
  { s(b) } noexcept;
  { s(c) } noexcept;
} || unmet<"OffloadEventSink: be callable, noexcept, with current_config_changed, hardware_capabilities_changed and encapsulation_changed", S>();
}  // namespace detail

/// Whoever is above an adapter: a filter, a multiplexer, the host.
///   Shape    s(event), for each of the three
///   Threads  the control thread of whoever indicates
///   Models   configuration_broker, report_filter, report_mux::from_below, no_offload_events. Archetype: testing::archetype::offload_event_sink
template <class S>
concept OffloadEventSink = detail::TakesOffloadEvents<S>;

/// Nobody listens.
struct no_offload_events {
  template <class Event> constexpr void operator()(const Event&) noexcept {}
};

}  // namespace v0
}  // namespace esplanade
