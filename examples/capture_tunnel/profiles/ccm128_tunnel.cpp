// ccm128-tunnel: AES-CCM in tunnels.
#include "profile.hpp"

namespace capture_tunnel {

struct ccm128_tunnel : by_family {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_ccm_16<128>>;
  static constexpr auto esn = esplanade::off;
};

profile_entry ccm128_tunnel_entry() { return entry_of<ccm128_tunnel, flat>("ccm128-tunnel"); }

}  // namespace capture_tunnel
