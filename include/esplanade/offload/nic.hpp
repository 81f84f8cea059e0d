// A NIC: its report and configuration, its SA table, its life, and the queues of its cores.
#pragma once

#include <esplanade/capability/profile_capabilities.hpp>
#include <esplanade/offload/adapter_configuration.hpp>
#include <esplanade/offload/adapter_state.hpp>
#include <esplanade/offload/control_path.hpp>
#include <esplanade/offload/device.hpp>
#include <esplanade/offload/device_store.hpp>
#include <esplanade/offload/large_limits.hpp>
#include <esplanade/offload/receive_indication.hpp>
#include <esplanade/offload/receive_steering.hpp>
#include <esplanade/offload/send_backlog.hpp>

namespace esplanade {
inline namespace v0 {

/// One adapter.
///
///     nic<full, net_buffer_list, botan, 1024> adapter{crypto};           one
///     adapter.run_with(capabilities_of<full>(1024), link_framing::ieee_802_3);   runs, does that, for packets behind Ethernet headers
///     decltype(adapter)::send_queue queue{adapter};                      one for each core that sends
///     queue.send(lists, [&](const net_buffer& frame) noexcept { … },     a frame leaves
///                [&](net_buffer_list& list) noexcept { … });             a list is the caller's again, with its status
///     decltype(adapter)::receive_queue in{adapter};                      one for each core that receives
///     in.receive(lists, {}, [&](net_buffer_list* chain, receive_flags) noexcept { … },   the chain goes up, and is the host's
///                [&](net_buffer_list& list) noexcept { … });             a list that did not go up comes back
///     in.give_back(lists, [&](net_buffer_list& list) noexcept { … });    the host is done with lists
///
///   Shape    P         a device profile: suites, modes, esn, levels 1 or 2, policies of IVs and of sends (offload/send_policies.hpp)
///            Nbl       the type of buffer list
///            Capacity  SA bundles
///            Reclaim   epoch<Lanes> when cores work beside control
///            Pool      of frames for copies and segments: one for each queue
///   Threads  events and configuration: one; SAs and reading: any, with epoch; queues: each one; spreading is set while nothing arrives
template <class P, NetBufferList Nbl, CryptoProvider Crypto, std::size_t Capacity, ReclaimPolicy Reclaim = single_core, class Pool = no_pool> class nic {
  static_assert(profile_rules<P>::kept);
  static_assert(policy_rules<P>::kept);
  static_assert(provider_rules<P, Crypto>::kept);
  static_assert(send_rules<P>::kept);

 public:
  using profile = P;
  using list_type = Nbl;
  using crypto_type = Crypto;
  using store_type = device_store<P, Crypto, Capacity, Reclaim>;
  using control_type = control_path<store_type, Crypto, live_configuration<>>;
  class send_queue;
  class receive_queue;

  static constexpr device_guarantees guarantees{.failed_as_received = true, .inner_tunnel_as_received = true, .counter_ivs = std::is_same_v<iv_of<P>, counter_iv>};

  explicit nic(Crypto& crypto) noexcept : crypto_(crypto) {}
  nic(const nic&) = delete;
  nic& operator=(const nic&) = delete;

  // --- configuration and life -------------------------------------------------------------------------------------------
  /// From nothing to a NIC that runs: it does `can` for packets of both IP versions that are framed so, without any request.
  ///   Errors   not_supported: nothing of `can` is for that framing, or the framing is none that a host activates (VLAN tags follow
  ///            from 802.3); invalid_value: the adapter started before. Nothing changes then
  [[nodiscard]] result<void> run_with(device_capabilities can, link_framing framing) noexcept {
    set_of<link_framing> framed = framing;
    if (framing != link_framing::none) framed = framed | link_framing::vlan_inline | link_framing::vlan_beside;
    can.framings = can.framings & framed;  // frames of no other kind come
    offload_report hardware;
    hardware.ipsec = can;
    offload_activation active;
    const activation_request on{activation::on, framing, framing == link_framing::none ? 0u : framing == link_framing::llc_snap_routed ? 22u : 14u};
    if (active.request(hardware, on, on) != activation_answer::done)
      return fault{fault_kind::not_supported, "framing", "nothing of these capabilities is for packets that are framed so", "none, 802.3 or LLC-SNAP, as the capabilities have it"};
    for (const adapter_event e : {adapter_event::initialize, adapter_event::initialized, adapter_event::restart, adapter_event::restarted})
      if (const auto done = happens(e); !done) return done.why();
    configure(can, active);
    return {};
  }
  /// What is provided and active from here on, without requests: as if it were all that the hardware can do.
  void configure(const device_capabilities& current, const offload_activation& activation) noexcept { configuration_.provide(current, activation); }
  void configure(const offload_report& current, const offload_activation& activation) noexcept { configuration_.provide(current, activation); }
  /// What the NIC can do and its keywords let on; nothing is active then. The requests that change it, as a configuration_broker
  /// makes them; one that the NIC's life forbids is NOT_ACCEPTED.
  offload_attributes start(const offload_report& hardware, const offload_settings& settings = {}) noexcept { return configuration_.start(hardware, settings); }
  template <OffloadEventSink Sink> oid_answer set_parameters(const_octets record, Sink& above) noexcept {
    if (const ndis_status now = state_.for_request(); now != ndis_status::success) return {now, 0, 0, 0};
    return configuration_.set_parameters(record, above);
  }
  template <OffloadEventSink Sink> oid_answer set_encapsulation(const_octets record, Sink& above) noexcept {
    if (const ndis_status now = state_.for_request(); now != ndis_status::success) return {now, 0, 0, 0};
    return configuration_.set_encapsulation(record, above);
  }
  template <OffloadEventSink Sink> void replace_hardware(const offload_report& hardware, Sink& above) noexcept { configuration_.replace_hardware(hardware, above); }
  /// Both reports, and the settings between them; the control thread's.
  [[nodiscard]] const offload_configuration& configuration() const noexcept { return configuration_.configuration(); }
  /// What of IPsec it does at present, for SA requests to be judged by; any thread.
  [[nodiscard]] device_capabilities capabilities() const noexcept { return configuration_.live().capabilities(); }
  /// Whether that is active for packets of an IP version (F27).
  [[nodiscard]] bool active(family version) const noexcept { return configuration_.live().read().active(version); }
  /// Which large sends under IPsec it takes at present (F12).
  [[nodiscard]] large_limits large_sends(family version) const noexcept {
    large_limits l = large_limits_of(configuration_.configuration().current(), version);
    const auto active = configuration_.live().read().large_sends().kinds;
    if (!active.has(large_send_kind::v1)) l.version_1 = {};
    if (!active.has(version == family::ipv4 ? large_send_kind::v2_ipv4 : large_send_kind::v2_ipv6)) l.version_2 = {};
    return l;
  }
  /// An event; its effects on queued sends are for who holds the queues, those on requests and bundles are done here.
  [[nodiscard]] result<adapter_effects> happens(adapter_event e) noexcept {
    auto effects = state_.happens(e);
    if (!effects) return effects;
    if (effects->wipe_bundles) control_.adapter_gone();
    else if (e == adapter_event::initialize) control_.adapter_starts();
    else if (e == adapter_event::reset) control_.begin_reset();
    else if (e == adapter_event::reset_done) control_.end_reset();
    return effects;
  }
  /// Where its life is; any thread.
  [[nodiscard]] adapter_condition condition() const noexcept { return state_.read(); }

  // --- SAs --------------------------------------------------------------------------------------------------------------
  /// Requests of the direct path, from any thread.
  [[nodiscard]] control_type& control() noexcept { return control_; }
  /// The same, typed: at once, or not at all while another thread makes a request.
  [[nodiscard]] result<offload_handle> add_sa(const sa_request& request) noexcept { return control_.add_sa(request); }
  [[nodiscard]] result<void> update_sa(const sa_update& update) noexcept { return control_.update_sa(update); }
  [[nodiscard]] result<void> delete_sa(offload_handle handle) noexcept { return control_.delete_sa(handle); }
  /// Whether no queue is still under a high word that was replaced (U-18).
  [[nodiscard]] bool updates_settled() noexcept { return control_.updates_settled(); }
  /// Frees bundles that nobody holds any more, and ends the requests that wait for that.
  void reclaim() noexcept { control_.poll(); }

  /// Its SA table and its provider, for a queue that stands alone.
  [[nodiscard]] store_type& store() noexcept { return store_; }
  [[nodiscard]] Crypto& crypto() noexcept { return crypto_; }

  /// How sends that arrive now fare. Lists that wait already finish while the adapter pauses.
  [[nodiscard]] send_conditions conditions(bool waiting = false) const noexcept {
    const configuration_word word = configuration_.live().read();
    adapter_condition at = state_.read();
    if (waiting && at.phase == adapter_phase::pausing) at.phase = adapter_phase::running;  // not where it resets, sleeps or is gone as well
    const ndis_status state = at.for_send();
    return {static_cast<nbl_status>(state), word.capabilities(configuration_.live().capabilities().sa_capacity), word.active(family::ipv4), word.active(family::ipv6), word.large_sends()};
  }

  /// What received lists meet now: before the first successful encapsulation request nothing is active (F28).
  [[nodiscard]] receive_conditions receiving() const noexcept { return {state_.receives(), configuration_.live().read()}; }

  /// How received frames are spread over queues; until it is set all go to the first.
  void spread(const receive_spreading& how) noexcept { spreading_ = how; }
  /// Parts what arrived by receive queue (RSS), each part in the order of the wire; each is then for `receive` of its queue.
  template <std::size_t Queues> void steer(Nbl* chain, Nbl* (&queues)[Queues]) const noexcept { esplanade::steer<P>(chain, spreading_, configuration_.live().read().link(), queues); }
  /// Whether a list that goes up may be joined with others of its connection (RSC): where that is configured, and never under IPsec (F117).
  [[nodiscard]] bool may_join(Nbl& list) const noexcept {
    const configuration_word word = configuration_.live().read();
    return esplanade::may_join<P>(list, word.joined(), word.link());
  }

 private:
  // A queue has left the store: requests that wait for that end here, for nobody else would end them.
  ESPLANADE_INLINE void batch_done() noexcept {
    if (control_.waiting()) control_.poll();
  }

  Crypto& crypto_;
  store_type store_{};
  adapter_configuration<> configuration_{};
  adapter_state<> state_{};
  receive_spreading spreading_{};
  control_type control_{store_, crypto_, configuration_.live()};
};

/// A send queue of this NIC: offload/send_backlog.hpp, under the NIC's state and configuration.
///   Threads  one
template <class P, NetBufferList Nbl, CryptoProvider Crypto, std::size_t Capacity, ReclaimPolicy Reclaim, class Pool> class nic<P, Nbl, Crypto, Capacity, Reclaim, Pool>::send_queue {
  using backlog = send_backlog<P, Nbl, store_type, Crypto, Pool>;

 public:
  /// What a queue has of its own; everything outlives it.
  struct resources {
    std::uint32_t mtu = 0;  ///< octets of IP that fit into a frame of the wire; 0 = not known
    [[no_unique_address]] random_reference<random_of<P>> random{};
  };

  explicit send_queue(nic& of, const resources& with = {}) noexcept requires std::is_same_v<Pool, no_pool> : nic_(of), backlog_(with_all(of, with)) {}
  send_queue(nic& of, Pool& pool, const resources& with = {}) noexcept : nic_(of), backlog_(with_all(of, with), pool) {}

  /// Works on what waits and then on a chain of lists; each is completed before it returns. A list that the NIC's state or
  /// configuration forbids completes with that status, and none of its frames leaves.
  template <WireSink<Nbl> Wire, ListDone<Nbl> Done> void send(Nbl* chain, Wire&& on_wire, Done&& completed) noexcept {
    if (backlog_.waiting() != 0) run(on_wire, completed);
    backlog_.send(chain, nic_.conditions(), on_wire, completed);
    nic_.batch_done();
  }
  /// Accepts lists that a later `run` works on; those that find no place complete with resources at once.
  template <ListDone<Nbl> Done> void post(Nbl* chain, Done&& completed) noexcept { backlog_.post(chain, nic_.conditions(), completed); }
  /// Works on up to `most` lists that wait; → how many are left.
  template <WireSink<Nbl> Wire, ListDone<Nbl> Done> std::size_t run(Wire&& on_wire, Done&& completed, std::size_t most = ~std::size_t{0}) noexcept {
    const std::size_t left = backlog_.run(nic_.conditions(true), on_wire, completed, most);
    nic_.batch_done();
    return left;
  }
  /// Completes the waiting lists that have this cancel id with send_aborted (F91); → how many.
  template <ListDone<Nbl> Done> std::size_t cancel(oob_word id, Done&& completed) noexcept { return backlog_.cancel(id, completed); }
  /// Completes all waiting lists with `status`, the one that `happens` asks for: a reset, a sleep, a removal; → how many.
  template <ListDone<Nbl> Done> std::size_t give_up(ndis_status status, Done&& completed) noexcept { return backlog_.give_up(static_cast<nbl_status>(status), completed); }
  /// Lists that wait.
  [[nodiscard]] std::size_t waiting() const noexcept { return backlog_.waiting(); }
  /// Frames by what became of them; those of lists without a handle are not counted.
  [[nodiscard]] counters_snapshot snapshot() const noexcept { return backlog_.snapshot(); }

 private:
  static typename backlog::resources with_all(nic& of, const resources& with) noexcept { return {.store = of.store_, .crypto = of.crypto_, .current = {}, .mtu = with.mtu, .random = with.random}; }

  nic& nic_;
  backlog backlog_;
};

/// A receive queue of this NIC: offload/receive_indication.hpp, under the NIC's state and configuration.
///   Threads  one
template <class P, NetBufferList Nbl, CryptoProvider Crypto, std::size_t Capacity, ReclaimPolicy Reclaim, class Pool> class nic<P, Nbl, Crypto, Capacity, Reclaim, Pool>::receive_queue {
  using indication = receive_indication<P, Nbl, store_type, Crypto>;

 public:
  explicit receive_queue(nic& of) noexcept requires std::is_same_v<random_of<P>, no_random> : nic_(of), indication_({.store = of.store_, .crypto = of.crypto_}) {}
  /// Receiving draws no numbers; a profile that names a source has one for all its queues.
  receive_queue(nic& of, random_reference<random_of<P>> random) noexcept : nic_(of), indication_({.store = of.store_, .crypto = of.crypto_, .random = random}) {}

  /// Works on a chain in place, one frame a list, and hands it up with the outcome beside each; true when it went up. It does not
  /// while the adapter pauses or is gone: then every list comes back.
  template <ListsUp<Nbl> Up, ListDone<Nbl> Back> bool receive(Nbl* chain, receive_flags flags, Up&& up, Back&& back) noexcept {
    const bool done = indication_.receive(chain, flags, nic_.receiving(), up, back);
    nic_.batch_done();
    return done;
  }
  /// The host is done with lists that went up, in any order; each comes back once. Not those that went up under `resources`.
  template <ListDone<Nbl> Back> void give_back(Nbl* chain, Back&& back) noexcept { indication_.give_back(chain, back); }
  /// The NIC wants the place of an inbound bundle: its packets say so until the host deletes it (F116).
  bool ask_to_go(offload_handle handle) noexcept { return indication_.ask_to_go(handle); }
  /// Lists that the host has: an adapter is paused once there are none.
  [[nodiscard]] std::size_t held() const noexcept { return indication_.held(); }
  /// Frames by what became of them: forwarded ones were opened, all others went up as they came or with a status.
  [[nodiscard]] counters_snapshot snapshot() const noexcept { return indication_.snapshot(); }

 private:
  nic& nic_;
  indication indication_;
};

}  // namespace v0
}  // namespace esplanade
