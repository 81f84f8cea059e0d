// chacha20-tunnel: ChaCha20-Poly1305 in tunnels.
#include "profile.hpp"

namespace capture_tunnel {

struct chacha20_tunnel : by_family {
  static constexpr auto suites = esplanade::suites<esplanade::esp_chacha20_poly1305>;
  static constexpr auto esn = esplanade::off;
};

profile_entry chacha20_tunnel_entry() { return entry_of<chacha20_tunnel, flat, deployments::with_nic>("chacha20-tunnel"); }

}  // namespace capture_tunnel
