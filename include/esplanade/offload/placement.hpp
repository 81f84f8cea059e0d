// Which SAs of a host a device has: plumbing, the high words of ESN, deletes that the device asks for, rekeying, and adapters that go.
//
//                 offload()                    ESN wraps: tend()              withdraw(), SaDeleteReq: tend()
//   outbound      add ► offloaded              draining ► no frame left ►     draining ► no frame left ► delete ► software
//                                              update ► offloaded
//   inbound       believed ► add ► offloaded   unsettled ► update ► …         delete ► … ► software
//                                              next tend(): settled           next tend()
//
// What a device handed up under the old word, or before a delete, passes the host before the next tend(): that is the caller's
// part (U-18). Until then such packets are verified in software, or still believed.
#pragma once

#include <esplanade/offload/hosted_sa.hpp>
#include <esplanade/offload/placement_request.hpp>
#include <esplanade/offload/placement_table.hpp>
#include <esplanade/sa/store.hpp>
#include <esplanade/transform/iv.hpp>

namespace esplanade {
inline namespace v0 {

/// Places the SAs of two stores on one device, and takes them back.
///   Shape    offload(sa, parameters [, ah, its parameters])   plumbs it; the parameters are those it was added with
///            pair(inbound, outbound)                          who goes together when the device asks for room
///            withdraw(sa)                                     back to software; the device's copy is deleted when nothing needs it
///            tend()                                           what lanes and the device asked for since the last call
///            suspend(), resume()                              a reset, or low power: SAs stay where they are (F123, F124)
///            leave()                                          traffic goes to another adapter; withdraw() as SAs expire (F128)
///            device_gone()                                    the device is not there any more (F126)
///   Units    Capacity: SA bundles; the device's own capacity is counted as well (U-26)
///   Cost     control: a device's requests; tend() visits the table, and only when somebody asked
///   Errors   faults; an SA that the device does not take stays in software, as it was
///   Threads  one control thread beside any number of lanes. Between two calls of tend() everything that the device had handed
///            up at the first has passed host::inbound
///   Life     outlived by stores and device; forget SAs by withdraw() before they are removed from their stores
template <class Host, OffloadDevice Device, std::size_t Capacity = 1024> class offloader {
  using inbound_store = typename Host::inbound_store;
  using outbound_store = typename Host::outbound_store;
  using config = typename Host::profile;
  using entry = detail::placement_entry;
  using phase = detail::placement_phase;

 public:
  offloader(inbound_store& inbound, outbound_store& outbound, Device& device) noexcept : inbound_(inbound), outbound_(outbound), device_(device) {}
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

  /// Answers what was asked since the last call; → how many bundles are still on their way somewhere.
  std::size_t tend() noexcept {
    if (attention_.exchange(0, order::acquire) == 0 && under_way_ == 0) return 0;
    table_.for_each([this](entry& e) noexcept { answer_delete(e); });
    under_way_ = 0;
    table_.for_each([this](entry& e) noexcept {
      if (e.inbound) tend_inbound(e);
      else tend_outbound(e);
      if (e.used && e.now != phase::placed && e.now != phase::left) ++under_way_;
    });
    return under_way_;
  }

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
      if (!e.inbound && e.now == phase::placed) set(e, placement::offloaded);
    });
  }
  /// Sends nothing more through this device. Its SAs stay until they are withdrawn, as theirs end.
  void leave() noexcept {
    table_.for_each([this](entry& e) noexcept {
      if (e.now != phase::placed) return;
      e.now = phase::left;
      set(e, placement::draining);
    });
  }
  /// It is not there any more, and its SAs with it; nothing is asked of it.
  void device_gone() noexcept {
    table_.for_each([this](entry& e) noexcept { drop(e); });
  }

  /// Bundles that the device holds for this host.
  [[nodiscard]] std::size_t size() const noexcept { return table_.size(); }
  [[nodiscard]] const offload_activity& activity() const noexcept { return activity_; }

 private:
  static fault nothing_there() noexcept { return {fault_kind::not_found, "handle", "no SA of this name is on the device", "a handle that offload() took"}; }

  template <class Store, class Handle> [[nodiscard]] static auto* sa_of(Store& store, Handle h) noexcept {
    auto* const record = store.at(h);
    return record == nullptr ? nullptr : &association(*record);
  }
  /// Calls `each(sa, k)` for the SAs of a bundle that are still in their store.
  template <class Each> void each_sa(const entry& e, Each each) noexcept {
    for (std::size_t k = 0; k < e.count; ++k) {
      if (e.inbound) {
        if (auto* sa = sa_of(inbound_, e.template name<inbound_direction>(k))) each(*sa, k);
      } else {
        if (auto* sa = sa_of(outbound_, e.template name<outbound_direction>(k))) each(*sa, k);
      }
    }
  }
  /// Whether a lane may still look at this entry's device through the SA.
  template <class Sa> [[nodiscard]] static bool is_at(const entry& e, const Sa& sa) noexcept { return sa.place().handle() == e.handle; }

  [[nodiscard]] placed as_placed(const entry& e, std::size_t k, placement where) const noexcept {
    return {where, e.settled, e.options, e.extensions, e.inside_tunnel, e.count == 2, Device::guarantees.failed_as_received, e.version, e.high[k]};
  }
  void set(entry& e, placement where) noexcept {
    each_sa(e, [&](auto& sa, std::size_t k) noexcept {
      if (is_at(e, sa)) sa.place().put(as_placed(e, k, where));
    });
  }

  // What both directions ask before the device is.
  template <class Sa> [[nodiscard]] result<void> admit(const Sa* sa, const sa_parameters& p) noexcept {
    if (sa == nullptr) return fault{fault_kind::not_found, "handle", "names no SA, or one that was removed", "a handle of this host's store"};
    if (sa->core().spi != p.spi || sa->core().protocol != p.suite.protocol || sa->core().esn != p.esn) return fault{fault_kind::invalid_value, "parameters", "not those of this SA", "the parameters that it was added with"};
    if (sa->place().now().where == placement::offloaded) return fault{fault_kind::already_exists, "sa", "a device has this SA", "withdraw() first"};
    const device_capabilities can = device_.capabilities();
    if (!can.any()) return fault{fault_kind::not_supported, "tunnel", "the device does no IPsec at present", "software until its configuration changes"};
    if (!(p.mode == mode::tunnel ? can.tunnel : can.transport)) return fault{fault_kind::not_supported, "mode", "the device does not do this mode", "an SA of another mode, or in software"};
    if (table_.size() >= can.sa_capacity) return fault{fault_kind::no_space, "sa_capacity", "the device holds as many SAs as it said", "an SA in software, or withdraw() of another"};
    return {};
  }
  [[nodiscard]] entry* begin_entry(bool inbound, const sa_parameters& p, const sa_parameters* of_ah) noexcept {
    entry* const e = table_.take();
    if (e == nullptr) return nullptr;
    const device_capabilities can = device_.capabilities();
    e->inbound = inbound;
    e->count = of_ah == nullptr ? 1 : 2;
    e->options = can.ipv4_options;
    e->extensions = can.ipv6_extension_headers;
    e->inside_tunnel = can.transport_in_tunnel;
    e->settled = true;
    e->protocol[0] = p.suite.protocol;
    e->spi[0] = p.spi;
    if (of_ah != nullptr) {
      e->protocol[1] = of_ah->suite.protocol;
      e->spi[1] = of_ah->spi;
    }
    return e;
  }

  result<offload_handle> offload_outbound(outbound_handle first, const sa_parameters& p, outbound_handle second, const sa_parameters* of_ah) noexcept {
    auto* const sa = sa_of(outbound_, first);
    auto* const ah = of_ah == nullptr ? nullptr : sa_of(outbound_, second);
    if (auto admitted = admit(sa, p); !admitted) return admitted.why();
    if (!Device::guarantees.counter_ivs && iv_origin_of(p.suite) == iv_origin::counter)
      return fault{fault_kind::not_supported, "iv", "this device makes IVs of its own, and software would seal beside it under one key (U-11)", "a device whose IVs are the sequence number, or the SA in software"};
    placement_request request;
    if (auto put = request.add(false, p, sa->sequence().used() + 1); !put) return put.why();
    if (of_ah != nullptr) {
      if (auto admitted = admit(ah, *of_ah); !admitted) return admitted.why();
      if (auto put = request.add(false, *of_ah, ah->sequence().used() + 1); !put) return put.why();
    }
    entry* const e = begin_entry(false, p, of_ah);
    if (e == nullptr) return table_full();
    e->put_name(0, first);
    e->put_name(1, second);
    e->version = request.get().version;
    for (std::size_t k = 0; k < e->count; ++k) e->high[k] = request.get().elements[k].high;
    const auto handle = device_.add_sa(request.get());
    if (!handle) {
      table_.give_back(*e);
      return handle.why();
    }
    e->handle = *handle;
    const placement where = suspended_ ? placement::draining : placement::offloaded;
    sa->place().put(as_placed(*e, 0, where), *handle, first, &attention_);
    if (ah != nullptr) ah->place().put(as_placed(*e, 1, where), *handle, second, &attention_);
    activity_.added.add(1);
    return *handle;
  }

  result<offload_handle> offload_inbound(inbound_handle first, const sa_parameters& p, inbound_handle second, const sa_parameters* of_ah) noexcept {
    auto* const sa = sa_of(inbound_, first);
    auto* const ah = of_ah == nullptr ? nullptr : sa_of(inbound_, second);
    if (auto admitted = admit(sa, p); !admitted) return admitted.why();
    if (trust_of<config>::verifies && config::levels != 1 && p.mode == mode::transport)
      return fault{fault_kind::not_supported, "device_trust", "an outer SA covers the ciphertext of this one, which is gone once the device has opened it", "icv_believed, or the SA in software"};
    placement_request request;
    if (auto put = request.add(true, p, sa->window().highest()); !put) return put.why();
    if (of_ah != nullptr) {
      if (auto admitted = admit(ah, *of_ah); !admitted) return admitted.why();
      if (auto put = request.add(true, *of_ah, ah->window().highest()); !put) return put.why();
    }
    entry* const e = begin_entry(true, p, of_ah);
    if (e == nullptr) return table_full();
    e->put_name(0, first);
    e->put_name(1, second);
    e->version = request.get().version;
    for (std::size_t k = 0; k < e->count; ++k) e->high[k] = request.get().elements[k].high;
    // The device may open packets before it answers: what it says is taken from here on.
    constexpr offload_handle coming{~std::uintptr_t{0}};
    sa->place().put(as_placed(*e, 0, placement::offloaded), coming, first, &attention_);
    if (ah != nullptr) ah->place().put(as_placed(*e, 1, placement::offloaded), coming, second, &attention_);
    const auto handle = device_.add_sa(request.get());
    if (!handle) {
      sa->place().leave();
      if (ah != nullptr) ah->place().leave();
      table_.give_back(*e);
      return handle.why();
    }
    e->handle = *handle;
    sa->place().put(as_placed(*e, 0, placement::offloaded), *handle, first, &attention_);
    if (ah != nullptr) ah->place().put(as_placed(*e, 1, placement::offloaded), *handle, second, &attention_);
    activity_.added.add(1);
    return *handle;
  }
  static fault table_full() noexcept { return {fault_kind::no_space, "sa", "this host's table of placed SAs is full", "an offloader of larger Capacity, or withdraw() of another"}; }

  void begin_withdrawal(entry& e) noexcept {
    if (e.now == phase::going || e.now == phase::gone) return;
    set(e, placement::draining);
    e.now = phase::going;
    ++under_way_;
    if (e.inbound) delete_on_device(e);
  }
  void delete_on_device(entry& e) noexcept {
    (void)device_.delete_sa(e.handle);  // not_found: it went by itself, and then it is gone all the same
    activity_.deleted.add(1);
    e.now = phase::gone;
  }
  /// In software, and out of the table.
  void drop(entry& e) noexcept {
    each_sa(e, [&](auto& sa, std::size_t) noexcept {
      if (is_at(e, sa)) sa.place().leave();
    });
    table_.give_back(e);
  }
  // Two deletes: the inbound SA that the packet came under, then its partner (F116).
  void answer_delete(entry& e) noexcept {
    bool asked = false;
    each_sa(e, [&](auto& sa, std::size_t) noexcept {
      if (!sa.place().delete_asked()) return;
      sa.place().answered_delete();
      asked = true;
    });
    if (!asked) return;
    activity_.asked_to_delete.add(1);
    begin_withdrawal(e);
    if (entry* const partner = table_.at(e.partner)) begin_withdrawal(*partner);
  }

  [[nodiscard]] bool drained(const entry& e) noexcept {
    bool empty = true;
    each_sa(e, [&](auto& sa, std::size_t) noexcept { empty = empty && sa.place().given() == 0; });
    return empty;
  }
  void tend_outbound(entry& e) noexcept {
    if (e.now == phase::placed) {
      bool due = false;
      each_sa(e, [&](auto& sa, std::size_t) noexcept { due = due || sa.place().update_due(); });
      if (!due) return;
      set(e, placement::draining);
      e.now = phase::updating;
    }
    if (!drained(e)) return;
    if (e.now == phase::going) {
      delete_on_device(e);
      drop(e);
    } else if (e.now == phase::updating) {
      bool told = true;
      each_sa(e, [&](auto& sa, std::size_t k) noexcept {
        sa.place().answered_update();
        told = told && tell(e, k, high_of(sa), sa.core().esn);
      });
      e.now = phase::placed;
      if (told) set(e, suspended_ ? placement::draining : placement::offloaded);
      else begin_withdrawal(e);
    }
  }
  void tend_inbound(entry& e) noexcept {
    if (e.now == phase::gone) return drop(e);
    if (e.now == phase::updating) {
      e.settled = true;
      e.now = phase::placed;
      set(e, placement::offloaded);
    }
    if (e.now != phase::placed) return;
    each_sa(e, [&](auto& sa, std::size_t k) noexcept {
      if (!sa.place().update_due()) return;
      sa.place().answered_update();
      const std::uint32_t high = high_of(sa);
      if (high == e.high[k] || e.now != phase::placed) return;
      // Nothing is believed under either word from here on, until what came up under the old one has passed.
      e.settled = false;
      set(e, placement::offloaded);
      if (!tell(e, k, high, true)) return begin_withdrawal(e);
      set(e, placement::offloaded);
      e.now = phase::updating;
    });
  }
  /// The half that the next number has, or the last one that was accepted.
  template <class Sa> [[nodiscard]] static std::uint32_t high_of(Sa& sa) noexcept {
    if constexpr (requires { sa.sequence(); }) return static_cast<std::uint32_t>((sa.sequence().used() + 1) >> 32);
    else return static_cast<std::uint32_t>(sa.window().highest() >> 32);
  }
  bool tell(entry& e, std::size_t k, std::uint32_t high, bool esn) noexcept {
    if (!esn || high == e.high[k]) return true;
    if (!device_.update_sa({e.handle, e.protocol[k], e.spi[k], high})) return false;
    e.high[k] = high;
    activity_.updated.add(1);
    return true;
  }

  inbound_store& inbound_;
  outbound_store& outbound_;
  Device& device_;
  detail::placement_table<Capacity> table_{};
  offload_activity activity_{};
  atomic_word<std::uint32_t> attention_{0};
  std::size_t under_way_ = 0;
  bool suspended_ = false;
};

}  // namespace v0
}  // namespace esplanade
