#include <esplanade/transform/tfc.hpp>

#include <doctest/doctest.h>

using namespace esplanade;

namespace {
struct says_nothing {};
struct may_throw {
  static constexpr std::size_t path = 1500;
  static std::size_t padded(std::size_t, std::size_t) { return 0; }
};
}  // namespace

TEST_CASE("tfc: what models a traffic padding policy, and what does not [row 25]") {
  static_assert(TfcPolicy<tfc_to_size<100>> && TfcPolicy<tfc_multiple<64>> && TfcPolicy<tfc_to_mtu<1500>>);
  static_assert(!TfcPolicy<no_tfc> && !TfcPolicy<says_nothing> && !TfcPolicy<may_throw>);
}

TEST_CASE("tfc: never shorter than the packet, and beyond what fits only where the packet is") {
  for (std::size_t most = 100; most < 300; most += 7)
    for (std::size_t inner = 20; inner < 400; ++inner) {
      const auto holds = [&](std::size_t padded) { return inner > most ? true : padded >= inner && padded <= most; };
      CHECK(holds(tfc_to_size<150>::padded(inner, most)));
      CHECK(holds(tfc_multiple<64>::padded(inner, most)));
      CHECK(holds(tfc_to_mtu<1500>::padded(inner, most)));
    }
  CHECK(tfc_to_size<150>::padded(20, 1000) == 150);
  CHECK(tfc_to_size<150>::padded(150, 1000) == 150);
  CHECK(tfc_to_size<150>::padded(151, 1000) == 151);
  CHECK(tfc_multiple<64>::padded(64, 1000) == 64);
  CHECK(tfc_multiple<64>::padded(65, 1000) == 128);
  CHECK(tfc_to_mtu<1500>::padded(20, 1446) == 1446);
}
