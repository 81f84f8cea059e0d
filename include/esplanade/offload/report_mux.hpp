// One adapter out of several: advertises what all of them have in common, and tells when that changes.
#pragma once

#include <esplanade/offload/adapter_configuration.hpp>

namespace esplanade {
inline namespace v0 {

/// What several adapters are put together for.
enum class mux_use : std::uint8_t {
  failover,        ///< one carries everything, the others stand by
  load_balancing,  ///< packets of one SA go through any of them, so IPsec stays in software (ipsecov2.md 1.7)
};

/// A multiplexer over at most `Most` adapters (F31).
///   Shape    m.join(place, attributes), m.leave(place), m.fail_over(place); m.below(place) takes that adapter's indications. What is
///            active is that of the adapter that carries; of one that stands by nobody above hears until it takes over
///   Cost     a pass over all reports for each change
///   Errors   not_found: no such place, or nobody there; already_exists: the place is taken
///   Threads  one control thread
template <std::size_t Most, OffloadEventSink Above> class report_mux {
 public:
  report_mux(mux_use use, Above& above) noexcept : use_(use), above_(above) {}

  /// What is advertised: all zero without an adapter.
  [[nodiscard]] const offload_attributes& advertised() const noexcept { return advertised_; }
  /// The adapter that carries everything; `Most` when there is none.
  [[nodiscard]] std::size_t active() const noexcept { return active_; }

  /// An adapter is added.
  [[nodiscard]] result<void> join(std::size_t place, const offload_attributes& reported) noexcept {
    if (place >= Most) return nobody();
    if (present_[place]) return fault{fault_kind::already_exists, "place", "an adapter is there", "another place, or leave first"};
    reports_[place] = reported;
    encapsulations_[place] = encapsulation_of({});
    present_[place] = true;
    if (active_ == Most) active_ = place;
    announce();
    return {};
  }
  /// An adapter is gone; when it was the active one, the first that is left takes over.
  [[nodiscard]] result<void> leave(std::size_t place) noexcept {
    if (place >= Most || !present_[place]) return nobody();
    present_[place] = false;
    if (active_ == place)
      for (active_ = 0; active_ < Most && !present_[active_];) ++active_;
    announce();
    return {};
  }
  /// Another adapter takes over. The SAs that the one before holds are not there: whoever is above is told that the hardware changed, even when
  /// its report did not (F128).
  [[nodiscard]] result<void> fail_over(std::size_t place) noexcept {
    if (place >= Most || !present_[place]) return nobody();
    active_ = place;
    announce();
    return {};
  }

  /// Takes the indications of one adapter.
  struct from_below {
    report_mux& mux;
    std::size_t place;
    void operator()(const current_config_changed& e) noexcept { mux.reports_[place].current = e.report, mux.reconsider(); }
    void operator()(const hardware_capabilities_changed& e) noexcept { mux.reports_[place].hardware = e.report, mux.reconsider(); }
    void operator()(const encapsulation_changed& e) noexcept { mux.framed(place, e.encapsulation); }
  };
  [[nodiscard]] from_below below(std::size_t place) noexcept { return {*this, place < Most ? place : Most - 1}; }

 private:
  static fault nobody() noexcept { return {fault_kind::not_found, "place", "no adapter is there", "a place that one joined at"}; }

  [[nodiscard]] offload_attributes combined() const noexcept {
    offload_attributes made;
    bool first = true;
    for (std::size_t i = 0; i < Most; ++i) {
      if (!present_[i]) continue;
      made = first ? reports_[i] : offload_attributes{common(made.current, reports_[i].current), common(made.hardware, reports_[i].hardware)};
      first = false;
    }
    if (use_ == mux_use::load_balancing) {
      made.current.ipsec = made.hardware.ipsec = {};
      made.current.ipsec_v1 = made.hardware.ipsec_v1 = {};
    }
    return made;
  }
  // The hardware first, so that nobody sees a configuration above it.
  void announce() noexcept {
    advertised_ = combined();
    above_(hardware_capabilities_changed{advertised_.hardware});
    above_(current_config_changed{advertised_.current});
    if (active_ != Most) tell(encapsulations_[active_]);
  }
  void framed(std::size_t place, const offload_encapsulation& e) noexcept {
    if (!present_[place]) return;
    encapsulations_[place] = e;
    if (use_ == mux_use::load_balancing || place == active_) tell(e);
  }
  void tell(const offload_encapsulation& e) noexcept {
    if (e == told_) return;
    told_ = e;
    above_(encapsulation_changed{e});
  }
  void reconsider() noexcept {
    const offload_attributes now = combined();
    const bool hardware = now.hardware != advertised_.hardware;
    advertised_ = now;
    if (hardware) above_(hardware_capabilities_changed{now.hardware});
    above_(current_config_changed{now.current});
  }

  mux_use use_;
  Above& above_;
  offload_attributes reports_[Most]{};
  offload_encapsulation encapsulations_[Most]{};
  offload_encapsulation told_ = encapsulation_of({});
  bool present_[Most]{};
  std::size_t active_ = Most;
  offload_attributes advertised_{};
};

}  // namespace v0
}  // namespace esplanade
