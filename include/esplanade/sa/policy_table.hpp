// Ordered policies that a control thread changes while lanes ask; each lane remembers the flows it has asked about.
//
//   version 4 is current           insert, replace, remove             version 5 is current
//     copy 0: policies of 4  ◄─┐     copy 1: policies of 4, changed      copy 0: policies of 4, still read by some lanes
//     copy 1: policies of 3    │     version 5 is published in one word  copy 1: policies of 5  ◄─ lanes that ask from now on
//
// Copy 0 is written again when no lane reads it any more; until then a further change is refused as busy. What a lane
// remembers names its version, and so is forgotten with the next one. The SA of a policy is a word of its own: a rekey
// changes it under all lanes, and forgets nothing.
#pragma once

#include <esplanade/sa/flow_cache.hpp>
#include <esplanade/sa/reclaim.hpp>

namespace esplanade {
inline namespace v0 {

namespace detail {
// What a reader keeps of the reclaim policy.
template <class Reclaim> class reading {
 public:
  explicit reading(Reclaim& of) noexcept : of_(of) {}
  [[nodiscard]] auto enter() noexcept { return of_.enter(); }

 private:
  Reclaim& of_;
};
template <HasMembers Reclaim> class reading<Reclaim> {
 public:
  explicit reading(Reclaim& of) noexcept : of_(of), member_(of) {}
  [[nodiscard]] auto enter() noexcept { return of_.enter(member_); }

 private:
  Reclaim& of_;
  typename Reclaim::membership member_;
};
}  // namespace detail

/// `Capacity` policies, the first that matches decides.
///   Shape    insert, replace, remove at a position; add behind the others; assign all; change_sa of one; reader for lanes
///   Cost     a remembered flow: two loads that all lanes share and the flow's line; any other: a search from the first on.
///            A change copies the table
///   Errors   no_space, not_found; busy: a lane still reads the copy that is to be written, try again
///   Threads  one control thread; lanes as `Reclaim` says: single_core, or epoch<Lanes>
template <std::size_t Capacity, class Cache = flow_cache<>, ReclaimPolicy Reclaim = single_core> class policy_table {
  static_assert(Capacity >= 1 && Capacity <= 0xffffff, "a policy table holds 1 to 2^24 - 1 policies");
  using word = typename Reclaim::atomics::template word<std::uint64_t>;

  struct copy {
    std::size_t count = 0;
    traffic_selector selectors[Capacity]{};
    const transmit_sas* tunnels[Capacity]{};
    policy_action actions[Capacity]{};
    word sas[Capacity]{};  // the only thing that changes under readers
  };

 public:
  static constexpr std::size_t capacity = Capacity;

  policy_table() noexcept = default;
  policy_table(const policy_table&) = delete;
  policy_table& operator=(const policy_table&) = delete;

  /// Puts a policy in front of the one at `position`; at size() behind all.
  [[nodiscard]] result<void> insert(std::size_t position, const policy& entry) noexcept {
    const std::size_t count = size();
    if (position > count) return nothing_there();
    if (count == Capacity) return full();
    return publish([&](copy& next, const copy& now) noexcept {
      take_over(next, now, 0, position, 0);
      put(next, position, entry);
      take_over(next, now, position, count - position, 1);
      next.count = count + 1;
    });
  }
  [[nodiscard]] result<void> add(const policy& entry) noexcept { return insert(size(), entry); }
  /// Puts another policy in the place of one.
  [[nodiscard]] result<void> replace(std::size_t position, const policy& entry) noexcept {
    if (position >= size()) return nothing_there();
    return publish([&](copy& next, const copy& now) noexcept {
      take_over(next, now, 0, now.count, 0);
      put(next, position, entry);
      next.count = now.count;
    });
  }
  [[nodiscard]] result<void> remove(std::size_t position) noexcept {
    if (position >= size()) return nothing_there();
    return publish([&](copy& next, const copy& now) noexcept {
      take_over(next, now, 0, position, 0);
      for (std::size_t i = position + 1; i < now.count; ++i) move(next, i - 1, now, i);
      next.count = now.count - 1;
    });
  }
  /// Other policies for all that are there, in one step.
  [[nodiscard]] result<void> assign(std::span<const policy> entries) noexcept {
    if (entries.size() > Capacity) return full();
    return publish([&](copy& next, const copy&) noexcept {
      for (std::size_t i = 0; i < entries.size(); ++i) put(next, i, entries[i]);
      next.count = entries.size();
    });
  }
  [[nodiscard]] result<void> clear() noexcept { return assign({}); }
  /// Makes the policy at `position` use another SA: every packet decided from now on, whatever lanes remember. Never busy.
  [[nodiscard]] result<void> change_sa(std::size_t position, outbound_handle sa) noexcept {
    if (position >= size()) return nothing_there();
    current().sas[position].store(detail::packed(sa), order::release);
    return {};
  }

  [[nodiscard]] std::size_t size() const noexcept { return current().count; }
  /// The policy at a position below size(), for the control thread.
  [[nodiscard]] policy at(std::size_t position) const noexcept { return policy_in(current(), position); }
  /// Counts changes other than those of an SA.
  [[nodiscard]] std::uint64_t version() const noexcept { return version_.load(order::relaxed); }

  /// A lane's way to ask. Made before the lane runs; the table outlives it.
  ///   Threads  one lane
  class reader {
   public:
    explicit reader(const policy_table& of) noexcept : of_(of), inside_(of.reclaim_) {}
    reader(const reader&) = delete;
    reader& operator=(const reader&) = delete;

    [[nodiscard]] ESPLANADE_INLINE policy_decision decide(const flow& f) noexcept {
      const std::uint64_t version = of_.version_.load(order::acquire);
      if (const typename Cache::entry* const known = cache_.find(f, version)) [[likely]] {
        policy_decision d{{}, known->tunnel, known->action, known->matched};
        if (known->position == Cache::nowhere) return d;
        // A copy is written again only after the next version was published, so a word of somebody else's policy shows
        // itself by the version that is current when it has been read.
        d.sa = detail::unpacked(of_.copies_[version & 1].sas[known->position].load(order::acquire));
        if (of_.version_.load(order::relaxed) == version) [[likely]] return d;
      }
      return search(f);
    }

   private:
    ESPLANADE_COLD policy_decision search(const flow& f) noexcept {
      [[maybe_unused]] const auto guard = inside_.enter();
      const std::uint64_t version = of_.version_.load(order::acquire);  // inside: what is current now is not written until we left
      const copy& now = of_.copies_[version & 1];
      for (std::size_t i = 0; i < now.count; ++i) {
        if (!now.selectors[i].matches(f)) continue;
        const policy_decision d{detail::unpacked(now.sas[i].load(order::acquire)), now.tunnels[i], now.actions[i], true};
        cache_.keep(f, version, d, static_cast<std::uint32_t>(i));
        return d;
      }
      cache_.keep(f, version, {}, Cache::nowhere);
      return {};
    }

    const policy_table& of_;
    detail::reading<Reclaim> inside_;
    [[no_unique_address]] Cache cache_{};
  };

 private:
  friend class reader;
  static fault full() noexcept { return {fault_kind::no_space, "policy", "the policy table is full", "a policy table of larger capacity"}; }
  static fault nothing_there() noexcept { return {fault_kind::not_found, "position", "no policy stands there", "a position below size()"}; }

  [[nodiscard]] copy& current() noexcept { return copies_[version_.load(order::relaxed) & 1]; }
  [[nodiscard]] const copy& current() const noexcept { return copies_[version_.load(order::relaxed) & 1]; }
  static void put(copy& to, std::size_t at, const policy& entry) noexcept {
    to.selectors[at] = entry.selector;
    to.tunnels[at] = entry.tunnel;
    to.actions[at] = entry.action;
    to.sas[at].store(detail::packed(entry.sa), order::release);
  }
  static policy policy_in(const copy& from, std::size_t at) noexcept {
    return {from.selectors[at], from.actions[at], detail::unpacked(from.sas[at].load(order::relaxed)), from.tunnels[at]};
  }
  static void move(copy& to, std::size_t at, const copy& from, std::size_t i) noexcept { put(to, at, policy_in(from, i)); }
  static void take_over(copy& next, const copy& now, std::size_t from, std::size_t n, std::size_t further) noexcept {
    for (std::size_t i = from; i < from + n; ++i) move(next, i + further, now, i);
  }

  template <class Change> result<void> publish(Change change) noexcept {
    if (left_behind_ >= reclaim_.passed()) return fault{fault_kind::busy, "policy", "a lane still reads what is to be written", "another try"};
    const std::uint64_t version = version_.load(order::relaxed);
    change(copies_[(version + 1) & 1], copies_[version & 1]);
    version_.store(version + 1, order::release);
    left_behind_ = reclaim_.retire();
    return {};
  }

  copy copies_[2];
  std::uint64_t left_behind_ = 0;  // the tag of the copy that is not current
  alignas(64) word version_{2};
  mutable Reclaim reclaim_{};
};
static_assert(PolicyStore<policy_table<1>> && PolicyStore<policy_table<1, no_flow_cache>>);

}  // namespace v0
}  // namespace esplanade
