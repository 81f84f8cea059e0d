// Counters and windows of several lanes, under every order of their accesses.
#include <doctest/doctest.h>

#include <esplanade/sa/sequence_atomic.hpp>
#include <esplanade/testing/broken/lanes.hpp>
#include <esplanade/testing/interleave.hpp>

#include <algorithm>
#include <map>
#include <set>

using namespace esplanade;
using namespace esplanade::testing;

namespace {

using stepped_counter = basic_atomic_sequence<stepped_atomics>::state;
template <std::uint32_t Block, std::uint64_t MaxSkew, std::size_t Lanes>
using stepped_blocks = typename reserved_block<Block, MaxSkew, 1024, stepped_atomics>::template over<Lanes>::state;

// What the laws ask of a counter.
template <class State> std::uint64_t abandoned_of(const State& s) {
  if constexpr (requires { s.abandoned(); }) return s.abandoned();
  else return 0;
}
template <class State> std::uint64_t reserved_of(const State& s) {
  if constexpr (requires { s.reserved(); }) return s.reserved();
  else return s.used();
}

// `Threads` lanes take `Takes` numbers each of those from First to Last, every other time a run of `Run`. MaxSkew: how far behind
// the counter a lease may be.
template <class State, unsigned Threads, unsigned Takes, std::uint64_t First, std::uint64_t Last, std::uint64_t MaxSkew = 1024, std::uint32_t Run = 0> struct leasing {
  static constexpr unsigned threads = Threads;
  State state{};
  std::vector<std::uint64_t> leased{};
  std::string wrong{};

  leasing() { state.start(First, Last); }
  void run(unsigned lane) {
    for (unsigned i = 0; i < Takes; ++i) {
      std::uint64_t number = 0;
      if constexpr (Run != 0) {
        if (i % 2 == lane % 2) number = take_numbers(state, lane, Run).consume();
        else number = take_number(state, lane).consume();
      } else {
        number = take_number(state, lane).consume();
      }
      if (number == 0) continue;
      for (std::uint64_t k = 0; k < (Run != 0 && i % 2 == lane % 2 ? Run : 1u); ++k) leased.push_back(number + k);
      const unseen look;
      if (reserved_of(state) - number >= MaxSkew) wrong = std::to_string(number) + " is too far behind " + std::to_string(reserved_of(state));
    }
  }
  std::string broken() {
    if (!wrong.empty()) return wrong;
    std::sort(leased.begin(), leased.end());
    for (std::size_t i = 0; i < leased.size(); ++i) {
      if (leased[i] < First || leased[i] > Last) return std::to_string(leased[i]) + " is out of range";
      if (i > 0 && leased[i] == leased[i - 1]) return std::to_string(leased[i]) + " is leased twice";
    }
    if (reserved_of(state) > Last) return "the counter is past the end";
    if (leased.size() + abandoned_of(state) + state.left() != Last - First + 1) return "numbers are missing";
    // To the end: each remaining number once, and then nothing changes.
    for (unsigned lane = 0; lane < Threads; ++lane)
      for (std::uint64_t number = First; number != 0;)
        if ((number = take_number(state, lane).consume()) != 0) {
          if (number > Last) return std::to_string(number) + " is out of range";
          if (std::find(leased.begin(), leased.end(), number) != leased.end()) return std::to_string(number) + " is leased twice";
          leased.push_back(number);
        }
    if (reserved_of(state) > Last) return "the counter is past the end";
    if (leased.size() + abandoned_of(state) != Last - First + 1 || state.left() != 0) return "not all numbers were sent";
    for (unsigned attempt = 0; attempt < 20; ++attempt)
      for (unsigned lane = 0; lane < Threads; ++lane)
        if (take_number(state, lane)) return "a number behind the last";
    if (reserved_of(state) != Last || state.left() != 0) return "an attempt behind the end changed something";
    return {};
  }
};

// What lanes offer to a window: `numbers[lane]`, 0 = nothing.
struct same_number_ahead {
  static constexpr std::uint64_t start = 10, numbers[3][2] = {{40}, {40}, {40}};
};
struct same_number_late {
  static constexpr std::uint64_t start = 40, numbers[3][2] = {{20}, {20}, {20}};
};
struct same_two_numbers {
  static constexpr std::uint64_t start = 40, numbers[2][2] = {{20, 41}, {41, 20}};
};
// 31 and 95 have one word; 95 leaves 31 behind.
struct word_replaced {
  static constexpr std::uint64_t start = 31, numbers[3][2] = {{95}, {31}, {95}};
};
struct word_replaced_and_asked_again {
  static constexpr std::uint64_t start = 31, numbers[2][2] = {{95, 31}, {31, 95}};
};
struct word_replaced_by_neighbours {
  static constexpr std::uint64_t start = 31, numbers[3][2] = {{96}, {64}, {31}};
};
struct three_rounds_of_one_word {
  static constexpr std::uint64_t start = 10, numbers[3][2] = {{5}, {69}, {133}};
};
struct rounds_twice {
  static constexpr std::uint64_t start = 0, numbers[2][2] = {{69, 133}, {133, 69}};
};
struct edge_moved_by_all {
  static constexpr std::uint64_t start = 32, numbers[3][2] = {{33}, {34}, {35}};
};
struct left_edge_passed {  // 64 - 32 = 32 is too old once 64 came; 33 never is
  static constexpr std::uint64_t start = 63, numbers[3][2] = {{64}, {32}, {33}};
};
struct across_subspaces {
  static constexpr std::uint64_t start = 0x1'0000'0000 - 1, numbers[3][2] = {{0x1'0000'0000}, {0x1'0000'0000 - 32}, {0x1'0000'0000}};
};
struct at_the_last {
  static constexpr std::uint64_t last = ~std::uint64_t{0}, start = last - 40, numbers[2][2] = {{last, last - 64}, {last - 31, last}};
};
struct last_twice {
  static constexpr std::uint64_t last = ~std::uint64_t{0}, start = last - 64, numbers[2][2] = {{last, last - 64}, {last - 64, last}};
};

// The set model, and how far each lane has got. An update is two things, for the edge moves first: T is raised, then the number
// is tested and set. So a lane may find a number too old on account of one that is only just being accepted.
struct told {
  std::uint64_t edge;
  std::vector<std::uint64_t> accepted{};
  std::size_t done[3]{};  // halves of updates

