// Reclamation under every order of the accesses of its readers and its writer.
#include <doctest/doctest.h>

#include <esplanade/sa/reclaim.hpp>
#include <esplanade/testing/interleave.hpp>

#include <optional>

using namespace esplanade;
using namespace esplanade::testing;

namespace {

using stepped_epoch = epoch<2, stepped_atomics>;

enum class order_of_things {
  right,
  looks_before_entering,    // the reader's guard comes too late
  retires_before_unlinking  // the writer's tag comes too early
};

// One place that a writer fills anew `Rounds` times; what it held is reclaimed when it has passed. Readers look at it.
template <unsigned Rounds, order_of_things Things = order_of_things::right> struct place {
  stepped_epoch policy{};
  stepped_atomics::word<std::uint32_t> current{0};
  bool reclaimed[Rounds + 1]{};
  std::uint64_t tags[Rounds]{};
  unsigned reclaimed_count = 0;
  bool touched = false;

  void look(std::uint32_t found) { touched = touched || reclaimed[found]; }
  std::uint32_t find() { return current.load(order::acquire); }
  void write() {
    for (std::uint32_t round = 0; round < Rounds; ++round) {
      if constexpr (Things == order_of_things::retires_before_unlinking) tags[round] = policy.retire();
      current.exchange(round + 1, order::acq_rel);
      if constexpr (Things != order_of_things::retires_before_unlinking) tags[round] = policy.retire();
      reclaim(round);
    }
  }
  void reclaim(std::uint32_t newest) {
    const std::uint64_t passed = policy.passed();
    for (std::uint32_t i = 0; i <= newest; ++i) {
      reclaimed_count += static_cast<unsigned>(tags[i] < passed && !reclaimed[i]);
      reclaimed[i] = reclaimed[i] || tags[i] < passed;
    }
  }
  // When all are done: nothing was touched, and nothing stays for ever.
  std::string broken() {
    if (touched) return "a reader held what was reclaimed";
    reclaim(Rounds - 1);
    return reclaimed_count == Rounds ? "" : "something is never reclaimed";
  }
};

// A reader goes in `Times` times, and each time holds what it found over another access.
template <unsigned Times, unsigned Rounds, bool Guest = false, order_of_things Things = order_of_things::right> struct one_reader : place<Rounds, Things> {
  static constexpr unsigned threads = 2;
  std::optional<stepped_epoch::membership> others[2]{};
  stepped_epoch::membership lane;
  one_reader() : lane(make_lane()) {}
  stepped_epoch& make_lane() {
    if (Guest)
      for (auto& other : others) other.emplace(this->policy);
    return this->policy;
  }
  void run(unsigned thread) {
    if (thread == 1) return this->write();
    for (unsigned i = 0; i < Times; ++i) {
      std::uint32_t found = 0;
      if constexpr (Things == order_of_things::looks_before_entering) found = this->find();
      const auto inside = this->policy.enter(lane);
      if constexpr (Things != order_of_things::looks_before_entering) found = this->find();
      this->look(found);
      static_cast<void>(this->find());
      this->look(found);
    }
  }
};

// A lane with batches that overlap: the older one ends while the newer one still holds what it found.
template <unsigned Rounds> struct overlapping : place<Rounds> {
  static constexpr unsigned threads = 2;
  stepped_epoch::membership lane{this->policy};
  void run(unsigned thread) {
    if (thread == 1) return this->write();
    std::optional<stepped_epoch::guard> older(std::in_place, lane);
    const std::uint32_t first = this->find();
    const auto newer = this->policy.enter(lane);
    const std::uint32_t second = this->find();
    this->look(first);
    older.reset();
    this->look(second);
    static_cast<void>(this->find());
    this->look(second);
  }
};

template <class World> std::uint64_t holds(const char* what) {
  const interleavings all = run_every_interleaving<World>();
  CHECK_MESSAGE(all.broken == "", std::string(what) << ": " << all.broken << " under " << all.schedule);
  return all.run;
}

}  // namespace

TEST_CASE("epoch: under every interleaving nothing is reclaimed in a reader's hands, and nothing stays for ever [class 38, 53]") {
  std::uint64_t run = 0;
  run += holds<one_reader<1, 2>>("a reader, two changes");
  run += holds<one_reader<2, 1>>("a reader twice, one change");
  run += holds<one_reader<1, 2, true>>("a reader beyond the last lane, two changes");
  run += holds<overlapping<1>>("batches that overlap, one change");
  run += holds<overlapping<2>>("batches that overlap, two changes");
  CHECK(run > 50000);
}

TEST_CASE("interleavings: a guard that comes too late is found, and so is a tag that comes too early [class 55]") {
  CHECK(run_every_interleaving<one_reader<1, 1, false, order_of_things::looks_before_entering>>().broken == "a reader held what was reclaimed");
  CHECK(run_every_interleaving<one_reader<1, 1, false, order_of_things::retires_before_unlinking>>().broken == "a reader held what was reclaimed");
}
