// null-sha256-tunnel: ESP-NULL: HMAC-SHA2-256-128 and no encryption.
#include "profile.hpp"

namespace capture_tunnel {

struct null_sha256_tunnel : by_family {
  static constexpr auto suites = esplanade::suites<esplanade::esp_null<esplanade::hmac_sha2_256_128>>;
  static constexpr auto esn = esplanade::off;
};

profile_entry null_sha256_tunnel_entry() { return entry_of<null_sha256_tunnel, flat, deployments::with_nic>("null-sha256-tunnel"); }

}  // namespace capture_tunnel
