// gcm128-udp: ESP in UDP on port 4500, as it comes through a NAT; packets of several segments.
#include "profile.hpp"

namespace capture_tunnel {

struct gcm128_udp : by_family {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>;
  static constexpr auto modes = esplanade::mode::tunnel | esplanade::mode::transport;
  static constexpr auto encapsulations = esplanade::encapsulation::udp;
  static constexpr auto esn = esplanade::off;
};

profile_entry gcm128_udp_entry() { return entry_of<gcm128_udp, chain, deployments::with_nic>("gcm128-udp"); }

}  // namespace capture_tunnel
