// How SA requests are read where the sources leave it open, and what a control path counts.
//
//   Available         unknown_handles_counted   DELETE_SA passes over a handle that names nothing, counts it, and succeeds
//                     unknown_handles_refused   DELETE_SA of a list with such a handle removes nothing and fails
//   When to use       counted, as no failure of DELETE_SA is documented (U-9); refused to find a host's mistakes
//   Not provided      stopping at the first such handle, because nobody could tell which bundles are gone
#pragma once

#include <esplanade/base/atomic.hpp>
#include <esplanade/offload/records_read.hpp>

namespace esplanade {
inline namespace v0 {

/// DELETE_SA passes over what names nothing.
struct unknown_handles_counted {
  static constexpr const char* name = "unknown_handles_counted";
  static constexpr bool refused = false;
};
/// DELETE_SA of a list with a handle that names nothing does nothing.
struct unknown_handles_refused {
  static constexpr const char* name = "unknown_handles_refused";
  static constexpr bool refused = true;
};

/// The rules of a control path. Derive from it and say what differs.
///
/// | member                 | default                  | says
/// | using icv_size         | icv_in_octets            | records_read.hpp: how the ICV of AES-GCM is written
/// | using unknown_handles  | unknown_handles_counted  | what DELETE_SA makes of a handle that names nothing
struct request_rules {
  using icv_size = icv_in_octets;
  using unknown_handles = unknown_handles_counted;
};

/// What was done so far.
struct control_counts {
  std::uint64_t added = 0, refused = 0;            ///< records of ADD_SA and ADD_SA_EX
  std::uint64_t deleted = 0, unknown_handles = 0;  ///< records of DELETE_SA
  std::uint64_t updated = 0;
  std::uint64_t aborted = 0;                       ///< requests that a cancellation, a reset or a removal ended
  friend constexpr bool operator==(const control_counts&, const control_counts&) noexcept = default;
};

/// The same while they are counted.
///   Threads  one counts at a time, any read
struct control_counters {
  using word = atomic_word<std::uint64_t>;
  word added{}, refused{}, deleted{}, unknown_handles{}, updated{}, aborted{};

  static void count(word& of, std::uint64_t more = 1) noexcept { of.store(of.load(order::relaxed) + more, order::relaxed); }
  [[nodiscard]] control_counts snapshot() const noexcept {
    return {added.load(order::relaxed), refused.load(order::relaxed), deleted.load(order::relaxed), unknown_handles.load(order::relaxed), updated.load(order::relaxed), aborted.load(order::relaxed)};
  }
};

}  // namespace v0
}  // namespace esplanade
