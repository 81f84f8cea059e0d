// fmt formatters for verdicts, faults, addresses and plans. Opt-in: the only header that includes fmt.
#pragma once

#include <esplanade/net/address.hpp>
#include <esplanade/base/fault.hpp>
#include <esplanade/pipeline/explain.hpp>

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
