// The configuration of one NIC, as its driver keeps it: two reports, what is active, and the requests that change them.
#pragma once

#include <esplanade/capability/live_configuration.hpp>
#include <esplanade/capability/offload_configuration.hpp>
#include <esplanade/offload/offload_event.hpp>
#include <esplanade/offload/parameters_record.hpp>
#include <esplanade/offload/regular_oid.hpp>

namespace esplanade {
inline namespace v0 {

/// The two reports that an adapter starts with (F1).
struct offload_attributes {
  offload_report current;   ///< what is provided after keywords
  offload_report hardware;  ///< everything, what keywords turned off included
  friend constexpr bool operator==(const offload_attributes&, const offload_attributes&) noexcept = default;
};

/// The adapter's side of configuration requests. Every change is published for lanes before it is indicated.
///   Shape    a(hardware, settings), a.set_parameters(record, sink), a.set_encapsulation(record, sink), a.live()
///   Errors   answers with a status; a request that is refused changes and indicates nothing
///   Threads  requests one at a time; live() any
template <class Atomics = real_atomics> class adapter_configuration {
 public:
  adapter_configuration() noexcept = default;
  adapter_configuration(const offload_report& hardware, const offload_settings& settings) noexcept { start(hardware, settings); }

  /// The adapter starts: all that it has and keywords let on is configured, and nothing is active (ipsecov2.md 1.2).
  offload_attributes start(const offload_report& hardware, const offload_settings& settings) noexcept {
    configuration_ = {hardware, settings};
    activation_ = {};
    publish();
    return {configuration_.current(), configuration_.hardware()};
  }
  /// The adapter starts with what the keywords say.
  template <KeywordStore K> offload_attributes start(const offload_report& hardware, K& keywords) noexcept { return start(hardware, settings_from(keywords)); }

  /// Exactly this is provided and active: for whoever takes no requests.
  void provide(const offload_report& current, const offload_activation& activation) noexcept {
    configuration_ = {current, {}};
    activation_ = activation;
    publish();
  }
  /// Likewise of IPsec, with the large sends that go with it and nothing else.
  void provide(const device_capabilities& current, const offload_activation& activation) noexcept {
    offload_report all;
    all.ipsec = current;
    if (current.large_send) {
      all.large_send_v1 = {current.framings, 0xffff, 2, 5};
      all.large_send_v2_ipv4 = {current.framings, 0xffff, 2, 0};
      if (current.ipv6) all.large_send_v2_ipv6 = all.large_send_v1;
    }
    provide(all, activation);
  }

  [[nodiscard]] const offload_configuration& configuration() const noexcept { return configuration_; }
  [[nodiscard]] const offload_activation& activation() const noexcept { return activation_; }
  [[nodiscard]] const live_configuration<Atomics>& live() const noexcept { return live_; }

  /// Turns offloads on and off (F22 to F24). SAs stay, whatever is turned off: they rest until it is on again (U-1).
  template <OffloadEventSink Sink> oid_answer set_parameters(const_octets record, Sink& sink) noexcept {
    if (!configuration_.hardware().any()) return {ndis_status::not_supported, 0, 0, 0};
    const auto read = read_parameters(record);
    if (!read) return {ndis_status::invalid_data, 0, parameters_octets[1], 0};
    const auto settings = read->parameters.applied_to(configuration_.settings());
    if (!settings) return {ndis_status::invalid_data, 0, 0, 0};
    configuration_.apply(*settings);
    publish();
    sink(current_config_changed{configuration_.current()});
    return {ndis_status::success, parameters_octets[read->revision - 1], 0, read->revision};
  }

  /// Activates or deactivates what is configured (F27 to F30); where that changes what is active, whoever is bound is told.
  template <OffloadEventSink Sink> oid_answer set_encapsulation(const_octets record, Sink& sink) noexcept {
    if (!configuration_.hardware().any()) return {ndis_status::not_supported, 0, 0, 0};
    const auto read = read_encapsulation(record);
    if (!read) return {status_of(read.why()), 0, read.why().kind == fault_kind::too_short ? encapsulation_record_octets[0] : 0u, 0};
    const offload_encapsulation before = encapsulation_of(activation_);
    switch (activation_.request(configuration_.hardware(), read->ipv4, read->ipv6)) {
      case activation_answer::no_offload: return {ndis_status::not_supported, 0, 0, 0};
      case activation_answer::no_such_framing: return {ndis_status::invalid_parameter, 0, 0, 0};
      case activation_answer::malformed: return {ndis_status::invalid_data, 0, 0, 0};
      case activation_answer::done: break;
    }
    publish();
    sink(current_config_changed{configuration_.current()});
    tell_encapsulation(before, sink);
    return {ndis_status::success, encapsulation_record_octets[0], 0, 1};
  }

  /// Another adapter beneath, or one that lost something: both levels are told, the hardware first, then what is not active any more.
  template <OffloadEventSink Sink> void replace_hardware(const offload_report& hardware, Sink& sink) noexcept {
    const offload_encapsulation before = encapsulation_of(activation_);
    configuration_.replace_hardware(hardware);
    activation_.keep_what(hardware);
    publish();
    sink(hardware_capabilities_changed{configuration_.hardware()});
    sink(current_config_changed{configuration_.current()});
    tell_encapsulation(before, sink);
  }

 private:
  template <OffloadEventSink Sink> void tell_encapsulation(const offload_encapsulation& before, Sink& sink) noexcept {
    const offload_encapsulation now = encapsulation_of(activation_);
    if (!(now == before)) sink(encapsulation_changed{now});
  }
  // Large sends under IPsec are those that there is a record of (F12).
  void publish() noexcept {
    const offload_report& now = configuration_.current();
    device_capabilities ipsec = now.ipsec;
    ipsec.large_send = now.large_send_under_ipsec(family::ipv4) || now.large_send_under_ipsec(family::ipv6);
    live_.publish(ipsec, activation_, large_sends_active(now, activation_), {now.coalescing_ipv4, now.coalescing_ipv6});
  }

  offload_configuration configuration_;
  offload_activation activation_;
  live_configuration<Atomics> live_;
};

}  // namespace v0
}  // namespace esplanade
