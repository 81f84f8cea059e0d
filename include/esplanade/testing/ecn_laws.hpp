// RFC 6040's two tables, as laws that any tunnel can be asked: ours, a kernel's, a NIC's.
#pragma once

#include <esplanade/net/ecn.hpp>
#include <esplanade/testing/broken_law.hpp>

#include <concepts>
#include <optional>

namespace esplanade {
inline namespace v0 {
namespace testing {

/// A tunnel as the tables see it.
///   Shape    t.encapsulated(inner)         the mark of the outer header that this inner packet is sent in
///            t.decapsulated(inner, outer)  the mark that the inner packet arrives with; nothing when it is dropped
///   Models   what a test makes of its stack, once for each pair of families. Laws: testing::check_ecn_laws
template <class T>
concept EcnTunnel = requires(T& t, ecn mark) {
  { t.encapsulated(mark) } -> std::same_as<ecn>;
  { t.decapsulated(mark, mark) } -> std::same_as<std::optional<ecn>>;
};

/// The names of the laws, as `check_ecn_laws` returns them.
namespace ecn_law {
inline constexpr const char* copied = "normal mode copies the inner mark outside (RFC 6040 4.1)";
inline constexpr const char* cleared = "compatibility mode sends Not-ECT outside (RFC 6040 4.1)";
inline constexpr const char* dropped = "outer CE over Not-ECT is dropped (RFC 6040 4.2)";
inline constexpr const char* passed = "every other pair arrives (RFC 6040 4.2)";
inline constexpr const char* not_ect_stays = "an inner Not-ECT arrives as Not-ECT (RFC 6040 4.2)";
inline constexpr const char* severest = "else the severer of the two marks arrives: CE, ECT(1), ECT(0), Not-ECT (RFC 6040 4.2)";
}  // namespace ecn_law

/// Figure 4 of RFC 6040, in the order of its rows and columns.
struct ecn_cell {
  ecn inner, outer, arrives;
  bool drop;
  ecn_report report;
};
inline constexpr ecn_cell rfc6040_figure_4[] = {
    {ecn::not_ect, ecn::not_ect, ecn::not_ect, false, ecn_report::usual},
    {ecn::not_ect, ecn::ect_0, ecn::not_ect, false, ecn_report::dangerous},
    {ecn::not_ect, ecn::ect_1, ecn::not_ect, false, ecn_report::dangerous},
    {ecn::not_ect, ecn::ce, ecn::not_ect, true, ecn_report::dangerous},
    {ecn::ect_0, ecn::not_ect, ecn::ect_0, false, ecn_report::usual},
    {ecn::ect_0, ecn::ect_0, ecn::ect_0, false, ecn_report::usual},
    {ecn::ect_0, ecn::ect_1, ecn::ect_1, false, ecn_report::usual},
    {ecn::ect_0, ecn::ce, ecn::ce, false, ecn_report::usual},
    {ecn::ect_1, ecn::not_ect, ecn::ect_1, false, ecn_report::usual},
    {ecn::ect_1, ecn::ect_0, ecn::ect_1, false, ecn_report::unused},
    {ecn::ect_1, ecn::ect_1, ecn::ect_1, false, ecn_report::usual},
    {ecn::ect_1, ecn::ce, ecn::ce, false, ecn_report::usual},
    {ecn::ce, ecn::not_ect, ecn::ce, false, ecn_report::usual},
    {ecn::ce, ecn::ect_0, ecn::ce, false, ecn_report::usual},
    {ecn::ce, ecn::ect_1, ecn::ce, false, ecn_report::dangerous},
    {ecn::ce, ecn::ce, ecn::ce, false, ecn_report::usual},
};

/// The laws that tunnel `t` breaks, with the first pair of marks that shows it; none when it keeps them all.
///   Cost     4 packets out and 16 in
template <EcnTunnel T> std::vector<broken_law> find_broken_ecn_laws(T& t, ecn_mode how = ecn_mode::normal) {
  std::vector<broken_law> broken;
  const auto said = [](ecn mark) { return std::string(mark == ecn::not_ect ? "Not-ECT" : mark == ecn::ect_0 ? "ECT(0)" : mark == ecn::ect_1 ? "ECT(1)" : "CE"); };
  const auto report = [&broken](const char* law, const std::string& where) {
    for (const broken_law& one : broken)
      if (one.law == law) return;
    broken.push_back({law, where});
  };
  for (const ecn inner : {ecn::not_ect, ecn::ect_0, ecn::ect_1, ecn::ce}) {
    const ecn outside = t.encapsulated(inner);
    if (outside != (how == ecn_mode::normal ? inner : ecn::not_ect))
      report(how == ecn_mode::normal ? ecn_law::copied : ecn_law::cleared, "inner " + said(inner) + " is sent as " + said(outside));
  }
  for (const ecn_cell& cell : rfc6040_figure_4) {
    const std::optional<ecn> arrives = t.decapsulated(cell.inner, cell.outer);
    const std::string where = "inner " + said(cell.inner) + ", outer " + said(cell.outer) + (arrives ? " arrives as " + said(*arrives) : " is dropped");
    if (cell.drop) {
      if (arrives) report(ecn_law::dropped, where);
    } else if (!arrives) {
      report(ecn_law::passed, where);
    } else if (*arrives != cell.arrives) {
      report(cell.inner == ecn::not_ect ? ecn_law::not_ect_stays : ecn_law::severest, where);
    }
  }
  return broken;
}

/// Only the names of the laws that `t` breaks.
template <EcnTunnel T> std::vector<std::string> check_ecn_laws(T& t, ecn_mode how = ecn_mode::normal) { return names_of(find_broken_ecn_laws(t, how)); }

}  // namespace testing
}  // namespace v0
}  // namespace esplanade
