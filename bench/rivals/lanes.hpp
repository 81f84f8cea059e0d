// One lane or two at the same time, each on a processor of its own.
#pragma once

#include "../turns.hpp"
#include "rounds.hpp"

#include <atomic>
#include <thread>

namespace bench {

/// Seconds per packet of all lanes together, over nine trips in which all go the same way at the same time: the median.
///   Shape    lanes   one for each processor of `on`, in form of round_trips
template <class Rounds> double at_once(std::vector<std::unique_ptr<Rounds>>& lanes, const std::vector<int>& on, direction way) {
  std::atomic<unsigned> arrived{0};
  const auto meet = [&arrived, count = static_cast<unsigned>(lanes.size())](unsigned times) {
    arrived.fetch_add(1, std::memory_order_acq_rel);
    while (arrived.load(std::memory_order_acquire) < times * count) {
    }
  };
  std::vector<std::array<double, trips>> seconds(lanes.size());
  std::vector<std::thread> threads;
  for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
    threads.emplace_back([&, lane] {
      stay_on(on[lane]);
      unsigned times = 0;
      for (std::size_t trip = 0; trip < trips; ++trip) {
        meet(++times);
        const double there = lanes[lane]->protect();
        meet(++times);
        const double back = lanes[lane]->open();
        seconds[lane][trip] = way == direction::outbound ? there : back;
      }
    });
  }
  for (std::thread& t : threads) t.join();
  std::array<double, trips> of_all;
  for (std::size_t trip = 0; trip < trips; ++trip) {
    double rate = 0;
    for (std::size_t lane = 0; lane < lanes.size(); ++lane) rate += packets_in_round / seconds[lane][trip];
    of_all[trip] = 1 / rate;
  }
  std::nth_element(of_all.begin(), of_all.begin() + trips / 2, of_all.end());
  return of_all[trips / 2];
}

/// A row for so many lanes; `make(lane)` makes what the lane runs.
template <class Make> void add_lanes_row(const std::string& name, direction way, std::size_t octets, std::size_t count, Make make) {
  add_row(name + (way == direction::outbound ? "/outbound" : "/inbound") + "/lanes:" + std::to_string(count) + "/octets:" + std::to_string(octets), [=](benchmark::State& state) {
    using rounds = typename decltype(make(std::size_t{0}))::element_type;
    std::vector<std::unique_ptr<rounds>> lanes;
    for (std::size_t lane = 0; lane < count; ++lane) lanes.push_back(make(lane));
    const std::vector<int> on = all_processors();
    for ([[maybe_unused]] auto _ : state) state.SetIterationTime(static_cast<double>(trips * packets_in_round) * at_once(lanes, on, way));
    for (auto& lane : lanes) {
      if (!lane->trouble().empty()) return state.SkipWithError(lane->trouble().c_str());
      if (!lane->restored()) return state.SkipWithError("what came back is not what was sent");
    }
    esplanade::testing::bench::count(state, trips * packets_in_round, octets);
  });
}

}  // namespace bench
