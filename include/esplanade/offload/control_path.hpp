// The control path of a NIC: direct requests from any thread, without a lock and without a thread of ours.
#pragma once

#include <esplanade/offload/control_token.hpp>
#include <esplanade/offload/request_ring.hpp>
#include <esplanade/offload/sa_commands.hpp>

namespace esplanade {
inline namespace v0 {

/// Takes SA requests as they come, in parallel (F33).
///
///     request ► ring ► token? ─free─► this thread works off the ring: each request ends now, or waits for lanes to leave
///                        └─ another has it: he works it off, and this one returns pending
///
///   Shape    request(r)            → a status, or pending: then r.completed is called, once
///            cancel(id)            ends waiting requests with this id; else nothing (F56). False: `Slots` requests are under way and another
///                                  thread is at work on them, so that nothing was cancelled: the same again
///            poll()                ends what waits for lanes that have left. Nobody else does it for them: a queue calls it after
///                                  a batch, and when idle, as long as waiting() is true
///            add_sa, update_sa, delete_sa   typed, at once or not at all
///            begin_reset, end_reset, adapter_gone, adapter_starts
///   Cost     bounded by the requests that are there; nothing waits
///   Errors   statuses; resources when `Slots` requests are under way; typed: busy when another thread is at work
///   Threads  any, with a store for several threads (epoch); requests may be made while one is completed
///   Source   ipsecov2.md 3.1 to 3.4
template <class Store, class Crypto, class Configuration, class Rules = request_rules, std::size_t Slots = 64, class Atomics = real_atomics> class control_path {
 public:
  using store_type = Store;

  control_path(Store& store, Crypto& crypto, const Configuration& configuration) noexcept : commands_(store, crypto, configuration) {}
  control_path(const control_path&) = delete;
  control_path& operator=(const control_path&) = delete;

  [[nodiscard]] ndis_status request(direct_request& r) noexcept {
    if (!is_direct(r.oid) || r.query) return refuse(r, ndis_status::not_supported, r.query ? no_question : no_direct_oid);             // F59
    if (const std::uint32_t now = state_.load(order::acquire); now != running) return refuse(r, ndis_status::not_accepted, why_not(now));  // F50, F58
    own mine{};
    mine.position = ring_.push({&r, 0});
    if (mine.position == 0) {
      poll();
      mine.position = ring_.push({&r, 0});
      if (mine.position == 0) return refuse(r, ndis_status::resources, no_slot);
    }
    token_.visit([&]() noexcept { work(&mine); });
    return mine.status;
  }
  [[nodiscard]] bool cancel(std::uint64_t id) noexcept {
    bool placed = ring_.push({nullptr, id}) != 0;
    if (!placed) {
      poll();
      placed = ring_.push({nullptr, id}) != 0;
    }
    poll();
    return placed;
  }
  void poll() noexcept {
    token_.visit([this]() noexcept { work(nullptr); });
  }
  /// Whether anything waits for lanes to leave.
  [[nodiscard]] ESPLANADE_INLINE bool waiting() const noexcept { return waiting_.load(order::relaxed) != 0; }

  [[nodiscard]] result<offload_handle> add_sa(const sa_request& s) noexcept {
    return alone<offload_handle>([&]() noexcept { return commands_.add(s); });
  }
  [[nodiscard]] result<void> update_sa(const sa_update& u) noexcept {
    return alone<void>([&]() noexcept {
      auto done = commands_.update(u);
      if (done) {
        updated_ = commands_.store().ticket();
        unsettled_ = true;
      }
      return done;
    });
  }
  /// Whether every lane has left what it entered before the last typed update: from then on nobody is under the old word (U-18).
  /// False as well while another thread is at work.
  [[nodiscard]] bool updates_settled() noexcept {
    if (!token_.try_take()) return false;
    if (unsettled_) unsettled_ = !commands_.store().settled(updated_);
    const bool all = !unsettled_;
    token_.give_back([this]() noexcept { work(nullptr); });
    return all;
  }
  /// The bundle is found no more; its place is free when lanes have left and somebody polled.
  [[nodiscard]] result<void> delete_sa(offload_handle h) noexcept {
    return alone<void>([&]() noexcept { return commands_.remove(h); });
  }

  /// Ends what waits with request_aborted, and takes nothing until the end. Bundles stay (F50, F123).
  void begin_reset() noexcept {
    std::uint32_t expected = running;
    if (state_.compare_exchange(expected, resetting, order::acq_rel, order::relaxed)) poll();
  }
  void end_reset() noexcept {
    std::uint32_t expected = resetting;
    static_cast<void>(state_.compare_exchange(expected, running, order::acq_rel, order::relaxed));
  }
  /// Surprise removal, or halt: all bundles go, and nothing is taken any more (F58, F126, F127).
  void adapter_gone() noexcept {
    state_.store(gone, order::release);
    wipe_due_.store(1, order::release);  // behind the state: what was begun before it is wiped too
    poll();
  }
  /// It is initialized anew.
  void adapter_starts() noexcept {
    std::uint32_t expected = gone;
    static_cast<void>(state_.compare_exchange(expected, running, order::acq_rel, order::relaxed));
  }

  [[nodiscard]] control_counts counts() const noexcept { return commands_.counts().snapshot(); }

 private:
  static constexpr std::uint32_t running = 0, resetting = 1, gone = 2;
  struct entry {
    direct_request* request = nullptr;  // nullptr: a cancellation
    std::uint64_t id = 0;
  };
  // A request that its own thread may end by what it returns. Told by its position: its memory may be another request by then.
  struct own {
    std::uint64_t position = 0;
    ndis_status status = ndis_status::pending;
  };

  void work(own* mine) noexcept {
    commands_.reclaim();
    wipe();
    if (const std::uint32_t now = state_.load(order::acquire); now != running) {
      if (now == gone) commands_.store().remove_all();
      end_waiting([](const direct_request&) noexcept { return true; }, status_while(now), why_not(now));
      commands_.reclaim();
    }
    end_waiting([this](const direct_request& r) noexcept { return commands_.store().settled(r.ticket); }, ndis_status::success, {});
    entry e{};
    for (std::uint64_t at = ring_.pop(e); at != 0; at = ring_.pop(e)) {
      wipe();  // what comes from here on may be of the next life
      if (e.request == nullptr) end_waiting([&e](const direct_request& r) noexcept { return r.id == e.id; }, ndis_status::request_aborted, cancelled);
      else begin(*e.request, mine != nullptr && mine->position == at ? mine : nullptr);
    }
    waiting_.store(first_ != nullptr || commands_.store().retired() != 0 ? 1 : 0, order::relaxed);
  }

  // Bundles of a life that is over go before anything of the next is done, also where the adapter has started anew meanwhile.
  void wipe() noexcept {
    if (wipe_due_.exchange(0, order::acq_rel) == 0) return;
    commands_.store().remove_all();
    end_waiting([](const direct_request&) noexcept { return true; }, ndis_status::not_accepted, why_not(gone));
    commands_.reclaim();
  }
  void begin(direct_request& r, own* mine) noexcept {
    const std::uint32_t now = state_.load(order::acquire);
    if (now != running) {
      control_counters::count(commands_.counts().aborted);
      static_cast<void>(refuse(r, status_while(now), why_not(now)));
    } else if (!commands_.perform(r)) {
      r.next_waiting = nullptr;
      (first_ == nullptr ? first_ : last_->next_waiting) = &r;
      last_ = &r;
      return;
    }
    if (mine != nullptr) mine->status = r.status;
    else complete(r);
  }
  // Whatever stands in a request was written before: from here on it is its issuer's.
  static void complete(direct_request& r) noexcept { r.completed(r); }

  // Ends those that `chosen` says. All are taken out before the first is completed, for completions may bring new work.
  template <class Chosen> void end_waiting(Chosen chosen, ndis_status status, const fault& why) noexcept {
    direct_request *ended = nullptr, **ended_end = &ended, *kept = nullptr;
    for (direct_request* r = first_; r != nullptr;) {
      direct_request* const next = r->next_waiting;
      r->next_waiting = nullptr;
      if (chosen(*r)) {
        *ended_end = r;
        ended_end = &r->next_waiting;
      } else {
        (kept == nullptr ? first_ : kept->next_waiting) = r;
        kept = r;
      }
      r = next;
    }
    if (kept == nullptr) first_ = nullptr;
    last_ = kept;
    if (ended == nullptr) return;
    commands_.reclaim();  // a DELETE that ends has made room (F49)
    while (ended != nullptr) {
      direct_request& r = *ended;
      ended = r.next_waiting;
      r.status = status;
      if (status != ndis_status::success) {
        control_counters::count(commands_.counts().aborted);
        static_cast<void>(refuse(r, status, why));
      }
      complete(r);
    }
  }
  // A request that was not begun, or not ended: nothing of an earlier use of its memory stays an answer.
  static ndis_status refuse(direct_request& r, ndis_status status, const fault& why) noexcept {
    r.bytes_read = r.bytes_needed = 0;
    r.supported_revision = 0;
    r.why = why;
    return r.status = status;
  }
  static constexpr fault no_direct_oid{fault_kind::not_supported, "oid", "not a request of the direct path", "ADD_SA, ADD_SA_EX, DELETE_SA, UPDATE_SA"};
  static constexpr fault no_question{fault_kind::not_supported, "query", "requests of the direct path set, and answer no question", "query = false"};
  static constexpr fault no_slot{fault_kind::no_space, "control", "as many requests are under way as there are slots", "the same again when some have ended"};
  static constexpr fault cancelled{fault_kind::busy, "id", "cancelled while it waited; a bundle that was to be deleted is found no more all the same", "nothing: somebody wanted it so"};
  [[nodiscard]] static constexpr fault why_not(std::uint32_t state) noexcept {
    if (state == gone) return {fault_kind::not_found, "adapter", "it is gone, and its bundles with it", "another adapter, or software"};
    return {fault_kind::busy, "adapter", "it is resetting", "the same again when the reset is over"};
  }
  [[nodiscard]] static constexpr ndis_status status_while(std::uint32_t state) noexcept { return state == gone ? ndis_status::not_accepted : ndis_status::request_aborted; }

  // Typed requests end at once: with the token, or with word that another has it.
  template <class T, class Once> [[nodiscard]] result<T> alone(Once once) noexcept {
    if (!token_.try_take()) return fault{fault_kind::busy, "control", "another request is at work; nothing was done", "the same again, or a direct request"};
    result<T> done = state_.load(order::acquire) == running ? once() : result<T>(fault{fault_kind::busy, "adapter", "it is resetting, or gone", "software"});
    token_.give_back([this]() noexcept { work(nullptr); });
    return done;
  }

  template <class T> using word = typename Atomics::template word<T>;
  word<std::uint32_t> state_{running};
  word<std::uint32_t> waiting_{};
  word<std::uint32_t> wipe_due_{};  // bundles of a life that is over
  control_token<Atomics> token_{};
  request_ring<entry, Slots, Atomics> ring_{};
  sa_commands<Store, Crypto, Configuration, Rules> commands_;
  direct_request* first_ = nullptr;  // those that wait, in the order of their tickets
  direct_request* last_ = nullptr;
  std::uint64_t updated_ = 0;       // the moment of the last typed update, until it is settled
  bool unsettled_ = false;
};

}  // namespace v0
}  // namespace esplanade
