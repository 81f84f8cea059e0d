// The two levels of a NIC's report: what the hardware can do, and what of it is provided at present.
#pragma once

#include <esplanade/capability/offload_settings.hpp>

namespace esplanade {
inline namespace v0 {

/// Hardware capabilities and current configuration of one adapter (ipsecov2.md 1.3). The current configuration is computed from
/// the hardware and the settings, so there is none that hardware does not cover.
///   Threads  one control thread; what packets need is published (live_configuration.hpp)
class offload_configuration {
 public:
  constexpr offload_configuration() noexcept = default;
  constexpr offload_configuration(const offload_report& hardware, const offload_settings& settings) noexcept : hardware_(hardware), settings_(settings), current_(configured(hardware, settings)) {}

  /// All that the hardware can do, what is turned off included (F2).
  [[nodiscard]] constexpr const offload_report& hardware() const noexcept { return hardware_; }
  [[nodiscard]] constexpr const offload_report& current() const noexcept { return current_; }
  [[nodiscard]] constexpr const offload_settings& settings() const noexcept { return settings_; }

  /// Turns offloads on and off, as far as the hardware has them.
  constexpr void apply(const offload_settings& settings) noexcept { *this = {hardware_, settings}; }
  /// Another adapter beneath, or one that lost something: the settings stay, what is gone is not provided any more.
  constexpr void replace_hardware(const offload_report& hardware) noexcept { *this = {hardware, settings_}; }

 private:
  offload_report hardware_{};
  offload_settings settings_{};
  offload_report current_{};
};

/// Switches of the host, over all its adapters (ipsecov2.md 1.6).
struct host_offload_switches {
  bool disable_task_offload = false;  ///< no offload of any kind, and no request that would activate one
  bool enabled_offload = true;        ///< false: no IPsec; checksums and large sends stay
  friend constexpr bool operator==(const host_offload_switches&, const host_offload_switches&) noexcept = default;
};

/// What a host with these switches uses of what an adapter provides (F20).
[[nodiscard]] constexpr offload_report usable(offload_report current, const host_offload_switches& switches) noexcept {
  if (switches.disable_task_offload) return {};
  if (!switches.enabled_offload) {
    current.ipsec = {};
    current.ipsec_v1 = {};
  }
  return current;
}
/// Whether the host may activate offloads at all: with the first switch it must not ask (ipsecov2.md 1.4).
[[nodiscard]] constexpr bool may_activate(const host_offload_switches& switches) noexcept { return !switches.disable_task_offload; }

}  // namespace v0
}  // namespace esplanade
