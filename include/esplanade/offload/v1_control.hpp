// The requests of version 1 as they come: numbered, as records of octets, one after the other.
#pragma once

#include <esplanade/offload/status.hpp>
#include <esplanade/offload/v1_device.hpp>
#include <esplanade/offload/v1_task_offload.hpp>

namespace esplanade {
inline namespace v0 {

/// Requests of version 1 by their OIDs.
enum class v1_oid : std::uint32_t {
  task_offload = 0xFC010201,
  add_sa = 0xFC010202,
  delete_sa = 0xFC010203,
  add_udp_sa = 0xFC010205,
  delete_udp_sa = 0xFC010206,
};

/// One request. Its memory belongs to who made it, and lasts until it is completed.
struct v1_request {
  v1_oid oid = v1_oid::add_sa;
  octets buffer{};
  bool query = false;           ///< of task_offload
  std::uintptr_t issuer = 0;    ///< which protocol
  std::size_t octets_needed = 0;  ///< of an answer that found no place, or that was written
};

/// Requests in the order in which they are submitted: while the adapter is held they pend, later ones behind them, so that a delete never overtakes the add it belongs
/// to (F137).
///   Shape    submit(request) → a status, or pending and then one call of complete(request, status); hold, release
///   Cost     bounded; no wait
///   Errors   statuses by `status_of`; resources when `Pending` requests wait already
///   Threads  one at a time, as NDIS serialises them
template <class V1Device, class Complete, std::size_t Pending = 16> class v1_control {
 public:
  constexpr v1_control(V1Device& device, v1_task_offload& tasks, Complete complete, record_layout layout = native_layout) noexcept
      : device_(device), tasks_(tasks), complete_(complete), layout_(layout) {}

  [[nodiscard]] ndis_status submit(v1_request& r) noexcept {
    if (!held_ && waiting_ == 0) return run(r);
    if (waiting_ == Pending) return ndis_status::resources;
    queue_[(first_ + waiting_++) % Pending] = &r;
    return ndis_status::pending;
  }
  /// The adapter takes no request now: it resets or sleeps.
  void hold() noexcept { held_ = true; }
  void release() noexcept {
    held_ = false;
    while (waiting_ != 0 && !held_) {
      v1_request& r = *queue_[first_];
      first_ = (first_ + 1) % Pending;
      --waiting_;
      complete_(r, run(r));
    }
  }

 private:
  [[nodiscard]] ndis_status run(v1_request& r) noexcept {
    switch (r.oid) {
      case v1_oid::task_offload: return task_offload(r);
      case v1_oid::add_sa: {
        const auto asked = read_v1_add_sa(r.buffer, layout_);
        if (!asked) return refused(r, asked.why());
        const auto made = device_.add_sa(*asked);
        if (!made) return refused(r, made.why());
        answer_v1_add(r.buffer, layout_, *made);
        return ndis_status::success;
      }
      case v1_oid::add_udp_sa: {
        const auto asked = read_v1_add_udp_sa(r.buffer, layout_);
        if (!asked) return refused(r, asked.why());
        const auto made = device_.add_udp_sa(*asked);
        if (!made) return refused(r, made.why());
        answer_v1_add(r.buffer, layout_, made->sa, asked->sa.inbound ? &made->entry : nullptr);
        return ndis_status::success;
      }
      case v1_oid::delete_sa: {
        const auto which = read_v1_delete_sa(r.buffer, layout_);
        return which ? status(device_.delete_sa(*which)) : status_of(which.why());
      }
      case v1_oid::delete_udp_sa: {
        const auto which = read_v1_delete_udp_sa(r.buffer, layout_);
        return which ? status(device_.delete_udp_sa(*which)) : status_of(which.why());
      }
    }
    return ndis_status::invalid_oid;
  }
  [[nodiscard]] ndis_status task_offload(v1_request& r) noexcept {
    if (r.query) {
      const auto written = tasks_.query(r.buffer);
      r.octets_needed = written ? *written : v1_task_offload::query_octets;
      return written ? ndis_status::success : ndis_status::buffer_too_short;
    }
    const auto done = tasks_.set(r.buffer, r.issuer);
    if (!done) return done.why().kind == fault_kind::busy ? ndis_status::not_accepted : status_of(done.why());
    device_.configure(tasks_.enabled());
    return ndis_status::success;
  }
  // No handle stays in a record whose SA was not added.
  [[nodiscard]] ndis_status refused(v1_request& r, const fault& why) noexcept {
    if (why.kind != fault_kind::too_short) answer_v1_add(r.buffer, layout_, {});
    return status_of(why);
  }
  [[nodiscard]] static ndis_status status(const result<void>& done) noexcept { return done ? ndis_status::success : status_of(done.why()); }

  V1Device& device_;
  v1_task_offload& tasks_;
  Complete complete_;
  record_layout layout_;
  bool held_ = false;
  v1_request* queue_[Pending]{};
  std::size_t first_ = 0, waiting_ = 0;
};

}  // namespace v0
}  // namespace esplanade
