// gmac128-tunnel: everything authenticated and nothing encrypted, with AES-GMAC.
#include "profile.hpp"

namespace capture_tunnel {

struct gmac128_tunnel : by_family {
  static constexpr auto suites = esplanade::suites<esplanade::esp_null_aes_gmac<128>>;
  static constexpr auto esn = esplanade::off;
};

profile_entry gmac128_tunnel_entry() { return entry_of<gmac128_tunnel, flat, deployments::with_nic>("gmac128-tunnel"); }

}  // namespace capture_tunnel
