// What rounds of all rivals share: the time of a way, and packets in the shared buffers.
#pragma once

#include "../gateway.hpp"

#include <esplanade/testing/bench_harness.hpp>

#include <optional>

namespace bench {

using namespace esplanade::testing::bench;
using esplanade::flat_packet;

/// Seconds that `run(first, n)` takes over 1024 packets, a burst at a time; says in `trouble` when it answers false.
template <class Run> double timed(std::string& trouble, const char* words, Run run) {
  if (!trouble.empty()) return 0;
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t first = 0; first < packets_in_round; first += 32) {
    if (!run(first, std::size_t{32})) {
      trouble = words;
      return 0;
    }
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Octets of the i-th packet where packets are not all of one size: seven small ones, four of middle size, one large one.
inline constexpr std::size_t imix = 0;
inline constexpr std::size_t imix_sizes[] = {64, 576, 64, 64, 576, 64, 1408, 64, 576, 64, 64, 576};
constexpr std::size_t size_of(std::size_t octets, std::size_t i) { return octets == imix ? imix_sizes[i % std::size(imix_sizes)] : octets; }
constexpr std::size_t mean_size(std::size_t octets) {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < std::size(imix_sizes); ++i) sum += size_of(octets, i);
  return sum / std::size(imix_sizes);
}

/// Packets of one form in the shared buffers, or in others. `octets` may be `imix`.
template <class P> struct packets_in_arena {
  packets_in_arena(std::size_t octets, std::size_t segments, arena& in = shared_arena) : octets_(octets), segments_(segments), factory_(in) { renew(); }
  /// All as they were when they were made.
  void renew() {
    factory_.release(nullptr);
    list.clear();
    for (std::size_t i = 0; i < packets_in_round; ++i) {
      const std::size_t size = size_of(octets_, i);
      const std::vector<esplanade::octet> content = inner_packet(size, i);
      list.push_back(factory_.make({.content = content, .segments = equal_cut(size, segments_), .headroom = headroom_octets}));
    }
  }
  bool restored() const {
    for (std::size_t i = 0; i < list.size(); ++i)
      if (esplanade::testing::octets_of(*list[i]) != inner_packet(size_of(octets_, i), i)) return false;
    return true;
  }
  std::vector<P*> list;

 private:
  std::size_t octets_, segments_;
  arena_packets<P> factory_;
};

}  // namespace bench
