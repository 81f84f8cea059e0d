// gcm128-8: an ICV of 8 octets.
#include "profile.hpp"

namespace capture_tunnel {

struct gcm128_8 : by_family {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_8<128>>;
  static constexpr auto esn = esplanade::off;
};

profile_entry gcm128_8_entry() { return entry_of<gcm128_8, flat>("gcm128-8"); }

}  // namespace capture_tunnel
