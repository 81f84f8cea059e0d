// Benchmarks of a configuration of one's own: what a packet costs each way, by size and by number of segments.
// Needs Google Benchmark; esplanade_add_benchmarks (esplanade-harness.cmake) makes a program of it.
#pragma once

#include <esplanade/testing/configuration.hpp>

#include <benchmark/benchmark.h>

#include <array>
#include <chrono>
#include <memory>
#include <string>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace bench {

enum class direction : std::uint8_t { outbound, inbound };

inline constexpr std::size_t inner_sizes[] = {64, 512, 1408};  ///< octets of the packet before it is protected
inline constexpr std::size_t segment_counts[] = {1, 3};
inline constexpr std::size_t packets_in_batch = 32;          ///< handed over at a time
inline constexpr std::size_t packets_in_round = 1024;          ///< so that buffers do not stay in the first cache
inline constexpr std::size_t buffer_octets = 2048;             ///< of a packet with its room, as far as its type allows
inline constexpr std::size_t headroom_octets = 128;

/// An IPv4 packet with UDP inside, from 10.1.0.x to 10.2.0.x; at least 28 octets. `which` varies addresses, ports and text.
inline std::vector<octet> inner_packet(std::size_t size, std::size_t which) {
  std::vector<octet> p = seeded_octets(size, 1 + which);
  const octet header[] = {0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, protocol_number::udp, 0, 0,
                          10, 1, 0, static_cast<octet>(which), 10, 2, 0, static_cast<octet>(which)};
  std::memcpy(p.data(), header, sizeof header);
  store_be16(p.data() + 2, static_cast<std::uint16_t>(size));
  store_be16(p.data() + 10, internet_checksum({p.data(), sizeof header}));
  store_be16(p.data() + 24, static_cast<std::uint16_t>(size - sizeof header));
  store_be16(p.data() + 26, 0);  // RFC 768: no checksum
  return p;
}

/// The SA that carries those packets: `sample_sa` with a selector of the two /24 networks.
template <Profile P> sa_parameters benched_sa() {
  sa_parameters p = sample_sa<P>();
  p.selector = traffic_selector(selector_parameters{
      .source = address::v4(10, 1, 0, 0), .destination = address::v4(10, 2, 0, 0), .source_prefix = 24, .destination_prefix = 24});
  return p;
}

/// `segments` segments of about the same size.
inline cut equal_cut(std::size_t octets, std::size_t segments) {
  cut sizes(segments, octets / segments);
  sizes.back() += octets % segments;
  return sizes;
}

/// Packets of one form that travel under one SA, there and back, as often as asked. Each way walks all packets, a burst
/// at a time, and returns the seconds that took; nothing else is inside the time.
///
/// Nothing is copied or renewed between rounds: what the receiving lane delivers is what the sending lane protects next.
/// So every packet the receiving lane meets has a number of its own, one it has never seen, and no replay is measured.
///   Errors   `trouble()` says what went wrong: too few packets, or one that did not survive
template <TestConfiguration C> class round_trips {
 public:
  using packet_type = typename C::packet_type;

  round_trips(std::size_t octets, std::size_t segments) : octets_(octets), segments_(segments) {
    const auto sas = configuration_->add_pair(benched_sa<typename C::profile>());
    if (!sas) {
      trouble_ = std::string("no SA: ") + sas.why().field + ": " + sas.why().reason;
      return;
    }
    runner_ = std::make_unique<batch_runner<C>>(*configuration_);
    handles_.assign(burst, sas->sending);
    verdicts_.assign(burst, verdict::forwarded);
    while (packets_.size() < packets_in_round) {
      const std::vector<octet> content = inner_packet(octets, packets_.size());
      packet_type* const p = configuration_->make({.content = content, .segments = equal_cut(octets, segments), .headroom = headroom_octets,
                                                   .tailroom = buffer_octets - headroom_octets - octets});
      if (p == nullptr) break;
      packets_.push_back(p);
    }
    if (packets_.empty()) trouble_ = "the configuration makes no packet of " + form();
    protect();  // once for the caches
    open();
  }
  ~round_trips() {
    for (packet_type* p : packets_) configuration_->release(p);
  }
  round_trips(const round_trips&) = delete;
  round_trips& operator=(const round_trips&) = delete;

  /// Seconds that protecting all packets took.
  double protect() {
    return timed("outbound", [this](const batch_view<packet_type>& b) { return runner_->outbound(b); });
  }
  /// Seconds that opening all packets took.
  double open() {
    return timed("inbound", [this](const batch_view<packet_type>& b) { return runner_->inbound(b); });
  }
  /// Whether every packet is again what it was when it was made. Copies; outside the time.
  bool restored() {
    for (std::size_t i = 0; i < packets_.size(); ++i)
      if (read_packet(*configuration_, *packets_[i]) != inner_packet(octets_, i)) return false;
    return true;
  }
  [[nodiscard]] std::span<packet_type*> packets() noexcept { return packets_; }
  /// Empty while all is well.
  [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }

 private:
  static constexpr std::size_t burst = packets_in_batch;

  template <class Run> double timed(const char* way, Run run) {
    if (!trouble_.empty()) return 0;
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t first = 0; first < packets_.size(); first += burst) {
      const std::size_t n = (std::min)(burst, packets_.size() - first);
      const batch_view<packet_type> batch{{packets_.data() + first, n}, {verdicts_.data(), n}, {handles_.data(), n}};
      if (const std::size_t live = run(batch); live != n) {
        trouble_ = std::string(way) + " said of a packet of " + form() + ": " + describe(verdicts_[live]);
        return 0;
      }
    }
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }
  std::string form() const { return std::to_string(octets_) + " octets in " + std::to_string(segments_) + (segments_ == 1 ? " segment" : " segments"); }

  std::size_t octets_, segments_;
  std::unique_ptr<C> configuration_ = std::make_unique<C>();
  std::unique_ptr<batch_runner<C>> runner_;
  std::vector<packet_type*> packets_;
  std::vector<verdict> verdicts_;
  std::vector<outbound_handle> handles_;
  std::string trouble_;
};

