// Inbound, on a host: what the device opened is believed or rechecked, and what it left is opened here.
//
//   said of this portion            and then
//   not done                        open in software
//   done, under an SA of its own    opened in software, and if that fails the ICV is computed again: the host asked for none
//   done, success                   believed · ICV computed again: with verify_after, or when the high half that the host infers
//                                   is not the one the device was told, or that one is not settled (U-18)
//   done, ICV wrong                 icv_mismatch · opened in software where another high half is inferred, or with verify_after
//   done, anything else             opened in software, and if that fails the ICV is computed again: nothing is known of its state
//   by an adapter that was left     likewise; its success: the ICV computed again. What it was told of numbers is not what this SA's is
//   inside what no device opened    opened in software, likewise
//   a tunnel inside a tunnel        the model has none (ipsecov2.md 2.2): whatever is said of the inner one, as "anything else"
//
// Lengths are judged before anything the device says, as without it; next header and pad length are read from the packet by
// remove_trailer, whatever the device says of them.
#pragma once

#include <esplanade/offload/boundary.hpp>
#include <esplanade/offload/device_trust.hpp>
#include <esplanade/offload/host_context.hpp>
#include <esplanade/transform/ah_open.hpp>
#include <esplanade/transform/esp_open.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {

/// Nothing that was not authenticated stays readable.
template <class Context> ESPLANADE_COLD void scrub_text(Context& c, std::size_t i) noexcept {
  const job& j = c.job_of(i);
  const segment* piece = j.destination;
  std::size_t left = j.length;
  for (; left != 0; ++piece) {
    const std::size_t n = left < piece->size ? left : piece->size;
    std::memset(piece->data, 0, n);
    left -= n;
  }
}

/// Opens the packet of the job just made, whether it is ciphertext or plaintext by now.
template <class Context> ESPLANADE_COLD verdict open_either(Context& c, std::size_t i) noexcept {
  job* const only = c.work[--c.work_count];
  job* const list[] = {only};
  c.lane->crypto.open(*c.workspace, job_list{list}, on_forged::restore);
  c.device->opened_here.add(1);
  if (only->status != job_status::forged) return only->status == job_status::done ? verdict::forwarded : verdict::crypto_failed;
  only->status = job_status::pending;
  c.lane->crypto.recheck(*c.workspace, job_list{list});
  c.device->rechecked.add(1);
  if (only->status == job_status::done) return verdict::forwarded;
  if (!is_ah<typename Context::profile>(c.sa(i).core())) scrub_text(c, i);
  return only->status == job_status::forged ? verdict::icv_mismatch : verdict::crypto_failed;
}

/// What the device says of the SA that slot i is under: whether it was done, and how it ended.
struct portion_result {
  bool done = false;
  crypto_status status = crypto_status::success;
  bool unasked = false;  ///< the device has an SA that this host knows nothing of: the end of a request was lost, or is late
};
template <class Context> ESPLANADE_INLINE portion_result result_of(Context& c, std::size_t i) noexcept {
  const receive_ipsec& r = c.received[i].ipsec;
  const offload_handle handle = c.place(i).handle();
  if constexpr (Context::levels == 1) {
    return {r.done && handle, r.next_done ? crypto_status::success : r.status, r.done && !handle};
  } else {
    const std::size_t level = c.state[i].level - 1u;
    const bool same = level != 0 && c.place(i).same_bundle(association(*c.state[i].passed(level - 1)).place());
    c.portion[i] = static_cast<std::uint8_t>(level == 0 ? 0 : c.portion[i] + (same ? 0 : 1));
    if (c.portion[i] > 1) return {};
    if (!handle) return {.unasked = c.portion[i] == 1 ? r.next_done : r.done};
    if (c.portion[i] == 1) {  // which only who opened the outer one can have reached
      const sa_place& outside = association(*c.state[i].passed(0)).place();
      if (!outside.handle() || !c.place(i).same_device(outside)) [[unlikely]] return {.unasked = r.next_done};
    }
    if (c.portion[i] == 1) return {r.next_done, is_tunnel<typename Context::profile>(c.sa(i).core()) ? crypto_status::generic_error : r.status};
    // Both portions were checked: the outer one is right, and what the status says is of the inner one.
    return {r.done, r.next_done ? crypto_status::success : r.status};
  }
}
[[nodiscard]] constexpr bool says_ah_failed(crypto_status s) noexcept { return s == crypto_status::transport_ah_failed || s == crypto_status::tunnel_ah_failed; }
[[nodiscard]] constexpr bool says_esp_failed(crypto_status s) noexcept { return s == crypto_status::transport_esp_failed || s == crypto_status::tunnel_esp_failed; }
}  // namespace detail

/// Takes the device's result, or opens. Behind it the packet is authentic plaintext as behind esp_open, and behind ah_open.
///   Errors   those of esp_open and ah_open
struct take_device_result_stage final : detail::host_stage {
  static constexpr const char* name = "take_device_result";
  static constexpr const char* because = "believes, rechecks or opens: what a device did, and what it did not (ipsecov2.md 5)";
  static constexpr fact needs = fact::sa_selected | fact::device_result;
  static constexpr fact gives = fact::authenticated;
  static constexpr fact excludes = fact::authenticated;
  static constexpr bool suspends = true;

