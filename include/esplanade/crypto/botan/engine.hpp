// What engines over block ciphers and hashes have in common: slots of key state, and the walk over a list of jobs.
#pragma once

#include <esplanade/crypto/botan/words.hpp>

namespace esplanade {
inline namespace v0 {
namespace ESPLANADE_BOTAN_TAG {

/// Key state of an engine, and who may use it.
///   Shape    `Slot` has `shape` (of its jobs), `live`, `set(sizes, key)` that may throw, and `clear()`
///            `Tag` is part of every schedule, so that schedules of several engines differ
///   Threads  add and remove: one at a time, beside lanes that use other schedules
template <class Slot, std::uint32_t Tag> class engine_keys {
 public:
  explicit engine_keys(std::size_t capacity)
      : memory_(new Slot[capacity]), next_(new std::uint32_t[capacity]), slots_(memory_.get(), next_.get(), capacity) {}

  [[nodiscard]] result<std::uint32_t> add(const suite_sizes& sizes, const_octets key) noexcept {
    if (const result<void> ok = suite_rules::check(sizes, key); !ok) return ok.why();
    if (slots_.full()) return fault{fault_kind::no_space, "key", "every schedule of the provider is in use", "a provider with a larger capacity, or remove_key first"};
    Slot& s = slots_.candidate();
    try {
      s.set(sizes, key);
    } catch (...) {
      s.clear();
      return refused();
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
  [[nodiscard]] ESPLANADE_INLINE Slot* live(std::uint32_t schedule) noexcept {
    Slot* s = slots_.at(schedule ^ Tag);
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
  std::unique_ptr<Slot[]> memory_;
  std::unique_ptr<std::uint32_t[]> next_;
  key_slots<Slot> slots_;
};

/// Compares an ICV that was computed with the job's.
ESPLANADE_INLINE job_status compare(const octet* icv, const job& j) noexcept {
  return equal_in_constant_time(icv, j.icv, j.icv_length) ? job_status::done : job_status::forged;
}
/// A text that is not encrypted arrives where it shall be.
inline void copy_text(const job& j) noexcept {
  if (j.source == j.destination) return;
  for (std::size_t i = 0; i < j.segments; ++i)
    if (j.source[i].size != 0 && j.source[i].data != j.destination[i].data) std::memcpy(j.destination[i].data, j.source[i].data, j.source[i].size);
}

inline constexpr std::size_t chunk_octets = 4096;  ///< worked on at a time: two of them stay in the first-level cache

/// Goes over a text in chunks of whole blocks, the last one excepted: calls work(from, to, size). Where segments are cut
/// elsewhere a chunk is gathered in `scratch`, and, when it is to be sent, scattered again.
///   Shape    `Send`: the result is written to the job's destination; else to `scratch`
template <bool Send, class Work> void for_chunks(const job& j, octet* scratch, Work work) noexcept {
  if (j.segments == 1) {
    const segment from = j.source[0];
    octet* const to = Send ? j.destination[0].data : nullptr;
    for (std::size_t at = 0; at < from.size;) {
      const std::size_t now = from.size - at < chunk_octets ? from.size - at : chunk_octets;
      work(static_cast<const octet*>(from.data + at), Send ? to + at : scratch, now);
      at += now;
    }
    return;
  }
  std::size_t left = j.length, piece = 0, offset = 0;
  while (left != 0) {
    const std::size_t now = left < chunk_octets ? left : chunk_octets;
    const std::size_t first = piece, first_offset = offset;
    for (std::size_t done = 0; done < now;) {
      const std::size_t here = j.source[piece].size - offset;
      const std::size_t part = now - done < here ? now - done : here;
      if (part != 0) std::memcpy(scratch + done, j.source[piece].data + offset, part);
      done += part;
      offset += part;
      if (offset == j.source[piece].size && done < now) ++piece, offset = 0;
    }
    work(static_cast<const octet*>(scratch), scratch, now);
    if constexpr (Send) {
      std::size_t to = first, to_offset = first_offset;
      for (std::size_t done = 0; done < now;) {
        const std::size_t here = j.destination[to].size - to_offset;
        const std::size_t part = now - done < here ? now - done : here;
        if (part != 0) std::memcpy(j.destination[to].data + to_offset, scratch + done, part);
        done += part;
        to_offset += part;
        if (to_offset == j.destination[to].size && done < now) ++to, to_offset = 0;
      }
    }
    left -= now;
  }
}

}  // namespace ESPLANADE_BOTAN_TAG
}  // namespace v0
}  // namespace esplanade
