// A host's SA requests as records on a NIC's direct path: each in memory that stays until its end, whenever that comes.
//
//   request ► ended at once, or by its completion ► answer
//           └ not ended when the host has looked `Turns` times ► busy, and the memory waits: what a late ADD made is deleted again
#pragma once

#include <esplanade/base/atomic.hpp>
#include <esplanade/base/wipe.hpp>
#include <esplanade/offload/direct_request.hpp>
#include <esplanade/offload/records_write.hpp>

namespace esplanade {
inline namespace v0 {

/// SAs by direct requests, with answers at once.
///   Shape    Control    request(r), poll(), as control_path
///            add_sa, update_sa, delete_sa   as of OffloadDevice
///            tend()     looks after requests that ended late; → how many have not ended. What stays so was lost by the driver
///   Units    Slots: requests that may be under way, those that never end among them
///   Cost     control: no allocation; `Turns` looks for each request at most
///   Errors   those of the NIC, in words; busy: it has not ended yet, and nothing is known; no_space: no slot is left
///   Threads  one asks; ends may come from any. An end that comes twice, and of what has ended, changes nothing
template <class Control, std::size_t Slots = 16, unsigned Turns = 8> class direct_requests {
 public:
  explicit direct_requests(Control& control) noexcept : control_(control) {}
  direct_requests(const direct_requests&) = delete;
  direct_requests& operator=(const direct_requests&) = delete;

  [[nodiscard]] result<offload_handle> add_sa(const sa_request& r) noexcept {
    slot* const s = take();
    if (s == nullptr) return none_left();
    const auto size = write_add_sa(s->record, native_layout, true, r);
    s->adds = true;
    auto done = size ? carry(*s, direct_oid::add_sa_ex, *size) : result<void>(size.why());
    if (kept(*s)) return done.why();
    const offload_handle handle = handle_in(s->record, native_layout, true);
    give_back(*s);
    if (!done) return done.why();
    return handle;
  }
  [[nodiscard]] result<void> update_sa(const sa_update& u) noexcept {
    return ask(direct_oid::update_sa, [&u](octets into) noexcept { return write_update_sa(into, native_layout, u); });
  }
  [[nodiscard]] result<void> delete_sa(offload_handle h) noexcept {
    return ask(direct_oid::delete_sa, [h](octets into) noexcept { return write_delete_sa(into, native_layout, h); });
  }

  std::size_t tend() noexcept {
    control_.poll();
    std::size_t waiting = 0;
    for (slot& s : slots_) {
      const std::uint32_t now = s.now.load(order::acquire);
      waiting += now == left;
      if (now != late) continue;
      const offload_handle made = s.adds && s.request.status == ndis_status::success ? handle_in(s.record, native_layout, true) : offload_handle{};
      if (!made) {
        give_back(s);
        continue;
      }
      // Nobody knows of it: the host was told that it is not there. Its own memory asks, for there may be no other.
      s.now.store(under_way, order::relaxed);
      s.adds = false;
      wipe(s.record, sizeof s.record);
      static_cast<void>(static_cast<bool>(carry_out(s, direct_oid::delete_sa, write_delete_sa(s.record, native_layout, made))));
      waiting += kept(s);
    }
    return waiting;
  }
  /// Requests that were given up as not ended, so far.
  [[nodiscard]] std::uint64_t given_up() const noexcept { return given_up_; }

 private:
  static constexpr std::uint32_t vacant = 0, under_way = 1, ended = 2, left = 3, late = 4;
  static constexpr std::size_t record_octets = 512;
  struct slot {
    atomic_word<std::uint32_t> now{vacant};
    bool adds = false;
    direct_request request{};
    alignas(8) octet record[record_octets]{};
  };
  static fault none_left() noexcept { return {fault_kind::no_space, "request", "as many requests as this host keeps have not ended", "another try when tend() says that one has"}; }

  // Until its end the memory is the NIC's.
  static bool kept(const slot& s) noexcept { return s.now.load(order::acquire) >= left; }

  // The one that was free longest: an end that is told again late meets nobody's request, as long as there are others.
  [[nodiscard]] slot* take() noexcept {
    for (std::size_t k = 0; k < Slots; ++k) {
      slot& s = slots_[next_++ % Slots];
      if (s.now.load(order::acquire) != vacant) continue;
      s.now.store(under_way, order::relaxed);
      s.adds = false;
      return &s;
    }
    return nullptr;
  }
  void give_back(slot& s) noexcept {
    wipe(s.record, sizeof s.record);  // it held keys
    s.now.store(vacant, order::release);
  }
  template <class Write> [[nodiscard]] result<void> ask(direct_oid oid, Write write) noexcept {
    slot* const s = take();
    if (s == nullptr) return none_left();
    return carry_out(*s, oid, write(octets(s->record)));
  }
  [[nodiscard]] result<void> carry_out(slot& s, direct_oid oid, const result<std::size_t>& size) noexcept {
    auto done = size ? carry(s, oid, *size) : result<void>(size.why());
    if (!kept(s)) give_back(s);
    return done;
  }
  [[nodiscard]] result<void> carry(slot& s, direct_oid oid, std::size_t size) noexcept {
    s.request = {};
    s.request.oid = static_cast<std::uint32_t>(oid);
    s.request.information = reinterpret_cast<std::uintptr_t>(s.record);
    s.request.information_octets = static_cast<std::uint32_t>(size);
    s.request.issuer = &s;
    s.request.completed = [](direct_request& r) noexcept {
      slot& mine = *static_cast<slot*>(r.issuer);
      std::uint32_t expected = under_way;
      if (mine.now.compare_exchange(expected, ended, order::acq_rel, order::relaxed) || expected != left) return;
      mine.now.compare_exchange(expected, late, order::acq_rel, order::relaxed);
    };
    if (control_.request(s.request) != ndis_status::pending) s.now.store(ended, order::relaxed);
    for (unsigned turn = 0; turn < Turns && s.now.load(order::acquire) == under_way; ++turn) control_.poll();
    std::uint32_t expected = under_way;
    if (s.now.compare_exchange(expected, left, order::acq_rel, order::acquire)) {
      ++given_up_;
      return fault{fault_kind::busy, "request", "the NIC has not ended this request, and may have done what it asks", "the same again, when tend() has looked after it"};
    }
    if (s.request.status == ndis_status::success) return {};
    return s.request.why;
  }

  Control& control_;
  slot slots_[Slots]{};
  std::size_t next_ = 0;
  std::uint64_t given_up_ = 0;
};

}  // namespace v0
}  // namespace esplanade
