// Which SAs of a host a device has: plumbing, the high words of ESN, deletes that the device asks for, rekeying, and adapters that go.
//
//                 offload()                    ESN wraps: tend()              withdraw(), SaDeleteReq: tend()
//   outbound      add ► offloaded              draining ► no frame left ►     draining ► no frame left ► delete ► software
//                                              update ► offloaded
//   inbound       believed ► add ► offloaded   unsettled ► update ► …         delete ► … ► software
//                                              next tend(): settled           next tend()
//
// What a device handed up under the old word, or before a delete, passes the host before the next tend(): that is the caller's
// part (U-18). Until then such packets are verified in software, or still believed. An adapter that traffic has left may go on
// receiving: with two adapters each offloader has a number, words have the number of who wrote them, and what another than the
// present one says is verified in software.
#pragma once

#include <esplanade/offload/placement_tending.hpp>

namespace esplanade {
inline namespace v0 {

/// The two SAs of a connection.
struct sa_pair {
  inbound_handle in{};
  outbound_handle out{};
};

/// Places the SAs of two stores on one device, and takes them back.
///   Shape    offloader(inbound, outbound, device, number)     the number, where a host has several adapters, as in its words
///            offload(sa, parameters [, ah, its parameters])   plumbs it; the parameters are those it was added with
///            pair(inbound, outbound)                          who goes together when the device asks for room
///            withdraw(sa)                                     back to software; the device's copy is deleted when nothing needs it
///            rekey(old, fresh, their parameters, switch)      fresh SAs take over from old ones while traffic flows (F144)
///            tend()                                           what lanes and the device asked for since the last call
///            reconfigured(), obey(switches)                   the device indicated another configuration; the host's own switches.
///                                                             As an OffloadEventSink it hears the first by itself
///            suspend(), resume()                              a reset, or low power: SAs stay where they are (F123, F124)
///            leave()                                          traffic goes to another adapter; withdraw() as SAs expire (F128)
///            device_gone()                                    the device is not there any more (F126)
///   Units    Capacity: SA bundles; the device's own capacity is counted as well (U-26)
///   Cost     control: a device's requests; tend() visits the table, and only when somebody asked
///   Errors   faults; an SA that the device does not take stays in software, as it was
///   Threads  one control thread beside any number of lanes. Between two calls of tend() everything that the device had handed
///            up at the first has passed host::inbound
///   Life     outlived by stores and device; forget SAs by withdraw() before they are removed from their stores
template <detail::KeepsPlaces Host, OffloadDevice Device, std::size_t Capacity = 1024> class offloader : detail::placement_tending<Host, Device, Capacity> {
  using base = detail::placement_tending<Host, Device, Capacity>;
  using typename base::config, typename base::entry, typename base::phase, typename base::inbound_store, typename base::outbound_store;
  using base::table_, base::activity_, base::suspended_, base::switches_, base::under_way_, base::ageing_;
  using base::each_sa, base::set, base::drop, base::offload_outbound, base::offload_inbound, base::begin_withdrawal;

 public:
  offloader(inbound_store& inbound, outbound_store& outbound, Device& device, std::uint8_t number = 0) noexcept : base(inbound, outbound, device, number) {}
  offloader(const offloader&) = delete;
  offloader& operator=(const offloader&) = delete;

  /// Plumbs a sending SA; its next packets are framed.
  [[nodiscard]] result<offload_handle> offload(outbound_handle sa, const sa_parameters& p) noexcept { return offload_outbound(sa, p, {}, nullptr); }
  /// ESP and the AH around it, as one bundle.
  [[nodiscard]] result<offload_handle> offload(outbound_handle esp, const sa_parameters& p, outbound_handle ah, const sa_parameters& of_ah) noexcept { return offload_outbound(esp, p, ah, &of_ah); }
  /// Plumbs a receiving SA. Refused for what this host could not verify again in software where it has to.
  [[nodiscard]] result<offload_handle> offload(inbound_handle sa, const sa_parameters& p) noexcept { return offload_inbound(sa, p, {}, nullptr); }
  [[nodiscard]] result<offload_handle> offload(inbound_handle esp, const sa_parameters& p, inbound_handle ah, const sa_parameters& of_ah) noexcept {
    if (trust_of<config>::verifies) return fault{fault_kind::not_supported, "device_trust", "AH covers the ciphertext of its bundle, which is gone once the device has opened it", "icv_believed, or the bundle in software"};
    if (p.esn || of_ah.esn) return fault{fault_kind::not_supported, "esn", "AH of a bundle cannot be verified again under another high half", "a bundle without ESN, or in software"};
    return offload_inbound(esp, p, ah, &of_ah);
  }

  /// The two SAs of a connection: when the device asks for the place of the first, both are deleted (F116).
  void pair(inbound_handle in, outbound_handle out) noexcept {
    entry* const a = table_.find(in);
    entry* const b = table_.find(out);
    if (a == nullptr || b == nullptr) return;
    for (entry* const one : {a, b})  // each has one partner: a place in the table may be another's later
      if (entry* const before = table_.at(one->partner)) before->partner = one->partner = table_.nobody;
    a->partner = table_.index_of(*b);
    b->partner = table_.index_of(*a);
  }

  /// Back to software: at once for what comes, on the device when nothing is under way.
  [[nodiscard]] result<void> withdraw(inbound_handle sa) noexcept {
    entry* const e = table_.find(sa);
    if (e == nullptr) return nothing_there();
    begin_withdrawal(*e);
    return {};
  }
  [[nodiscard]] result<void> withdraw(outbound_handle sa) noexcept {
    entry* const e = table_.find(sa);
    if (e == nullptr) return nothing_there();
    begin_withdrawal(*e);
    return {};
  }

  /// Fresh SAs, which are in their stores already, take over: they are plumbed, receiving first; `send_under(fresh.out)` lets
  /// traffic go under the new one; the old sending SA drains and is deleted on the device; the old receiving SA stays there while
  /// its peer uses it, until `turns` calls of tend() in a row saw nothing come under it, or its lifetime is over. What the device
  /// does not take stays in software. Both old SAs stay in their stores, and receive in software, until the caller removes them.
  ///   Errors   of send_under: then the old SAs go on as they were, and the fresh ones are withdrawn
  template <class Switch> [[nodiscard]] result<void> rekey(const sa_pair& old, const sa_pair& fresh, const sa_parameters& incoming, const sa_parameters& outgoing, Switch&& send_under, std::uint16_t turns = 8) noexcept {
    static_cast<void>(static_cast<bool>(offload(fresh.in, incoming)));
    static_cast<void>(static_cast<bool>(offload(fresh.out, outgoing)));
    pair(fresh.in, fresh.out);
    if (result<void> switched = send_under(fresh.out); !switched) {
      static_cast<void>(static_cast<bool>(withdraw(fresh.in)));
      static_cast<void>(static_cast<bool>(withdraw(fresh.out)));
      return switched;
    }
    static_cast<void>(static_cast<bool>(withdraw(old.out)));
    if (entry* const e = table_.find(old.in)) {
      e->turns = e->quiet = turns == 0 ? std::uint16_t{1} : turns;
      ++ageing_;
    }
    return {};
  }

  /// Answers what was asked since the last call; → how many bundles are still on their way somewhere.
  std::size_t tend() noexcept { return this->tend_all(); }

  /// The device takes no frames for a while; what is sent meanwhile is sealed in software. Received results are taken as they come.
  void suspend() noexcept {
    suspended_ = true;
    table_.for_each([this](entry& e) noexcept {
      if (!e.inbound && e.now == phase::placed) set(e, placement::draining);
    });
  }
  void resume() noexcept {
    suspended_ = false;
    table_.for_each([this](entry& e) noexcept {
      if (!e.inbound && e.now == phase::placed) set(e, this->as_usual(e));
    });
  }
  /// The device's current configuration is another, or what of it is active: what it does not do any more is sealed in software until it does again;
  /// the SAs stay there (U-1).
  void reconfigured() noexcept {
    const device_capabilities can = this->usable_now();
    table_.for_each([this, &can](entry& e) noexcept {
      base::look_at(e, can);
      if (e.now == phase::placed) set(e, this->as_usual(e));
    });
  }
  template <class Event> requires requires { Event::status; } void operator()(const Event&) noexcept { reconfigured(); }
  /// The host's switches, when it starts or they change (F20): without IPsec offload nothing is plumbed, and what was is sealed in
  /// software.
  void obey(const host_offload_switches& switches) noexcept {
    switches_ = switches;
    reconfigured();
  }
  /// Sends nothing more through this device. Its SAs stay until they are withdrawn, as theirs end.
  void leave() noexcept {
    table_.for_each([this](entry& e) noexcept {
      if (e.now != phase::placed && e.now != phase::updating) return;
      e.now = phase::left;
      set(e, placement::draining);
    });
  }
  /// It is not there any more, and its SAs with it; nothing is asked of it.
  void device_gone() noexcept {
    table_.for_each([this](entry& e) noexcept {
      if (!e.inbound) return drop(e);
      e.now = phase::gone;
      set(e, placement::draining);
      ++under_way_;
    });
  }

  /// Frames that the device has not completed. What stays so while nothing is sent was lost there: the SAs that tend() counts wait
  /// for it, are sealed in software meanwhile, and end with device_gone().
  [[nodiscard]] std::uint64_t frames_out() noexcept {
    std::uint64_t all = 0;
    table_.for_each([this, &all](entry& e) noexcept {
      if (!e.inbound) each_sa(e, [&all](auto& sa, std::size_t) noexcept { all += sa.place().given(); });
    });
    return all;
  }
  /// Bundles that the device holds for this host.
  [[nodiscard]] std::size_t size() const noexcept { return table_.size() - table_.count(phase::gone); }
  [[nodiscard]] const offload_activity& activity() const noexcept { return activity_; }

 private:
  static fault nothing_there() noexcept { return {fault_kind::not_found, "handle", "no SA of this name is on the device", "a handle that offload() took"}; }
};

}  // namespace v0
}  // namespace esplanade
