// fmt formatters for verdicts, faults, addresses, plans, audit events and traces. Opt-in: the only header that includes fmt.
#pragma once

#include <esplanade/net/address.hpp>
#include <esplanade/base/fault.hpp>
#include <esplanade/pipeline/explain.hpp>
#include <esplanade/transform/audit.hpp>
#include <esplanade/transform/trace.hpp>

#include <fmt/format.h>

#include <string>

/// `{}` prints the verdict's name, `{:w}` its words.
template <> struct fmt::formatter<esplanade::verdict> {
  bool words = false;
  constexpr auto parse(format_parse_context& context) {
    auto at = context.begin();
    if (at != context.end() && *at == 'w') words = true, ++at;
    return at;
  }
  template <class Context> auto format(esplanade::verdict v, Context& context) const {
    return fmt::format_to(context.out(), "{}", words ? esplanade::describe(v) : esplanade::name_of(v));
  }
};

/// "field: reason; accepted: …"
template <> struct fmt::formatter<esplanade::fault> {
  constexpr auto parse(format_parse_context& context) { return context.begin(); }
  template <class Context> auto format(const esplanade::fault& f, Context& context) const {
    return fmt::format_to(context.out(), "{}: {}; accepted: {}", f.field, f.reason, f.accepted);
  }
};

/// Dotted IPv4, or IPv6 groups without compression.
template <> struct fmt::formatter<esplanade::address> {
  constexpr auto parse(format_parse_context& context) { return context.begin(); }
  template <class Context> auto format(const esplanade::address& a, Context& context) const {
    if (a.version == esplanade::family::ipv4)
      return fmt::format_to(context.out(), "{}.{}.{}.{}", a.value[0], a.value[1], a.value[2], a.value[3]);
    auto out = context.out();
    for (std::size_t i = 0; i < 16; i += 2)
      out = fmt::format_to(out, "{}{:x}", i == 0 ? "" : ":", esplanade::load_be16(a.value + i));
    return out;
  }
};

/// "refused inbound: icv_mismatch, SPI 0x00001001, number 7, 203.0.113.1 to 203.0.113.11, at 77", with "flow label 0x…" for IPv6.
template <> struct fmt::formatter<esplanade::audit_event> {
  constexpr auto parse(format_parse_context& context) { return context.begin(); }
  template <class Context> auto format(const esplanade::audit_event& e, Context& context) const {
    const char* const way = e.inbound ? "inbound" : "outbound";
    auto out = context.out();
    switch (e.kind) {
      case esplanade::audit_kind::refused: out = fmt::format_to(out, "refused {}: {}", way, e.what); break;
      case esplanade::audit_kind::rekey_due: out = fmt::format_to(out, "rekey {}: soft limit of {}", way, esplanade::describe(e.limit)); break;
      case esplanade::audit_kind::expired: out = fmt::format_to(out, "expired {}: hard limit of {}", way, esplanade::describe(e.limit)); break;
      case esplanade::audit_kind::odd_ecn: out = fmt::format_to(out, "odd ECN marks {}", way); break;
    }
    out = fmt::format_to(out, ", SPI {:#010x}, number {}, {} to {}", e.spi, e.number, e.source, e.destination);
    if (e.source.version == esplanade::family::ipv6) out = fmt::format_to(out, ", flow label {:#07x}", e.flow_label);
    return fmt::format_to(out, ", at {}", e.time);
  }
};

/// "packet 2, SPI 0x00001001, number 1: find_sa; check_replay: replayed": the stages it passed, the one that stopped it, and why.
template <> struct fmt::formatter<esplanade::trace_record> {
  constexpr auto parse(format_parse_context& context) { return context.begin(); }
  template <class Context> auto format(const esplanade::trace_record& r, Context& context) const {
    auto out = fmt::format_to(context.out(), "packet {}, SPI {:#010x}, number {}: ", r.packet, r.spi, r.number);
    for (std::size_t i = 0; i < r.passed; ++i) out = fmt::format_to(out, "{}{}", i == 0 ? "" : ", ", r.names[i]);
    if (r.passed < r.stages) out = fmt::format_to(out, "{}{}", r.passed == 0 ? "" : "; ", r.names[r.passed]);
    return fmt::format_to(out, ": {}", r.what);
  }
};

namespace esplanade {
inline namespace v0 {

/// The plan as a table for people, one line a stage.
template <std::size_t Stages> [[nodiscard]] std::string to_text(const plan<Stages>& p) {
  std::string out = fmt::format("{:<4} {:<28} {:<5} {:<22} {}\n", "pass", "stage", "on", "works", "because");
  for (const plan_row& row : p.rows)
    out += fmt::format("{:<4} {:<28} {:<5} {:<22} {}\n", row.pass, row.stage, row.runs_on, row.works, row.because);
  out += fmt::format("provider {}, adapters: {}\n", p.provider, p.adapters);
  return out;
}

}  // namespace v0
}  // namespace esplanade
