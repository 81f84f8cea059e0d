// When the memory of a removed SA may be used again: reclamation policies of stores.
//
//   Available         single_core      readers and writer are one core
//                     epoch<Lanes>     any number of cores read while one thread adds, removes and reclaims
//   When to use       single_core where a store belongs to one core: it costs a count per batch. epoch where lanes share a
//                     store, or a control thread changes it under traffic: it costs a bus-locked store per batch.
//   Not provided      reference counts per SA, because every packet would write to a line that all cores share;
//                     hazard pointers, because they announce each SA of a batch where one number announces the batch;
//                     waiting inside remove() or reclaim(), because a lane may be idle for as long as it likes.
//
// A removal under `epoch`, time runs down. What is retired in epoch 7 may be reclaimed when no lane is in 7 or earlier:
//
//     control                      epoch   lane 0           lane 1           lane 2
//     entry out of the index         7     enters: 7        enters: 7        idle: 0
//     retire() → 7                   8     |                leaves: 0        idle: 0
//     passed() → 7: not yet          8     |                enters: 8        idle: 0
//                                    8     leaves: 0        |                idle: 0
//     passed() → 8: reclaims         8     idle: 0          |                idle: 0
#pragma once

#include <esplanade/base/atomic.hpp>
#include <esplanade/base/text.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace esplanade {
inline namespace v0 {

namespace detail {
template <class R>
concept NamesItsWords = requires { typename R::atomics::template word<std::uint64_t>; { R::concurrent } -> std::convertible_to<bool>; } ||
    unmet<"ReclaimPolicy: say with what words a store and its readers speak: using atomics = real_atomics; (or plain_atomics) and static constexpr bool concurrent = true; (or false)", R>();
template <class R>
concept HasMembers = requires { typename R::membership; };
template <class R>
concept LetsReadersIn = requires(R& r) { { r.enter() } noexcept; } ||
    (requires(R& r, typename R::membership& m) { { r.enter(m) } noexcept; } && std::is_nothrow_constructible_v<typename R::membership, R&>) ||
    unmet<"ReclaimPolicy: add enter() noexcept, or a membership(policy&) noexcept for each lane and enter(membership&) noexcept: what it returns is a guard", R>();
template <class R>
concept KnowsWhoLeft = requires(R& r) {
  { r.retire() } noexcept -> std::same_as<std::uint64_t>;
  { r.passed() } noexcept -> std::same_as<std::uint64_t>;
} || unmet<"ReclaimPolicy: add std::uint64_t retire() noexcept, the tag of what is out of reach from now on, and std::uint64_t passed() noexcept: what has a smaller tag is nobody's", R>();
}  // namespace detail

/// Who is inside a store, and what they may still hold.
///   Shape    R::atomics        the words that the store shares with its readers
///            R::concurrent     whether readers and writer may be different threads
///            R::membership     where it is needed: what a lane keeps of the store, made of R&; the lane's own
///            r.enter(…)        a guard, with the lane's membership where there is one
///            r.retire()        the writer, behind having put something out of reach; → its tag, never less than the one before
///            r.passed()        the writer; what has a tag below this is in nobody's hands
///   Units    tags count removals
///   Cost     enter and leave O(1); passed O(lanes); nothing ever waits
///   Errors   none
///   Threads  enter: the lane's; retire and passed: one writer
///   Models   single_core, epoch. Archetype: testing::archetype::reclaim. Laws: testing::check_reclaim_laws
template <class R>
concept ReclaimPolicy = detail::NamesItsWords<R> && detail::LetsReadersIn<R> && detail::KnowsWhoLeft<R>;

/// One core reads and writes: guards are counted, and nothing is reclaimed while one lives.
///   Threads  one core
class single_core {
 public:
  using atomics = plain_atomics;
  static constexpr bool concurrent = false;
  static constexpr const char* name = "single_core";

  class guard {
   public:
    explicit guard(std::size_t& inside) noexcept : inside_(&inside) { ++*inside_; }
    guard(guard&& other) noexcept : inside_(other.inside_) { other.inside_ = nullptr; }
    guard& operator=(guard&&) = delete;
    ~guard() {
      if (inside_ != nullptr) --*inside_;
    }

   private:
    std::size_t* inside_;
  };

  single_core() noexcept = default;
  single_core(const single_core&) = delete;
  single_core& operator=(const single_core&) = delete;

  [[nodiscard]] guard enter() noexcept { return guard{inside_}; }
  [[nodiscard]] std::uint64_t retire() noexcept { return 0; }
  [[nodiscard]] std::uint64_t passed() const noexcept { return inside_ == 0 ? ~std::uint64_t{0} : 0; }

 private:
  std::size_t inside_ = 0;
};
static_assert(ReclaimPolicy<single_core>);

/// Up to `Lanes` lanes read while one thread writes. An idle lane is offline and holds nothing back.
///   Shape    each lane publishes the epoch of its oldest guard in a cache line of its own; 0 = offline
///   Cost     enter: one exchange when the lane was outside, one load when it was inside; leave: one store
///   Errors   none: a lane beyond `Lanes` is counted with the others like it, and nothing is reclaimed while one of them is
///            inside, so it costs time and never safety
///   Threads  a membership and its guards belong to one lane at a time; retire and passed to one writer
template <std::size_t Lanes, class Atomics = real_atomics> class epoch {
  static_assert(Lanes >= 1 && Lanes <= 64, "epoch<Lanes>: 1 to 64 lanes may be members of a store; passed() looks at each");
  using word = typename Atomics::template word<std::uint64_t>;
  static constexpr std::uint64_t offline = 0;
  struct alignas(64) cell {
    word published{offline};
    word taken{0};
  };

 public:
  using atomics = Atomics;
  static constexpr bool concurrent = true;
  static constexpr const char* name = "epoch";
  static constexpr std::size_t lanes = Lanes;
  class guard;

  /// A lane's place at a store; taken when it is made, given back when it is destroyed, which its guards do not outlive.
  class membership {
   public:
    explicit membership(epoch& of) noexcept : of_(of) {
      for (cell& c : of.cells_) {
        std::uint64_t vacant = 0;
        if (!c.taken.compare_exchange(vacant, 1, order::acq_rel, order::relaxed)) continue;
        mine_ = &c;
        return;
      }
    }
    /// At a store that shows its policy.
    template <class Store>
      requires requires(Store& s) { { s.reclaimer() } noexcept -> std::same_as<epoch&>; }
    explicit membership(Store& store) noexcept : membership(store.reclaimer()) {}
    membership(const membership&) = delete;
    membership& operator=(const membership&) = delete;
    ~membership() {
      if (mine_ != nullptr) mine_->taken.store(0, order::release);
    }
    /// False for a lane beyond `Lanes`.
    [[nodiscard]] bool has_place() const noexcept { return mine_ != nullptr; }

   private:
    friend class guard;
    void came_in(std::uint64_t since) noexcept {
      if (mine_ != nullptr) mine_->published.exchange(since, order::seq_cst);
      else of_.guests_.fetch_add(1, order::seq_cst);
      // Either the writer sees this lane inside, or this load sees the writer's retire(), and with it what it put out of
      // reach: both sides write, then read, in one order that all agree on. What is read does not matter: an epoch that is
      // published too old only holds back more.
      static_cast<void>(of_.now_.load(order::seq_cst));
    }
    void went_on(std::uint64_t since) noexcept {
      if (mine_ != nullptr) mine_->published.store(since, order::release);
    }
    void went_out() noexcept {
      if (mine_ != nullptr) mine_->published.store(offline, order::release);
      else of_.guests_.fetch_add(~std::uint64_t{0}, order::release);
    }

    epoch& of_;
    cell* mine_ = nullptr;
    guard* oldest_ = nullptr;  // the lane's guards by age
    guard* newest_ = nullptr;
  };

  /// Stays where it was made: it is a node in its lane's list. Guards may end in any order.
  class guard {
   public:
    explicit guard(membership& of) noexcept : of_(of), older_(of.newest_), since_(of.of_.now_.load(order::acquire)) {
      of.newest_ = this;
      if (older_ != nullptr) {
        older_->newer_ = this;
      } else {
        of.oldest_ = this;
        of.came_in(since_);
      }
    }
    guard(const guard&) = delete;
    guard& operator=(const guard&) = delete;
    ~guard() {
      (newer_ != nullptr ? newer_->older_ : of_.newest_) = older_;
      if (older_ != nullptr) {
        older_->newer_ = newer_;
        return;
      }
      of_.oldest_ = newer_;
      if (newer_ != nullptr) of_.went_on(newer_->since_);
      else of_.went_out();
    }

   private:
    membership& of_;
    guard* older_;
    guard* newer_ = nullptr;
    std::uint64_t since_;
  };

  epoch() noexcept = default;
  epoch(const epoch&) = delete;
  epoch& operator=(const epoch&) = delete;

  [[nodiscard]] guard enter(membership& lane) noexcept { return guard{lane}; }
  [[nodiscard]] std::uint64_t retire() noexcept { return now_.fetch_add(1, order::seq_cst); }
  [[nodiscard]] std::uint64_t passed() const noexcept {
    std::uint64_t oldest = guests_.load(order::seq_cst) == 0 ? now_.load(order::relaxed) : 0;
    for (const cell& c : cells_) {
      const std::uint64_t at = c.published.load(order::seq_cst);
      if (at != offline && at < oldest) oldest = at;
    }
    return oldest;
  }

 private:
  alignas(64) word now_{1};
  alignas(64) word guests_{0};
  cell cells_[Lanes]{};
};
static_assert(ReclaimPolicy<epoch<1>> && sizeof(epoch<4>) == 6 * 64);

}  // namespace v0
}  // namespace esplanade
