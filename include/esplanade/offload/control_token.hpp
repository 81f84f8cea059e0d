// Who may work on what is shared: one thread at a time, and nobody waits for another.
#pragma once

#include <esplanade/base/atomic.hpp>

#include <cstdint>

namespace esplanade {
inline namespace v0 {

/// One token. Who comes while another has it leaves word, and the other works once more before he gives it back: so whatever was
/// put down before the visit is worked on, by somebody, and no thread waits.
///
///     free ──visit──► called ──► held ── work ──► free
///                        ▲         │ somebody came meanwhile
///                        └─────────┘
///
///   Cost     a visit: one exchange, and for who works two more and the work. Others' visits keep him at work: as long as they come
///   Threads  any; `work` of one visit happens before `work` of the next
template <class Atomics = real_atomics> class control_token {
 public:
  /// → whether this thread did the work. It may have been done several times.
  template <class Work> bool visit(Work work) noexcept {
    if (state_.exchange(called, order::acq_rel) != free) return false;
    work_off(work);
    return true;
  }
  /// The token, if nobody has it; who gets it gives it back.
  [[nodiscard]] bool try_take() noexcept {
    std::uint32_t expected = free;
    return state_.compare_exchange(expected, held, order::acq_rel, order::relaxed);
  }
  /// Does `work` once, and for those who came meanwhile.
  template <class Work> void give_back(Work work) noexcept { work_off(work); }

 private:
  static constexpr std::uint32_t free = 0, held = 1, called = 2;

  template <class Work> void work_off(Work& work) noexcept {
    std::uint32_t expected = held;
    do {
      // Acquires what was put down by all who called until now; who calls from here on is seen below.
      static_cast<void>(state_.exchange(held, order::acq_rel));
      work();
      expected = held;
    } while (!state_.compare_exchange(expected, free, order::acq_rel, order::relaxed));
  }

  typename Atomics::template word<std::uint32_t> state_{};
};

}  // namespace v0
}  // namespace esplanade
