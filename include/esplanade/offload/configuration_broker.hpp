// What stands between a host and an adapter: keeps what the adapter reported, answers queries from it, persists settings.
#pragma once

#include <esplanade/offload/adapter_configuration.hpp>
#include <esplanade/offload/report_record.hpp>

namespace esplanade {
inline namespace v0 {

/// The part of NDIS in configuration. Queries are answered from copies; a set of parameters is written to the keywords first and
/// forwarded then, so that the next start reproduces it (F25); indications from below are kept and passed on.
///   Shape    b.attach(attributes), b.set(oid, record), b.query(oid, memory); b(event) from below; b.usable() is what the host's
///            switches leave: with DisableTaskOffload no request that activates goes down (F20)
///   Errors   answers with a status
///   Threads  one control thread
template <KeywordStore Keywords, class Adapter, OffloadEventSink Above> class configuration_broker {
 public:
  configuration_broker(Keywords& keywords, Adapter& adapter, Above& above, const host_offload_switches& switches = {}) noexcept : keywords_(keywords), adapter_(adapter), above_(above), switches_(switches) {}

  /// The adapter's two reports at its start.
  void attach(const offload_attributes& reported) noexcept { reported_ = reported, encapsulation_ = {}, encapsulated_ = false; }
  /// What whoever binds above is given, without a request.
  [[nodiscard]] const offload_attributes& reported() const noexcept { return reported_; }
  /// What a host with these switches takes of it.
  [[nodiscard]] offload_report usable() const noexcept { return esplanade::usable(reported_.current, switches_); }

  /// Writes the answer into `to` (F21). What is active may be asked only after somebody activated it (F30).
  ///   Units    a report of the newest revision that this version knows
  [[nodiscard]] oid_answer query(regular_oid oid, octets to) const noexcept {
    switch (oid) {
      case regular_oid::current_config: return answer(write_report(reported_.current, to), report_octets[report_revision_newest - 1], report_revision_newest);
      case regular_oid::hardware_capabilities: return answer(write_report(reported_.hardware, to), report_octets[report_revision_newest - 1], report_revision_newest);
      case regular_oid::offload_encapsulation:
        if (!encapsulated_) return {ndis_status::failure, 0, 0, 0};
        return answer(write_encapsulation(encapsulation_, to), encapsulation_record_octets[0], 1);
      case regular_oid::offload_parameters: return {ndis_status::not_supported, 0, 0, 0};
    }
    return {ndis_status::invalid_oid, 0, 0, 0};
  }

  /// Takes a request on its way down.
  [[nodiscard]] oid_answer set(regular_oid oid, const_octets record) noexcept {
    switch (oid) {
      case regular_oid::offload_parameters: {
        const auto read = read_parameters(record);
        if (read && !read->parameters.keep_keywords)
          for (std::size_t i = 0; i < offload_setting_count; ++i)
            if (read->parameters.values[i] != 0) keywords_.write(offload_keywords[i].name, read->parameters.values[i] - 1u);
        return adapter_.set_parameters(record, *this);
      }
      case regular_oid::offload_encapsulation: {
        if (!may_activate(switches_)) return {ndis_status::not_accepted, 0, 0, 0};
        const oid_answer done = adapter_.set_encapsulation(record, *this);
        if (done.status == ndis_status::success) remember(record);
        return done;
      }
      case regular_oid::current_config: case regular_oid::hardware_capabilities: return {ndis_status::not_supported, 0, 0, 0};
    }
    return {ndis_status::invalid_oid, 0, 0, 0};
  }

  /// After a reset that lost the adapter's settings: what was activated is activated again (ipsecov2.md 1.7).
  oid_answer reactivate() noexcept {
    if (!encapsulated_) return {};
    octet record[encapsulation_record_octets[0]];
    static_cast<void>(static_cast<bool>(write_encapsulation(encapsulation_, record)));
    return adapter_.set_encapsulation(record, *this);
  }

  /// Indications from below.
  void operator()(const current_config_changed& e) noexcept { reported_.current = e.report, above_(e); }
  void operator()(const hardware_capabilities_changed& e) noexcept { reported_.hardware = e.report, above_(e); }
  void operator()(const encapsulation_changed& e) noexcept { encapsulation_ = e.encapsulation, encapsulated_ = true, above_(e); }

 private:
  static oid_answer answer(const result<std::size_t>& written, std::uint32_t needed, std::uint8_t revision) noexcept {
    if (!written) return {ndis_status::buffer_too_short, 0, needed, 0};
    return {ndis_status::success, static_cast<std::uint32_t>(*written), 0, revision};
  }
  // What is not changed stays as it was; a version that was never turned on is off.
  void remember(const_octets record) noexcept {
    const auto read = read_encapsulation(record);
    if (!read) return;
    const auto keep = [](activation_request& kept, const activation_request& asked) {
      if (asked.enabled == activation::on) kept = asked;
      else if (asked.enabled == activation::turned_off || kept.enabled == activation::no_change) kept = detail::as_request({});
    };
    keep(encapsulation_.ipv4, read->ipv4);
    keep(encapsulation_.ipv6, read->ipv6);
    encapsulated_ = true;
  }

  Keywords& keywords_;
  Adapter& adapter_;
  Above& above_;
  host_offload_switches switches_;
  offload_attributes reported_{};
  offload_encapsulation encapsulation_{};
  bool encapsulated_ = false;
};

}  // namespace v0
}  // namespace esplanade
