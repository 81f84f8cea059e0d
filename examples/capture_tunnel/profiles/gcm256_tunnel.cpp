// gcm256-tunnel: 256-bit keys.
#include "profile.hpp"

namespace capture_tunnel {

struct gcm256_tunnel : by_family {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<256>>;
  static constexpr auto esn = esplanade::off;
};

profile_entry gcm256_tunnel_entry() { return entry_of<gcm256_tunnel, flat, deployments::with_nic>("gcm256-tunnel"); }

}  // namespace capture_tunnel
