#include <doctest/doctest.h>

#include <esplanade/crypto/suite.hpp>
#include <esplanade/offload/device_trust.hpp>

#include <type_traits>

using namespace esplanade;

namespace {
struct trusting : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
struct wary : trusting {
  using device_trust = verify_after;
};
struct own_trust {
  static constexpr const char* name = "own_trust";
  static constexpr bool verifies = true;
};
struct own : trusting {
  using device_trust = own_trust;
};
struct says_nothing {};
static_assert(DeviceTrust<icv_believed> && DeviceTrust<verify_after> && DeviceTrust<own_trust> && !DeviceTrust<says_nothing>);
}  // namespace

TEST_CASE("device_trust: a profile that names none believes the ICV, and one that names one is taken at its word") {
  static_assert(std::is_same_v<trust_of<trusting>, icv_believed>);
  static_assert(std::is_same_v<trust_of<wary>, verify_after>);
  static_assert(std::is_same_v<trust_of<own>, own_trust>);
  CHECK_FALSE(trust_of<trusting>::verifies);
  CHECK(trust_of<wary>::verifies);
  CHECK(trusting::suites.has(esp_aes_gcm_16<128>::sizes));
  static_assert(detail::trust_rules<own>::kept);
}
