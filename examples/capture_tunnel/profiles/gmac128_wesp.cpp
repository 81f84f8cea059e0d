// gmac128-wesp: integrity alone, in WESP, which tells middleboxes where the payload is.
#include "profile.hpp"

namespace capture_tunnel {

struct gmac128_wesp : by_family {
  static constexpr auto suites = esplanade::suites<esplanade::esp_null_aes_gmac<128>>;
  static constexpr auto encapsulations = esplanade::encapsulation::wesp;
  static constexpr auto esn = esplanade::off;
};

profile_entry gmac128_wesp_entry() { return entry_of<gmac128_wesp, flat>("gmac128-wesp"); }

}  // namespace capture_tunnel
