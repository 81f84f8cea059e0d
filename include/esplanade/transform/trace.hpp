// How far each packet came: which stages it passed, and where it got which verdict.
//
//   Available         no_trace        default: nothing is written, and no code for it exists
//                     stage_trace<N>  a record for every packet, N at most that somebody has not read yet
//   When to use       while looking for a packet that is lost and a counter does not say enough.
//   Not provided      octets of packets, because a trace must not hold what was encrypted.
#pragma once

#include <esplanade/base/bounded_ring.hpp>
#include <esplanade/base/verdict.hpp>

namespace esplanade {
inline namespace v0 {

/// One packet's way. Stages run in the order of their list, so the place where it stopped says which it passed.
struct trace_record {
  std::uint64_t packet = 0;                  ///< the lane's own count of packets, from 1
  std::uint64_t number = 0;                  ///< sequence number; 0 when it got none
  std::uint64_t time = 0;                    ///< the profile's clock at the burst; 0 without one
  std::uint32_t spi = 0;                     ///< of the SA it came under last; 0 for none
  std::uint16_t passed = 0;                  ///< stages it passed; all of them when it was forwarded
  std::uint16_t stages = 0;                  ///< of the list
  const char* const* names = nullptr;        ///< of the list's stages
  verdict what = verdict::forwarded;         ///< what stage names[passed] said, when passed < stages
};

/// No records.
struct no_trace {
  static constexpr const char* name = "no_trace";
};

/// Records of one lane, for one reader.
///   Shape    lane.trace().take(record); dropped()
///   Cost     one octet per stage and packet and one record per packet: for looking at traffic, not for carrying it
///   Threads  the lane writes; one other thread reads while it runs
template <std::size_t N> struct stage_trace : bounded_ring<trace_record, N> {
  static constexpr const char* name = "stage_trace";
};

/// Where a lane puts its records.
///   Shape    ring.put(record)   whatever becomes of it
///   Models   stage_trace. Archetype: testing::archetype::trace. Laws, of what can be read: testing::check_trace_laws
template <class T>
concept TraceSink = requires(T& sink, const trace_record& record) {
  { sink.put(record) } noexcept;
};
static_assert(TraceSink<stage_trace<64>> && !TraceSink<no_trace>);

}  // namespace v0
}  // namespace esplanade
