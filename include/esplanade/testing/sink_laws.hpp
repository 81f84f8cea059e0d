// What a ring of audit events or of trace records owes the lane that writes and whoever reads, and the concepts cannot say.
#pragma once

#include <esplanade/testing/broken_law.hpp>
#include <esplanade/transform/audit.hpp>
#include <esplanade/transform/trace.hpp>

#include <concepts>
#include <memory>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// The names of the laws, as `check_audit_laws` and `check_trace_laws` return them.
namespace sink_law {
inline constexpr const char* whole = "a record comes out as it went in";
inline constexpr const char* in_order = "records come out in the order in which they went in, each once";
inline constexpr const char* keeps = "what is full drops the new and keeps the old";
inline constexpr const char* counted = "dropped() counts every record that found no place, and no other";
inline constexpr const char* room = "what was taken makes room";
inline constexpr const char* empty = "nothing is taken from what is empty";
}  // namespace sink_law

namespace detail {
/// A record whose octets all follow from n.
template <class Record> Record numbered(std::uint64_t n) {
  Record r;
  r.number = n;
  r.spi = static_cast<std::uint32_t>(n * 3 + 1);
  r.time = n * 0x1'0000'0001;
  r.what = static_cast<verdict>(n % verdict_count);
  return r;
}
template <class Record> bool is_numbered(const Record& r) {
  const Record as_it_was = numbered<Record>(r.number);
  return r.spi == as_it_was.spi && r.time == as_it_was.time && r.what == as_it_was.what;
}

// Each law watches one duty, on a sink of its own, and believes it in everything else.
template <class Record, class Sink> class sink_laws {
  static constexpr std::uint64_t many = 1 << 17;

 public:
  sink_laws() {
    anew();
    if (Record r; sink_->take(r)) report(sink_law::empty, "before anything was written");
    anew();
    for (std::uint64_t n = 1; n <= 300; ++n) {
      put(1);
      Record r = numbered<Record>(0);
      if (!sink_->take(r)) continue;
      if (!is_numbered(r)) report(sink_law::whole, "record " + std::to_string(n));
      if (sink_->take(r)) report(sink_law::empty, "behind record " + std::to_string(n));
    }
    for (const std::uint64_t at_once : {2u, 3u, 7u, 64u}) {
      anew();
      std::uint64_t last = 0;
      for (unsigned round = 0; round < 40; ++round) {
        put(at_once);
        Record r;
        for (std::uint64_t i = 0; i < at_once && sink_->take(r); ++i, last = r.number)
          if (r.number <= last) report(sink_law::in_order, std::to_string(at_once) + " at once");
      }
    }
    anew();
    if (fill()) {
      bool kept = false;
      Record r;
      for (std::uint64_t i = 0; i < many && sink_->take(r); ++i) kept = kept || r.number == 1;
      if (!kept) report(sink_law::keeps, "the first of " + std::to_string(written_));
    }
    anew();
    if (Record r; fill() && sink_->take(r)) {
      const std::uint64_t before = sink_->dropped();
      put(1);
      if (sink_->dropped() != before) report(sink_law::room, "one was taken");
    }
    anew();
    put(many);
    std::uint64_t taken = 0;
    for (Record r; taken <= many && sink_->take(r);) ++taken;
    if (taken + sink_->dropped() != many)
      report(sink_law::counted, std::to_string(many) + " written, " + std::to_string(taken) + " taken, " + std::to_string(sink_->dropped()) + " dropped");
  }
  std::vector<broken_law> broken{};

 private:
  void report(const char* law, const std::string& where) { report_once(broken, law, where); }
  void anew() {
    sink_ = std::make_unique<Sink>();
    written_ = 0;
  }
  void put(std::uint64_t records) {
    for (std::uint64_t i = 0; i < records; ++i) sink_->put(numbered<Record>(++written_));
  }
  bool fill() {
    while (sink_->dropped() == 0 && written_ < many) put(1);
    return sink_->dropped() != 0;
  }

  std::unique_ptr<Sink> sink_{};
  std::uint64_t written_ = 0;
};
}  // namespace detail

/// A sink that somebody can read, as the rings of this toolkit: take(record) and dropped().
template <class Sink, class Record>
concept ReadableSink = requires(Sink& s, Record& r) {
  { s.take(r) } -> std::convertible_to<bool>;
  { s.dropped() } -> std::convertible_to<std::uint64_t>;
};

/// The laws that a sink breaks; none when it keeps them all.
///   Cost     some 2^19 records
template <AuditSink Sink>
  requires ReadableSink<Sink, audit_event>
std::vector<broken_law> find_broken_audit_laws() {
  return detail::sink_laws<audit_event, Sink>().broken;
}
template <TraceSink Sink>
  requires ReadableSink<Sink, trace_record>
std::vector<broken_law> find_broken_trace_laws() {
  return detail::sink_laws<trace_record, Sink>().broken;
}
/// Only their names.
template <AuditSink Sink> std::vector<std::string> check_audit_laws() { return names_of(find_broken_audit_laws<Sink>()); }
template <TraceSink Sink> std::vector<std::string> check_trace_laws() { return names_of(find_broken_trace_laws<Sink>()); }

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
