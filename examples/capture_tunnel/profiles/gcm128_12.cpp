// gcm128-12: an ICV of 12 octets, packets of several segments.
#include "profile.hpp"

namespace capture_tunnel {

struct gcm128_12 : by_family {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_12<128>>;
  static constexpr auto esn = esplanade::off;
};

profile_entry gcm128_12_entry() { return entry_of<gcm128_12, chain>("gcm128-12"); }

}  // namespace capture_tunnel
