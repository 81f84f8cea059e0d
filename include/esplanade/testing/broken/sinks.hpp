// Sinks of audit events and trace records with one fault each, to show that the sink laws can fail and say which law it was.
#pragma once

#include <esplanade/testing/sink_laws.hpp>

#include <deque>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace broken {

enum class sink_fault : std::uint8_t {
  none,
  loses_time,      ///< the time of a record is that of the one before
  last_first,      ///< the newest record comes out first
  overwrites,      ///< a full sink makes room by forgetting the oldest
  counts_nothing,  ///< what found no place is not counted
  fills_for_good,  ///< room is made only when nothing is left
  blank_at_first,  ///< a record comes out before one went in
};

inline constexpr sink_fault sink_faults[] = {
    sink_fault::loses_time, sink_fault::last_first, sink_fault::overwrites, sink_fault::counts_nothing, sink_fault::fills_for_good, sink_fault::blank_at_first,
};

/// The one law that a fault breaks.
[[nodiscard]] constexpr const char* law_broken_by(sink_fault fault) noexcept {
  switch (fault) {
    case sink_fault::none: return "";
    case sink_fault::loses_time: return sink_law::whole;
    case sink_fault::last_first: return sink_law::in_order;
    case sink_fault::overwrites: return sink_law::keeps;
    case sink_fault::counts_nothing: return sink_law::counted;
    case sink_fault::fills_for_good: return sink_law::room;
    case sink_fault::blank_at_first: return sink_law::empty;
  }
  return "";
}

/// A queue of sixteen records, with `Fault` in it.
template <class Record, sink_fault Fault> class faulty_sink {
  static constexpr bool has(sink_fault fault) noexcept { return Fault == fault; }

 public:
  bool put(Record r) noexcept {
    const Record as_it_came = r;
    if (has(sink_fault::loses_time)) r.time = last_.time;
    last_ = as_it_came;
    const bool full = has(sink_fault::fills_for_good) ? filled_ : waiting_.size() == 16;
    if (full) {
      if (!has(sink_fault::counts_nothing)) ++dropped_;
      if (!has(sink_fault::overwrites)) return false;
      waiting_.pop_front();
    }
    waiting_.push_back(r);
    filled_ = filled_ || waiting_.size() == 16;
    return true;
  }
  bool take(Record& r) noexcept {
    if (has(sink_fault::blank_at_first) && last_.number == 0) return true;
    if (waiting_.empty()) return false;
    r = has(sink_fault::last_first) ? waiting_.back() : waiting_.front();
    if (has(sink_fault::last_first)) waiting_.pop_back();
    else waiting_.pop_front();
    filled_ = filled_ && !waiting_.empty();
    return true;
  }
  std::uint64_t dropped() const noexcept { return dropped_; }

 private:
  std::deque<Record> waiting_{};
  Record last_{};
  std::uint64_t dropped_ = 0;
  bool filled_ = false;
};
static_assert(AuditSink<faulty_sink<audit_event, sink_fault::none>> && TraceSink<faulty_sink<trace_record, sink_fault::none>>);

}  // namespace broken
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
