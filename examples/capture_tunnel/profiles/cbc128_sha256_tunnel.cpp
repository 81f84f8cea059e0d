// cbc128-sha256-tunnel: AES-CBC with HMAC-SHA2-256-128 in tunnels, what every peer has.
#include "profile.hpp"

namespace capture_tunnel {

struct cbc128_sha256_tunnel : by_family {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_cbc<128, esplanade::hmac_sha2_256_128>>;
  static constexpr auto esn = esplanade::off;
  using random = esplanade::botan_random;  // CBC's IVs must be unpredictable
};

profile_entry cbc128_sha256_tunnel_entry() { return entry_of<cbc128_sha256_tunnel, flat, deployments::with_nic>("cbc128-sha256-tunnel"); }

}  // namespace capture_tunnel
