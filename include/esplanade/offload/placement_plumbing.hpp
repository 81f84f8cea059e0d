// Putting one SA bundle of a host on a device: what is asked of it, what is noted, and what lanes see meanwhile.
#pragma once

#include <esplanade/offload/placement_admission.hpp>

namespace esplanade {
inline namespace v0 {
namespace detail {

/// The part of an offloader (offload/placement.hpp) that asks the device and tells the lanes.
///   Threads  one control thread
template <class Host, OffloadDevice Device, std::size_t Capacity> class placement_plumbing : protected placement_admission<Host, Device, Capacity> {
  using base = placement_admission<Host, Device, Capacity>;

 protected:
  using typename base::inbound_store, typename base::outbound_store, typename base::config, typename base::entry, typename base::phase;
  using base::inbound_, base::outbound_, base::device_, base::table_, base::activity_, base::attention_, base::suspended_, base::adapter_;
  using base::sa_of, base::each_sa, base::not_here, base::admit, base::active_for, base::begin_entry, base::of_its_own, base::left_behind, base::tell_apart, base::table_full;
  using base::base;

  /// Whether a lane may still look at this entry's device through the SA.
  template <class Sa> [[nodiscard]] bool is_at(const entry& e, const Sa& sa) const noexcept { return sa.place().handle() == e.handle && sa.place().kept_by(&attention_); }

  template <class Each> void each_sa_here(const entry& e, Each each) noexcept {
    each_sa(e, [&](auto& sa, std::size_t k) noexcept {
      if (is_at(e, sa)) each(sa, k);
    });
  }
  [[nodiscard]] placed as_placed(const entry& e, std::size_t k, placement where) const noexcept {
    placed p{where, e.settled, e.options, e.extensions, e.inside_tunnel, e.count == 2, Device::guarantees.failed_as_received, e.limits.any(), e.limits.any() && Device::guarantees.large_crosses, e.version, adapter_, e.high[k]};
    p.tcp_checksum = e.tcp_checksum, p.udp_checksum = e.udp_checksum;
    return p;
  }
  void set(entry& e, placement where) noexcept {
    each_sa_here(e, [&](auto& sa, std::size_t k) noexcept {
      sa.place().put_limits(e.limits);
      sa.place().put(as_placed(e, k, where));
    });
  }

  /// Where frames of this bundle go while nothing is under way.
  [[nodiscard]] placement as_usual(const entry& e) const noexcept { return !e.inbound && (suspended_ || e.closed) ? placement::draining : placement::offloaded; }

  result<offload_handle> offload_outbound(outbound_handle first, const sa_parameters& p, outbound_handle second, const sa_parameters* of_ah) noexcept {
    if (auto free = not_here(first); !free) return free.why();
    if (auto free = of_ah == nullptr ? result<void>{} : not_here(second); !free) return free.why();
    auto* const sa = sa_of(outbound_, first);
    auto* const ah = of_ah == nullptr ? nullptr : sa_of(outbound_, second);
    if (auto admitted = admit(sa, p); !admitted) return admitted.why();
    if (!Device::guarantees.counter_ivs && iv_origin_of(p.suite) == iv_origin::counter)
      return fault{fault_kind::not_supported, "iv", "this device makes IVs of its own, and software would seal beside it under one key (U-11)", "a device whose IVs are the sequence number, or the SA in software"};
    placement_request request;
    if (auto put = request.add(false, p, sa->sequence().used() + 1); !put) return put.why();
    if (auto works = active_for(request.get().version); !works) return works.why();
    if (of_ah != nullptr) {
      if (auto free = not_here(second); !free) return free.why();
      if (auto admitted = admit(ah, *of_ah); !admitted) return admitted.why();
      if (auto put = request.add(false, *of_ah, ah->sequence().used() + 1); !put) return put.why();
    }
    entry* const e = begin_entry(p, request.get());
    if (e == nullptr) return table_full();
    e->put_name(0, first);
    e->put_name(1, second);
    const auto handle = of_its_own(*e, device_.add_sa(request.get()));
    if (!handle) {
      table_.give_back(*e);
      return handle.why();
    }
    e->handle = *handle;
    const placement where = as_usual(*e);
    sa->place().put_limits(e->limits);
    if (ah != nullptr) ah->place().put_limits(e->limits);
    sa->place().put(as_placed(*e, 0, where), *handle, first, &attention_);
    if (ah != nullptr) ah->place().put(as_placed(*e, 1, where), *handle, second, &attention_);
    activity_.added.add(1);
    return *handle;
  }

  result<offload_handle> offload_inbound(inbound_handle first, const sa_parameters& p, inbound_handle second, const sa_parameters* of_ah) noexcept {
    if (auto free = not_here(first); !free) return free.why();
    if (auto free = of_ah == nullptr ? result<void>{} : not_here(second); !free) return free.why();
    auto* const sa = sa_of(inbound_, first);
    auto* const ah = of_ah == nullptr ? nullptr : sa_of(inbound_, second);
    if (auto admitted = admit(sa, p); !admitted) return admitted.why();
    if (trust_of<config>::verifies && config::levels != 1 && p.mode == mode::transport)
      return fault{fault_kind::not_supported, "device_trust", "an outer SA covers the ciphertext of this one, which is gone once the device has opened it", "icv_believed, or the SA in software"};
    if (p.esn && !Device::guarantees.failed_as_received)
      return fault{fault_kind::not_supported, "esn", "this device spoils what it could not open, and the first packets behind a wrap are opened under another high half", "an SA without ESN, or in software"};
    if (auto free = left_behind(*sa, of_ah != nullptr); !free) return free.why();
    if (auto apart = tell_apart(*sa, p); !apart) return apart.why();
    placement_request request;
    if (auto put = request.add(true, p, sa->window().highest()); !put) return put.why();
    if (auto works = active_for(request.get().version); !works) return works.why();
    if (of_ah != nullptr) {
      if (auto free = not_here(second); !free) return free.why();
      if (auto admitted = admit(ah, *of_ah); !admitted) return admitted.why();
      if (auto free = left_behind(*ah, true); !free) return free.why();
      if (auto put = request.add(true, *of_ah, ah->window().highest()); !put) return put.why();
    }
    entry* const e = begin_entry(p, request.get());
    if (e == nullptr) return table_full();
    e->put_name(0, first);
    e->put_name(1, second);
    // The device may open packets before it answers: what it says is taken from here on.
    constexpr offload_handle coming{~std::uintptr_t{0}};
    const sa_place::record before = sa->place().kept();
    sa->place().put(as_placed(*e, 0, placement::offloaded), coming, first, &attention_);
    if (ah != nullptr) ah->place().put(as_placed(*e, 1, placement::offloaded), coming, second, &attention_);
    const auto handle = of_its_own(*e, device_.add_sa(request.get()));
    if (!handle) {
      sa->place().let_go(adapter_);
      sa->place().put_back(before);
      if (ah != nullptr) ah->place().let_go(adapter_), ah->place().leave();
      table_.give_back(*e);
      return handle.why();
    }
    e->handle = *handle;
    sa->place().put(as_placed(*e, 0, placement::offloaded), *handle, first, &attention_);
    if (ah != nullptr) ah->place().put(as_placed(*e, 1, placement::offloaded), *handle, second, &attention_);
    activity_.added.add(1);
    return *handle;
  }
  /// In software, and out of the table.
  void drop(entry& e) noexcept {
    each_sa(e, [&](auto& sa, std::size_t) noexcept {
      if (is_at(e, sa)) sa.place().leave();
      sa.place().let_go(adapter_);
    });
    table_.give_back(e);
  }
  /// The half that the next number has, or the last one that was accepted.
  template <class Sa> [[nodiscard]] static std::uint32_t high_of(Sa& sa) noexcept {
    if constexpr (requires { sa.sequence(); }) return static_cast<std::uint32_t>((sa.sequence().used() + 1) >> 32);
    else return static_cast<std::uint32_t>(sa.window().highest() >> 32);
  }
  // False: the device refused, or was `busy` and did nothing.
  bool tell(entry& e, std::size_t k, std::uint32_t high, bool esn, bool& busy) noexcept {
    if (!esn || high == e.high[k]) return true;
    if (const auto done = device_.update_sa({e.handle, e.protocol[k], e.spi[k], high}); !done) {
      busy = done.why().kind == fault_kind::busy;
      return false;
    }
    e.high[k] = high;
    activity_.updated.add(1);
    return true;
  }
};

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
