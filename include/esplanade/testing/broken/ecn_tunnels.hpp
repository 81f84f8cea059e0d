// Tunnels with one fault each, to show that the ECN laws can fail and say which law it was.
#pragma once

#include <esplanade/testing/ecn_laws.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace broken {

/// What is wrong with a tunnel.
enum class ecn_fault {
  none,
  clears_outside,      ///< RFC 2003 and RFC 2401: the outer header was never marked
  copies_always,       ///< compatibility mode that copies
  passes_ce_to_not_ect,///< the drop of congestion that nobody can be told of is left out
  drops_ect_1,         ///< a set of marks believed complete before ECT(1) was used
  marks_not_ect,       ///< the outer mark replaces the inner one whatever that was
  ignores_outer,       ///< RFC 2401: marks end with the tunnel
};
inline constexpr ecn_fault ecn_faults[] = {ecn_fault::clears_outside, ecn_fault::copies_always, ecn_fault::passes_ce_to_not_ect,
                                           ecn_fault::drops_ect_1, ecn_fault::marks_not_ect, ecn_fault::ignores_outer};

/// The law that a tunnel with this fault breaks, and no other.
constexpr const char* law_broken_by(ecn_fault fault) {
  switch (fault) {
    case ecn_fault::clears_outside: return ecn_law::copied;
    case ecn_fault::copies_always: return ecn_law::cleared;
    case ecn_fault::passes_ce_to_not_ect: return ecn_law::dropped;
    case ecn_fault::drops_ect_1: return ecn_law::passed;
    case ecn_fault::marks_not_ect: return ecn_law::not_ect_stays;
    case ecn_fault::ignores_outer: return ecn_law::severest;
    case ecn_fault::none: return "";
  }
  return "";
}
/// The mode in which the fault shows.
constexpr ecn_mode mode_of(ecn_fault fault) { return fault == ecn_fault::copies_always ? ecn_mode::compatibility : ecn_mode::normal; }

/// A tunnel by the table, but for its fault.
struct faulty_ecn_tunnel {
  ecn_fault fault = ecn_fault::none;
  ecn_mode how = ecn_mode::normal;

  ecn encapsulated(ecn inner) const {
    if (fault == ecn_fault::clears_outside) return ecn::not_ect;
    return how == ecn_mode::normal || fault == ecn_fault::copies_always ? inner : ecn::not_ect;
  }
  std::optional<ecn> decapsulated(ecn inner, ecn outer) const {
    for (const ecn_cell& cell : rfc6040_figure_4) {
      if (cell.inner != inner || cell.outer != outer) continue;
      if (cell.drop) return fault == ecn_fault::passes_ce_to_not_ect ? std::optional<ecn>(inner) : std::nullopt;
      if (fault == ecn_fault::drops_ect_1 && outer == ecn::ect_1) return std::nullopt;
      if (fault == ecn_fault::marks_not_ect && inner == ecn::not_ect) return outer;
      if (fault == ecn_fault::ignores_outer) return inner;
      return cell.arrives;
    }
    return std::nullopt;
  }
};

}  // namespace broken
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
