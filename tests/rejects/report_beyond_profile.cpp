// expect: this report says more than the profile was built for
#include <esplanade/capability/profile_capabilities.hpp>

using namespace esplanade;

struct nic_profile : profile {
  static constexpr auto suites = esplanade::suites<esp_aes_gcm_16<128>>;
};
constexpr device_capabilities report = [] {
  device_capabilities c;
  c.esp = c.tunnel = true;
#ifndef GOOD
  c.transport = true;
#endif
  c.encryption = offload_encryption::aes_gcm_128;
  c.sa_capacity = 8;
  return c;
}();
static_assert(report_rules<nic_profile, report>::kept);