  replay_answer test_and_set(std::uint64_t number) {
    if (edge - number >= 32) return replay_answer::too_old;
    if (std::find(accepted.begin(), accepted.end(), number) != accepted.end()) return replay_answer::replayed;
    accepted.push_back(number);
    return replay_answer::fresh;
  }
};
// Whether the model gives the same answers in some order that keeps each lane's own.
template <class Offers> bool explained(const std::vector<replay_answer>& answers, const told& so_far) {
  bool all = true;
  for (std::size_t lane = 0; lane < std::size(Offers::numbers); ++lane) {
    const std::size_t at = so_far.done[lane] / 2;
    if (at == 2 || Offers::numbers[lane][at] == 0) continue;
    all = false;
    told then = so_far;
    const std::uint64_t number = Offers::numbers[lane][at];
    if (then.done[lane]++ % 2 == 0) then.edge = std::max(then.edge, number);
    else if (then.test_and_set(number) != answers[2 * lane + at]) continue;
    if (explained<Offers>(answers, then)) return true;
  }
  return all;
}

// 32 numbers in two words, so that 64 numbers are one round.
template <class Window, class Offers> struct receiving {
  static constexpr unsigned threads = std::size(Offers::numbers);
  Window window{};
  std::vector<replay_answer> answers = std::vector<replay_answer>(2 * threads);

  receiving() { window.start_at(Offers::start); }
  void run(unsigned lane) {
    for (unsigned i = 0; i < 2; ++i)
      if (Offers::numbers[lane][i] != 0) answers[2 * lane + i] = window.update(Offers::numbers[lane][i]);
  }
  std::string broken() {
    std::map<std::uint64_t, unsigned> fresh;
    std::uint64_t highest = Offers::start;
    for (unsigned lane = 0; lane < threads; ++lane)
      for (unsigned i = 0; i < 2; ++i) {
        const std::uint64_t number = Offers::numbers[lane][i];
        if (number == 0) continue;
        fresh[number] += answers[2 * lane + i] == replay_answer::fresh;
        highest = std::max(highest, number);
      }
    if (window.highest() != highest) return "the right edge is not the highest number";
    for (const auto& [number, times] : fresh) {
      if (times > 1) return std::to_string(number) + " is accepted twice";
      if (times == 0 && (highest < 32 || number > highest - 32)) return std::to_string(number) + " is refused in the window";
      if (window.check(number) == replay_answer::fresh || window.update(number) == replay_answer::fresh) return std::to_string(number) + " is accepted again afterwards";
    }
    for (std::uint64_t number = highest < 32 ? 1 : highest - 31;; ++number) {
      if (fresh.count(number) == 0 && window.check(number) != replay_answer::fresh) return std::to_string(number) + " did not come and is refused";
      if (number == highest) break;
    }
    static std::map<std::vector<replay_answer>, bool> known;  // few answers come of many interleavings
    auto [answer, is_new] = known.try_emplace(answers, false);
    if (is_new) answer->second = explained<Offers>(answers, told{Offers::start});
    return answer->second ? "" : "no order of the numbers explains the answers";
  }
};

template <class World> std::uint64_t holds(const std::string& what) {
  const interleavings all = run_every_interleaving<World>();
  CHECK_MESSAGE(all.broken == "", what << ": " << all.broken << " by " << all.schedule);
  MESSAGE(what << ": " << all.run << " interleavings");
  return all.run;
}

// The names of what a window breaks.
template <class Window> std::set<std::string> broken_by_offers() {
  std::set<std::string> broken;
  const auto add = [&broken]<class Offers>(Offers) {
    const interleavings all = run_every_interleaving<receiving<Window, Offers>>();
    if (!all.broken.empty()) broken.insert(all.broken);
  };
  add(same_number_ahead{}), add(same_number_late{}), add(same_two_numbers{}), add(word_replaced_and_asked_again{});
  add(three_rounds_of_one_word{}), add(rounds_twice{});
  return broken;
}

template <class State, std::uint64_t MaxSkew> std::string broken_by_leasing() {
  for (const std::string& broken : {run_every_interleaving<leasing<State, 2, 3, 5, 11, MaxSkew>>().broken, run_every_interleaving<leasing<State, 3, 1, 1, 2, MaxSkew>>().broken})
    if (!broken.empty()) return broken;
  return {};
}

}  // namespace

