// Runs all rivals in turn in one process until the time is up, and writes what Google Benchmark would write, one
// repetition for each turn. A turn is one iteration of every row; rows that are compared stand side by side in it.
//
//   esplanade.bench.rivals SECONDS ROUNDS FILE     at least so long and at least so many turns
#include "rivals.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <string>

namespace {

using namespace bench;

// Keeps every run; the rows of all turns are written when all is done.
class collector final : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (Run one : runs) {
      one.repetition_index = turn;
      by_row[one.benchmark_name()].push_back(one);
    }
  }
  bool write(const char* file) {
    std::ofstream out{file};
    benchmark::JSONReporter json;
    json.SetOutputStream(&out);
    json.SetErrorStream(&std::cerr);
    if (!json.ReportContext(Context{})) return false;
    for (auto& [name, runs] : by_row) {
      for (Run& one : runs) one.repetitions = turn;
      json.ReportRuns(runs);
    }
    json.Finalize();
    return static_cast<bool>(out.flush());
  }
  const char* error() const {
    for (const auto& [name, runs] : by_row)
      for (const Run& one : runs)
        if (one.error_occurred) return one.error_message.c_str();
    return nullptr;
  }

  std::int64_t turn = 0;
  std::map<std::string, std::vector<Run>> by_row;
};

// As the kernel calls it; empty where it does not say.
std::string processor() {
  std::ifstream in{"/proc/cpuinfo"};
  for (std::string line; std::getline(in, line);)
    if (line.rfind("model name", 0) == 0 && line.find(": ") != std::string::npos) return line.substr(line.find(": ") + 2);
  return {};
}

template <class Rounds> void add(const std::string& name, direction way, std::size_t octets, std::size_t segments = 1) {
  register_row<Rounds>(name, way, octets, segments)->Iterations(1);
}

void add_rows() {
  for (const direction way : {direction::outbound, direction::inbound}) {
    for (const std::size_t octets : inner_sizes) {
      add<floor_rounds<esplanade::null_crypto>>("null/floor", way, octets);
      add<round_trips<null_flat>>("null/datapath/flat", way, octets);
      add<round_trips<null_chain>>("null/datapath/chain", way, octets);
      add<round_trips<null_chain>>("null/datapath/chain", way, octets, 3);

      add<raw_rounds<flat_packet, esplanade::botan>>("botan/raw", way, octets);
      add<floor_rounds<esplanade::botan>>("botan/floor", way, octets);
      add<round_trips<botan_flat>>("botan/datapath/flat", way, octets);
      add<round_trips<botan_chain>>("botan/datapath/chain", way, octets);
      add<raw_rounds<chain, esplanade::botan>>("botan/raw", way, octets, 3);
      add<round_trips<botan_chain>>("botan/datapath/chain", way, octets, 3);
      if (way == direction::outbound) add<naive_rounds>("botan/naive", way, octets);
      if (way == direction::inbound) {
        add<touched_rounds<esplanade::botan, false>>("botan/genuine", way, octets);
        add<touched_rounds<esplanade::botan, true>>("botan/forged", way, octets);
      }
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc == 4 ? std::atof(argv[1]) : 0;
  const long rounds = argc == 4 ? std::atol(argv[2]) : 0;
  if (seconds <= 0 || rounds <= 0) {
    std::cerr << "esplanade.bench.rivals SECONDS ROUNDS FILE\n";
    return 2;
  }
  char* no_options[] = {argv[0], nullptr};
  int none = 1;
  benchmark::Initialize(&none, no_options);
  benchmark::AddCustomContext("cpu", processor());
  benchmark::AddCustomContext("compiler", BENCH_COMPILER);
  benchmark::AddCustomContext("flags", BENCH_FLAGS);
  benchmark::AddCustomContext("botan", Botan::short_version_string());
  add_rows();

  collector rows;
  const auto begin = std::chrono::steady_clock::now();
  for (; rows.turn < rounds || std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() < seconds; ++rows.turn) {
    benchmark::RunSpecifiedBenchmarks(&rows);
    if (rows.error() != nullptr) {
      std::cerr << rows.error() << '\n';
      return 1;
    }
  }
  if (!rows.write(argv[3])) {
    std::cerr << argv[3] << ": cannot be written\n";
    return 2;
  }
  return 0;
}
