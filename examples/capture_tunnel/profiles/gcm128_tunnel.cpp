// gcm128-tunnel: the default. A tunnel, 128-bit keys, 32-bit sequence numbers.
#include "profile.hpp"

namespace capture_tunnel {

struct gcm128_tunnel : by_family {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>;
  static constexpr auto esn = esplanade::off;
};

profile_entry gcm128_tunnel_entry() { return entry_of<gcm128_tunnel, flat, deployments::with_nic>("gcm128-tunnel"); }

}  // namespace capture_tunnel
