// legacy-3des-sha1-tunnel: 3DES-CBC with HMAC-SHA1-96, for peers that have nothing else; without the opt-in it does not compile.
#include "profile.hpp"

namespace capture_tunnel {

struct legacy_3des_sha1_tunnel : by_family {
  static constexpr auto suites = esplanade::suites<esplanade::legacy::esp_3des_cbc<esplanade::hmac_sha1_96>>;
  static constexpr auto esn = esplanade::off;
  using random = esplanade::botan_random;  // CBC's IVs must be unpredictable
  static constexpr bool legacy_algorithms = true;
};

profile_entry legacy_3des_sha1_tunnel_entry() { return entry_of<legacy_3des_sha1_tunnel, flat, deployments::with_nic>("legacy-3des-sha1-tunnel"); }

}  // namespace capture_tunnel