  template <class Context> ESPLANADE_INLINE verdict prepare(Context& c, std::size_t i) const noexcept {
    using config = typename Context::profile;
    using detail::opened_by;
    const auto& sa = c.sa(i).core();
    const detail::portion_result said = detail::result_of(c, i);
    if (!said.done && !said.unasked) {
      c.opened[i] = opened_by::here;
      return make_job(c, i);
    }
    if (said.unasked) return open_either(c, i);
    const placed now = c.place(i).now();
    const bool other_epoch = uses_esn<config>(sa) && (!now.settled || c.state[i].number >> 32 != now.high);
    const bool theirs = c.received[i].adapter != now.adapter;
    const bool ah = is_ah<config>(sa);
    // A bundle whose ESP is wrong has an AH that is right.
    const bool good = said.status == crypto_status::success || (ah && now.bundled && detail::says_esp_failed(said.status));
    const bool wrong = ah ? detail::says_ah_failed(said.status) : detail::says_esp_failed(said.status);
    c.opened[i] = opened_by::device;
    if (good) {
      if (!theirs && !other_epoch && !trust_of<config>::verifies) [[likely]] return believe(c, i);
      c.opened[i] = ah ? opened_by::here : opened_by::recheck;  // AH changed nothing
      return make_job(c, i);
    }
    if (wrong && !theirs) {
      if (!now.as_received || (!other_epoch && !trust_of<config>::verifies)) return refuse(c, i, now.as_received);
      c.opened[i] = opened_by::here;
      return make_job(c, i);
    }
    return open_either(c, i);
  }

  template <class Context> void work(Context& c) const noexcept {
    if (c.work_count == 0) return;
    // Stable: jobs of one kind stay in packet order.
    job* esp[Context::slots];
    job* ah[Context::slots];
    job* again[Context::slots];
    std::size_t esps = 0, ahs = 0, agains = 0;
    for (std::size_t k = 0; k < c.work_count; ++k) {
      job* const j = c.work[k];
      if (c.opened[j->owner] == detail::opened_by::recheck) again[agains++] = j;
      else if (is_ah<typename Context::profile>(c.sa(j->owner).core())) ah[ahs++] = j;
      else esp[esps++] = j;
    }
    auto& crypto = c.lane->crypto;
    if (esps != 0) crypto.open(*c.workspace, job_list{esp, esps}, on_forged::scrub);
    if (ahs != 0) crypto.open(*c.workspace, job_list{ah, ahs}, on_forged::restore);
    if (agains != 0) crypto.recheck(*c.workspace, job_list{again, agains});
    c.device->opened_here.add(esps + ahs);
    c.device->rechecked.add(agains);
  }

  template <class Context> ESPLANADE_INLINE verdict finish(Context& c, std::size_t i) const noexcept {
    using config = typename Context::profile;
    using detail::opened_by;
    if (c.opened[i] == opened_by::here || c.opened[i] == opened_by::recheck) {
      const job_status status = c.job_of(i).status;
      if (status != job_status::done) [[unlikely]] {
        if (c.opened[i] == opened_by::recheck) detail::scrub_text(c, i);
        return status == job_status::forged ? verdict::icv_mismatch : verdict::crypto_failed;
      }
    }
    auto& s = c.state[i];
    if (is_ah<config>(c.sa(i).core())) {
      octet scratch[1]{};
      s.next_header = *peek(c.packet(i), s.esp_at, 1, scratch);
    }
    // The first packet of a new subspace that software verified: the device may be told (U-18).
    if (uses_esn<config>(c.sa(i).core()) && c.opened[i] != opened_by::device) {
      auto& place = c.place(i);
      const placed now = place.now();
      if (now.where == placement::offloaded && now.settled && s.number >> 32 > now.high) [[unlikely]] place.ask_update();
    }
    return verdict::forwarded;
  }

 private:
  template <class Context> static ESPLANADE_COLD verdict open_either(Context& c, std::size_t i) noexcept {
    c.opened[i] = detail::opened_by::either;
    const verdict v = make_job(c, i);
    return v == verdict::forwarded ? detail::open_either(c, i) : v;
  }
  template <class Context> static ESPLANADE_INLINE verdict make_job(Context& c, std::size_t i) noexcept {
    if constexpr (has_ah<typename Context::profile>) {
      if (is_ah<typename Context::profile>(c.sa(i).core())) return detail::make_ah_open_job(c, i);
    }
    return detail::make_open_job(c, i);
  }
  /// What software would have refused before it looked at the ICV is refused all the same.
  template <class Context> static ESPLANADE_INLINE verdict judge_form(Context& c, std::size_t i) noexcept {
    if constexpr (ContiguousPacket<typename Context::packet_type>) {
      if (!is_ah<typename Context::profile>(c.sa(i).core())) return detail::check_esp_lengths(c, i);
    }
    const verdict v = make_job(c, i);
    if (v == verdict::forwarded) --c.work_count;
    return v;
  }
  template <class Context> static ESPLANADE_INLINE verdict believe(Context& c, std::size_t i) noexcept {
    const verdict v = judge_form(c, i);
    if (v == verdict::forwarded) c.device->believed.add(1);
    return v;
  }
  template <class Context> ESPLANADE_COLD static verdict refuse(Context& c, std::size_t i, bool as_received) noexcept {
    if (const verdict v = make_job(c, i); v != verdict::forwarded) return v;
    --c.work_count;
    if (!as_received && !is_ah<typename Context::profile>(c.sa(i).core())) detail::scrub_text(c, i);
    c.device->believed.add(1);
    return verdict::icv_mismatch;
  }
};
inline constexpr take_device_result_stage take_device_result{};

}  // namespace v0
}  // namespace esplanade