/// Puts what every row says: seconds per packet, packets/s, octets/s (of the packets before they are protected).
///   Units    `packets` are those of one iteration
inline void count(benchmark::State& state, std::size_t packets, std::size_t octets) {
  using benchmark::Counter;
  const double n = static_cast<double>(packets);
  state.counters["s/packet"] = Counter(n, Counter::kIsIterationInvariantRate | Counter::kInvert);
  state.counters["packets/s"] = Counter(n, Counter::kIsIterationInvariantRate);
  state.counters["octets/s"] = Counter(n * static_cast<double>(octets), Counter::kIsIterationInvariantRate);
}

/// "NAME/outbound/segments:1/octets:64"
inline std::string row_name(const std::string& name, direction way, std::size_t segments, std::size_t octets) {
  return name + (way == direction::outbound ? "/outbound" : "/inbound") + "/segments:" + std::to_string(segments) + "/octets:" + std::to_string(octets);
}

/// Trips of one iteration.
inline constexpr std::size_t trips = 9;

/// Measures rounds for a row. An iteration goes there and back nine times; its time is nine times the median of the way that
/// is asked for. On a busy machine an interruption hits one trip, which a mean would show and a median does not.
///   Shape    Rounds   has protect(), open(), restored(), trouble() and packets() of `round_trips`
template <class Rounds> void run_rounds(benchmark::State& state, Rounds& rounds, direction way, std::size_t octets) {
  for ([[maybe_unused]] auto _ : state) {
    std::array<double, trips> seconds;
    for (double& one : seconds) {
      const double there = rounds.protect();
      const double back = rounds.open();
      one = way == direction::outbound ? there : back;
    }
    std::nth_element(seconds.begin(), seconds.begin() + trips / 2, seconds.end());
    state.SetIterationTime(static_cast<double>(trips) * seconds[trips / 2]);
    if (!rounds.trouble().empty()) break;
  }
  if (rounds.trouble().empty() && !rounds.restored()) return state.SkipWithError("what came back is not what was sent");
  if (!rounds.trouble().empty()) return state.SkipWithError(rounds.trouble().c_str());
  count(state, trips * rounds.packets().size(), octets);
}

/// The same with rounds that are made of (octets, segments) for it.
template <class Rounds> void run_row(benchmark::State& state, direction way, std::size_t octets, std::size_t segments) {
  Rounds rounds{octets, segments};
  run_rounds(state, rounds, way, octets);
}

template <class Rounds> benchmark::internal::Benchmark* register_row(const std::string& name, direction way, std::size_t octets, std::size_t segments) {
  return benchmark::RegisterBenchmark(row_name(name, way, segments, octets).c_str(),
                                      [=](benchmark::State& state) { run_row<Rounds>(state, way, octets, segments); })
      ->UseManualTime()
      ->Unit(benchmark::kMicrosecond);
}

/// Whether the configuration makes packets of so many segments.
template <TestConfiguration C> bool makes(std::size_t octets, std::size_t segments) {
  if (segments > segments_max_of<typename C::packet_type>) return false;
  const auto configuration = std::make_unique<C>();
  const std::vector<octet> content = inner_packet(octets, 0);
  auto* const p = configuration->make({.content = content, .segments = equal_cut(octets, segments), .headroom = headroom_octets, .tailroom = headroom_octets});
  if (p != nullptr) configuration->release(p);
  return p != nullptr;
}

/// Registers a row for either way, each size, and one and three segments as far as the packet type has them.
template <TestConfiguration C> void register_all(const std::string& name) {
  for (const direction way : {direction::outbound, direction::inbound})
    for (const std::size_t segments : segment_counts)
      for (const std::size_t octets : inner_sizes)
        if (makes<C>(octets, segments)) register_row<round_trips<C>>(name, way, octets, segments);
}

}  // namespace bench
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
