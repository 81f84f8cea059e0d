// expect: promise a pair of algorithms that is no suite of the profile
#include <esplanade/capability/profile_capabilities.hpp>

using namespace esplanade;

struct nic_profile : profile {
#ifdef GOOD
  static constexpr auto suites = esplanade::suites<esp_null<hmac_sha1_96>, esp_aes_cbc<128, hmac_sha1_96>>;
#else
  static constexpr auto suites = esplanade::suites<esp_null<hmac_sha2_256_128>, esp_aes_cbc<128, hmac_sha1_96>>;
#endif
};
constexpr device_capabilities report = capabilities_of<nic_profile>(8);
static_assert(report_rules<nic_profile, report>::kept);
