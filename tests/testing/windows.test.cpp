#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <esplanade/sa/replay_window.hpp>
#include <esplanade/testing/broken/windows.hpp>
#include <esplanade/testing/window_laws.hpp>
#include <esplanade/testing/window_model.hpp>

namespace {

using esplanade::testing::broken::faulty_window;
using esplanade::testing::broken::law_broken_by;
using esplanade::testing::broken::window_fault;
using esplanade::testing::broken::window_faults;

constexpr std::uint64_t seeds[] = {1, 2, 3};

template <class W>
void keeps_all_laws(std::uint64_t steps) {
  for (const std::uint64_t seed : seeds)
    for (const auto& broken : esplanade::testing::find_broken_window_laws<W>(seed, steps))
      FAIL_CHECK("W = " << W::packets << ", seed " << seed << ", broken: " << broken.law << " — " << broken.where);
}

template <std::uint32_t Packets, window_fault Fault>
void breaks_its_law() {
  const std::vector<std::string> expected{law_broken_by(Fault)};
  for (const std::uint64_t seed : seeds) {
    const std::vector<std::string> broken = esplanade::testing::check_window_laws<faulty_window<Packets, Fault>>(seed, 20 * Packets + 2000);
    std::string all{};
    for (const std::string& law : broken) all += law + "; ";
    CHECK_MESSAGE(broken == expected, "W = " << Packets << ", fault " << int{static_cast<std::uint8_t>(Fault)} << ", seed " << seed << ": expected "
                                             << expected[0] << ", got " << all);
  }
}

template <std::uint32_t Packets, std::size_t... Faults>
void every_fault_breaks_its_law(std::index_sequence<Faults...>) {
  (breaks_its_law<Packets, window_faults[Faults]>(), ...);
}

template <std::uint32_t... Packets>
void every_fault_at_sizes() {
  (every_fault_breaks_its_law<Packets>(std::make_index_sequence<std::size(window_faults)>{}), ...);
}

}  // namespace

TEST_CASE("window laws: every faulty window is reported under its law and no other") {
  every_fault_at_sizes<32, 64, 100, 1024>();
}

TEST_CASE("window laws: every law has a window that breaks it") {
  namespace law = esplanade::testing::window_law;
  for (const char* name : {law::accepts_in_window, law::accepts_right_of_window, law::refuses_accepted, law::refuses_left_of_window, law::jump_clears,
                           law::refuses_zero, law::names_the_reason, law::check_changes_nothing, law::update_agrees_with_check, law::right_edge,
                           law::starts_empty, law::while_it_fills, law::across_subspaces, law::up_to_the_end}) {
    int faults = 0;
    for (const window_fault fault : window_faults)
      if (std::string{law_broken_by(fault)} == name) ++faults;
    CHECK_MESSAGE(faults > 0, name);
  }
}

TEST_CASE("window laws: the twin without a fault keeps them") {
  keeps_all_laws<faulty_window<32, window_fault::none>>(4000);
  keeps_all_laws<faulty_window<100, window_fault::none>>(4000);
  keeps_all_laws<faulty_window<1024, window_fault::none>>(20000);
}

TEST_CASE("window laws: the set model keeps them at every size") {
  keeps_all_laws<esplanade::testing::set_window<1>>(2000);
  keeps_all_laws<esplanade::testing::set_window<2>>(2000);
  keeps_all_laws<esplanade::testing::set_window<63>>(2000);
  keeps_all_laws<esplanade::testing::set_window<64>>(2000);
  keeps_all_laws<esplanade::testing::set_window<65>>(2000);
  keeps_all_laws<esplanade::testing::set_window<1000>>(20000);
}

TEST_CASE("window laws: our windows keep them") {
  keeps_all_laws<esplanade::window<1>>(2000);
  keeps_all_laws<esplanade::window<2>>(2000);
  keeps_all_laws<esplanade::window<31>>(2000);
  keeps_all_laws<esplanade::window<32>>(2000);
  keeps_all_laws<esplanade::window<63>>(2000);
  keeps_all_laws<esplanade::window<64>>(2000);
  keeps_all_laws<esplanade::window<65>>(2000);
  keeps_all_laws<esplanade::window<1000>>(20000);
  keeps_all_laws<esplanade::window<1024>>(20000);
  keeps_all_laws<esplanade::window<4096>>(40000);
  keeps_all_laws<esplanade::window<65536>>(100000);
}

TEST_CASE("window laws: a report says which number and where the right edge was") {
  const auto broken = esplanade::testing::find_broken_window_laws<faulty_window<64, window_fault::loose_left_edge>>(1, 2000);
  REQUIRE(broken.size() == 1);
  CHECK(broken[0].where.find("number ") == 0);
  CHECK(broken[0].where.find("right edge") != std::string::npos);
}
