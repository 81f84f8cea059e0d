// ctr128-sha256-tunnel: AES-CTR with HMAC-SHA2-256-128 in tunnels.
#include "profile.hpp"

namespace capture_tunnel {

struct ctr128_sha256_tunnel : by_family {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_ctr<128, esplanade::hmac_sha2_256_128>>;
  static constexpr auto esn = esplanade::off;
};

profile_entry ctr128_sha256_tunnel_entry() { return entry_of<ctr128_sha256_tunnel, flat>("ctr128-sha256-tunnel"); }

}  // namespace capture_tunnel
