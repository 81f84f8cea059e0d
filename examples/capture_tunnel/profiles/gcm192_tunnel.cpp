// gcm192-tunnel: 192-bit keys, packets of several segments.
#include "profile.hpp"

namespace capture_tunnel {

struct gcm192_tunnel : by_family {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<192>>;
  static constexpr auto esn = esplanade::off;
};

profile_entry gcm192_tunnel_entry() { return entry_of<gcm192_tunnel, chain>("gcm192-tunnel"); }

}  // namespace capture_tunnel
