// gcm-any: sets instead of single members: every SA says what it is.
#include "profile.hpp"

namespace capture_tunnel {

struct gcm_any : by_family {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>, esplanade::esp_aes_gcm_8<192>, esplanade::esp_aes_gcm_12<256>>;
  static constexpr auto modes = esplanade::mode::tunnel | esplanade::mode::transport;
  static constexpr auto esn = esplanade::per_sa;
  using replay = esplanade::window<1024>;
};

profile_entry gcm_any_entry() { return entry_of<gcm_any, flat, deployments::with_nic>("gcm-any"); }

}  // namespace capture_tunnel
