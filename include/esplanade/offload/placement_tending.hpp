// What is under way of a host's SAs on a device, step by step: updates, deletes, withdrawals, old SAs that end.
#pragma once

#include <esplanade/offload/placement_plumbing.hpp>

namespace esplanade {
inline namespace v0 {
namespace detail {

/// The part of an offloader (offload/placement.hpp) that takes entries of its table from one phase to the next.
///   Threads  one control thread
template <class Host, OffloadDevice Device, std::size_t Capacity> class placement_tending : protected placement_plumbing<Host, Device, Capacity> {
  using base = placement_plumbing<Host, Device, Capacity>;

 protected:
  using typename base::entry, typename base::phase;
  using base::table_, base::activity_, base::attention_, base::device_;
  using base::each_sa, base::each_sa_here, base::set, base::drop;
  using base::base;

  std::size_t tend_all() noexcept {
    if (attention_.exchange(0, order::acquire) == 0 && under_way_ == 0 && ageing_ == 0) return 0;
    table_.for_each([this](entry& e) noexcept {
      if (e.inbound) tend_inbound(e);
      else tend_outbound(e);
    });
    // Behind it: what is deleted now has passed before the next call.
    table_.for_each([this](entry& e) noexcept {
      age(e);
      answer_delete(e);
    });
    under_way_ = ageing_ = 0;
    table_.for_each([this](entry& e) noexcept {
      if (e.now != phase::placed && e.now != phase::left) ++under_way_;
      if (e.turns != 0) ++ageing_;
    });
    return under_way_;
  }

  void begin_withdrawal(entry& e) noexcept {
    if (e.now == phase::going || e.now == phase::gone) return;
    set(e, placement::draining);
    e.now = phase::going;
    ++under_way_;
    if (e.inbound) (void)delete_on_device(e);
  }
  // A receiving SA that was replaced.
  void age(entry& e) noexcept {
    if (e.turns == 0 || (e.now != phase::placed && e.now != phase::left)) return;
    each_sa(e, [&e](auto& sa, std::size_t k) noexcept {
      if (k != 0) return;
      if (const std::uint64_t packets = sa.traffic().packets.get(); packets != e.packets) {
        e.packets = packets;
        e.turns = static_cast<std::uint16_t>(e.quiet + 1);
      }
      if constexpr (requires { sa.lifetime().expired(); })
        if (sa.lifetime().expired() != lifetime_end::none) e.turns = 1;
    });
    if (--e.turns == 0) begin_withdrawal(e);
  }
  // False: the device was busy and did nothing; the next tend() asks again. not_found: it went by itself, and is gone all the same.
  bool delete_on_device(entry& e) noexcept {
    if (const auto done = device_.delete_sa(e.handle); !done && done.why().kind == fault_kind::busy) return false;
    activity_.deleted.add(1);
    e.now = phase::gone;
    return true;
  }
  // Two deletes: the inbound SA that the packet came under, then its partner (F116).
  void answer_delete(entry& e) noexcept {
    bool asked = false;
    each_sa_here(e, [&](auto& sa, std::size_t) noexcept {
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
      each_sa_here(e, [&](auto& sa, std::size_t) noexcept { due = due || sa.place().update_due(); });
      if (!due) return;
      set(e, placement::draining);
      e.now = phase::updating;
    }
    if (!drained(e)) return;
    if (e.now == phase::going) {
      if (delete_on_device(e)) drop(e);
    } else if (e.now == phase::updating) {
      bool told = true, busy = false;
      each_sa_here(e, [this, &e, &told, &busy](auto& sa, std::size_t k) noexcept {
        sa.place().answered_update();
        told = told && this->tell(e, k, base::high_of(sa), sa.core().esn, busy);
      });
      if (busy) return;  // nothing was done; the next tend() asks again
      e.now = phase::placed;
      if (told) set(e, this->as_usual(e));
      else begin_withdrawal(e);
    }
  }
  void tend_inbound(entry& e) noexcept {
    if (e.now == phase::gone) return drop(e);
    if (e.now == phase::going) return (void)delete_on_device(e);
    if (e.now == phase::updating) {
      // First no core of the device is under the old word any more, then what it opened so has passed.
      if constexpr (requires { { device_.updates_settled() } noexcept -> std::same_as<bool>; }) {
        if (!e.passing) {
          e.passing = device_.updates_settled();
          return;
        }
      }
      e.passing = false;
      e.settled = true;
      e.now = phase::placed;
      set(e, placement::offloaded);
    }
    if (e.now != phase::placed) return;
    each_sa_here(e, [this, &e](auto& sa, std::size_t k) noexcept {
      if (!sa.place().update_due()) return;
      sa.place().answered_update();
      const std::uint32_t high = base::high_of(sa);
      if (high == e.high[k] || e.now != phase::placed) return;
      // Nothing is believed under either word from here on, until what came up under the old one has passed.
      e.settled = false;
      this->set(e, placement::offloaded);
      bool busy = false;
      if (!this->tell(e, k, high, true, busy)) return busy ? sa.place().ask_update() : this->begin_withdrawal(e);
      this->set(e, placement::offloaded);
      e.now = phase::updating;
    });
  }

  std::size_t under_way_ = 0, ageing_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace esplanade
