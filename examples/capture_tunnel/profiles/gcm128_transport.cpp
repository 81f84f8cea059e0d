// gcm128-transport: transport mode, packets of several segments.
#include "profile.hpp"

namespace capture_tunnel {

struct gcm128_transport : by_family {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>;
  static constexpr auto modes = esplanade::mode::transport;
  static constexpr auto esn = esplanade::off;
};

profile_entry gcm128_transport_entry() { return entry_of<gcm128_transport, chain, deployments::with_nic>("gcm128-transport"); }

}  // namespace capture_tunnel