TEST_CASE("atomic_sequence: under every interleaving each number is leased once and none behind the last [class 21, 22]") {
  std::uint64_t run = 0;
  run += holds<leasing<stepped_counter, 2, 3, 1, 100>>("two lanes, three numbers each");
  run += holds<leasing<stepped_counter, 2, 4, sequence_last_32 - 4, sequence_last_32>>("two lanes, four attempts each at five numbers before 2^32");
  run += holds<leasing<stepped_counter, 3, 2, sequence_last_64 - 1, sequence_last_64>>("three lanes, two attempts each at two numbers before 2^64");
  CHECK(run > 10000);
}

TEST_CASE("reserved_block: under every interleaving each number is leased once, none behind the last and none far behind the counter [class 21, 22]") {
  std::uint64_t run = 0;
  run += holds<leasing<stepped_blocks<2, 2, 2>, 2, 4, 1, 100, 2>>("blocks of two, given up as soon as another begins");
  run += holds<leasing<stepped_blocks<3, 5, 2>, 2, 5, 1, 100, 5>>("blocks of three, given up five behind");
  run += holds<leasing<stepped_blocks<3, 6, 2>, 2, 5, sequence_last_32 - 6, sequence_last_32, 6>>("seven numbers before 2^32");
  run += holds<leasing<stepped_blocks<2, 4, 3>, 3, 2, sequence_last_64 - 4, sequence_last_64, 4>>("three lanes, five numbers before 2^64");
  run += holds<leasing<stepped_blocks<2, 2, 3>, 3, 2, 1, 100, 2>>("three lanes, given up as soon as another begins");
  CHECK(run > 10000);
}

