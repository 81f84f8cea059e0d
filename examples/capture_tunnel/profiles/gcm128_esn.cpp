// gcm128-esn: 64-bit sequence numbers and nothing else, packets of several segments.
#include "profile.hpp"

namespace capture_tunnel {

struct gcm128_esn : by_family {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>;
  static constexpr auto esn = esplanade::always;
};

profile_entry gcm128_esn_entry() { return entry_of<gcm128_esn, chain, deployments::with_nic>("gcm128-esn"); }

}  // namespace capture_tunnel
