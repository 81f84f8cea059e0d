// Every interleaving of logical threads over the real code: each access of a shared word is a step, and all orders of steps are run.
//
// What it shows and what not: steps happen one after the other, as under sequential consistency. That an order of memory is too
// weak for a processor it cannot show; what two lanes can do to each other between two accesses it shows completely.
#pragma once

#include <esplanade/base/atomic.hpp>

#include <ucontext.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// What came of running all interleavings of a world.
struct interleavings {
  std::uint64_t run = 0;     ///< how many
  std::string broken{};      ///< what the world said of the first that broke it; empty = none did
  std::string schedule{};    ///< that one: which thread made each step
};

namespace detail {

/// Runs up to four logical threads on fibres, and gives control to another only where one of them calls `step`.
class step_scheduler {
 public:
  static constexpr unsigned threads_max = 4;
  using thread_body = void (*)(void* world, unsigned thread);

  step_scheduler() {
    for (auto& stack : stacks_) stack = std::make_unique<char[]>(stack_octets);
  }

  /// Called before every shared access; without a scheduler at work it does nothing.
  static void step() {
    if (at_work_ != nullptr && !unseen_) at_work_->stop();
  }
  // While true, accesses are no steps.
  static inline bool unseen_ = false;

  /// The next interleaving of `threads` calls of `body`, the first at first. False when one never ends.
  bool run(thread_body body, void* world, unsigned threads) {
    body_ = body;
    world_ = world;
    depth_ = 0;
    trace_.clear();
    alive_.clear();
    at_work_ = this;
    starting_ = true;
    for (current_ = 0; current_ < threads; ++current_) {
      getcontext(&fibres_[current_]);
      fibres_[current_].uc_stack.ss_sp = stacks_[current_].get();
      fibres_[current_].uc_stack.ss_size = stack_octets;
      fibres_[current_].uc_link = &home_;
      makecontext(&fibres_[current_], enter, 0);
      ended_ = false;
      swapcontext(&home_, &fibres_[current_]);  // to its first access
      if (!ended_) alive_.push_back(current_);
    }
    starting_ = false;
    endless_ = false;
    if (!alive_.empty()) {
      current_ = choose();
      swapcontext(&home_, &fibres_[current_]);
    }
    at_work_ = nullptr;
    return !endless_;
  }
  /// Goes on to the next interleaving; false when all were run.
  bool next() {
    while (!choices_.empty() && choices_.back().taken + 1 == choices_.back().of) choices_.pop_back();
    if (choices_.empty()) return false;
    ++choices_.back().taken;
    return true;
  }
  [[nodiscard]] std::string trace() const { return {trace_.begin(), trace_.end()}; }

 private:
  static constexpr std::size_t stack_octets = 64 * 1024, steps_max = 10000;
  struct choice {
    std::uint8_t taken, of;
  };

  static void enter() {
    step_scheduler& s = *at_work_;
    s.body_(s.world_, s.current_);
    s.end();
  }
  void end() {
    ended_ = true;
    if (starting_) return;  // home, by uc_link
    std::erase(alive_, current_);
    if (alive_.empty()) return;
    current_ = choose();
    setcontext(&fibres_[current_]);
  }
  void stop() {
    const unsigned from = current_;
    if (starting_) {
      swapcontext(&fibres_[from], &home_);
      return;
    }
    if (trace_.size() == steps_max) {
      endless_ = true;
      setcontext(&home_);
    }
    current_ = choose();
    if (current_ != from) swapcontext(&fibres_[from], &fibres_[current_]);
  }
  unsigned choose() {
    std::size_t index = 0;
    if (alive_.size() > 1) {
      if (depth_ == choices_.size()) choices_.push_back({0, static_cast<std::uint8_t>(alive_.size())});
      index = choices_[depth_++].taken;
    }
    trace_.push_back(static_cast<char>('0' + alive_[index]));
    return alive_[index];
  }

  static inline step_scheduler* at_work_ = nullptr;

  thread_body body_ = nullptr;
  void* world_ = nullptr;
  ucontext_t home_{}, fibres_[threads_max]{};
  std::unique_ptr<char[]> stacks_[threads_max];
  std::vector<choice> choices_{};
  std::size_t depth_ = 0;
  std::vector<unsigned> alive_{};
  std::vector<char> trace_{};
  unsigned current_ = 0;
  bool starting_ = false, ended_ = false, endless_ = false;
};

}  // namespace detail

/// While one lives, accesses of shared words are no steps: for a world that looks at the state in the middle.
class unseen {
 public:
  unseen() : before_(detail::step_scheduler::unseen_) { detail::step_scheduler::unseen_ = true; }
  unseen(const unseen&) = delete;
  unseen& operator=(const unseen&) = delete;
  ~unseen() { detail::step_scheduler::unseen_ = before_; }

 private:
  bool before_;
};

/// Put in the place of real_atomics: words that are plain memory, and every access a step.
struct stepped_atomics {
  template <class T> class word {
   public:
    word() noexcept = default;
    explicit word(T value) noexcept : value_(value) {}
    word(const word&) = delete;
    word& operator=(const word&) = delete;

    [[nodiscard]] T load(order) const noexcept { return here(); }
    void store(T value, order) noexcept { here() = value; }
    T exchange(T value, order) noexcept { return std::exchange(here(), value); }
    T fetch_add(T n, order) noexcept {
      T& at = here();
      const T before = at;
      at = static_cast<T>(before + n);
      return before;
    }
    bool compare_exchange(T& expected, T desired, order, order) noexcept {
      T& at = here();
      if (at != expected) {
        expected = at;
        return false;
      }
      at = desired;
      return true;
    }

   private:
    T& here() const noexcept {
      detail::step_scheduler::step();
      return value_;
    }
    mutable T value_{};
  };
};

/// Runs every interleaving of a `World`, a new one for each, until one breaks it.
///   Shape    World{}; World::threads, 2 to 4; world.run(thread), what a thread does, all its shared words from stepped_atomics;
///            world.broken() → what is wrong when all are done, empty when nothing is
///   Cost     their number grows with the factorial of the steps: three threads of four steps have 34650
///   Threads  one at a time in a process; the world may not throw
template <class World> [[nodiscard]] interleavings run_every_interleaving() {
  static_assert(World::threads >= 2 && World::threads <= detail::step_scheduler::threads_max);
  detail::step_scheduler scheduler;
  interleavings all;
  do {
    World world{};
    ++all.run;
    const bool ended = scheduler.run([](void* w, unsigned thread) { static_cast<World*>(w)->run(thread); }, &world, World::threads);
    all.broken = ended ? world.broken() : std::string("it does not end");
    if (!all.broken.empty()) all.schedule = scheduler.trace();
  } while (all.broken.empty() && scheduler.next());
  return all;
}

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