TEST_CASE("sequence runs: under every interleaving each number is leased once, alone or in a run, and a run lies whole before the end [class 21, 22, 51]") {
  std::uint64_t run = 0;
  run += holds<leasing<stepped_counter, 2, 4, 1, 100, 1024, 3>>("one counter, runs of three");
  run += holds<leasing<stepped_counter, 3, 2, sequence_last_32 - 5, sequence_last_32, 1024, 4>>("one counter, runs of four among six numbers before 2^32");
  run += holds<leasing<stepped_counter, 2, 3, sequence_last_64 - 4, sequence_last_64, 1024, 2>>("one counter, runs of two among five numbers before 2^64");
  run += holds<leasing<stepped_blocks<3, 6, 2>, 2, 4, 1, 100, 6, 2>>("blocks of three, runs of two");
  run += holds<leasing<stepped_blocks<3, 6, 2>, 2, 4, sequence_last_32 - 6, sequence_last_32, 6, 3>>("blocks of three, runs of three among seven numbers before 2^32");
  run += holds<leasing<stepped_blocks<2, 4, 3>, 3, 2, sequence_last_64 - 4, sequence_last_64, 4, 2>>("three lanes, blocks and runs of two, five numbers before 2^64");
  CHECK(run > 1000);
}

TEST_CASE("shared_window: under every interleaving exactly one copy is fresh, and no fresh number in the window is refused [class 34, 35] [row 53]") {
  using window = shared_window<32, stepped_atomics>;
  std::uint64_t run = 0;
  run += holds<receiving<window, same_number_ahead>>("one number ahead of the edge, three times");
  run += holds<receiving<window, same_number_late>>("one number in the window, three times");
  run += holds<receiving<window, same_two_numbers>>("two numbers, twice each");
  run += holds<receiving<window, word_replaced>>("a word replaced while its last number comes");
  run += holds<receiving<window, word_replaced_and_asked_again>>("the same, and both numbers again");
  run += holds<receiving<window, word_replaced_by_neighbours>>("both words replaced");
  run += holds<receiving<window, three_rounds_of_one_word>>("three rounds of one word");
  run += holds<receiving<window, rounds_twice>>("two rounds, twice each");
  run += holds<receiving<window, edge_moved_by_all>>("three lanes move the edge");
  run += holds<receiving<window, left_edge_passed>>("the left edge passes a number");
  run += holds<receiving<window, across_subspaces>>("across 2^32");
  run += holds<receiving<window, at_the_last>>("at 2^64 - 1");
  run += holds<receiving<window, last_twice>>("2^64 - 1 twice");
  CHECK(run > 50000);
}

TEST_CASE("interleavings: every faulty counter is found, and its sound twin is not [class 55]") {
  using fault = broken::lane_sequence_fault;
  CHECK(broken_by_leasing<broken::faulty_lane_sequence<fault::none, 3, 4, 3>, 4>() == "");
  CHECK(broken_by_leasing<broken::faulty_lane_sequence<fault::load_then_store, 3, 4, 3>, 4>().find("is leased twice") != std::string::npos);
  CHECK(broken_by_leasing<broken::faulty_lane_sequence<fault::adds_first, 1, 1, 3>, 1>().find("past the end") != std::string::npos);
  CHECK(broken_by_leasing<broken::faulty_lane_sequence<fault::keeps_old_blocks, 3, 4, 3>, 4>().find("is too far behind") != std::string::npos);
  CHECK(broken_by_leasing<broken::faulty_lane_sequence<fault::block_passes_end, 3, 4, 3>, 4>().find("is out of range") != std::string::npos);
}

TEST_CASE("interleavings: every faulty window is found, and its sound twin is not [class 55]") {
  using fault = broken::shared_window_fault;
  const auto says = [](const std::set<std::string>& broken, const char* what) {
    std::string all;
    bool found = false;
    for (const std::string& one : broken) {
      all += one + "; ";
      found = found || one.find(what) != std::string::npos;
    }
    CHECK_MESSAGE(found, what << " is not among " << all);
  };
  CHECK(broken_by_offers<broken::faulty_shared_window<fault::none>>().empty());
  says(broken_by_offers<broken::faulty_shared_window<fault::edge_after_word>>(), "twice");
  says(broken_by_offers<broken::faulty_shared_window<fault::looks_once>>(), "again afterwards");
  says(broken_by_offers<broken::faulty_shared_window<fault::sets_without_swap>>(), "twice");
  says(broken_by_offers<broken::faulty_shared_window<fault::edge_goes_back>>(), "right edge");
}
