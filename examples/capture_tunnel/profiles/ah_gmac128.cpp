// ah-gmac128: AH with AES-GMAC in tunnels, the fastest way to authenticate whole packets.
#include "profile.hpp"

namespace capture_tunnel {

struct ah_gmac128 : by_family {
  static constexpr auto suites = esplanade::suites<esplanade::ah_aes_gmac<128>>;
};

profile_entry ah_gmac128_entry() { return entry_of<ah_gmac128, flat, deployments::with_nic>("ah-gmac128"); }

}  // namespace capture_tunnel
