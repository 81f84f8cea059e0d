// What a reclamation policy owes the stores that ask it and the concept cannot say: nothing goes too early, and nothing stays for ever.
//
// The laws are asked in one thread, step by step. What threads do to each other between two steps, tests/sa and tests/pipeline ask.
#pragma once

#include <esplanade/sa/store.hpp>
#include <esplanade/testing/broken_law.hpp>
#include <esplanade/testing/seeded.hpp>

#include <memory>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// The names of the laws, as `check_reclaim_laws` returns them.
namespace reclaim_law {
inline constexpr const char* held = "what is retired under a guard has not passed before that guard ends";
inline constexpr const char* lanes = "the guards of every lane count, however many there are";
inline constexpr const char* oldest = "of a lane's guards each counts, in whatever order they end";
inline constexpr const char* progress = "what is retired has passed when the guards that were there have ended";
inline constexpr const char* idle = "a lane that is outside holds nothing back, nor does one that has gone for good";
inline constexpr const char* later = "a guard that begins later holds nothing back, where readers and writer may be different threads";
inline constexpr const char* tags = "tags do not fall";
}  // namespace reclaim_law

namespace detail {

template <ReclaimPolicy R> class reclaim_laws {
  using member = membership_of<R>;
  struct guard {
    decltype(esplanade::detail::enter_store(std::declval<R&>(), std::declval<member&>())) inside;
  };

  // A policy with its lanes and who is inside.
  struct house {
    std::unique_ptr<R> policy = std::make_unique<R>();
    std::vector<std::unique_ptr<member>> lane{};
    explicit house(std::size_t lanes) {
      for (std::size_t i = 0; i < lanes; ++i) lane.push_back(std::make_unique<member>(*policy));
    }
    std::unique_ptr<guard> enter(std::size_t i) { return std::unique_ptr<guard>(new guard{esplanade::detail::enter_store(*policy, *lane[i])}); }
    bool passed(std::uint64_t tag) { return tag < policy->passed(); }
  };

 public:
  reclaim_laws() {
    held();
    if (broken.empty()) {
      lanes();
      oldest();
    }
    const std::size_t before = broken.size();
    progress();
    if (broken.size() == before) {
      idle();
      later();
    }
    tags();
  }
  std::vector<broken_law> broken{};

 private:
  static constexpr unsigned rounds = 5;
  static constexpr std::size_t crowd = 70;  // more than any policy of ours has places for

  void report(const char* law, const std::string& where) {
    for (const broken_law& one : broken)
      if (one.law == law) return;
    broken.push_back({law, where});
  }
  static std::string round_text(unsigned round) { return "round " + std::to_string(round); }

  void held() {
    house h(1);
    for (unsigned round = 0; round < rounds; ++round) {
      const auto inside = h.enter(0);
      const std::uint64_t first = h.policy->retire(), second = h.policy->retire();
      if (h.passed(first) || h.passed(second)) report(reclaim_law::held, round_text(round));
    }
  }
  void lanes() {
    house h(crowd);
    for (std::size_t i = 0; i < crowd; ++i) {
      const auto inside = h.enter(i);
      const std::uint64_t tag = h.policy->retire();
      if (h.passed(tag)) report(reclaim_law::lanes, "lane " + std::to_string(i) + " alone");
    }
    std::vector<std::unique_ptr<guard>> all;
    for (std::size_t i = 0; i < crowd; ++i) all.push_back(h.enter(i));
    const std::uint64_t tag = h.policy->retire();
    for (std::size_t i = 0; i < crowd; ++i) {
      if (h.passed(tag)) report(reclaim_law::lanes, std::to_string(crowd - i) + " lanes still inside");
      all[i].reset();
    }
  }
  void oldest() {
    for (const bool older_first : {true, false}) {
      house h(1);
      for (unsigned round = 0; round < rounds; ++round) {
        auto older = h.enter(0), newer = h.enter(0);
        const std::uint64_t tag = h.policy->retire();
        (older_first ? older : newer).reset();
        if (h.passed(tag)) report(reclaim_law::oldest, older_first ? "the older of two ended" : "the newer of two ended");
      }
    }
  }
  void progress() {
    house h(1);
    for (unsigned round = 0; round < rounds; ++round) {
      auto inside = h.enter(0);
      const std::uint64_t under = h.policy->retire();
      static_cast<void>(h.passed(under));  // asking too early changes nothing
      inside.reset();
      if (!h.passed(under)) report(reclaim_law::progress, round_text(round));
      const std::uint64_t alone = h.policy->retire();
      if (!h.passed(alone)) report(reclaim_law::progress, round_text(round) + ", with nobody inside");
    }
  }
  void idle() {
    house h(3);
    h.enter(0).reset();
    std::uint64_t tag = h.policy->retire();
    if (!h.passed(tag)) report(reclaim_law::idle, "two lanes were never inside");
    for (unsigned round = 0; round < rounds; ++round) {
      h.lane[1] = std::make_unique<member>(*h.policy);  // the one before it goes
      h.enter(1).reset();
    }
    h.lane.pop_back();
    tag = h.policy->retire();
    if (!h.passed(tag)) report(reclaim_law::idle, "one lane is outside, others have gone for good");
  }
  void later() {
    if (!R::concurrent) return;
    house h(1);
    auto before = h.enter(0);
    for (unsigned round = 0; round < rounds; ++round) {
      const std::uint64_t tag = h.policy->retire();
      auto after = h.enter(0);
      before = std::move(after);  // so that somebody is always inside
      if (!h.passed(tag)) report(reclaim_law::later, round_text(round));
    }
  }
  void tags() {
    house h(1);
    seeded numbers{5};
    std::unique_ptr<guard> inside;
    std::uint64_t last = 0;
    for (unsigned step = 0; step < 200; ++step) {
      if (numbers.below(3) == 0) inside.reset();
      else if (inside == nullptr && numbers.below(2) == 0) inside = h.enter(0);
      const std::uint64_t tag = h.policy->retire();
      if (tag < last) report(reclaim_law::tags, std::to_string(tag) + " after " + std::to_string(last));
      last = tag;
    }
  }
};

}  // namespace detail

/// The laws that reclamation policy `R` breaks; none when it keeps them all. `R` is default-constructible.
///   Cost     a few hundred calls
template <ReclaimPolicy R> std::vector<broken_law> find_broken_reclaim_laws() { return detail::reclaim_laws<R>().broken; }

/// Only the names of the laws that `R` breaks.
template <ReclaimPolicy R> std::vector<std::string> check_reclaim_laws() { return names_of(find_broken_reclaim_laws<R>()); }

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
