// A filter above an adapter that lowers what is advertised, and passes every indication on.
#pragma once

#include <esplanade/offload/adapter_configuration.hpp>

namespace esplanade {
inline namespace v0 {

/// Lowers reports on their way up to what `most` allows; it can never add anything (F31).
///   Shape    f.attach(attributes) → what is above sees; f(event) from below
///   Threads  one control thread
template <OffloadEventSink Above> class report_filter {
 public:
  report_filter(const offload_report& most, Above& above) noexcept : most_(most), above_(above) {}

  [[nodiscard]] offload_attributes attach(const offload_attributes& below) const noexcept { return {common(below.current, most_), common(below.hardware, most_)}; }
  void operator()(const current_config_changed& e) noexcept { above_(current_config_changed{common(e.report, most_)}); }
  void operator()(const hardware_capabilities_changed& e) noexcept { above_(hardware_capabilities_changed{common(e.report, most_)}); }
  void operator()(const encapsulation_changed& e) noexcept { above_(e); }

 private:
  offload_report most_;
  Above& above_;
};

}  // namespace v0
}  // namespace esplanade
