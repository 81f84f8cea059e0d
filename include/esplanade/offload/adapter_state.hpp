// The life of an adapter: what each event does to sends, requests, receives and SAs.
#pragma once

#include <esplanade/base/atomic.hpp>
#include <esplanade/base/result.hpp>
#include <esplanade/offload/status.hpp>

namespace esplanade {
inline namespace v0 {

/// The phases of an adapter, by the names of ipsecov2.md 1.7.
enum class adapter_phase : std::uint8_t { halted, initializing, paused, restarting, running, pausing };

/// What happens to an adapter (ipsecov2.md 1.7). Reset, sleep and removal do not change the phase, and may overlap its changes.
enum class adapter_event : std::uint8_t {
  initialize,       ///< the adapter starts
  initialized,      ///< and is paused
  initialize_failed,
  restart,
  restarted,        ///< and runs
  restart_failed,
  pause,            ///< outstanding sends finish
  pause_done,       ///< none is outstanding any more
  reset,
  reset_done,
  sleep,            ///< a low power state
  wake,
  surprise_removal, ///< the device is gone; pause and halt follow
  halt,
};
inline constexpr std::size_t adapter_event_count = 14;

/// What an event asks of whoever holds sends, requests and SAs.
struct adapter_effects {
  bool wipe_bundles = false;                              ///< every SA is gone, and nobody is asked (F126, F127); otherwise every SA stays
  ndis_status outstanding_sends = ndis_status::success;   ///< what they complete with at once; success: they finish as they are
  ndis_status outstanding_requests = ndis_status::success;
  ndis_status indication = ndis_status::success;          ///< reset_start, reset_end, or none
  friend constexpr bool operator==(const adapter_effects&, const adapter_effects&) noexcept = default;
};

/// The condition of an adapter at one moment.
///   Threads  a value
struct adapter_condition {
  adapter_phase phase = adapter_phase::halted;
  bool resetting = false;
  bool asleep = false;
  bool removed = false;
  friend constexpr bool operator==(const adapter_condition&, const adapter_condition&) noexcept = default;

  /// What a send that arrives now completes with; success: it is worked on.
  [[nodiscard]] constexpr ndis_status for_send() const noexcept {
    if (removed || phase == adapter_phase::halted || phase == adapter_phase::initializing) return ndis_status::failure;
    if (resetting) return ndis_status::reset_in_progress;
    if (asleep) return ndis_status::low_power_state;
    return phase == adapter_phase::running ? ndis_status::success : ndis_status::paused;
  }
  /// What a request that arrives now completes with; success: it is served. A paused or sleeping adapter serves requests.
  [[nodiscard]] constexpr ndis_status for_request() const noexcept {
    if (removed || resetting || phase == adapter_phase::halted || phase == adapter_phase::initializing) return ndis_status::not_accepted;
    return ndis_status::success;
  }
  /// Whether packets may be handed up now.
  [[nodiscard]] constexpr bool receives() const noexcept { return !removed && !resetting && !asleep && (phase == adapter_phase::running || phase == adapter_phase::restarting); }

  /// The event happens.
  ///   Errors   invalid_value: it cannot happen now, and nothing changes
  [[nodiscard]] constexpr result<adapter_effects> happens(adapter_event e) noexcept {
    using enum adapter_phase;
    using status = ndis_status;
    const bool started = phase != halted && phase != initializing;
    switch (e) {
      case adapter_event::initialize: return moves(halted, initializing);
      case adapter_event::initialized: return moves(initializing, adapter_phase::paused);
      case adapter_event::initialize_failed: return ends(phase == initializing);
      case adapter_event::restart: return removed ? out_of_turn() : moves(adapter_phase::paused, restarting);
      case adapter_event::restarted: return moves(restarting, running);
      case adapter_event::restart_failed: return moves(restarting, adapter_phase::paused);
      case adapter_event::pause: return moves(running, pausing);
      case adapter_event::pause_done: return moves(pausing, adapter_phase::paused);
      case adapter_event::reset: return turns(&adapter_condition::resetting, true, started && !resetting && !removed, {false, status::reset_in_progress, status::request_aborted, status::reset_start});
      case adapter_event::reset_done: return turns(&adapter_condition::resetting, false, resetting, {false, status::success, status::success, status::reset_end});
      case adapter_event::sleep: return turns(&adapter_condition::asleep, true, started && !asleep && !removed, {false, status::low_power_state, status::success, status::success});
      case adapter_event::wake: return turns(&adapter_condition::asleep, false, asleep, {});
      case adapter_event::surprise_removal: return turns(&adapter_condition::removed, true, phase != halted && !removed, {true, status::failure, status::not_accepted, status::success});
      case adapter_event::halt: return ends(phase == adapter_phase::paused);
    }
    return out_of_turn();
  }

 private:
  static constexpr result<adapter_effects> out_of_turn() noexcept { return fault{fault_kind::invalid_value, "event", "it cannot happen in this state of the adapter", "initialize, restart, pause and halt in their order; what ends only after what began"}; }
  constexpr result<adapter_effects> moves(adapter_phase from, adapter_phase to) noexcept {
    if (phase != from) return out_of_turn();
    phase = to;
    return adapter_effects{};
  }
  constexpr result<adapter_effects> turns(bool adapter_condition::*which, bool to, bool possible, const adapter_effects& effects) noexcept {
    if (!possible) return out_of_turn();
    this->*which = to;
    return effects;
  }
  constexpr result<adapter_effects> ends(bool possible) noexcept {
    if (!possible) return out_of_turn();
    *this = {};
    return adapter_effects{true, ndis_status::success, ndis_status::not_accepted, ndis_status::success};
  }
};

/// The condition of an adapter, as lanes and requests see it.
///   Cost     reading: one load; a lane reads once for each batch
///   Threads  one makes events happen, any reads
template <class Atomics = real_atomics> class adapter_state {
 public:
  [[nodiscard]] adapter_condition read() const noexcept {
    const std::uint32_t word = word_.load(order::acquire);
    return {static_cast<adapter_phase>(word & 0xff), (word & 0x100) != 0, (word & 0x200) != 0, (word & 0x400) != 0};
  }
  [[nodiscard]] result<adapter_effects> happens(adapter_event e) noexcept {
    adapter_condition now = read();
    auto effects = now.happens(e);
    if (effects) word_.store(static_cast<std::uint32_t>(now.phase) | (now.resetting ? 0x100u : 0u) | (now.asleep ? 0x200u : 0u) | (now.removed ? 0x400u : 0u), order::release);
    return effects;
  }
  [[nodiscard]] ndis_status for_send() const noexcept { return read().for_send(); }
  [[nodiscard]] ndis_status for_request() const noexcept { return read().for_request(); }
  [[nodiscard]] bool receives() const noexcept { return read().receives(); }

 private:
  typename Atomics::template word<std::uint32_t> word_{static_cast<std::uint32_t>(adapter_phase::halted)};
};

}  // namespace v0
}  // namespace esplanade
