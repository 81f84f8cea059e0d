// What a sequence policy owes its SA, and the concept cannot say.
#pragma once

#include <esplanade/sa/sequence.hpp>
#include <esplanade/testing/broken_law.hpp>

#include <memory>
#include <set>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// The names of the laws, as `check_sequence_laws` returns them.
namespace sequence_law {
inline constexpr const char* unstarted = "leases nothing before it was started";
inline constexpr const char* in_range = "leases numbers from first to last";
inline constexpr const char* once = "leases no number twice";
inline constexpr const char* all = "leases every number";
inline constexpr const char* ends = "leases nothing behind the last number, however often it is asked";
inline constexpr const char* used = "says which number is the highest that was leased";
inline constexpr const char* left = "says how many numbers are left";
inline constexpr const char* end_changes_nothing = "an attempt behind the end changes nothing";
inline constexpr const char* nothing_left = "started with no number left, it leases none";
inline constexpr const char* runs = "the numbers of a run follow each other, lie in range, and are leased with it";
inline constexpr const char* run_or_nothing = "a run that is not to be had changes nothing";
inline constexpr const char* moved_from = "keeps no number when it is moved from";
}  // namespace sequence_law

namespace detail {

// A policy without its type: the laws are compiled once.
class law_sequence {
 public:
  law_sequence() = default;
  law_sequence(const law_sequence&) = delete;
  law_sequence& operator=(const law_sequence&) = delete;
  virtual ~law_sequence() = default;
  virtual void start(std::uint64_t first, std::uint64_t last) = 0;
  virtual std::uint64_t take() = 0;
  virtual std::uint64_t take_run(std::uint32_t count) = 0;  // 0 also when it leases no runs
  virtual std::uint64_t used() const = 0;
  virtual std::uint64_t left() const = 0;
  virtual std::unique_ptr<law_sequence> move() = 0;  // nullptr when it cannot be moved
};
template <class S> class law_sequence_of final : public law_sequence {
  using state = typename S::state;

 public:
  law_sequence_of() = default;
  explicit law_sequence_of(state&& from)
    requires std::is_move_constructible_v<state>
      : state_(std::move(from)) {}
  void start(std::uint64_t first, std::uint64_t last) override { state_.start(first, last); }
  std::uint64_t take() override { return take_number(state_, 0).consume(); }
  std::uint64_t take_run(std::uint32_t count) override {
    if constexpr (LeasesRuns<state>) return take_numbers(state_, 0, count).consume();
    else return count * 0u;
  }
  std::uint64_t used() const override { return state_.used(); }
  std::uint64_t left() const override { return state_.left(); }
  std::unique_ptr<law_sequence> move() override {
    if constexpr (std::is_move_constructible_v<state>) return std::make_unique<law_sequence_of>(std::move(state_));
    else return nullptr;
  }

 private:
  state state_{};
};

class sequence_laws {
 public:
  explicit sequence_laws(std::unique_ptr<law_sequence> (*make)()) {
    if (make()->take() != 0) report(sequence_law::unstarted, "0 to 0");
    const std::uint64_t lasts[] = {40, sequence_last_32, sequence_last_64};
    for (const std::uint64_t last : lasts)
      for (const std::uint64_t count : {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{33}}) walk(*make(), last - count + 1, last);
    walk(*make(), 1, 3);
    for (const std::uint64_t last : lasts) {
      runs(*make(), last - 32, last);
      runs_out(*make(), last - 32, last);
    }
    for (const std::uint64_t last : lasts) {
      const auto s = make();
      s->start(0, last);
      for (unsigned i = 0; i < 3; ++i)
        if (s->take() != 0) report(sequence_law::nothing_left, "of " + std::to_string(last));
    }
    const auto s = make();
    s->start(10, 20);
    (void)s->take();
    if (const auto other = s->move(); other != nullptr && s->take() != 0) report(sequence_law::moved_from, "it goes on with the same numbers");
  }
  std::vector<broken_law> broken{};

 private:
  void report(const char* law, const std::string& where) { report_once(broken, law, where); }
  // A run, a number, another run.
  void runs(law_sequence& s, std::uint64_t first, std::uint64_t last) {
    s.start(first, last);
    std::set<std::uint64_t> leased;
    const std::string where = std::to_string(first) + " to " + std::to_string(last);
    for (const std::uint32_t size : {3u, 0u, 2u}) {
      const std::uint64_t number = size == 0 ? s.take() : s.take_run(size);
      if (number == 0) continue;
      for (std::uint64_t k = 0; k < (size == 0 ? 1 : size); ++k)
        if (number + k < first || number + k > last || !leased.insert(number + k).second) report(sequence_law::runs, where + ": " + std::to_string(number + k) + " behind a run or in one");
    }
  }
  void runs_out(law_sequence& s, std::uint64_t first, std::uint64_t last) {
    s.start(first, last);
    if (s.take_run(1) == 0) return;  // leases none
    const std::uint64_t used = s.used(), left = s.left();
    for (const std::uint32_t size : {33u, 34u, 0xffff'ffffu})
      if (s.take_run(size) != 0 || s.used() != used || s.left() != left) report(sequence_law::run_or_nothing, "a run of " + std::to_string(size) + " where 32 are left");
  }
  void walk(law_sequence& s, std::uint64_t first, std::uint64_t last) {
    const std::string where = std::to_string(first) + " to " + std::to_string(last);
    s.start(first, last);
    const std::uint64_t count = last - first + 1;
    std::set<std::uint64_t> leased;
    std::uint64_t highest = first - 1, taken = 0;
    const auto consistent = [&] {
      if (s.used() != highest) report(sequence_law::used, where + ": " + std::to_string(s.used()) + " after " + std::to_string(taken) + " leases");
      if (s.left() != count - taken) report(sequence_law::left, where + ": " + std::to_string(s.left()) + " after " + std::to_string(taken) + " leases");
    };
    consistent();
    for (; taken < count;) {
      const std::uint64_t number = s.take();
      if (number == 0) {
        report(sequence_law::all, where + ": only " + std::to_string(taken));
        break;
      }
      if (number < first || number > last) report(sequence_law::in_range, where + ": " + std::to_string(number));
      if (!leased.insert(number).second) report(sequence_law::once, where + ": " + std::to_string(number));
      ++taken;
      if (number > highest) highest = number;
      consistent();
    }
    if (taken != count) return;
    const std::uint64_t used = s.used(), left = s.left();
    for (unsigned attempt = 0; attempt < 1000; ++attempt) {
      const std::uint64_t number = s.take();
      if (number != 0) {
        report(sequence_law::ends, where + ": " + std::to_string(number) + " at attempt " + std::to_string(attempt));
        return;
      }
    }
    if (s.used() != used || s.left() != left) report(sequence_law::end_changes_nothing, where);
  }
};

}  // namespace detail

/// The laws that sequence policy `S` breaks when one caller leases; none when it keeps them all.
template <SequencePolicy S> std::vector<broken_law> find_broken_sequence_laws() {
  return detail::sequence_laws([]() -> std::unique_ptr<detail::law_sequence> { return std::make_unique<detail::law_sequence_of<S>>(); }).broken;
}
/// Only their names.
template <SequencePolicy S> std::vector<std::string> check_sequence_laws() { return names_of(find_broken_sequence_laws<S>()); }

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
