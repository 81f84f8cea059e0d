// gcm128-window64: the window that RFC 4303 3.4.3 prefers.
#include "profile.hpp"

namespace capture_tunnel {

struct gcm128_window64 : by_family {
  static constexpr auto suites = esplanade::suites<esplanade::esp_aes_gcm_16<128>>;
  static constexpr auto esn = esplanade::off;
  using replay = esplanade::window<64>;
};

profile_entry gcm128_window64_entry() { return entry_of<gcm128_window64, flat>("gcm128-window64"); }

}  // namespace capture_tunnel
