#include "support/udp.hpp"
#include "support/world.hpp"

#include <doctest/doctest.h>

#include <esplanade/testing/ciphers.hpp>
#include <esplanade/testing/encapsulation_archetypes.hpp>
#include <esplanade/testing/tfc_laws.hpp>

using namespace support;
namespace archetype = esplanade::testing::archetype;

namespace encapsulation_archetypes_test {  // named: clang 14 calls members of unnamed namespaces unused

struct least : profile {
  static constexpr auto suites = esplanade::suites<gcm128>;
  static constexpr auto modes = mode::tunnel | mode::transport;
  static constexpr auto encapsulations = encapsulation::udp;
  using udp_port = archetype::udp_port;
  using udp_checksum = archetype::udp_checksum;
  using nat_fix = archetype::nat_fix;
  using tfc = archetype::tfc;
  using payload = archetype::payload;
};

struct port_without_has { static constexpr bool ours_alone = true; };
struct port_that_throws : archetype::udp_port { static bool has(std::uint16_t); };
struct port_of_nobody { static bool has(std::uint16_t) noexcept; };
static_assert(!UdpPortPolicy<port_without_has> && !UdpPortPolicy<port_that_throws> && !UdpPortPolicy<port_of_nobody>);
struct checksum_without_computes { static constexpr bool verifies = false; };
struct checksum_of_numbers : archetype::udp_checksum { static int computes(family) noexcept; };
struct checksum_without_verifies { static bool computes(family) noexcept; };
static_assert(!UdpChecksumPolicy<checksum_without_computes> && !UdpChecksumPolicy<checksum_of_numbers> && !UdpChecksumPolicy<checksum_without_verifies>);
struct fix_of_yes_and_no { static constexpr bool does = true; };
static_assert(!NatFixPolicy<fix_of_yes_and_no>);
struct tfc_without_path { static std::size_t padded(std::size_t, std::size_t) noexcept; };
struct tfc_that_throws : archetype::tfc { static std::size_t padded(std::size_t, std::size_t); };
static_assert(!TfcPolicy<tfc_without_path> && !TfcPolicy<tfc_that_throws>);
struct payload_that_throws { static bool takes(octet); };
static_assert(!PayloadPolicy<payload_that_throws>);

}  // namespace encapsulation_archetypes_test
using namespace encapsulation_archetypes_test;

TEST_CASE("archetypes: a datapath works with the least policies around ESP") {
  for (const family outer : {family::ipv4, family::ipv6})
    for (const mode how : {mode::tunnel, mode::transport}) {
      world<least, flat_packet, testing::mixing_crypto> r;
      sa_form form{.mode = how, .outer = outer};
      form.made.encapsulation = encapsulation::udp;
      const auto sa = r.add(form);
      const bytes inner = udp_packet(outer, 21);
      const auto [v, wire] = r.sent(inner, sa);
      REQUIRE(v == verdict::forwarded);
      CHECK(get16(wire, (outer == family::ipv4 ? 20 : 40) + 6) == 0);
      CHECK(r.received(wire).second == inner);
    }
  CHECK(testing::check_tfc_laws<archetype::tfc>().empty());
}
