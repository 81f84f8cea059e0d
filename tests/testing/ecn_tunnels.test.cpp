#include <doctest/doctest.h>

#include <esplanade/testing/broken/ecn_tunnels.hpp>

#include <set>

using namespace esplanade;
using namespace esplanade::testing;

TEST_CASE("ecn laws: every fault breaks its law and no other, and every law has its fault [class 55]") {
  std::set<std::string> laws;
  for (const broken::ecn_fault fault : broken::ecn_faults) {
    broken::faulty_ecn_tunnel t{fault, broken::mode_of(fault)};
    laws.insert(broken::law_broken_by(fault));
    CHECK(check_ecn_laws(t, broken::mode_of(fault)) == std::vector<std::string>{broken::law_broken_by(fault)});
  }
  CHECK(laws.size() == 6);
}

TEST_CASE("ecn laws: the sound twin keeps them in both modes") {
  for (const ecn_mode how : {ecn_mode::normal, ecn_mode::compatibility}) {
    broken::faulty_ecn_tunnel t{broken::ecn_fault::none, how};
    CHECK(check_ecn_laws(t, how).empty());
  }
}

TEST_CASE("ecn laws: our functions keep them, reports included [class 47]") {
  struct ours {
    ecn_mode how;
    ecn encapsulated(ecn inner) const { return ecn_encapsulated(inner, how); }
    std::optional<ecn> decapsulated(ecn inner, ecn outer) const {
      const ecn_decapsulated out = ecn_decapsulate(inner, outer);
      return out.drop ? std::nullopt : std::optional<ecn>(out.mark);
    }
  };
  for (const ecn_mode how : {ecn_mode::normal, ecn_mode::compatibility}) {
    ours t{how};
    CHECK(check_ecn_laws(t, how).empty());
  }
  for (const ecn_cell& cell : rfc6040_figure_4) CHECK(ecn_reported(cell.inner, cell.outer) == cell.report);
}
