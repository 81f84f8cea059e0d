// A program that bench/measure asks question by question, so that the rows of several programs take turns. It keeps every
// turn and writes at the end what Google Benchmark would write, one repetition for each turn.
//
//   PROGRAM FILE huge|base     pages of the large tables: huge where the system has them, or base pages
//
//   it is told         it answers
//   questions          the names of all it can answer, on one line
//   run NAME           done, or failed and why, on one line
//   (end of input)     nothing: it writes FILE and ends. Exit: 0, 1 when FILE cannot be written, 2 usage
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <sched.h>

namespace bench {

/// Rows that are measured side by side; `rows` registers them with Google Benchmark.
struct question {
  const char* name;
  void (*rows)();
};

/// Pages that large tables lie on in this process, and as rows name them: "/pages:huge".
inline bool huge_pages = true;
inline std::string pages_part() { return huge_pages ? "/pages:huge" : "/pages:base"; }

/// Registers a row that measures with a clock of its own: `body(state)` sets the iteration's time.
template <class Body> void add_row(const std::string& name, Body body) {
  benchmark::RegisterBenchmark(name.c_str(), body)->UseManualTime()->Unit(benchmark::kMicrosecond)->Iterations(1);
}

namespace detail {
inline std::vector<int> processors() {
  cpu_set_t set;
  std::vector<int> list;
  if (sched_getaffinity(0, sizeof set, &set) == 0)
    for (unsigned i = 0; i < CPU_SETSIZE; ++i)
      if (CPU_ISSET(i, &set)) list.push_back(static_cast<int>(i));
  if (list.empty()) list.push_back(0);
  return list;
}
}  // namespace detail

/// The processors this process could run on when it began, in their order; not empty.
inline const std::vector<int>& all_processors() {
  static const std::vector<int> list = detail::processors();
  return list;
}

/// Moves the calling thread to one processor, where it stays.
inline bool stay_on(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(processor), &set);
  return sched_setaffinity(0, sizeof set, &set) == 0;
}

/// Octets of memory that programs may still take; 0 where the system does not say.
inline std::uint64_t memory_left() {
  std::ifstream in{"/proc/meminfo"};
  for (std::string line; std::getline(in, line);)
    if (line.rfind("MemAvailable:", 0) == 0) return std::strtoull(line.c_str() + 13, nullptr, 10) * 1024;
  return 0;
}

namespace detail {
// Keeps every run; the rows of all turns are written when all is done.
class collector final : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (Run one : runs) {
      if (one.error_occurred && error.empty()) error = one.benchmark_name() + ": " + one.error_message;
      std::vector<Run>& turns = by_row[one.benchmark_name()];
      one.repetition_index = static_cast<std::int64_t>(turns.size());
      turns.push_back(one);
    }
  }
  bool write(const char* file) {
    std::ofstream out{file};
    benchmark::JSONReporter json;
    json.SetOutputStream(&out);
    json.SetErrorStream(&std::cerr);
    if (!json.ReportContext(Context{})) return false;
    for (auto& [name, runs] : by_row) {
      for (Run& one : runs) one.repetitions = static_cast<std::int64_t>(runs.size());
      json.ReportRuns(runs);
    }
    json.Finalize();
    return static_cast<bool>(out.flush());
  }

  std::string error;
  std::map<std::string, std::vector<Run>> by_row;
};

// As the kernel calls it; empty where it does not say.
inline std::string processor() {
  std::ifstream in{"/proc/cpuinfo"};
  for (std::string line; std::getline(in, line);)
    if (line.rfind("model name", 0) == 0 && line.find(": ") != std::string::npos) return line.substr(line.find(": ") + 2);
  return {};
}
}  // namespace detail

/// The whole main function of such a program. `begin` prepares what all questions need; what it returns, when not empty, is why
/// they cannot be answered.
template <class Begin> int answer(int argc, char** argv, std::span<const question> questions, Begin begin) {
  if (argc != 3 || (std::strcmp(argv[2], "huge") != 0 && std::strcmp(argv[2], "base") != 0)) {
    std::cerr << argv[0] << " FILE huge|base: bench/measure runs it\n";
    return 2;
  }
  huge_pages = std::strcmp(argv[2], "huge") == 0;
  all_processors();
  char* no_options[] = {argv[0], nullptr};
  int none = 1;
  benchmark::Initialize(&none, no_options);
  benchmark::AddCustomContext("cpu", detail::processor());
  const std::string trouble = begin();

  detail::collector rows;
  for (std::string line; std::getline(std::cin, line);) {
    if (line == "questions") {
      for (const question& q : questions) std::cout << q.name << ' ';
      std::cout << std::endl;
      continue;
    }
    const auto asked = std::find_if(questions.begin(), questions.end(), [&line](const question& q) { return line == std::string("run ") + q.name; });
    if (trouble.empty() && asked != questions.end()) {
      benchmark::ClearRegisteredBenchmarks();
      asked->rows();
      benchmark::RunSpecifiedBenchmarks(&rows);
    }
    const std::string& why = !trouble.empty() ? trouble : asked == questions.end() ? line : rows.error;
    std::cout << (why.empty() && asked != questions.end() ? "done" : "failed " + why) << std::endl;
  }
  if (rows.write(argv[1])) return 0;
  std::cerr << argv[1] << ": cannot be written\n";
  return 1;
}

/// Trips of one iteration of a row that goes one way only.
inline constexpr std::size_t one_way_trips = 9;

/// Measures `trip()`, which works on `things` and returns its seconds: the median of nine. `trouble`, when not empty
/// afterwards, is what went wrong.
template <class Trip> void measure_trips(benchmark::State& state, std::size_t things, const std::string& trouble, Trip trip) {
  for ([[maybe_unused]] auto _ : state) {
    std::array<double, one_way_trips> seconds;
    for (double& one : seconds) one = trip();
    std::nth_element(seconds.begin(), seconds.begin() + one_way_trips / 2, seconds.end());
    state.SetIterationTime(seconds[one_way_trips / 2]);
  }
  if (!trouble.empty()) return state.SkipWithError(trouble.c_str());
  using benchmark::Counter;
  state.counters["s/packet"] = Counter(static_cast<double>(things), Counter::kIsIterationInvariantRate | Counter::kInvert);
  state.counters["packets/s"] = Counter(static_cast<double>(things), Counter::kIsIterationInvariantRate);
}

}  // namespace bench
