// What engines of several libraries have in common: slots of key state, and the walk over a list of jobs.
#pragma once

#include <esplanade/crypto/constant_time.hpp>
#include <esplanade/crypto/key_slots.hpp>
#include <esplanade/crypto/suite_rules.hpp>

namespace esplanade {
inline namespace v0 {

/// Key state of an engine, and who may use it.
///   Shape    `slots` and `next` have `capacity` elements each and outlive this
///            `Slot` has `shape` (of its jobs), `live`, and `clear()`, which wipes
///            `Tag` is part of every schedule, so that schedules of several engines differ
///   Threads  add and remove: one at a time, beside lanes that use other schedules
template <class Slot, std::uint32_t Tag> class engine_keys {
 public:
  engine_keys(Slot* slots, std::uint32_t* next, std::size_t capacity) noexcept : slots_(slots, next, capacity) {}
  engine_keys(const engine_keys&) = delete;
  engine_keys& operator=(const engine_keys&) = delete;
  ~engine_keys() {
    for (std::uint32_t i = 0; i < slots_.capacity(); ++i)
      if (slots_.at(i)->live) slots_.at(i)->clear();
  }

  /// `set(slot)` puts the key in its place; false when the library cannot.
  template <class Set> [[nodiscard]] result<std::uint32_t> add(const suite_sizes& sizes, const_octets key, Set set) noexcept {
    if (const result<void> ok = suite_rules::check(sizes, key); !ok) return ok.why();
    if (slots_.full()) return fault{fault_kind::no_space, "key", "every schedule of the provider is in use", "a provider with a larger capacity, or remove_key first"};
    Slot& s = slots_.candidate();
    if (!set(s)) {
      s.clear();
      return fault{fault_kind::no_space, "key", "the library could not make a schedule of it", "more memory, or a library built with the suite's algorithms"};
    }
    s.shape = job_shape::of(sizes);
    s.live = true;
    return slots_.claim() ^ Tag;
  }
  /// Nothing happens when the schedule holds no key.
  void remove(std::uint32_t schedule) noexcept {
    if (Slot* s = live(schedule)) {
      s->clear();
      s->live = false;
      slots_.release(schedule ^ Tag);
    }
  }
  /// Whether it holds a key or not; nullptr beyond the capacity.
  [[nodiscard]] ESPLANADE_INLINE Slot* at(std::uint32_t schedule) noexcept { return slots_.at(schedule ^ Tag); }
  /// nullptr when it holds no key.
  [[nodiscard]] ESPLANADE_INLINE Slot* live(std::uint32_t schedule) noexcept {
    Slot* s = at(schedule);
    return s != nullptr && s->live ? s : nullptr;
  }

  /// Calls work(slot, job) for every job that can be worked on; the others are failed.
  template <class Work> void each(job_list jobs, Work work) noexcept {
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      job& j = *jobs[i];
      Slot* const s = live(j.schedule);
      if (s == nullptr || !suite_rules::suits(j, s->shape)) {
        j.status = job_status::failed;
        continue;
      }
      work(*s, j);
    }
  }

 private:
  key_slots<Slot> slots_;
};

/// Compares an ICV that was computed with the job's.
ESPLANADE_INLINE job_status compare_icv(const octet* icv, const job& j) noexcept {
  return equal_in_constant_time(icv, j.icv, j.icv_length) ? job_status::done : job_status::forged;
}
/// A text that is not encrypted arrives where it shall be.
inline void copy_text(const job& j) noexcept {
  if (j.source == j.destination) return;
  for (std::size_t i = 0; i < j.segments; ++i)
    if (j.source[i].size != 0 && j.source[i].data != j.destination[i].data) std::memcpy(j.destination[i].data, j.source[i].data, j.source[i].size);
}

/// The calls of an engine that encrypts nothing.
///   Shape    `Engine` calls this its friend and has `each(jobs, work)`, which calls work(slot, job) for each that can be worked
///            on, and `compute(workspace, slot, job, icv)`, which writes an ICV of 16 octets
template <class Engine> class authenticates_only {
 public:
  template <class Lane> void seal(Lane& w, job_list jobs) noexcept {
    each(w, jobs, [](job& j, const octet* icv) {
      copy_text(j);
      std::memcpy(j.icv, icv, j.icv_length);
      j.status = job_status::done;
    });
  }
  template <class Lane> void open(Lane& w, job_list jobs, on_forged mode) noexcept {
    each(w, jobs, [mode](job& j, const octet* icv) {
      if (compare_icv(icv, j) != job_status::done) return suite_rules::refuse(j, mode);
      copy_text(j);
      j.status = job_status::done;
    });
  }
  template <class Lane> void verify(Lane& w, job_list jobs) noexcept {
    each(w, jobs, [](job& j, const octet* icv) { j.status = compare_icv(icv, j); });
  }
  /// The plaintext is what was sent.
  template <class Lane> void recheck(Lane& w, job_list jobs) noexcept { verify(w, jobs); }

 private:
  template <class Lane, class Work> void each(Lane& w, job_list jobs, Work work) noexcept {
    Engine& engine = static_cast<Engine&>(*this);
    engine.each(jobs, [&](auto& slot, job& j) {
      octet icv[16];
      engine.compute(w, slot, j, icv);
      work(j, icv);
    });
  }
};

}  // namespace v0
}  // namespace esplanade
