// gcm128-verified: a host that computes every ICV again and believes no NIC.
#include "profile.hpp"

namespace capture_tunnel {

struct gcm128_verified : by_family {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>;
  using device_trust = esplanade::verify_after;
};

profile_entry gcm128_verified_entry() { return entry_of<gcm128_verified, flat, deployments::with_nic>("gcm128-verified"); }

}  // namespace capture_tunnel
