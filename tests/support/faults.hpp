// Every fault of a list breaks its own law and no other, and the twin without a fault breaks none.
#pragma once

#include <doctest/doctest.h>

#include <esplanade/testing/broken_law.hpp>

#include <cstddef>
#include <iterator>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace support {

/// Calls `broken_laws` with each fault of `Faults` and with none as its template argument; it returns what was found. There are
/// `laws` laws, and each has its fault.
template <const auto& Faults, class BrokenLaws> void each_fault_breaks_its_law(std::size_t laws, BrokenLaws broken_laws) {
  using fault_type = std::remove_cvref_t<decltype(Faults[0])>;
  const auto one = [&]<fault_type Fault>() {
    const std::vector<esplanade::testing::broken_law> found = broken_laws.template operator()<Fault>();
    std::vector<std::string> expected;
    if (Fault != fault_type::none) expected.push_back(law_broken_by(Fault));
    std::string places;
    for (const auto& broken : found) places += broken.law + ": " + broken.where + '\n';
    CAPTURE(static_cast<int>(Fault));
    CAPTURE(places);
    CHECK(names_of(found) == expected);
  };
  [&]<std::size_t... I>(std::index_sequence<I...>) { (one.template operator()<Faults[I]>(), ...); }(std::make_index_sequence<std::size(Faults)>{});
  one.template operator()<fault_type::none>();
  std::set<std::string> with_fault;
  for (const auto fault : Faults) with_fault.insert(law_broken_by(fault));
  CHECK(with_fault.size() == laws);
}

}  // namespace support
