// ah-sha256: AH with HMAC-SHA2-256-128, tunnel or transport mode. Nothing is hidden, everything is authentic, headers too.
#include "profile.hpp"

namespace capture_tunnel {

struct ah_sha256 : by_family {
  static constexpr auto suites = esplanade::suites<esplanade::ah<esplanade::hmac_sha2_256_128>>;
  static constexpr auto modes = esplanade::mode::tunnel | esplanade::mode::transport;
};

profile_entry ah_sha256_entry() { return entry_of<ah_sha256, chain, deployments::with_nic>("ah-sha256"); }

}  // namespace capture_tunnel
