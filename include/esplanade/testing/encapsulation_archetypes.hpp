// The least types that model the policies for what stands around ESP, and behind its payload.
#pragma once

#include <esplanade/transform/policies.hpp>

namespace esplanade {
inline namespace v0 {
namespace testing {
namespace archetype {

/// UdpPortPolicy: one port.
struct udp_port {
  static constexpr bool ours_alone = true;
  static bool has(std::uint16_t destination) noexcept { return destination == udp_esp_port; }
};
static_assert(UdpPortPolicy<udp_port>);

/// UdpChecksumPolicy: none.
struct udp_checksum {
  static constexpr bool verifies = false;
  static bool computes(family) noexcept { return false; }
};
static_assert(UdpChecksumPolicy<udp_checksum>);

/// NatFixPolicy: nothing is fixed.
struct nat_fix {
  static constexpr nat_fixing does = nat_fixing::nothing;
};
static_assert(NatFixPolicy<nat_fix>);

/// TfcPolicy: an octet more, where one fits.
struct tfc {
  static constexpr std::size_t path = 1500;
  static std::size_t padded(std::size_t inner, std::size_t most) noexcept { return inner < most ? inner + 1 : inner; }
};
static_assert(TfcPolicy<tfc>);

/// PayloadPolicy: one next header.
struct payload {
  static bool takes(octet next_header) noexcept { return next_header == 137; }
};
static_assert(PayloadPolicy<payload>);

}  // namespace archetype
}  // namespace testing
}  // namespace v0
}  // namespace esplanade
